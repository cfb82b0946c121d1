#@ title A new altname is told like a change of the link: a device without carrier forgets its neighbours
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip link set a0 up
ip addr add 10.0.0.1/24 dev a0
sysctl -qw net.ipv4.neigh.a0.retrans_time_ms=20
ping -c 1 -W 0.3 10.0.0.2
sleep 0.5
ip neigh show nud all
ip link property add dev a0 altname other
ip neigh show nud all
ping -c 1 -W 0.3 10.0.0.3
sleep 0.5
ip neigh show nud all
ip link property del dev a0 altname other
ip neigh show nud all
ip neigh add 10.0.0.4 lladdr 02:00:00:00:00:04 dev a0
ping -c 1 -W 0.3 10.0.0.5
sleep 0.5
ip link property add dev a0 altname this altname this
ip neigh show nud all
