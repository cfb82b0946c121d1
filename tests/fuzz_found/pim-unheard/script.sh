#@ title what multicast routers say is no protocol that is unreachable; ping from 0.0.0.0
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add b0 address 02:00:00:00:0b:00 type veth peer name b1 address 02:00:00:00:0b:01
ip link set b0 up
ip link set b1 up
ip addr add 10.0.0.2/24 dev b1
ip neigh add 10.0.0.1 dev b1 lladdr 02:00:00:00:0b:00
inject b0 020000000b01020000000b00080045000039000000004067a8adc0a807070a0000026162636465666768696a6b6c6d6e6f707172737475767778797a6162636465666768696a6b
ip -s link show b0
ping -c 1 -W 0.1 -I 0.0.0.0 10.9.9.9
ping -c 1 -W 0.1 -I 0.0.0.0 10.0.0.2
