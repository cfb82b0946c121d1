#@ title Operational states of pairs and bridges in all constellations
#@ tags carrier output
ip netns add a
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04 netns a
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add br1 address 02:00:00:00:0b:01 type bridge mcast_snooping 0
ip -br link
ip link set br0 up
ip link show br0
ip link set v0 master br0
ip link set v0 up
ip link
ip link set v1 up
ip link
ip link set v1 master br1
ip link set br1 up
ip -br link
ip link set v0 down
ip -br link
ip link set v0 up
ip link set br1 down
ip -br link
ip link set br1 up
ip link set w0 master br0 up
ip -br link
ip -n a -br link
ip -n a link set w1 up
ip -n a -br link
ip link set v0 carrier off
ip -br link
ip link set v0 carrier on
ip link set v0 nomaster
ip link set w0 nomaster
ip -br link
ip link set br0 carrier off
ip -br link show br0
ip link set br0 carrier on
ip link set lo up
ip link set lo carrier off
ip link show lo
ip link set w0 down
ip -n a link
ip link set v1 netns a
ip -n a link
ip -n a link set v1 up
ip -n a link
ip -br link
ip -n a link set w1 netns 1
ip link
ip link set w1 up
ip link set w0 up
ip -br link
ip netns del a
ip -br link
