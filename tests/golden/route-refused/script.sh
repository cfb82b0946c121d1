#@ title What ip route and ip rule refuse
#@ tags route error
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip route add
ip route add 10.9.0.0/16
ip route add 10.9.0.0/16 via
ip route add 10.9.0.0/16 via 10.0.0.2 via 10.0.0.3
ip route add 10.9.0.0/16 dev v0 dev v1
ip route add 10.9.0.0/16 via 10.0.0.2 metric -1
ip route add 10.9.0.0/16 via 10.0.0.2 mtu 100000
ip route add 10.9.1.0/24 via 10.0.0.2 hoplimit 300
ip route add 10.9.2.0/24 via 10.0.0.2 hoplimit 0
ip route add 10.9.3.0/24 via 10.0.0.2 congctl nosuch
ip route add 10.9.4.0/24 via 10.0.0.2 features nosuch
ip route add 10.9.4.0/24 via 10.0.0.2 lock
ip route add 10.9.5.0/24 via 10.0.0.2 mtu lock
ip route add 10.9.6.0/24 via 10.0.0.2 table 0
ip route add 10.9.7.0/24 via 10.0.0.2 table 4294967295
ip route add 10.9.7.0/24 via 10.0.0.2 table 4294967296
ip route add 10.9.8.0/24 via 10.0.0.2 tos 0x103
ip route add 10.9.8.0/24 via 10.0.0.2 tos 3
ip route add 10.9.9.0/24 via inet 10.0.0.2
ip route add 10.9.11.0/24 dev v0 onlink
ip route add 10.9.12.0/24 via 10.77.0.1 onlink
ip route add 10.9.13.0/24 via 10.0.0.1 dev v0 onlink
ip route add 10.9.14.0/24 via 10.0.0.1
ip route add 10.9.15.0/24 via 10.0.0.0
ip route add 10.9.16.0/24 via 224.0.0.1 dev v0
ip route add 10.9.17.0/24 via 127.0.0.1 dev v0
ip route add local 10.9.18.0/24 via 10.0.0.2
ip route add unreachable 10.9.19.0/24 via 10.0.0.2
ip route add unreachable 10.9.19.0/24 src 10.0.0.1
ip route add broadcast 10.9.20.0/24 dev v0 via 10.0.0.2
ip route add 10.9.21.0/24 dev lo
ip route add 10.9.22.0/24 dev v0 src 10.0.0.99
ip route add 10.9.23.0/24 dev v0 expires 60
ip route add 10.9.24.0/24 dev v0 pref high
ip route add 10.9.25.0/24 dev v0 ttl-propagate enabled
ip route add 10.9.26.0/24 dev v0 fastopen_no_cookie 2
ip route add 10.9.27.0/24 dev v0 protocol 300
ip route add 10.9.28.0/24 dev v0 scope 300
ip route add 10.9.29.0/24 dev v0 type nosuch
ip route add nosuch 10.9.29.0/24 dev v0
ip route add 10.9.30.0/24 nhid 5
ip route add 10.9.31.0/24 nexthop
ip route add 10.9.32/24 dev v0
ip route add 10.9 dev v0
ip route add 0/0 dev v0
ip route add 0.0.0.0/1 dev v0
ip route add any dev v1
ip route add all dev v1 metric 3
ip route add default dev v0 scope link metric 4
ip route add 255.255.255.255 dev v0
ip route add 127.5.0.0/16 dev v0
ip route
ip route del
ip route del 10.99.0.0/16
ip route del 10.9.1.0/24 via 10.0.0.3
ip route change 10.99.0.0/16 via 10.0.0.2
ip route replace 10.98.0.0/16 via 10.0.0.2
ip route append 10.97.0.0/16 via 10.77.0.2
ip route show table 77
ip route show table nosuch
ip route show dev nosuch
ip route show proto nosuch
ip route show scope nosuch
ip route show type nosuch
ip route show via 10.0.0.2
ip route show via bogus
ip route show src 10.0.0.1
ip route show metric 3
ip route show bogus
ip route show root
ip route get
ip route get bogus
ip route get 10.0.0.2 bogus
ip route get 10.0.0.2 from
ip route get 10.0.0.2 tos 300
ip route get 10.0.0.2 mark zz
ip route get 10.0.0.2 dport 99999
ip route get 10.0.0.2 ipproto nosuch
ip route flush
ip route flush dev nosuch
ip route flush bogus
ip route flush table 77
ip route flush cache
ip route nosuch
ip rule add pref 5
ip rule add from 10.0.0.0/8 pref abc
ip rule add fwmark zz table 5
ip rule add iif
ip rule add iif nosuch table 7
ip rule add from 10.0.0.1 to 10.0.0.2 iif v0 oif v1 tos 8 fwmark 1 table 5 pref 77
ip rule add from 10.0.0.1 to 10.0.0.2 iif v0 oif v1 tos 8 fwmark 1 table 5 pref 77
ip rule add dport 70000 table 5
ip rule add dport 5-2 table 5
ip rule add ipproto nosuch table 5
ip rule add tos 300 table 5
ip rule add table 5 goto 7
ip rule add table 5 type nosuch
ip rule add goto 3000 pref 2000
ip rule
ip rule del bogus
ip rule nosuch
ip rule show bogus
