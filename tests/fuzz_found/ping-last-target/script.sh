#@ title ping looks at the pattern first, then at the last target, then at those on the way
ping xyz -v 10.9.9.9
ping -v xyz 10.9.9.9
ping -v 10.9.9.9 nosuch
ping -v ::1 10.9.9.9
ping -v 10.9.9.9 ::1
ping -v -R xyz 10.9.9.9
ping -v -T tsonly xyz 10.9.9.9
ping -v 1 2 3 4 5 6 7 8 9 10
ping -v 1 2 3 4 5 6 7 8 9 10 11
ping -v 10.1 10.2
ping -v -p xyz 10.9.9.9
ping -v -p ff nosuch
ping -v -p ff ::2 ::1
ping -v -p xyz 1 2 3 4 5 6 7 8 9 10 11
