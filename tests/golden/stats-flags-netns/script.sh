#@ title Counters and flags that stay or go with a move
#@ tags netns veth stats
ip netns add a
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
inject v0 020000000002 020000000001 88b5 01 pad 100 count 4
inject v1 ffffffffffff 020000000002 88b5 01 pad 100 count 2
ip link set v0 promisc on allmulticast on
ip link set v0 alias "left end" group 3 txqueuelen 7
ip link property add dev v0 altname leftmost
ethtool -K v0 tso off tx off
ip maddr add 01:00:5e:01:02:03 dev v0
ip maddr show dev v0
ip -d link show v0
ip link set v0 netns a
ip -n a -d -s -s link show v0
ip -n a maddr show dev v0
ip netns exec a ethtool -K v0 gro on
ip netns exec a ethtool -k v0
ip -s link show v1
ip -n a link set v0 up
inject v1 ffffffffffff 020000000002 88b5 02 pad 100
ip -n a -s -s link show v0
ip -n a link set v0 netns 1
ip link show v0
ip -n a link
ip link set v0 promisc off
ip -s link show v0
ip link set v0 netns a name moved index 33
ip -n a link
ip link set v1 netns a name moved
ip link set v1 netns a index 33
ip link set v1 netns a name with/slash
ip link set v1 netns a name %d
ip link set v1 netns a name eth%d
ip -n a -br link
ip netns exec a ifconfig -a
