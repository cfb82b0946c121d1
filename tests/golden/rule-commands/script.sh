#@ title Rules by mark, source, destination, device and priority
#@ tags route rule
ip netns add a
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns a
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.5.1/24 dev v0
ip link set v0 up
ip link set lo up
ip -n a link set v1 up
ip -n a addr add 10.0.0.2/24 dev v1
ip -n a addr add 10.0.5.2/24 dev v1
ip route add default via 10.0.0.2 table 100
ip route add default via 10.0.5.2 table 200
ip route add unreachable default table 201
ip route add 10.66.0.0/16 via 10.0.5.2 table 202 metric 5 proto static
ip rule
ip rule add from 10.0.5.1 table 200
ip rule add to 10.66.0.0/16 lookup 202 prio 300
ip rule add fwmark 0x1 lookup 100 pref 400
ip rule add fwmark 2/0xff table 201
ip rule add iif v0 table 100
ip rule add oif v0 table 200 prio 1000
ip rule add from all to 10.77.0.0/24 blackhole
ip rule add from 10.88.0.0/16 prohibit prio 50
ip rule add to 10.89.0.0/16 unreachable prio 51
ip rule add not from 10.0.0.0/8 table 100 prio 52
ip rule add tos 0x10 table 100 prio 60
ip rule add ipproto udp dport 53 table 200 prio 61
ip rule add ipproto tcp sport 1000-2000 table 200 prio 62
ip rule add uidrange 0-10 table 100 prio 2000
ip rule add table main suppress_prefixlength 0 prio 70
ip rule
ip -j rule
ip -j -p rule show prio 70
ip -d rule
ip rule show table 200
ip rule show from 10.0.5.1
ip rule show prio 60-63
ip rule show iif v0
ip rule show fwmark 1
ip route get 8.8.8.8
ip route get 8.8.8.8 from 10.0.5.1
ip route get 8.8.8.8 mark 1
ip route get 8.8.8.8 mark 2
ip route get 10.66.1.1
ip route get 10.77.0.1
ip route get 10.89.0.1
ip route get 8.8.8.8 oif v0
ip route show table all
ip route list table 100
ip route show table 201
ip -j route show table 202
ip rule del prio 61
ip rule del from 10.0.5.1 table 200
ip rule del from 10.0.5.1 table 200
ip rule del fwmark 1
ip rule del table 100
ip rule
ip rule flush
ip rule
ip rule add table main prio 32766
ip rule add table 254
