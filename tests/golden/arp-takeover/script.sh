#@ title An address moves to another host, with and without gratuitous ARP
#@ tags arp bridge ping timer
ip link add br0 type bridge
ip link set br0 type bridge mcast_snooping 0
ip link set br0 up
ip netns add a
ip link add pa address 02:00:00:00:00:a1 type veth peer name eth0 address 02:00:00:00:00:01 netns a
ip link set pa master br0 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a link set eth0 up
ip -n a link set lo up
ip netns add b
ip link add pb address 02:00:00:00:00:a2 type veth peer name eth0 address 02:00:00:00:00:02 netns b
ip link set pb master br0 up
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n b link set eth0 up
ip -n b link set lo up
ip netns add c
ip link add pc address 02:00:00:00:00:a3 type veth peer name eth0 address 02:00:00:00:00:03 netns c
ip link set pc master br0 up
ip -n c addr add 10.0.0.3/24 dev eth0
ip -n c link set eth0 up
ip -n c link set lo up
ip netns exec a ping -c 1 10.0.0.2
ip -n b addr del 10.0.0.2/24 dev eth0
ip -n c addr add 10.0.0.2/24 dev eth0
ip netns exec a ping -c 1 -W 1 10.0.0.2
ip -n a neigh
ip netns exec c arping -U -c 1 -I eth0 10.0.0.2
ip -n a neigh
ip netns exec a ping -c 1 -W 1 10.0.0.2
sleep 1.5
ip netns exec c arping -A -c 1 -I eth0 10.0.0.2
ip -n a neigh
ip netns exec a ping -c 1 -W 1 10.0.0.2
ip -n b addr add 10.0.0.2/24 dev eth0
ip netns exec a arping -c 1 -I eth0 10.0.0.2
ip netns exec a arping -D -c 1 -w 1 -I eth0 10.0.0.2
ip netns exec c arping -D -c 1 -w 1 -I eth0 10.0.0.2
ip -n c link set eth0 address 02:00:00:00:00:33
ip netns exec a ping -c 1 -W 1 10.0.0.3
ip netns exec c ping -c 1 -W 1 10.0.0.1
ip -n a neigh
bridge fdb show dynamic
