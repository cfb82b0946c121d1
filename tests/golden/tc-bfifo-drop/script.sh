#@ title Byte limits and head drop below a bucket
#@ tags tc inject
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
tc qdisc add dev v0 root handle 1: tbf rate 8kbit burst 1500 limit 10000
tc qdisc add dev v0 parent 1:1 handle 2: pfifo_head_drop limit 2
inject v0 020000000002 020000000001 88b5 01 pad 1500
inject v0 020000000002 020000000001 88b5 02 pad 1400
inject v0 020000000002 020000000001 88b5 03 pad 1401
inject v0 020000000002 020000000001 88b5 04 pad 1402
tc -s qdisc show dev v0
sleep 4
tc -s qdisc show dev v0
tc qdisc replace dev v0 parent 1:1 handle 3: bfifo limit 2000
sleep 2
inject v0 020000000002 020000000001 88b5 05 pad 1500 count 3
inject v0 020000000002 020000000001 88b5 06 pad 501
inject v0 020000000002 020000000001 88b5 06 pad 500
tc -s qdisc show dev v0
tc qdisc change dev v0 parent 1:1 handle 3: bfifo limit 5000
inject v0 020000000002 020000000001 88b5 06 pad 1000
tc -s qdisc show dev v0
ip link set v1 down
inject v0 020000000002 020000000001 88b5 07 pad 100
tc -s qdisc show dev v0
ip link set v1 up
tc -s qdisc show dev v0
ip -s link show v0
