#@ title The same flags through ip link set type bridge_slave
#@ tags bridge flags output error
ip link add br0 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
ip link add p2 address 02:00:00:00:02:00 type veth peer name h2 address 02:00:00:00:00:02
ip link set p1 up master br0
ip link set p2 up master br0
ip link set h1 up
ip link set h2 up
ip link set br0 up

ip link set p1 type bridge_slave hairpin on guard on root_block on fastleave on learning off flood off
ip -d link show p1
ip link set p1 type bridge_slave proxy_arp on proxy_arp_wifi on mcast_router 2 mcast_fast_leave off mcast_flood off bcast_flood off mcast_to_unicast on neigh_suppress on
ip -d link show p1
ip link set p1 type bridge_slave group_fwd_mask 0xfff8 vlan_tunnel on isolated on locked on
ip -d link show p1
ip link set p1 type bridge_slave state 2 priority 10 cost 300
ip -d link show p1
bridge link
ip link set p1 type bridge_slave state 3
ip link set p1 type bridge_slave state 5
ip link set p1 type bridge_slave state x
ip link set p1 type bridge_slave priority 64
ip link set p1 type bridge_slave priority x
ip link set p1 type bridge_slave cost 0
ip link set p1 type bridge_slave cost 65535
ip link set p1 type bridge_slave cost 65536
ip link set p1 type bridge_slave hairpin 1
ip link set p1 type bridge_slave hairpin
ip link set p1 type bridge_slave bogus on
ip link set p1 type bridge_slave mcast_router 9
ip link set p1 type bridge_slave group_fwd_mask 1
ip link set p1 type bridge_slave group_fwd_mask 65536
ip link set p1 type bridge_slave backup_port p2
ip -d link show p1
ip link set p1 type bridge_slave nobackup_port
ip link set h1 type bridge_slave hairpin on
ip link set br0 type bridge_slave hairpin on
ip link set p1 type bridge hairpin on
ip link set p2 type bridge_slave
ip link show type bridge_slave
ip -d -j link show p1
ip -d -j -p link show p2
