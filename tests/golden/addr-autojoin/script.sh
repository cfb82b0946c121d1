#@ title Addresses that join their group
#@ tags multicast igmp addr ping
ip netns add a
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns a
ip addr add 10.0.0.1/24 dev v0
ip -n a addr add 10.0.0.2/24 dev v1
ip link set v0 up
ip -n a link set v1 up
ip addr add 239.1.1.1/32 dev v0 autojoin
sleep 1.5
ip addr add 239.1.1.1/32 dev v0 autojoin
ip addr add 10.0.0.7/32 dev v0 autojoin
ip addr add 239.1.1.2/24 dev v0
ip -n a addr add 239.9.9.9/32 dev v1 autojoin
sleep 1.5
ip addr show v0
ip -n a -j addr show v1
ip maddr show dev v0
ip -n a maddr show dev v1
ip route show table all
ip route add 224.0.0.0/4 dev v0
ip netns exec a sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0
ping -c 1 -W 1 239.9.9.9
ping -c 1 -W 1 239.9.9.8
ping -c 1 -W 1 239.1.1.1
udpsend 239.9.9.9 5000 ttl 2
ip link set v0 down
ip maddr show dev v0
ip link set v0 up
sleep 1.5
ip maddr show dev v0
ip addr flush dev v0
sleep 1.5
ip maddr show dev v0
ip -n a addr del 239.9.9.9/32 dev v1
sleep 1.5
ip -n a maddr show dev v1
ip -n a -s link show v1
