#@ title ping to a group through a device that is not there
ping -c 1 -I nope 224.0.0.5
ping -c 1 -I nope 10.0.0.1
ping -c 1 -I nope 255.255.255.255
