#@ title What the tools show of an empty namespace
#@ tags output netns
route -n
route
ifconfig
ifconfig -a
ip route
ip neigh
ip addr
bridge link
bridge fdb
bridge mdb
bridge vlan
brctl show
tc qdisc
ip netns
ip maddr
ip -s link
ip -j link
ip -j addr
ip -j route
bridge -j fdb
bridge -j link
tc -j qdisc
ip link set lo up
route -n
ip route
ip netns add a
ip netns exec a route -n
ip link add v0 type veth peer name v1 netns a
ip -n a netns list-id
ip netns list-id
ip -n a link
ip netns exec a route
ip -n a link set v1 up
ip netns exec a route -n
ip -n a addr add 10.0.0.1/24 dev v1
ip netns exec a route -n
ip -n a addr del 10.0.0.1/24 dev v1
ip netns exec a route -n
