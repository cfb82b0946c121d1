#@ title Secondary addresses of several subnets come and go
#@ tags addr
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip addr add 10.0.0.1/24 dev v0 brd +
ip addr add 10.0.0.2/24 dev v0 brd +
ip addr add 10.1.0.1/16 dev v0 label v0:x
ip addr add 10.0.0.3/25 dev v0 brd -
ip addr add 10.1.5.5/16 dev v0 label v0:y scope host
ip addr add 10.0.0.4/24 dev v0 noprefixroute
ip addr
ip route show table local
ip addr del 10.0.0.1/24 dev v0
ip addr show v0
ip route
sysctl -w net.ipv4.conf.all.promote_secondaries=1
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.0.2/24 dev v0
ip addr del 10.1.0.1 dev v0
ip addr show v0
ip route
ip route show table local
ip addr del 10.0.0.1/24 dev v0
ip addr show dev v0 secondary
ip addr show dev v0 primary
ip addr show label v0:y
ip addr show label 'v0*'
ip addr show scope host
ip addr show to 10.1.0.0/16
ip addr show permanent
ip addr show dynamic
ip addr show deprecated
ip addr show tentative
ip -j addr show v0
ip addr flush dev v0 label v0:y
ip addr flush to 10.0.0.0/25 dev v0
ip -s -s addr flush dev v0
ip addr show v0
ip addr add 10.0.0.1 dev v0
ip addr add 10.0.0.1 peer 10.0.0.2 dev v0
ip addr add 10.0.0.1 peer 10.0.5.2/24 dev v0 brd 10.0.5.255
ip addr add 10.0.0.1/31 dev v0
ip addr add local 10.0.7.1/30 dev v0 scope 33
ip addr add 10.0.8.1/24 broadcast 10.0.8.99 anycast 10.0.8.98 dev v0
ip addr show v0
ip route
ip route show table local
ip addr del 10.0.0.1/32 dev v0
ip addr del 10.0.0.1 peer 10.0.0.2 dev v0
ip addr del 10.0.0.99/24 dev v0
ip addr del 10.0.7.1/31 dev v0
ip addr show v0
ip -br -4 addr
