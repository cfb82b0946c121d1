#@ title Every port flag, set and shown in all forms
#@ tags bridge flags output
ip link add br0 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
ip link add p2 address 02:00:00:00:02:00 type veth peer name h2 address 02:00:00:00:00:02
ip link set p1 up master br0
ip link set p2 up master br0
ip link set h1 up
ip link set h2 up
ip link set br0 up

bridge link set dev p1 guard on hairpin on fastleave on root_block on
bridge -d link show dev p1
bridge link set dev p1 learning off learning_sync on flood off mcast_flood off bcast_flood off mcast_to_unicast on neigh_suppress on vlan_tunnel on isolated on locked on
bridge -d link show dev p1
bridge -d -j link show dev p1
bridge -d -j -p link show dev p2
bridge -s link
bridge -o -d link
ip -d link show p1
ip -d -j link show p1
bridge link set dev p1 cost 77 priority 5
bridge link set dev p2 state 0
bridge link show
bridge link set dev p2 state forwarding
bridge link set dev p2 state learning
bridge link
bridge link set dev p2 state 7
bridge link set dev p2 state bogus
bridge link set dev p2 state 3
bridge link set dev p2 priority 64
bridge link set dev p2 priority 256
bridge link set dev p2 cost 0
bridge link set dev p2 cost 65536
bridge link set dev p2 cost x
bridge link set dev p2 mcast_router 2
bridge link set dev p2 mcast_router 7
bridge link set dev p2 backup_port p1
bridge -d link show dev p2
bridge link set dev p2 nobackup_port
bridge link set dev p2 backup_port p2
bridge link set dev p2 backup_port nope
bridge link set dev p2 backup_port h1
bridge link set dev p2 hwmode vepa
bridge link set dev p2 hwmode bogus
bridge link set dev p2 learning off self
bridge link set dev p2 learning off master
bridge link set dev p2 bogus on
bridge link set dev p2
bridge link set learning on
bridge link show dev p2
bridge link show p2
bridge link show dev nope
bridge link bogus
bridge link set dev p1 guard off hairpin off fastleave off root_block off locked off isolated off
bridge -d link show dev p1
