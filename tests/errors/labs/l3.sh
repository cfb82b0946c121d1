ip netns add m3eb
ip link add va address 02:00:00:00:00:0a type veth peer name vb address 02:00:00:00:00:0b netns m3eb
ip link set lo up
ip addr add 10.0.0.1/24 dev va
ip link set va up
ip -n m3eb link set lo up
ip -n m3eb addr add 10.0.0.2/24 dev vb
ip -n m3eb link set vb up
ip link add v6 type veth peer name w6
sysctl -qw net.ipv6.conf.v6.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0 net.ipv6.conf.v6.accept_dad=0
ip link set v6 up
ip link set w6 up
ip addr add 2001:db8::1/64 dev v6 nodad
ip link add dwn type veth peer name dwnp
