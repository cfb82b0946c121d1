#@ title Datagrams over a bridge with offloads on and off
#@ tags bridge ethtool udp
ip netns add a
ip netns add b
ip link add br0 type bridge mcast_snooping 0
ip link add pa address 02:00:00:00:0a:00 type veth peer name e netns a address 02:00:00:00:00:0a
ip link add pb address 02:00:00:00:0b:00 type veth peer name e netns b address 02:00:00:00:00:0b
ip link set pa master br0 up
ip link set pb master br0 up
ip link set br0 up
ip -n a addr add 10.0.0.1/24 dev e
ip -n b addr add 10.0.0.2/24 dev e
ip addr add 10.0.0.3/24 dev br0
ip -n a link set e up
ip -n b link set e up
ip netns exec a udpsend 10.0.0.2 9 wait 500
udpsend 10.0.0.1 9 size 100
ethtool -K br0 tx off
udpsend 10.0.0.1 9 size 101 wait 500
ethtool -k br0
ethtool -K pa tx off
ethtool -k br0
udpsend 10.0.0.1 9 size 102
ip netns exec a udpsend 10.0.0.2 9 size 103
ip netns exec a ethtool -K e tx off
ip netns exec a udpsend 10.0.0.2 9 size 104
ip netns exec a udpsend 10.0.0.3 9 size 2000
ip netns exec a udpsend 10.0.0.255 9 broadcast
ethtool -K br0 tx on
ethtool -K pa tx on
ethtool -k br0
ip link set pb nomaster
ethtool -K pa sg off
ethtool -k br0
ip link set pa nomaster
ethtool -k br0
ethtool -l pa
ethtool -T br0
