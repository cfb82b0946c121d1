#@ title Every port flag set and shown
#@ tags bridge flags output
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
ip link set p1 master br0
bridge link set dev p1 cost 77 priority 9 state 1
bridge link set dev p1 guard on root_block on hairpin on fastleave on learning off learning_sync on
bridge -d link show dev p1
bridge link set dev p1 flood off mcast_flood off bcast_flood off mcast_to_unicast on neigh_suppress on vlan_tunnel on isolated on locked on mab on
bridge -d link show dev p1
bridge -d -j -p link show dev p1
bridge link set dev p1 mcast_router 2 mcast_max_groups 5
bridge -d link show dev p1
ip -d link show p1
ip -j -d link show p1
bridge link set dev p1 locked off mab on
bridge link set dev p1 state forwarding
bridge link set dev p1 state blocking
bridge link show dev p1
bridge link set dev p1 state bogus
bridge link set dev p1 state 9
bridge link set dev p1 cost 0
bridge link set dev p1 cost 70000
bridge link set dev p1 priority 64
bridge link set dev p1 guard maybe
bridge link set dev p1 bogus on
bridge link set dev h1 cost 5
bridge link set dev nope cost 5
bridge link set p1 cost 5
bridge link set dev p1 self
bridge link set dev p1 master cost 9
bridge link set dev br0 learning off self
bridge link set dev p1 backup_port h1
bridge link set dev p1 hwmode vepa
bridge -d -s link show
bridge -s link
bridge link help
ip link set p1 type bridge_slave state 3 cost 11 priority 12 hairpin off guard off root_block off fastleave off flood on proxy_arp on proxy_arp_wifi on
ip -d link show p1
ip link set p1 type bridge_slave learning on mcast_router 1 mcast_fast_leave on mcast_flood on mcast_to_unicast off group_fwd_mask 16 neigh_suppress off vlan_tunnel off isolated off locked off mab off
ip -d link show p1
ip link set p1 type bridge_slave group_fwd_mask 7
ip link set p1 type bridge_slave cost 0
ip link set p1 type bridge_slave bogus 4
ip link set h1 type bridge_slave cost 4
ip link set p1 type bridge_slave fdb_flush
ip -d -j -p link show p1
brctl hairpin br0 p1 on
brctl hairpin br0 p1 maybe
brctl hairpin br0 h1 on
brctl showstp br0
ip link set p1 nomaster
bridge link
ip -d link show p1
