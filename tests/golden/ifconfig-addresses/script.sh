#@ title ifconfig for addresses
#@ tags ifconfig net-tools error
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ifconfig v0 10.0.0.1
ifconfig v0
ip route
ifconfig v0 10.0.0.1 netmask 255.255.255.0
ip route
ifconfig v0 192.168.1.5/28
ifconfig v0
ifconfig v0:1 10.1.0.1 netmask 255.255.0.0 broadcast 10.1.255.255
ifconfig v0:2 10.1.0.2/16
ifconfig v0:abc 172.16.0.1
ip addr show v0
ifconfig v0:1
ifconfig -a
ifconfig -s
ifconfig v0:1 10.2.0.1
ip addr show v0
ifconfig v0:1 down
ifconfig v0:2 0.0.0.0
ip addr show v0
ifconfig v1 10.5.0.1 pointopoint 10.5.0.2
ifconfig v1
ip addr show v1
ip route
ifconfig v1 netmask 255.255.255.0
ip addr show v1
ifconfig v1 broadcast 10.5.0.77
ip addr show v1
ifconfig v1 -broadcast
ifconfig v1 add 10.6.0.1
ifconfig v1 del 10.6.0.1
ifconfig v1 10.7.0.1 netmask 255.255.255.255
ip addr show v1
ip route
ifconfig v1 mtu 1200
ifconfig v1 -arp
ifconfig v1
ifconfig v1 arp
ifconfig v1 promisc
ifconfig v1 allmulti
ifconfig v1 -multicast
ifconfig v1 txqueuelen 5
ifconfig v1
ifconfig v1 -promisc -allmulti multicast
ifconfig v1 metric 3
ifconfig v1 hw ether 02:00:00:00:00:77
ifconfig v1
ifconfig v1 down
ifconfig v1 hw ether 02:00:00:00:00:78
ifconfig v1 up
ip link show v1
ifconfig v1 10.8.0.1/24 down
ip addr show v1
ifconfig v1 bogus
ifconfig nosuch
ifconfig nosuch up
ifconfig v1 netmask bogus
ifconfig v1 10.0.0.300
ifconfig v1 mtu 10
ifconfig v1 netmask
ifconfig v0 0.0.0.0
ifconfig lo 127.0.0.1 up
ifconfig lo
ifconfig v0 127.0.0.5
ifconfig v0 224.0.0.5
ifconfig v0 255.255.255.255
ip addr
ip route show table all
