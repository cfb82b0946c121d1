#@ title Names, aliases, groups, queues, addresses
#@ tags link output error
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link set v0 alias "uplink to the lab"
ip link set v1 alias x group 42 txqueuelen 77
ip link show v0
ip link set v0 alias ""
ip link show v0
ip link show group 42
ip link set group 42 up
ip link set group 42 mtu 1400
ip link show v1
ip link set group default mtu 1400
ip link show
ip link property add dev v0 altname left-side altname uplink0123456789
ip link show left-side
ip link property add dev v1 altname left-side
ip link property del dev v0 altname nosuch
ip link property add dev v0 altname ""
ip link add left-side type bridge
ip link set left-side up
ip addr add 10.0.0.1/24 dev left-side
ip addr show uplink0123456789
ip -br link show left-side
ip -j link show left-side
ip route get 10.0.0.2 oif left-side
ip link set left-side name right-side
ip link set v0 down
ip link set left-side name leftmost
ip link show leftmost
ip link property del dev leftmost altname left-side
ip link set leftmost name v0
ip link set v0 address 02:00:00:00:00:aa
ip link set v0 address 01:00:00:00:00:aa
ip link set v0 address 02:00:00:00:00
ip link set v0 address 02:00:00:00:00:aa:bb
ip link set v0 address zz
ip link set v0 broadcast ff:ff:ff:ff:ff:fe
ip link set v0 brd ff:ff:ff:ff:ff:ff
ip link set v0 mtu 67
ip link set v0 mtu 68
ip link set v0 mtu 65535
ip link set v0 mtu 65536
ip link set v0 mtu x
ip link set v0 txqueuelen x
ip link set v0 txqlen 5
ip link set v0 qlen 6
ip link set v0 group nosuch
ip link set v0 promisc maybe
ip link set v0 promisc on multicast off allmulticast on arp off dynamic on carrier on protodown on
ip link show v0
ip -d link show v0
ip link set v0 protodown off
ip link set v0 mode dormant
ip link set v0 state dormant
ip link set v0 mode bogus
ip link set v0 state bogus
ip link set v0 carrier off
ip link set v0 up
ip link show v0
ip link set v0 mode default state up
ip link set v0 gso_max_size 30000 gso_max_segs 100 gro_max_size 40000
ip -d link show v0
ip link set v0 gso_max_size 3000000
ip link set v0 numtxqueues 2
ip link set v0 threaded on
ip link set v0 addrgenmode none
ip link set v0 addrgenmode random
ip link set v0 addrgenmode bogus
ip link set v0 vf 0 mac 02:00:00:00:00:01
ip link set v0 vrf br0
ip link set v0 link v1
ip link set v0 index 9
ip link set v0 netns nosuch
ip link set v0 netns 99999
ip link set v0 trailers on
ip link set v0 bogus
ip link set
ip link set dev
ip link set nosuch up
ip link set v0 v1 up
ip link set v0 dev v1 up
ip link set v0 up down
ip link set v0 master v0
ip link set v0 master v1
ip link set v0 master nosuch
ip link set v0 nomaster
ip link set v0 name v1
ip link set v0 name ""
ip link set v0 name a-very-long-name-indeed
ip link set v0 name "with space"
ip link set v0 name .
ip link set v0 name a:b
ip link
