#@ title What ethtool says about veth, bridge and lo
#@ tags ethtool output error
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ethtool v0
ethtool br0
ethtool lo
ip link set v0 up
ip link set v1 up
ip link set v0 master br0
ip link set br0 up
ethtool v0
ethtool br0
ethtool -i v0
ethtool -i br0
ethtool -i lo
ethtool -S br0
ethtool -S v1
ethtool -P v0
ethtool -P br0
ethtool -P lo
ethtool -k br0
ethtool -K v0 tx off
ethtool -K v0 tx off
ethtool -K v0 tso on
ethtool -K v0 sg off
ethtool -K v0 tx on sg on
ethtool -K v0 tso on gso off
ethtool -k v0
ethtool -K v0 rx off
ethtool -K v0 gro on
ethtool -K v0 lro on
ethtool -K v0 rxvlan off txvlan off
ethtool -K v0 highdma off
ethtool -K v0 tx-checksum-ip-generic off
ethtool -K v0 tx-nocache-copy on
ethtool -K v0 tx-scatter-gather off tx-scatter-gather-fraglist off
ethtool -K v0 nosuch on
ethtool -K v0 tx maybe
ethtool -K v0 tx
ethtool -K v0
ethtool -k v0
ethtool -K br0 tx off
ethtool -K br0 gso off
ethtool -K lo tx off
ethtool -K lo tso off
ethtool -K lo gso off gro off
ethtool -k lo
ethtool -g v0
ethtool -c v0
ethtool -a v0
ethtool -l v0
ethtool -l br0
ethtool -A v0 rx on
ethtool -C v0 rx-usecs 5
ethtool -G v0 rx 64
ethtool -T v0
ethtool -t v0
ethtool -d v0
ethtool -e v0
ethtool -r v0
ethtool -x v0
ethtool -n v0
ethtool -m v0
ethtool -p v0 1
ethtool -s v0 speed 100
ethtool -s v0 wol g
ethtool -s v0 msglvl 1
ethtool --show-features nope
ethtool --offload nope tx off
ethtool --driver nope
ethtool --statistics nope
ethtool --bogus v0
ethtool v0 v1
ethtool
ethtool --version
ethtool -i
ethtool -k
