#@ title ip addr in all its forms
#@ tags addr output error
ip netns add a
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link set v0 up alias "some text" group 5
ip addr add 10.0.0.1/24 brd + dev v0 label v0:a
ip addr add 192.168.5.5/32 dev v0
ip addr add 10.9.0.1 peer 10.9.0.2/32 dev v1
ip addr add 127.0.0.5/8 dev lo
ip addr add 10.1.0.1/16 dev br0
ip addr
ip -4 addr
ip -6 addr
ip -0 addr
ip -o addr
ip -br addr
ip -br -4 addr show v0
ip -s addr show v0
ip -s -s -d addr show br0
ip -d addr show lo
ip -j addr
ip -j -p -d addr show dev v0
ip -j -br addr
ip -p addr
ip -f inet addr show v1
ip -f link addr show v1
ip -family inet6 addr
ip addr show dev v0
ip addr show v0 v1
ip addr list dev v0
ip addr lst v0
ip a s up
ip addr show down
ip addr show group 5
ip addr show group default
ip addr show type bridge
ip addr show type veth
ip addr show master br0
ip addr show nomaster
ip addr show scope global
ip addr show scope link
ip addr show scope 33
ip addr show scope bogus
ip addr show label v0:a
ip addr show label 'v?:*'
ip addr show to 10.0.0.0/8
ip addr show to 10.0.0.1
ip addr show to bogus
ip addr show broadcast 10.0.0.255
ip addr show nope
ip addr show dev
ip addr show primary v0
ip addr show -secondary
ip addr show vrf br0
ip addr help
ip addr add
ip addr add 10.0.0.1/24
ip addr add dev v0
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.0.1/24 dev nope
ip addr add 10.0.0.1/33 dev v0
ip addr add 10.0.0/24 dev v0
ip addr add bogus dev v0
ip addr add 10.0.0.7/24 dev v0 label x0
ip addr add 10.0.0.7/24 dev v0 label v0:waytoolonglabel
ip addr add 10.0.0.7/24 dev v0 broadcast bogus
ip addr add 10.0.0.7/24 dev v0 scope bogus
ip addr add 10.0.0.7/24 dev v0 dev v1
ip addr add 10.0.0.7/24 local 10.0.0.8/24 dev v0
ip addr add 10.0.0.7/24 peer dev v0
ip addr add 10.0.0.7/24 dev v0 home
ip addr add 10.0.0.7/24 dev v0 bogus
ip addr add 0.0.0.0/0 dev v0
ip addr add 224.0.0.5/24 dev v0
ip addr add 255.255.255.255/32 dev v0
ip addr add fe80::1/64 dev v0
ip addr del 10.0.0.1/25 dev v0
ip addr del 10.0.0.1/24 dev v1
ip addr del 10.77.0.1/24 dev v0
ip addr del 10.0.0.1/24 dev v0 label v0:b
ip addr del 10.0.0.1 dev v0 label v0:a
ip addr change 10.88.0.1/24 dev v0
ip addr flush
ip addr flush dev nope
ip addr flush v1
ip addr flush scope host
ip addr
