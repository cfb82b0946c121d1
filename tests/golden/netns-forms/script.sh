#@ title Messages of ip netns
#@ tags netns error
ip netns
ip netns add a b
ip netns add a
ip netns add
ip netns add ..
ip netns add x/y
ip netns add "with space"
ip netns list
ip netns del
ip netns del nope
ip netns del "with space" a
ip netns
ip netns exec
ip netns exec a
ip netns exec nope ip link
ip netns exec a nosuchcommand
ip netns exec a ip link show nope
ip netns exec a ip link
ip netns set a 7
ip netns
ip netns list-id
ip netns set a 8
ip netns set a x
ip netns set a -3
ip netns add b
ip netns set b auto
ip netns
ip netns set b 7
ip netns set nope 3
ip netns set b
ip netns list-id
ip netns list-id nsid 7
ip netns list-id target-nsid 7
ip netns list-id bogus
ip netns identify
ip netns identify 99999999
ip netns pids a
ip netns pids nope
ip netns pids
ip netns attach
ip netns bogus
ip -n
ip -n nope link
ip -netns a link
ip -all netns exec ip -br link
ip -all netns del
ip netns
