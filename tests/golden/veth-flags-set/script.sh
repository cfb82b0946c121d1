#@ title Flags of a link one by one
#@ tags veth output
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 promisc on
ip -d link show v0
ip link set v0 promisc off allmulticast on
ip link show v0
ip link set v0 allmulticast off multicast off
ip link show v0
ip link set v0 arp off dynamic on trailers off
ip link show v0
ip link set v0 arp on dynamic off trailers on multicast on
ip link show v0
ip link set v0 promisc maybe
ip link set v0 arp
ip link set v0 multicast 1
ip link set v0 mode dormant
ip link set v0 up
ip link set v1 up
ip link show v0
ip link set v0 state dormant
ip link set v0 state bogus
ip link set v0 mode default
ip link show v0
ip link set v0 state up
ip link show v0
ip link set v0 carrier off
ip link set v0 protodown on
ip -d link show v0
ip link set v0 protodown off
ip link set v0 txqueuelen 0
ip link show v0
ip link set v0 txqlen 20
ip link set v0 qlen 30
ip link show v0
ip link set v0 txqueuelen -5
ip link set v0 txqueuelen abc
ip link set v0 group nosuch
ip link set v0 group default
ip link set v0 group 0x10
ip link show v0
ip link show group 16
ip link set v0 alias
ip link set v0 alias "x y  z"
ip link show v0
ip -br link show v0
ip -o link show v0
ip -j link show v0
ip link set v0 alias ""
ip link show v0
ip link set v0 address 02:00:00:00:00:09 mtu 1400 name w9 up
ip link show w9
ip link set w9 down up
ip link show w9
ip link set w9 up down
ip link show w9
ip link set v1 addr 02-00-00-00-00-07
ip link set v1 address 2:0:0:0:0:7
ip link set v1 address 0200.0000.0008
ip link set v1 address 02:00:00:00:00:07:08
ip link show v1
ip link set v1 gso_max_size 30000
ip link set v1 gso_max_segs 10
ip -d link show v1
ip link set v1 gso_max_size 600000
ip link set v1 addrgenmode none
ip -d link show v1
ip link set v1 addrgenmode bogus
