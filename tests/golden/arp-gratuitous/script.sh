#@ title Gratuitous ARP, arp_notify, arp_accept, a changed address
#@ tags arp neigh arping
ip netns add a
ip netns add b
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name e netns a address 02:00:00:00:01:01
ip link add p2 address 02:00:00:00:02:00 type veth peer name e netns b address 02:00:00:00:02:01
ip link set p1 up master br0
ip link set p2 up master br0
ip link set br0 up
ip -n a link set e up
ip -n b link set e up
ip -n a addr add 10.0.0.1/24 dev e
ip -n b addr add 10.0.0.2/24 dev e
ip netns exec b arping -U -c 1 -I e 10.0.0.2
ip -n a neigh
ip netns exec a sysctl -w net.ipv4.conf.e.arp_accept=1
ip netns exec b arping -U -c 1 -I e 10.0.0.2
ip -n a neigh
ip netns exec b arping -A -c 1 -I e 10.0.0.2
ip -n a neigh
ip netns exec a sysctl -w net.ipv4.conf.e.arp_accept=2
ip -n b addr add 172.16.0.5/24 dev e
ip netns exec b arping -U -c 1 -I e 172.16.0.5
ip -n a neigh
ip netns exec b sysctl -w net.ipv4.conf.e.arp_notify=1
ip -n b link set e down
ip -n b link set e up
ip -n b addr add 10.0.0.22/24 dev e
ip -n b link set e address 02:00:00:00:02:77
ip -n a neigh
ip -n b link set e down
ip -n b link set e address 02:00:00:00:02:01
ip -n b link set e up
sleep 1.2
ip -n a neigh
ip netns exec a ping -c 1 10.0.0.2
ip netns exec b sysctl -w net.ipv4.conf.all.drop_gratuitous_arp=1
ip netns exec a arping -U -c 1 -I e 10.0.0.1
ip -n b neigh
bridge fdb show br br0 dynamic
ip netns exec a arping -D -c 2 -w 3 -I e 10.0.0.2
ip netns exec a arping -D -q -c 1 -w 2 -I e 10.0.0.9
