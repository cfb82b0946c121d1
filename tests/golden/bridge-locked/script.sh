#@ title Locked ports, mab, learning off, static entries
#@ tags bridge flags inject
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
ip link add p2 address 02:00:00:00:02:00 type veth peer name h2 address 02:00:00:00:00:02
ip link add p3 address 02:00:00:00:03:00 type veth peer name h3 address 02:00:00:00:00:03
ip link set p1 up master br0
ip link set p2 up master br0
ip link set p3 up master br0
ip link set h1 up
ip link set h2 up
ip link set h3 up
ip link set br0 up
bridge link set dev p1 locked on learning off
inject h1 ffffffffffff 020000000001 88b5 01
bridge fdb add 02:00:00:00:00:01 dev p1 master static
inject h1 ffffffffffff 020000000001 88b5 02
inject h1 020000000002 020000000055 88b5 03
bridge fdb del 02:00:00:00:00:01 dev p1 master
bridge link set dev p1 learning on
inject h1 ffffffffffff 020000000001 88b5 04
bridge link set dev p1 mab on
inject h1 ffffffffffff 020000000001 88b5 05
bridge fdb show br br0
bridge -d fdb show br br0 dynamic
inject h2 020000000001 020000000002 88b5 06
inject h3 ffffffffffff 020000000001 88b5 07
bridge fdb show br br0
bridge fdb replace 02:00:00:00:00:01 dev p1 master dynamic
inject h1 020000000002 020000000001 88b5 08
inject h1 0180c200000e 020000000077 88cc 09
bridge link set dev p1 mab off locked off
bridge link set dev p2 learning off
inject h2 ffffffffffff 020000000002 88b5 0a
bridge fdb add 02:00:00:00:00:33 dev p3 master sticky static
inject h1 ffffffffffff 020000000033 88b5 0b
bridge fdb show br br0
bridge link set dev p2 flood off bcast_flood off mcast_flood off
inject h1 ffffffffffff 020000000001 88b5 0c
inject h1 010000000001 020000000001 88b5 0d
inject h1 02aaaaaaaaaa 020000000001 88b5 0e
inject h1 020000000002 020000000001 88b5 0f
bridge fdb add 02:00:00:00:00:02 dev p2 master static
inject h1 020000000002 020000000001 88b5 10
bridge link set dev p1 hairpin on isolated on
bridge link set dev p3 isolated on
inject h1 02aaaaaaaaaa 020000000001 88b5 11
inject h1 020000000001 020000000044 88b5 12
inject h1 020000000b00 020000000001 88b5 13
ip -s link show h1
