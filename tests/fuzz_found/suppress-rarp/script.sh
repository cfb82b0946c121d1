#@ title a port that suppresses neighbours hears no announcement in an RARP frame either
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip link add d0 address 02:00:00:00:0d:00 type veth peer name d1 address 02:00:00:00:0d:01
ip link add br0 address 02:00:00:00:0b:01 type bridge
ip link set br0 up
ip link set a0 master br0
ip link set d0 master br0
bridge link set dev a0 neigh_suppress on
ip link set a0 up
ip link set a1 up
ip link set d0 up
ip link set d1 up
inject d1 ffffffffffff020000000071803500010800060400010200000000710a0000070000000000000a000007
inject d1 ffffffffffff020000000071803500010800060400030200000000710a0000070000000000000a000007
inject d1 ffffffffffff020000000071803500010800060400010200000000710a0000070000000000000a000008
inject d1 ffffffffffff020000000071080600010800060400040200000000710000000000000000000000000000
ip -s link show a1
