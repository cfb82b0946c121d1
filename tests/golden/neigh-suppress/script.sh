#@ title Ports that answer ARP for others
#@ tags bridge arp flags
ip link add br0 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
ip link add p2 address 02:00:00:00:02:00 type veth peer name h2 address 02:00:00:00:00:02
ip link add p3 address 02:00:00:00:03:00 type veth peer name h3 address 02:00:00:00:00:03
ip link set p1 up master br0
ip link set p2 up master br0
ip link set p3 up master br0
ip link set h1 up
ip link set h2 up
ip link set h3 up
ip link set br0 up

ip netns add a
ip netns add b
ip link set h1 netns a
ip link set h2 netns b
ip -n a addr add 10.0.0.1/24 dev h1
ip -n b addr add 10.0.0.2/24 dev h2
ip -n a link set h1 up
ip -n b link set h2 up
ip addr add 10.0.0.254/24 dev br0
ping -c 1 10.0.0.1
ping -c 1 10.0.0.2
bridge link set dev p2 neigh_suppress on
bridge -d link show dev p2
ip netns exec a arping -c 1 -w 1 -I h1 10.0.0.2
ip netns exec a ping -c 1 10.0.0.2
ip netns exec a arping -c 1 -w 1 -I h1 10.0.0.254
ip netns exec b arping -c 1 -w 1 -I h2 10.0.0.1
bridge link set dev p2 neigh_suppress off
ip link set p1 type bridge_slave proxy_arp on
ip netns exec a arping -c 1 -w 1 -I h1 10.0.0.2
ip netns exec b arping -c 1 -w 1 -I h2 10.0.0.1
inject h3 ffffffffffff 020000000003 88b5 01 pad 60
ip link set p1 type bridge_slave proxy_arp off
ip link set p2 type bridge_slave proxy_arp_wifi on
ip netns exec a arping -c 1 -w 1 -I h1 10.0.0.2
inject h3 ffffffffffff 020000000003 0806 0001080006040001 020000000003 0a000003 000000000000 0a000002
inject h3 ffffffffffff 020000000003 0806 0001080006040001 020000000003 0a000003 000000000000 0a000001
ip -d link show p2
bridge fdb show br br0 dynamic
