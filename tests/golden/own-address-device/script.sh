#@ title Sockets bound to devices and own addresses
#@ tags addr lo ping
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip link set lo up
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.1.0.1/24 dev v1
ip addr add 10.7.0.1/24 dev lo
ping -c 1 -W 1 -I v0 10.0.0.1
ping -c 1 -W 1 -I lo 10.0.0.1
ping -c 1 -W 1 -I v1 10.1.0.1
ping -c 1 -W 1 -I lo 127.0.0.1
ping -c 1 -W 1 -I lo 10.7.0.1
ping -c 1 -W 1 -I lo 10.7.0.9
ping -c 1 -W 1 -I v0 0.0.0.0
ping -c 1 -W 1 -I 10.1.0.1 10.0.0.1
ping -c 1 -W 1 -I 127.0.0.1 10.0.0.1
ping -c 1 -W 1 -I 10.0.0.1 127.0.0.1
ping -b -c 1 -W 1 10.0.0.255
ping -b -c 1 -W 1 -I v0 10.0.0.255
sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0
ping -b -c 1 -W 1 10.0.0.255
ping -b -c 1 -W 1 -I v0 10.0.0.255
ping -c 1 -W 1 -I v0 224.0.0.1
ping -c 1 -W 1 -I lo 224.0.0.1
ping -c 1 -W 1 -I 10.0.0.1 224.0.0.1
udpsend 10.0.0.1 9 wait 300
udpsend 10.0.0.255 9 broadcast
ip -s link
