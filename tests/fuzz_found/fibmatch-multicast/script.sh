#@ title the route that a group or a broadcast matches has the type of its destination
ip link add a0 address 02:00:00:00:00:01 type veth peer name a1 address 02:00:00:00:00:02
ip addr add 10.0.0.4/24 dev a0
ip link set a0 up
ip link set a1 up
ip route add default via 10.0.0.5
ip route get fibmatch 224.0.0.5
ip route get fibmatch 255.255.255.255
ip route get fibmatch 10.0.0.255
ip route get fibmatch 10.0.0.4
ip route get fibmatch 10.7.7.7
ip route get 224.0.0.5
