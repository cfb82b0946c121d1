#@ title lo below IPv6's least MTU loses its addresses and keeps the rest of IPv6; others lose all
sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0
ip link add a0 address 02:00:00:00:00:01 type veth peer name a1 address 02:00:00:00:00:02
ip link set lo up
ip -6 addr show dev lo
ip link set lo mtu 68
ip link set a0 mtu 68
ip -d link
ip -6 addr
ip -6 route show table all
ip link set lo mtu 65536
ip -6 addr
ip link set lo down
ip link set lo mtu 1279
ip link set lo up
ip -6 addr
ip link set lo down
ip link set lo mtu 1300
ip link set lo up
ip -6 addr
