#@ title frames to a group through lo go to 00:00:00:00:00:00: one neighbour is there for all addresses
ip link set lo up
ping -c 1 -W 0.1 -s 0 -I lo 239.1.1.1
ping -c 1 -W 0.1 -s 0 -I lo 224.0.0.1
ping -c 1 -W 0.1 -s 0 -I lo 10.0.0.1
ip neigh show nud all
