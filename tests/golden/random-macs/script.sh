#@ title Random addresses of pairs and bridges here and there
#@ tags veth netns mac
ip netns add b
ip netns add a
ip link add type veth
ip link add v2 type veth peer name v3 netns a
ip link add v4 netns b type veth peer name v5
ip link add v6 netns a type veth peer name v7 netns b
ip link add v8 netns b type veth peer name v9 netns a
ip -n a link add v10 type veth peer name v11 netns b
ip link add v0 type veth
ip link add all type veth peer name w
ip link add v12 type veth
ip link add br0 address 02:00:00:00:00:01 type bridge mcast_snooping 0
ip link add br1 type bridge mcast_snooping 0
ip link add br1 type bridge
ip link add br2 type bridge forward_delay 1
ip link add v13 index 60 type veth peer name v14 index 70
ip link add v15 index 90 type veth peer name v16 index 80
brctl addbr br0
brctl addbr br3
ip link set br3 type bridge mcast_snooping 0
ip link add v17 type veth peer name v18 address 02:00:00:00:00:18
ip link add v19 link-netns a type veth peer name v20
ip link add v21 link-netnsid 77 type veth peer name v22
ip link
ip -n a link
ip -n b link
