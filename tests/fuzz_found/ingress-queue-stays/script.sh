#@ title The place for an ingress qdisc stays once it was asked for
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add c0 type veth peer name c1
tc qdisc del dev c0 ingress
tc qdisc add dev c0 ingress
tc qdisc del dev c0 ingress
tc qdisc del dev c0 ingress
ip link set c0 up
tc qdisc del dev c0 ingress
tc qdisc del dev c0 root
tc qdisc add dev c0 root handle ffff: pfifo
tc qdisc add dev c0 handle ffff: ingress
tc qdisc del dev c0 ingress
tc qdisc show dev c0
tc qdisc del dev c0 clsact
tc qdisc add dev c0 root handle 1:2 pfifo
tc qdisc add dev c0 root handle 3: pfifo
tc qdisc del dev c0 ingress
tc qdisc del dev c0 root handle ffff:
tc qdisc del dev c0 handle 3: root
tc qdisc del dev c0 handle 3: ingress
tc qdisc add dev c0 ingress
tc qdisc del dev c0 handle 3: ingress
tc qdisc del dev c0 handle ffff: ingress
tc qdisc del dev c0 handle ffff:2 ingress
tc qdisc del dev c0 root
