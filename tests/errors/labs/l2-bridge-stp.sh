ip link add br0 type bridge
ip link add p1 type veth peer name e1
ip link set p1 master br0
ip link set br0 up
ip link set p1 up
ip link set e1 up
