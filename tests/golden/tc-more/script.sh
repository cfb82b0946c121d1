#@ title Fifos and buckets added, changed and refused
#@ tags tc error output
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
tc qdisc
tc q
tc qdisc add dev v0 root handle 1: pfifo
tc -s qdisc show dev v0
tc qdisc add dev v0 root handle 2: bfifo
tc qdisc replace dev v0 root handle 2: bfifo
tc qdisc show dev v0
tc -d -s qdisc show dev v0
tc qdisc change dev v0 root handle 2: bfifo limit 5k
tc qdisc show dev v0
tc qdisc change dev v0 root handle 2: pfifo limit 5
tc qdisc change dev v0 root handle 3: bfifo limit 5
tc qdisc change dev v1 root pfifo limit 5
tc qdisc replace dev v0 root handle 2: bfifo limit 8kb
tc -j qdisc show dev v0
tc -j -p qdisc show
tc qdisc add dev v0 parent 2: handle 3: pfifo
tc qdisc add dev v0 parent 1:1 handle 3: pfifo
tc qdisc add dev v0 handle 3: pfifo
tc qdisc del dev v0 root handle 9:
tc qdisc del dev v0 root bfifo
tc qdisc add dev v0 root pfifo limit x
tc qdisc add dev v0 root pfifo bogus 4
tc qdisc add dev v0 root bfifo limit 10z
tc qdisc add dev v0 root bfifo limit 1mb
tc qdisc show dev v0
tc qdisc replace dev v0 root handle 5: tbf rate 1mbit burst 5kb latency 70ms
tc qdisc show dev v0
tc -s -d qdisc show dev v0
tc -j qdisc show dev v0
tc -s -j -p qdisc show dev v0
tc qdisc change dev v0 root handle 5: tbf rate 2mbit burst 5kb latency 70ms
tc qdisc show dev v0
tc qdisc replace dev v0 root handle 5: tbf rate 100kbps burst 10000 limit 20000 mpu 64 overhead 10
tc -d qdisc show dev v0
tc qdisc replace dev v0 root handle 5: tbf rate 1gibit burst 1mb/8 limit 2mb
tc qdisc show dev v0
tc qdisc replace dev v0 root handle 5: tbf rate 512kbit burst 2k latency 1s peakrate 1mbit minburst 1600
tc qdisc show dev v0
tc class show dev v0
tc -s class show dev v0
tc qdisc add dev v0 parent 5:1 handle 50: pfifo limit 3
tc qdisc show dev v0
tc class show dev v0
tc qdisc del dev v0 parent 5:1
tc qdisc show dev v0
tc qdisc replace dev v0 parent 5:1 handle 51: bfifo limit 3000
tc -s qdisc show dev v0
tc qdisc add dev v1 root tbf rate 1mbit
tc qdisc add dev v1 root tbf rate 1mbit burst 1600
tc qdisc add dev v1 root tbf burst 1600 latency 10ms
tc qdisc add dev v1 root tbf rate 1mbit burst 1600 latency 10ms limit 100
tc qdisc add dev v1 root tbf rate 0 burst 1600 latency 10ms
tc qdisc add dev v1 root tbf rate 1mbit burst 0 latency 10ms
tc qdisc add dev v1 root tbf rate 1mbit burst 100 latency x
tc qdisc add dev v1 root tbf rate 1mbit burst 2k latency 10ms peakrate 2mbit
tc qdisc add dev v1 root tbf rate 1mbit burst 2k latency 10ms peakrate 500kbit mtu 2000
tc qdisc add dev v1 root tbf rate 1mbit burst 2k latency 10ms mtu 2000
tc qdisc add dev v1 root tbf bogus
tc qdisc add dev v1 root tbf help
tc qdisc add dev v1 root pfifo help
tc qdisc add dev v1 ingress
tc qdisc add dev v1 clsact
tc qdisc add dev v1 root noqueue
tc qdisc add dev v1 root pfifo_fast
tc qdisc show dev v1
tc qdisc del dev v1 root
tc qdisc add dev v1 root handle x: pfifo
tc qdisc add dev v1 root handle 12345: pfifo
tc qdisc add dev v1 root handle 1:5 pfifo
tc qdisc add dev v1 root parent 1: pfifo
tc qdisc add dev v1
tc qdisc add root pfifo
tc qdisc add
tc qdisc show dev v1 root
tc qdisc show bogus
tc qdisc show dev
tc qdisc get dev v0
tc qdisc link dev v0 handle 5:
tc class add dev v0 parent 5: classid 5:2 tbf
tc class del dev v0 classid 5:1
tc filter show dev v0
tc filter show
tc -V
tc -bogus
ip link set v0 txqueuelen 0
tc qdisc replace dev v0 root pfifo
tc qdisc replace dev v0 root bfifo
tc qdisc show dev v0
ip -d link show v0
tc qdisc del dev v0 root
tc qdisc show
