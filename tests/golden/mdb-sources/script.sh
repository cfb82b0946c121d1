#@ title Static groups with and without a source
#@ tags bridge multicast mdb error
ip link add br0 type bridge mcast_startup_query_count 1
ip link add p1 address 02:00:00:00:01:00 type veth peer name h1 address 02:00:00:00:00:01
ip link set p1 up master br0
ip link set h1 up
bridge mdb add dev br0 port p1 grp 239.1.1.1
ip link set br0 up
sleep 1.5
bridge mdb add dev br0 port p1 grp 239.1.1.1
bridge mdb add dev br0 port p1 grp 239.1.1.5 src 10.0.0.1
bridge mdb add dev br0 port p1 grp 239.1.1.5 src 10.0.0.1
bridge mdb add dev br0 port p1 grp 239.1.1.5 src 10.0.0.2 permanent
bridge mdb add dev br0 port p1 grp 239.1.1.5 src 239.0.0.1
bridge mdb add dev br0 port p1 grp 239.1.1.5 src ff02::1
bridge mdb add dev br0 port p1 grp ff05::5 src fe80::1
bridge mdb add dev br0 port p1 grp ff05::5 src ff02::1
bridge mdb add dev br0 port p1 grp 01:00:5e:7f:00:01 permanent src 10.0.0.1
bridge mdb add dev br0 port br0 grp 239.1.1.7 src 10.0.0.1
bridge mdb add dev br0 port br0 grp 239.1.1.7
bridge mdb show
bridge -d mdb show
bridge -d -j mdb show
bridge mdb del dev br0 port p1 grp 239.1.1.5
bridge mdb del dev br0 port p1 grp 239.1.1.5 src 10.0.0.1
bridge mdb del dev br0 port p1 grp 239.1.1.5 src 10.0.0.9
bridge mdb show
ip link set p1 down
bridge mdb show
