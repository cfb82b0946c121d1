ip netns add n1
