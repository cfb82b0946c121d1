#@ title Path MTU is learnt, shown, used and forgotten
#@ tags forward icmp pmtu ping
ip netns add h1
ip netns add r
ip netns add h2
ip link add eth0 netns h1 address 02:00:00:00:01:01 type veth peer name r1 netns r address 02:00:00:00:0f:01
ip link add eth0 netns h2 address 02:00:00:00:02:02 type veth peer name r2 netns r address 02:00:00:00:0f:02
ip -n h1 addr add 10.1.0.2/24 dev eth0
ip -n h2 addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n r addr add 10.2.0.1/24 dev r2
ip -n h1 link set eth0 up
ip -n h2 link set eth0 up
ip -n r link set r1 up
ip -n r link set r2 up
ip -n h1 route add default via 10.1.0.1
ip -n h2 route add default via 10.2.0.1
ip netns exec r sysctl -w net.ipv4.ip_forward=1
ip -n r link set r2 mtu 1300
ip -n h2 link set eth0 mtu 1300
ip netns exec h1 ping -c 1 -M do -s 1400 -W 1 10.2.0.2
ip -n h1 route get 10.2.0.2
ip -n h1 -j route get 10.2.0.2
ip -n h1 route show cache
ip netns exec h1 ping -c 1 -M do -s 1272 10.2.0.2
ip netns exec h1 ping -c 1 -M do -s 1273 10.2.0.2
ip netns exec h1 ping -c 1 -M want -s 1400 10.2.0.2
ip netns exec h1 ping -c 1 -M dont -s 1400 10.2.0.2
ip netns exec h1 ping -c 1 -M probe -s 1400 -W 1 10.2.0.2
ip netns exec h1 ping -c 1 -s 3000 10.2.0.2
ip netns exec h1 udpsend 10.2.0.2 9 size 1400
ip netns exec h1 udpsend 10.2.0.2 9 size 1400 df
ip netns exec h1 udpsend 10.2.0.2 9 size 1400 nodf wait 500
ip -n h1 route get 10.2.0.3
ip -n h1 route flush cache
ip -n h1 route get 10.2.0.2
ip netns exec h1 sysctl -w net.ipv4.route.mtu_expires=2
ip netns exec h1 udpsend 10.2.0.2 9 size 1400 df wait 500
ip netns exec h1 udpsend 10.2.0.2 9 size 1400 df
ip -n h1 route get 10.2.0.2
sleep 4
ip -n h1 route get 10.2.0.2
ip netns exec h1 sysctl -w net.ipv4.ip_no_pmtu_disc=1
ip netns exec h1 ping -c 1 -s 1400 10.2.0.2
ip netns exec h1 udpsend 10.2.0.2 9 size 1400 wait 500
ip -n h1 route change default via 10.1.0.1 mtu 1000
ip netns exec h1 ping -c 1 -s 1400 10.2.0.2
ip -n h1 route change default via 10.1.0.1 mtu lock 1200
ip netns exec h1 ping -c 1 -M do -s 1400 10.2.0.2
ip -n h1 route get 10.2.0.2
ip -n r link set r2 mtu 500
ip netns exec h1 sysctl -w net.ipv4.ip_no_pmtu_disc=0
ip -n h1 route change default via 10.1.0.1
ip netns exec h1 ping -c 1 -M do -s 600 -W 1 10.2.0.2
ip -n h1 route get 10.2.0.2
ip netns exec h1 ping -c 1 -M do -s 600 -W 1 10.2.0.2
ip netns exec h1 sysctl net.ipv4.route.min_pmtu
ip netns exec h1 ping -c 1 -s 5000 -W 1 10.2.0.2
