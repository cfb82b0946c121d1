#@ title ip link disables a port, and the notice of the change enables it again; bridge link does not
ip link add p0 address 02:00:00:00:00:01 type veth peer name p1 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:00:05 type bridge mcast_snooping 0
ip link set br0 up
ip link set p0 master br0
ip link set p0 up
ip link set p1 up
ip link set p0 type bridge_slave state 0
bridge link
ip -br link show br0
bridge link set dev p0 state 0
bridge link
ip -br link show br0
ip link set p0 type bridge_slave cost 7
bridge link
ip -br link show br0
bridge link set dev p0 state 0
ip link set p0 alias again
bridge link
