#@ title Unicast addresses of a device: those that its bridge knows for good leave it, a device that is down keeps promiscuity
ip link add a0 address 02:00:00:00:00:01 type veth peer name a1 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:00:05 type bridge mcast_snooping 0
ip link set br0 up
bridge fdb add 02:00:00:00:00:05 dev a0 self local
bridge fdb add 02:00:00:00:00:06 dev a0 self local
bridge fdb
ip -d link show a0
ip link set a0 up
ip -d link show a0
ip link set a0 down
ip -d link show a0
bridge fdb del 02:00:00:00:00:06 dev a0 self
ip -d link show a0
ip link set a0 up
bridge fdb add 02:00:00:00:00:07 dev br0 master local
bridge fdb add 02:00:00:00:00:07 dev a0 self local
ip link set a0 master br0
bridge fdb
ip -d link show a0
ip link set a0 nomaster
bridge fdb
ip -d link show a0
