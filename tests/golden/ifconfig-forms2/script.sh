#@ title ifconfig on a bridge, aliases up and down
#@ tags ifconfig bridge addr
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
brctl addif br0 p1
ifconfig br0 192.168.1.1
ifconfig br0
ifconfig p1 up
ifconfig h1 0.0.0.0 up
ifconfig br0:0 192.168.1.2 netmask 255.255.255.0
ifconfig br0:1 172.20.0.1
ifconfig br0:2 10.0.0.1/28 broadcast 10.0.0.7
ifconfig
ip addr show br0
ip route
ifconfig br0:1 0.0.0.0
ifconfig br0:0 down
ip addr show br0
ifconfig br0:2 netmask 255.255.255.128
ifconfig br0:2
ifconfig br0 192.168.1.9
ip addr show br0
ifconfig br0 0.0.0.0
ip addr show br0
ifconfig br0 down
ifconfig br0
ifconfig br0 10.9.9.9 up
ifconfig br0 mtu 1400
ifconfig br0 hw ether 02:00:00:00:0b:bb
ifconfig br0 txqueuelen 0
ifconfig br0 promisc
ifconfig br0 -arp
ifconfig br0
ip link show br0
ifconfig -s
ifconfig h1 dynamic
ifconfig h1
ifconfig h1 -dynamic
ifconfig h1
ifconfig p1 192.0.2.1 pointopoint 192.0.2.2
ifconfig h1 down
ifconfig -a
route -n
