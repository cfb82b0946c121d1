#@ title Every attribute of a link message is checked, also one that is given twice; virtual functions come late
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add a1 type veth peer name a0
ip link set dev a1 vf -1 mac 02:00:00:00:00:05
ip link set dev a1 vf 0 mac 02:00:00:00:00:05
ip link set dev a1 vf 0
ip link set dev a1 vf 1x mac 02:00:00:00:00:05
ip link set dev a1 vf 4294967295 mac 02:00:00:00:00:05
ip link set dev a1 vf 2147483648 mac 02:00:00:00:00:05
ip link set dev a1 vf -1
ip link set dev a1 vf 0 mac zz
ip link set dev a1 vf 0 nosuch 5
ip link set dev a1 gso_max_size 0 gso_max_size 600000
ip link set dev a1 gso_max_size 600000
ip link set dev a1 gso_max_size 0
ip link set dev a1 gso_max_segs 0
ip link set dev a1 gso_max_segs 1 gso_max_segs 70000
ip link set dev a1 gro_max_size 0
ip link set dev a1 gro_max_size 1 gro_max_size 700000
ip link set dev a1 gro_max_size 0 gso_max_size 7
ip link set dev a1 mtu 1400 mtu 1300
ip link add x0 gso_max_size 0 gso_max_size 600000 type veth peer name x1
ip link add x0 gso_max_size 600000 type veth peer name x1
ip link add x0 gso_max_size 0 type veth peer name x1
ip link add x0 gso_max_segs 0 gso_max_segs 70000 type veth peer name x1
ip link add x0 gso_max_segs 65536 type veth peer name x1
ip link add x0 gro_max_size 0 gro_max_size 700000 type veth peer name x1
ip link add x0 gro_max_size 700000 type veth peer name x1
ip link add y0 type veth peer name y1 gro_max_size 700000
ip link add y0 type veth peer name y1 gso_max_size 700000
ip link add y0 gso_max_size 600000 type bridge
ip link add y1 numtxqueues 4097 gso_max_size 600000 type bridge
ip -d link show x0
ip -d link show y0
ip link set dev a1 mtu 1300 vf 0 mac 02:00:00:00:00:05
ip link set dev a1 addrgenmode none carrier on
ip link set dev a1 addrgenmode none vf 0 mac 02:00:00:00:00:05
ip link set dev a1 addrgenmode none
ip link set dev a1 addrgenmode eui64 protodown on
ip link set dev a1 group 7 carrier off
ip link set dev a1 mode dormant vf -1 mac 02:00:00:00:00:05
ip -d link show a1
ip link add z0 vf 0 mac 02:00:00:00:00:05 type veth peer name z1
