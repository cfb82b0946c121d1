#@ title What is wrong with a route's metrics, and in which order
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip link set a0 up
ip addr add 10.0.0.1/24 dev a0
ip route add nat 10.1.0.0/16 congctl bogus
ip route add nat 10.1.0.0/16
ip route add 10.1.0.0/16 congctl bogus
ip route add 10.1.0.0/16 dev a0 congctl bogus
ip route add 10.1.0.0/16 via 10.0.0.2 congctl bogus
ip route add blackhole 10.1.0.0/16 congctl bogus
ip route add nat 10.1.0.0/16 dev a0 congctl bogus
ip route add 10.1.0.1/16 dev a0 congctl bogus
ip route add 10.1.0.0/16 dev a0 scope host via 10.0.0.2 congctl bogus
ip route add nat 10.1.0.0/16 src 10.0.0.1
ip route add nat 10.1.0.0/16 src 10.0.0.1 congctl bogus
ip route add nat 10.1.0.0/16 src 10.9.9.9 congctl bogus
ip route add nat 10.1.0.0/16 mtu 70000
ip route add nat 10.1.0.0/16 features ecn
ip route del 10.1.0.0/16 congctl bogus
ip route del nat 10.1.0.0/16 congctl bogus
ip route add local 10.1.0.0/16 congctl bogus
ip route add 10.2.0.0/16 dev a0 congctl cubic
ip route add 10.3.0.0/16 dev a0 congctl reno
ip route show
ip route replace nat 10.1.0.0/16 nhid 5 congctl bogus
ip route append nat 10.0.0.128/25 src 10.0.0.1 congctl bogus
