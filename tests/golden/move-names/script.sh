#@ title Moves with another name, taken or free
#@ tags netns veth error
ip netns add a
ip -n a link add x address 02:00:00:00:00:01 type veth peer name z address 02:00:00:00:00:02
ip link add x address 02:00:00:00:00:03 type veth peer name y address 02:00:00:00:00:04
ip link set x netns a
ip link set x netns a name z
ip link set x netns a name x
ip link set x netns a name a:b
ip link set x netns a name "q%d"
ip -n a -br link
ip link set y netns a name z
ip -n a -br link
ip -br link
ip link add x address 02:00:00:00:00:05 type veth peer name y address 02:00:00:00:00:06
ip link set x netns a name z index 2
ip -n a -br link
ip link set y netns a name lo
ip -n a -br link
ip -n a link set q1 netns a name r
ip -n a link set r netns a name "s%d" mtu 1400 up
ip -n a link
ip -br link
ip -n a link set z netns 1 name "n%d" address 02:00:00:00:00:99 txqueuelen 5
ip link
ip link set lo netns 1
ip link add br0 type bridge mcast_snooping 0
ip link set br0 netns 1
ip link set br0 netns a
ip link set br0 netns a name br1
ip link
