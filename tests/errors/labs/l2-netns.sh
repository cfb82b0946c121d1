ip netns add a
ip netns add h1
