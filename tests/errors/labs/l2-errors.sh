ip link add br0 type bridge
ip link add br1 type bridge
ip link add A type veth peer name B
ip link add p1 address d6:b5:b2:50:ee:0a type veth peer name e1
ip link set p1 master br0
ip netns add h1
ip netns add h2
