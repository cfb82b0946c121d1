#@ title A new ageing time collects what has aged at once, before the next command
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip link add b0 address 02:00:00:00:0b:00 type veth peer name b1 address 02:00:00:00:0b:01
ip link add c0 address 02:00:00:00:0c:00 type veth peer name c1 address 02:00:00:00:0c:01
ip link add br0 address 02:00:00:00:0b:02 type bridge mcast_snooping 0
ip link set br0 up
ip link set a0 master br0 up
ip link set b0 master br0 up
ip link set c0 master br0 up
ip link set a1 up
ip link set b1 up
ip link set c1 up
inject a1 ffffffffffff02000000007288b5616263
bridge fdb show dynamic
ip link set br0 type bridge ageing_time 0
bridge fdb show dynamic
inject b1 02000000007202000000007388b5616263
inject a1 02000000007202000000007188b5616263
bridge fdb show dynamic
brctl setageing br0 300
inject a1 ffffffffffff02000000007288b5616263
inject b1 02000000007202000000007388b5616263
bridge fdb show dynamic
brctl setageing br0 0
inject c1 02000000007202000000007388b5616263
bridge fdb show dynamic
ip -s link
