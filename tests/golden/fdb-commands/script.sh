#@ title bridge fdb in all its forms
#@ tags bridge fdb output error
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
ip link add p2 address 02:00:00:00:02:00 type veth peer name h2 address 02:00:00:00:00:02
ip link set p1 master br0 up
ip link set p2 master br0 up
ip link set h1 up
ip link set h2 up
ip link set br0 up
inject h1 ffffffffffff 020000000001 88b5 00
bridge fdb
bridge fdb show br br0
bridge fdb show brport p1
bridge fdb show dev p1
bridge fdb show br0
bridge fdb show br br0 state permanent
bridge fdb show br br0 dynamic
bridge fdb show br br0 static
bridge fdb show dynamic
bridge fdb show br nope
bridge fdb show bogus
bridge fdb add 02:aa:00:00:00:01 dev p1 master
bridge fdb add 02:aa:00:00:00:02 dev p1 master static
bridge fdb add 02:aa:00:00:00:03 dev p1 master dynamic
bridge fdb add 02:aa:00:00:00:04 dev p1 master permanent
bridge fdb add 02:aa:00:00:00:05 dev p1 master sticky static
bridge fdb add 02:aa:00:00:00:06 dev p1 self
bridge fdb add 02:aa:00:00:00:07 dev p1
bridge fdb add 02:aa:00:00:00:08 dev br0 self
bridge fdb add 02:aa:00:00:00:09 dev br0 self local
bridge fdb add 02:aa:00:00:00:0a dev p1 master extern_learn
bridge fdb add 02:aa:00:00:00:0b dev p1 master use dynamic
bridge fdb add 02:aa:00:00:00:0c dev p1 master vlan 5
bridge fdb add 02:aa:00:00:00:0d dev h1 master
bridge fdb add 02:aa:00:00:00:0e dev p1 self master static
bridge fdb add 01:00:5e:00:00:05 dev p1 master
bridge fdb add 01:00:5e:00:00:05 dev p1 self
bridge fdb add 00:00:00:00:00:00 dev p1 master
bridge fdb add ff:ff:ff:ff:ff:ff dev p1 master static
bridge fdb add 02:aa:00:00:00:02 dev p1 master static
bridge fdb add 02:aa:00:00:00:02 dev p2 master static
bridge fdb replace 02:aa:00:00:00:02 dev p2 master static
bridge fdb append 02:aa:00:00:00:10 dev p1 master static
bridge fdb add 02:aa:00:00 dev p1 master
bridge fdb add bogus dev p1
bridge fdb add 02:aa:00:00:00:11
bridge fdb add 02:aa:00:00:00:11 dev nope master
bridge fdb add 02:aa:00:00:00:11 dev p1 bogus
bridge fdb show br br0
bridge -s fdb show br br0 dynamic
bridge -d fdb show br br0
bridge -j fdb show br br0
bridge -j -p fdb show brport p2
bridge -o fdb show dev h1
bridge -b fdb
bridge fdb get 02:aa:00:00:00:02 br br0
bridge fdb get 02:aa:00:00:00:02 dev p2 master
bridge fdb get 02:aa:00:00:00:06 dev p1 self
bridge fdb get 02:aa:00:00:00:99 br br0
bridge fdb get 02:aa:00:00:00:02
bridge -j fdb get to 02:aa:00:00:00:02 br br0
bridge fdb del 02:aa:00:00:00:01 dev p1 master
bridge fdb del 02:aa:00:00:00:01 dev p1 master
bridge fdb del 02:aa:00:00:00:02 dev p1 master
bridge fdb del 02:aa:00:00:00:06 dev p1 self
bridge fdb del 02:aa:00:00:00:06 dev p1
bridge fdb del 02:00:00:00:01:00 dev p1 master
bridge fdb del 02:aa:00:00:00:08 dev br0 self
bridge fdb del 02:aa:00:00:00:99 dev br0 self
brctl showmacs br0
bridge fdb flush dev br0
bridge fdb flush dev p1 master
bridge fdb flush dev br0 brport p2
bridge fdb flush dev br0 permanent
bridge fdb flush dev br0 static local
bridge fdb flush
bridge fdb show br br0
