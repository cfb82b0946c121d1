#@ title An error of the own host comes in on lo: a socket bound to another device does not hear it
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.icmp_ratelimit=0
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip addr add 10.0.1.5/25 dev v0
sysctl -qw net.ipv4.neigh.v0.retrans_time_ms=100
ping -c 1 -W 1 10.0.1.9
ping -c 1 -W 1 -I v0 10.0.1.9
ping -c 1 -W 1 -I v0 10.0.0.1
ping -c 3 -i 0.002 -W 0.5 -I v0 10.0.1.9
ip link set lo down
ping -c 3 -i 0.002 -W 0.5 -I v0 10.0.1.9
