#@ title traceroute with echo requests along a line of two routers
#@ tags route forward ttl icmp traceroute
ip netns add h1
ip netns add ra
ip netns add rb
ip netns add h2
ip link add e0 netns h1 address 02:00:00:00:01:01 type veth peer name a1 netns ra address 02:00:00:00:0a:01
ip link add a2 netns ra address 02:00:00:00:0a:02 type veth peer name b1 netns rb address 02:00:00:00:0b:01
ip link add b2 netns rb address 02:00:00:00:0b:02 type veth peer name e0 netns h2 address 02:00:00:00:02:01
ip -n h1 addr add 10.1.0.2/24 dev e0
ip -n ra addr add 10.1.0.1/24 dev a1
ip -n ra addr add 10.12.0.1/30 dev a2
ip -n rb addr add 10.12.0.2/30 dev b1
ip -n rb addr add 10.2.0.1/24 dev b2
ip -n h2 addr add 10.2.0.2/24 dev e0
ip -n h1 link set e0 up
ip -n ra link set a1 up
ip -n ra link set a2 up
ip -n rb link set b1 up
ip -n rb link set b2 up
ip -n h2 link set e0 up
ip netns exec ra sysctl -w net.ipv4.ip_forward=1
ip netns exec rb sysctl -w net.ipv4.ip_forward=1
ip -n h1 route add default via 10.1.0.1
ip -n ra route add default via 10.12.0.2
ip -n rb route add 10.1.0.0/24 via 10.12.0.1
ip -n h2 route add default via 10.2.0.1
ip netns exec ra sysctl -w net.ipv4.icmp_ratemask=0
ip netns exec rb sysctl -w net.ipv4.icmp_ratemask=0
ip netns exec h2 sysctl -w net.ipv4.icmp_ratemask=0
ip netns exec h1 sh -c "traceroute -I -n -q 1 -N 1 10.2.0.2 | cut -d ' ' -f 1-4,8-"
ip netns exec h1 sh -c "traceroute -I -n -q 1 -m 2 -p 100 10.2.0.2 1000 | cut -d ' ' -f 1-4,8-"
ip netns exec h1 sh -c "traceroute -I -n -q 1 -F 10.2.0.2 1501 | cut -d ' ' -f 1-4,8-"
ip netns exec h1 sh -c "traceroute -I -n -q 1 -N 3 --back 10.2.0.2 10 | cut -d ' ' -f 1-4,8-"
ip netns exec h1 sh -c "traceroute -I -n 10.2.0.2 | cut -d ' ' -f 1-4"
ip -n rb route add unreachable 10.3.2.0/24
ip netns exec h1 sh -c "traceroute -I -n -q 1 10.3.2.1 | cut -d ' ' -f 1-4,8-"
