#@ title IPv6 keeps its settings of lo below 1280 bytes, and loses those of others
ip link set lo mtu 68
ip -d link show lo
ip link set lo up
ip addr show lo
ip link set lo mtu 65536
ip addr show lo
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip link set a0 mtu 1000
ip -d link show a0
