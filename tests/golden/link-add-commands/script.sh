#@ title Making and removing pairs in all ways
#@ tags link veth error
ip netns add a
ip netns add b
ip link add type veth
ip link add name x type veth
ip link add x type veth peer name y
ip -br link
ip link add dev p0 netns a address 02:00:00:00:00:01 type veth peer name p0 netns b address 02:00:00:00:00:02
ip -n a -br link
ip -n b link
ip -n b -d link
ip link add q0 mtu 2000 txqueuelen 55 numtxqueues 4 numrxqueues 3 address 02:00:00:00:00:11 type veth peer name q1 mtu 3000 txqueuelen 66 address 02:00:00:00:00:12
ip -d link show q0
ip -d link show q1
ip link add r0 index 100 address 02:00:00:00:00:21 type veth peer name r1 index 200 address 02:00:00:00:00:22
ip link add s0 index 100 type veth peer name s1
ip link add s0 address 02:00:00:00:00:31 type veth peer name s1 address 02:00:00:00:00:32
ip link show s0
ip link add t0 up type veth peer name t1 up
ip link add t0 up address 02:00:00:00:00:41 type veth peer name t1 address 02:00:00:00:00:42 up
ip link show t0
ip link add u%d address 02:00:00:00:00:51 type veth peer name u%d address 02:00:00:00:00:52
ip link show u0
ip link add link v0 name z type veth
ip link add z type veth peer name z
ip link add z type veth peer name q0
ip link add z type veth peer
ip link add z type veth peer name nametoolongforlinux
ip link add z type bogus
ip link add z
ip link add z type
ip link add type bridge
ip link add z mtu 50 type veth
ip link add z mtu 70000 type veth
ip link add z address ff:ff:ff:ff:ff:ff type veth peer name zz
ip link add z broadcast ff:ff:ff:ff:00:00 address 02:00:00:00:00:61 type veth peer name zz address 02:00:00:00:00:62
ip link show z
ip link add lo type veth
ip link add k master nosuch type veth peer name kk
ip link add br1 address 02:00:00:00:0b:01 type bridge
ip link add k address 02:00:00:00:00:71 master br1 type veth peer name kk address 02:00:00:00:00:72
ip link show k
ip link add m alias "peer less" address 02:00:00:00:00:81 group 9 type veth peer name mm address 02:00:00:00:00:82
ip link show m
ip link add j type veth peer name jj netns nosuch
ip link add j netns 1 address 02:00:00:00:00:91 type veth peer name jj address 02:00:00:00:00:92
ip link change m mtu 1300
ip link replace m mtu 1200
ip link replace mnew address 02:00:00:00:00:a1 type veth peer name mnewp address 02:00:00:00:00:a2
ip link replace mnew type veth peer name mnewp2
ip link del m
ip link del mm
ip link delete dev t0 type veth
ip link delete dev q0 type bridge
ip link del lo
ip link del group 9
ip link del
ip link del x y
ip -br link
ip -n a link del p0
ip -n b link
