ip link add br0 address 02:00:00:00:00:b0 type bridge
ip link add p1 address 02:00:00:00:00:f1 type veth peer name e1
ip link add p2 address 02:00:00:00:00:f2 type veth peer name e2
ip link set p1 master br0
ip link set p2 master br0
ip link set br0 up
ip link set p1 up
ip link set e1 up
ip link set p2 up
ip link set e2 up
