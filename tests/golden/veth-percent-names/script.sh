#@ title Names that the kernel numbers, and ones it refuses
#@ tags veth error
ip link add v%d address 02:00:00:00:00:01 type veth peer name w%d address 02:00:00:00:00:02
ip link add v%d address 02:00:00:00:00:03 type veth peer name v%d address 02:00:00:00:00:04
ip link add name eth%d address 02:00:00:00:00:05 type veth peer name eth%d address 02:00:00:00:00:06
ip -br link
ip link del v0
ip link add v%d address 02:00:00:00:00:07 type veth peer name x%d address 02:00:00:00:00:08
ip link add v%s type veth peer name y
ip link add v%d%d type veth peer name y
ip link add v%% type veth peer name y
ip link add all type veth peer name y
ip link add default type veth peer name y
ip link add . type veth peer name y
ip link add .. type veth peer name y
ip link add a:b type veth peer name y
ip link add "a b" type veth peer name y
ip link add dev 123456789012345 address 02:00:00:00:00:09 type veth peer name 1 address 02:00:00:00:00:0a
ip link add dev 1234567890123456 type veth peer name 2
ip link add type veth peer name y%d
ip -br link
ip link set v1 name z%d
ip link set w0 name z%d
ip -br link
ip link set z0 name z%d
ip link set z1 name 123456789012345
ip link set z1 name a:b
ip link set z1 name .
ip link set z1 name %
ip link set z1 name all
ip link set z1 name z1
ip link set z1 name ""
ip link set dev z1 name UP
ip link set UP up
ip link set dev UP up
ip link show UP
ip -br link
