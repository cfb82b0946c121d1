#@ title Alternative names
#@ tags veth output error
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link property add dev v0 altname first
ip link property add dev v0 altname second altname a-name-much-longer-than-fifteen-characters
ip link show v0
ip link show first
ip link show second
ip link show dev a-name-much-longer-than-fifteen-characters
ip link set first up
ip link set second mtu 1400
ip -br link show v0
ip -j link show v0
ip -o link show v0
ip link property add dev v1 altname first
ip link property add dev v1 altname v0
ip link property add dev v1 altname v1
ip link add first type veth peer name y
ip link set v1 name second
ip link property del dev v0 altname first
ip link property del dev v0 altname first
ip link property del dev v1 altname second
ip link property add dev v0
ip link property add
ip link property
ip link property bogus dev v0 altname x
ip link set v1 name first
ip link property add dev first altname bad/name
ip addr add 10.0.0.1/24 dev second
ip addr show second
ip netns add a
ip link set second netns a
ip -n a link
ip link set first netns a
ip -n a link show second
ip -n a link del second
ip -n a link
ip link
