#@ title route of net-tools
#@ tags route net-tools error
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.1.0.1/24 dev v1
route
route -n
route add -net 10.5.0.0/16 gw 10.0.0.2
route add -net 10.6.0.0 netmask 255.255.0.0 dev v1
route add -host 10.7.7.7 gw 10.0.0.3
route add default gw 10.0.0.4
route add default gw 10.0.0.5 metric 7
route add -net 10.8.0.0/16 reject
route add -host 10.9.9.9 reject
route add -net 10.10.0.0/16 gw 10.0.0.2 mss 1000 window 2000 irtt 300
route add -net 10.11.0.0/16 metric 5 dev v0
route add 10.12.0.1 dev v1
route add 10.13.0.0 dev v1
route add -net 10.14.0.0 dev v1
route add -net 192.168.5.0 dev v1
route add -net default dev v1 metric 9
route add -net 10.15.0.0/16 gw 10.0.0.2 dev v0
route add -net 10.16.0.0/16 gw 10.0.0.2 dyn
route add -net 10.17.0.0/16 gw 10.0.0.2 mod reinstate
route -n
route -e -n
route -ee -n
route -n -v
route -A inet -n
route --inet -n
ip route
route del -net 10.5.0.0/16
route del -net 10.5.0.0/16
route del -net 10.6.0.0 netmask 255.255.0.0 dev v0
route del -net 10.6.0.0 netmask 255.255.0.0 dev v1
route del default
route del default gw 10.0.0.5
route del -host 10.9.9.9 reject
route del -host 10.7.7.7 gw 10.0.0.99
route del -net 10.8.0.0/16 reject
route add
route add -net
route add -net 10.20.0.0/16
route add -net 10.20.0.1/16 dev v0
route add -host 10.20.0.0/16 dev v0
route add -host 10.20.0.1 netmask 255.255.0.0 dev v0
route add -net 10.20.0.0 netmask 255.0.255.0 dev v0
route add -net 10.20.0.0/33 dev v0
route add -net 10.20.0.0/16 dev nosuch
route add -net 10.20.0.0/16 gw 10.99.0.1
route add -net 10.20.0.0/16 metric abc dev v0
route add -net 10.20.0.0/16 gw 10.0.0.0/8
route add -net 10.20.0.0/16 dev v0 junk
route flush
route nosuch
route -V
route -n
ip -n nosuch route
