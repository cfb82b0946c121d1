#@ title Addresses of 0.0.0.0/8 and of class E are hosts like others
#@ tags route addr forward ping
ip netns add h1
ip netns add r
ip netns add h2
ip link add eth0 netns h1 address 02:00:00:00:01:01 type veth peer name r1 netns r address 02:00:00:00:0f:01
ip link add eth0 netns h2 address 02:00:00:00:02:02 type veth peer name r2 netns r address 02:00:00:00:0f:02
ip -n h1 addr add 10.1.0.2/24 dev eth0
ip -n h2 addr add 10.2.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev r1
ip -n r addr add 10.2.0.1/24 dev r2
ip -n h1 link set eth0 up
ip -n h2 link set eth0 up
ip -n r link set r1 up
ip -n r link set r2 up
ip -n h1 route add default via 10.1.0.1
ip -n h2 route add default via 10.2.0.1
ip netns exec r sysctl -w net.ipv4.ip_forward=1
ip -n h1 addr add 0.5.0.2/16 dev eth0
ip -n r addr add 0.5.0.1/16 dev r1
ip -n r addr add 250.0.0.1/24 dev r2
ip -n h2 addr add 250.0.0.2/24 dev eth0
ip -n h1 addr show eth0
ip -n r route show table all
ip -n h1 route get 0.5.0.1
ip -n h1 route get 0.0.0.1
ip -n h1 route get 250.0.0.2
ip netns exec h1 ping -c 1 -W 1 0.5.0.1
ip netns exec h1 ping -c 1 -W 1 250.0.0.2
ip netns exec h1 ping -c 1 -W 1 -I 0.5.0.2 250.0.0.2
ip netns exec h1 ping -c 1 -W 1 0.9.0.1
ip netns exec h1 udpsend 0.5.0.1 9 wait 500
ip netns exec h1 udpsend 250.0.0.2 9 wait 500
ip netns exec h1 arping -c 1 -w 1 -I eth0 0.5.0.1
ip -n r neigh
ip -n h1 addr add 0.0.0.0/8 dev eth0
ip -n h1 addr add 0.0.0.3/24 dev eth0
ip -n h1 route
ip -n h1 addr del 0.0.0.3/24 dev eth0
ip -n h1 addr
ip -n r route add 0.8.0.0/16 via 10.2.0.2
ip -n r route get 0.8.0.1
ip -n r neigh get 0.5.0.2 dev r1
