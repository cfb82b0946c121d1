#@ title The exit status of sysctl with several names
#@ tags sysctl error
sysctl net.ipv4.nosuch
sysctl net.ipv4.nosuch net.ipv4.neither
sysctl net.ipv4.nosuch net.ipv4.ip_forward net.ipv4.neither net.ipv4.nor
sysctl -w net.ipv4.nosuch=1 net.ipv4.neither=1
sysctl net.ipv4.nosuch=1 net.ipv4.neither
sysctl net.ipv4.neither net.ipv4.nosuch=1
sysctl -e net.ipv4.nosuch net.ipv4.neither
sysctl -n net.ipv4.ip_forward net.ipv4.ip_default_ttl
sysctl -w net.ipv4.ip_forward=1 net.ipv4.ip_default_ttl=33
sysctl -w net.ipv4.ip_forward=x net.ipv4.ip_default_ttl=x
sysctl net.ipv4.ip_forward net.ipv4.ip_default_ttl
