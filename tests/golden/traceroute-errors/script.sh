#@ title What traceroute refuses, and what it says without a route
#@ tags errors traceroute
traceroute
traceroute --help
traceroute -V
traceroute -q
traceroute -x 10.0.3.2
traceroute -q abc 10.0.3.2
traceroute -q 0 10.0.3.2
traceroute -q 11 10.0.3.2
traceroute -m 0 10.0.3.2
traceroute -m 256 10.0.3.2
traceroute -m 10x 10.0.3.2
traceroute -f 31 10.0.3.2
traceroute -w -1 10.0.3.2
traceroute -w 1,x 10.0.3.2
traceroute -z -1 10.0.3.2
traceroute -t x 10.0.3.2
traceroute -p x 10.0.3.2
traceroute 10.0.3.2 60 70
traceroute 10.0.3.2 x
traceroute 10.0.3.2 70000
traceroute -n 10.0.3.2 -1
traceroute -nq1 10.0.3.2
traceroute -q1n 10.0.3.2
traceroute --queries 1 10.0.3.2
traceroute --quer=1 10.0.3.2
traceroute --mtu=3 10.0.3.2
traceroute --do
traceroute --d
traceroute -6 -n 10.0.3.2
traceroute -4 -n ::1
traceroute -s ::1 10.0.3.2
traceroute -M foo 10.0.3.2
traceroute -n
traceroute nohost
traceroute -s nohost 10.0.3.2
traceroute -- 10.0.3.2 -q
traceroute --- 10.0.3.2
traceroute -n 10.0.3.2
traceroute -I -n 10.0.3.2
traceroute -i nosuch -n 10.0.3.2
traceroute -s 1.2.3.4 -n 10.0.3.2
traceroute -n 255.255.255.255
traceroute -q "" 10.0.3.2
traceroute -n ""
