#@ title ping -6 of link-local addresses: which device is meant
#@ tags ping ipv6
#@ ipv6 on
ip netns add a
ip netns add b
ip link add v0 netns a address 02:00:00:00:00:0a type veth peer name w0 netns b address 02:00:00:00:00:1a
ip link add v1 netns a address 02:00:00:00:00:0b type veth peer name w1 netns b address 02:00:00:00:00:1b
ip -n a link set v0 up
ip -n a link set v1 up
ip -n b link set w0 up
ip -n b link set w1 up
ip -n a addr add 2001:db8::1/64 dev v0 nodad
ip -n b addr add 2001:db8::2/64 dev w0 nodad
sleep 3
ip netns exec a ping -c 1 fe80::ff:fe00:1a%v0
ip netns exec a ping -c 1 fe80::ff:fe00:1b%v1
ip netns exec a ping -c 1 -I v1 fe80::ff:fe00:1b
ip netns exec a ping -c 1 fe80::ff:fe00:1b%3
ip netns exec a ping -c 1 -I fe80::ff:fe00:a%v0 fe80::ff:fe00:1a
ip netns exec a ping -c 1 -I fe80::ff:fe00:a fe80::ff:fe00:1a%v0
ip netns exec a ping -c 1 -I fe80::ff:fe00:a%v0 2001:db8::2
ip netns exec a ping -c 1 -W 4 fe80::ff:fe00:1b%v0
ip netns exec a ping -c 1 -W 1 fe80::1%nodev
ip netns exec a ping -c 1 fe80::ff:fe00:a%v0
