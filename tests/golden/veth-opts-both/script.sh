#@ title Options on both ends of a new pair
#@ tags veth output
ip link add a1 address 02:00:00:00:00:01 mtu 2000 txqueuelen 0 numtxqueues 1 numrxqueues 1 group 7 type veth peer name b1 address 02:00:00:00:00:02 mtu 3000 txqueuelen 10 numtxqueues 3 numrxqueues 2 group 8
ip -d link show a1
ip -d link show b1
ip link add a2 address 02:00:00:00:00:03 arp off multicast off promisc on allmulticast on type veth peer name b2 address 02:00:00:00:00:04 arp off dynamic on
ip link show a2
ip link show b2
ip link add a3 address 02:00:00:00:00:05 index 50 type veth peer name b3 index 40 address 02:00:00:00:00:06
ip -br link
ip link add a4 address 02:00:00:00:00:07 type veth peer name b4 index 45 address 02:00:00:00:00:08
ip -br link
ip link add a5 address 02:00:00:00:00:09 alias hello type veth peer name b5 address 02:00:00:00:00:0a alias peer-alias
ip link show a5
ip link show b5
ip link add a6 index 50 type veth peer name b6
ip link add a6 index 0 type veth peer name b6
ip link add a6 index -3 type veth peer name b6
ip link add a6 index x type veth peer name b6
ip link add a6 numtxqueues 0 type veth peer name b6
ip link add a6 numtxqueues 5000 type veth peer name b6
ip link add a6 numrxqueues x type veth peer name b6
ip link add a6 txqueuelen -1 type veth peer name b6
ip link add a6 txqueuelen x type veth peer name b6
ip link add a6 group x type veth peer name b6
ip link add a6 type veth peer
ip link add a6 type veth peer name
ip link add a6 type veth bogus
ip link add a6 type veth peer name b6 bogus
ip link add a6 type veth peer name b6 mtu
ip link add a6 address type veth
ip link add a6 address 01:00:00:00:00:01 type veth peer name b6
ip link add a6 type veth peer name b6 address 01:00:00:00:00:01
ip link add a6 broadcast ff:ff:ff:ff:ff:00 address 02:00:00:00:00:0b type veth peer name b6 broadcast ff:ff:ff:ff:00:ff address 02:00:00:00:00:0c
ip link show a6
ip link show b6
ip link add a7 mode dormant address 02:00:00:00:00:0d type veth peer name b7 address 02:00:00:00:00:0e mode dormant
ip link show a7
ip link show b7
ip link
