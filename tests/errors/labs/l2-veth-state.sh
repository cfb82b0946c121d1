ip link add A type veth peer name B
ip link set A up
ip link set B up
