#@ title Moving devices with addresses, routes, ports and neighbours
#@ tags netns bridge addr route
ip netns add a
ip netns add b
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
ip link set v0 up
ip link set v1 up
ip link set w0 up
ip link set w1 up
ip link set br0 up
ip addr add 10.0.0.1/24 dev v0
ip route add 10.9.0.0/16 via 10.0.0.9
ip route add 10.8.0.0/16 dev v0 table 8
ip rule add iif v0 table 8
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev v0
ip link set v1 master br0
bridge link set dev v1 cost 55 hairpin on
ip link set v0 netns a
ip route
ip route show table 8
ip rule
ip neigh
ip -n a addr
ip -n a link set v0 up
ip -n a route
ip link set v1 netns b
bridge link
ip -n b -d link show v1
bridge fdb
ip link set w1 master br0
ip link set w1 netns a name v0
ip link set w1 netns a name moved
ip -n a link
ip link show br0
ip -n a link set moved netns b
ip -n b addr add 10.0.0.2/24 dev v1
ip -n a addr add 10.0.0.1/24 dev v0
ip -n b link set v1 up
ip netns exec a ping -c 1 10.0.0.2
ip netns del b
ip -n a link
ip link
ip -n a link set v0 netns 1
ip link show
ip -n a link set lo netns 1
ip link set br0 netns a
ip netns exec a ip link set lo netns nosuch
ip -s link show w0
ip rule
