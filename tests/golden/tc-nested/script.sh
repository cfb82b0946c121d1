#@ title A bucket inside a bucket
#@ tags tc tbf inject timer
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
tc qdisc add dev v0 root handle 1: tbf rate 8kbit burst 1500 limit 10000
tc qdisc add dev v0 parent 1:1 handle 3: tbf rate 4kbit burst 1600 limit 8000
inject v0 020000000002 020000000001 88b5 06 pad 800 count 4
tc -s qdisc show dev v0
tc class show dev v0
tc class show dev v0 parent 3:
tc -s class show dev v0 root
sleep 6
tc -s qdisc show dev v0
inject v0 020000000002 020000000001 88b5 07 pad 1550
inject v0 020000000002 020000000001 88b5 07 pad 1480 count 3
tc qdisc replace dev v0 parent 3:1 handle 9: pfifo limit 1
tc -s qdisc show dev v0
inject v0 020000000002 020000000001 88b5 08 pad 1480 count 3
tc -s qdisc show dev v0
tc qdisc del dev v0 parent 1:1
tc -s qdisc show dev v0
inject v0 020000000002 020000000001 88b5 08 pad 100
tc -s qdisc show dev v0
tc qdisc change dev v0 root handle 1: tbf rate 8kbit burst 1500 limit 900
tc -s qdisc show dev v0
inject v0 020000000002 020000000001 88b5 09 pad 100
ip -s link show v0
tc class show dev v0
