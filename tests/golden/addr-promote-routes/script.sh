#@ title Promotion with several prefixes, routes and labels
#@ tags addr route sysctl
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip addr add 10.0.0.1/24 brd + dev v0 label v0:a
ip addr add 10.0.0.2/24 brd + dev v0 label v0:b metric 40
ip addr add 10.0.0.3/24 dev v0
ip addr add 10.0.0.4/25 dev v0
ip addr add 10.0.1.1/24 dev v0
ip addr add 10.0.1.2/24 dev v0 scope link
ip route add 10.5.0.0/16 via 10.0.0.9
ip route add 10.6.0.0/16 via 10.0.0.9 src 10.0.0.2
ip route add 10.7.0.0/16 via 10.0.0.9 src 10.0.0.1
sysctl -w net.ipv4.conf.all.promote_secondaries=1
ip addr del 10.0.0.1/24 dev v0
ip addr show v0
ip route
ip route show table local
ip addr del 10.0.0.4/25 dev v0
ip route show table local
ip addr del 10.0.0.2/24 dev v0
ip addr show v0
ip route
ip addr del 10.0.0.3/24 dev v0
ip route show table all
sysctl -w net.ipv4.conf.all.promote_secondaries=0
ip addr add 10.0.1.3/24 dev v0
ip addr del 10.0.1.1/24 dev v0
ip addr
ip route show table all
