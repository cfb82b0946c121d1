#@ title Selecting and printing routes
#@ tags route output
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.1.1/24 dev v1 metric 77
ip route add 10.5.0.0/16 via 10.0.0.2
ip route add 10.5.1.0/24 via 10.0.0.2 metric 10
ip route add 10.5.1.0/24 via 10.0.0.3 metric 20 proto bird
ip route add 10.6.0.0/16 dev v1 scope link src 10.0.1.1 proto 99
ip route add 10.7.0.0/16 via 10.0.0.2 mtu 1400 advmss 1000 window 5000 rtt 100ms rttvar 50 ssthresh 10 cwnd 5 initcwnd 10 initrwnd 20 quickack 1 reordering 5 rto_min 200ms hoplimit 9
ip route add 10.8.0.0/16 via 10.0.0.2 tos 0x08
ip route add 10.9.0.0/16 via 192.168.9.9 dev v0 onlink
ip route add blackhole 10.10.0.0/16
ip route add local 10.11.0.0/16 dev v0
ip route add broadcast 10.12.0.255 dev v0
ip route add prohibit 10.13.0.0/16 metric 9
ip route add default via 10.0.0.9 proto dhcp metric 100
ip route
ip -4 route list
ip -o route
ip -d route
ip -s route
ip -j route
ip -j -d -p route show 10.7.0.0/16
ip route show default
ip route show 10.5.0.0/16
ip route show root 10.5.0.0/16
ip route show match 10.5.1.9
ip route show match 10.5.0.0/16
ip route show exact 10.5.1.0/24
ip route show to 10.5.1.0/24
ip route show dev v1
ip route show via 10.0.0.2
ip route show proto kernel
ip route show proto boot dev v0
ip route show proto 99
ip route show scope link
ip route show scope global
ip route show type blackhole
ip route show type local
ip route show table local
ip route show table local type broadcast
ip route show table main proto dhcp
ip route show src 10.0.1.1
ip route show metric 10
ip route show tos 8
ip route show tos 0x08
ip route show table all type local
ip route show cache
ip route show cloned
ip route show cached
ip -6 route
ip route list exact default
ip route get 10.7.1.1
ip route get 10.8.1.1 tos 8
ip route get 10.9.1.1
ip route get 10.11.1.1
ip route get 10.10.1.1
ip route get 10.13.0.5
ip -d route get 10.7.1.1
ip route del 10.5.1.0/24 metric 20
ip route del 10.5.1.0/24 via 10.0.0.2 metric 20
ip route flush proto 99
ip route flush dev v1
ip route show dev v1
ip route flush root 10.5.0.0/16
ip route flush 10.7.0.0/16
ip route flush exact 10.8.0.0/16
ip -s route flush type blackhole
ip -s -s route flush proto boot
ip route
