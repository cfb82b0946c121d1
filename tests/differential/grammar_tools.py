"""Random commands of tc, ethtool and the net-tools: a part of grammar.Sequence, which has the chance and the devices."""


class OtherTools:
    def within(self, ns, *words):
        """Of these tools only tc can go into a namespace by itself."""
        return ["ip", "netns", "exec", ns, *words] if ns else list(words)

    # -- tc qdisc

    def tc(self, ns):
        options = [w for w in self.forms(False, self.statistics) if w in ("-d", "-s", "-j", "-p", "-o", "-N", "-iec")]
        tool = ["tc", *(["-n", ns] if ns else []), *options]
        if self.some(0.35):
            return [*tool, self.one(["qdisc", "qdisc", "class", "q"]),
                    *self.one([[], ["show"], ["show", "dev", self.device(ns)], ["show", "dev", self.device(ns), "root"],
                               ["list", "dev", self.device(ns)], ["show", "invisible"]])]
        verb = self.weighted(((10, "add"), (5, "replace"), (2, "change"), (6, "del"), (1, "link")))
        words = [*tool, "qdisc", verb, "dev", self.device(ns)]
        if self.some(0.9):
            words += self.weighted(((9, ["root"]), (1, ["ingress"]), (1, ["parent", self.one(["1:1", "1:", "root", "zz"])])))
        if self.some(0.25):
            words += ["handle", self.one(["1:", "10:", "1:1", "ffff:", "0:", "zz", "1"])]
        if verb == "del" and self.some(0.8) or words[-1] == "ingress":
            return words
        return words + self.weighted((
            (4, self.fifo), (3, self.tbf), (1, lambda: ["pfifo_fast"]), (1, lambda: ["noqueue"]),
            (0.5, lambda: [self.one(["ingress", "clsact", "nosuch", "''"])])))()

    def fifo(self):
        return [self.one(["pfifo", "bfifo"]), *self.one([[], ["limit", self.number([1, 10, 100, 1000])],
                                                          ["limit", self.size()]])]

    def tbf(self):
        words = ["tbf"]
        for p, option in ((0.95, lambda: ["rate", self.rate()]), (0.95, lambda: [self.one(["burst", "buffer", "maxburst"]), self.size()]),
                          (0.6, lambda: ["latency", self.time()]), (0.4, lambda: ["limit", self.size()]),
                          (0.1, lambda: ["peakrate", self.rate()]), (0.1, lambda: ["mtu", self.size()]),
                          (0.05, lambda: ["mpu", self.number([0, 64])]), (0.05, lambda: ["overhead", self.number([0, 10])])):
            if self.some(p):
                words += option()
        return words

    def rate(self):
        return self.or_bad(["1mbit", "10mbit", "1gbit", "100kbit", "64kbps", "8000", "1.5mbit", "1Mibit"],
                           ["0", "-1", "1", "''", "10%", "1xbit", "1e3", "0x10kbit", "100gbit"])

    def size(self):
        return self.or_bad(["1500", "10k", "3000b", "1mb", "10kb", "100kbit", "5000", "1540"],
                           ["0", "-1", "1", "''", "1x", "1e3", "0x100", "4294967296", "1g"])

    def time(self):
        return self.or_bad(["10ms", "50ms", "1s", "100us", "5000"], ["0", "-1", "''", "1x", "1.5ms", "1h", "5000s"])

    # -- ifconfig

    def ifconfig(self, ns):
        name = self.device(ns)
        if self.some(0.25):
            shown = [["-s"], ["-a", "-s"], ["-s", name], ["-h"], ["--help"], ["-V"], ["-x"]]
            return self.within(ns, "ifconfig", *self.one(shown + [[], ["-a"], [name], ["-v", name]] * 2 if self.statistics
                                                         else [[name, "up"], ["nope"], ["-V"]]))
        if self.some(0.1):
            name += self.one([":0", ":1", ":x", ":1-"])
        words = ["ifconfig", name]
        for _ in range(self.weighted(((6, 1), (2, 2), (1, 3)))):
            words += self.weighted((
                (6, lambda: [self.prefix()]), (3, lambda: [self.host()]), (3, lambda: ["up"]), (1, lambda: ["down"]),
                (2, lambda: ["netmask", self.or_bad(["255.255.255.0", "255.255.0.0"], ["255.0.255.0", "0.0.0.0", "24", "''"])]),
                (1, lambda: ["broadcast", self.host()]), (2, lambda: ["mtu", self.number([1400, 1280, 9000])]),
                (1, lambda: ["hw", "ether", self.mac()]), (1, lambda: ["txqueuelen", self.number([0, 10, 1000])]),
                (2, lambda: [self.one(["", "-"]) + self.one(["promisc", "allmulti", "arp", "multicast", "dynamic", "trailers"])]),
                (0.5, lambda: ["pointopoint", self.host()]), (0.5, lambda: ["dstaddr", self.host()]),
                (0.5, lambda: [self.one(["add", "del"]), self.host()]), (0.3, lambda: ["name", self.new_name(["a0", "b0"])]),
                (0.3, lambda: [self.one(["metric", "irq", "hw", "bogus"]), self.number([0, 1, 2])]),
            ))()
        return self.within(ns, *words)

    # -- route, arp

    def old_route(self, ns):
        if self.some(0.3):
            return self.within(ns, "route", *self.one([["-n"], ["-n"], ["-ne"], ["-nee"], ["-n", "-v"], ["-V"], ["-h"],
                                                       ["-x"], ["flush"]]))
        words = ["route", self.weighted(((7, "add"), (3, "del")))]
        words += self.weighted((
            (5, lambda: ["-net", self.net()]), (2, lambda: ["-net", f"{self.one(['10.0.0', '10.1.0'])}.0", "netmask",
                                                            self.one(["255.255.255.0", "255.255.0.0", "255.0.255.0", "''"])]),
            (3, lambda: ["-host", self.host()]), (3, lambda: ["default"]), (1, lambda: [self.host()])))()
        for p, option in ((0.5, lambda: [self.one(["gw", "gw", "gateway"]), self.host()]),
                          (0.1, lambda: ["metric", self.number([0, 5, 100])]), (0.05, lambda: ["mss", self.number([1400, 500])]),
                          (0.05, lambda: ["window", self.number([1000])]), (0.05, lambda: ["irtt", self.number([100])]),
                          (0.05, lambda: ["reject"]), (0.03, lambda: ["mod"]),
                          (0.6, lambda: [*self.one([["dev"], ["dev"], []]), self.device(ns)])):
            if self.some(p):
                words += option()
        return self.within(ns, *words)

    def arp(self, ns):
        if self.some(0.3):
            return self.within(ns, "arp", *self.one([["-n"], ["-an"], ["-n", "-i", self.device(ns)], ["-n", self.host()],
                                                     ["-vn"], ["-ne"], ["-V"], ["-n", "-H", "ether"], ["-n", "-H", "bogus"]]))
        if self.some(0.3):
            return self.within(ns, "arp", *self.one([[], ["-i", self.device(ns)]]), "-d", self.host(),
                               *self.one([[], [], ["pub", "dev", self.device(ns)], ["dev", self.device(ns)], ["bogus"]]))
        return self.within(ns, "arp", *self.one([[], ["-i", self.device(ns)]]), "-s", self.host(), self.mac(),
                           *self.weighted(((4, []), (1, ["temp"]), (1, ["pub", "dev", self.device(ns)]),
                                           (1, ["dev", self.device(ns)]), (0.5, ["netmask", "255.255.255.255"]),
                                           (0.3, ["bogus"]))))

    # -- ethtool

    def ethtool(self, ns):
        name = self.device(ns)
        feature = self.or_bad(["tx", "rx", "sg", "tso", "gso", "gro", "lro", "rxvlan", "txvlan", "tx-checksum-ip-generic",
                               "tx-checksumming", "scatter-gather", "rx-vlan-offload", "highdma", "tx-lockless", "ntuple",
                               "generic-receive-offload", "tx-udp-segmentation", "rx-gro-list"],
                              ["bogus", "TX", "tx-checksum-ip-generics"])
        return self.within(ns, "ethtool", *self.weighted((
            (2, lambda: [name]), (2, lambda: ["-i", name]), (2, lambda: ["-k", name]), (1, lambda: ["-P", name]),
            (1, lambda: ["-S", name] if self.statistics else ["-i", name]),
            (6, lambda: ["-K", name, feature, self.on_off()]),
            (1, lambda: ["-K", name, feature, self.on_off(), self.one(["tx", "sg", "gso"]), self.on_off()]),
            (1, lambda: [self.one(["-l", "-g", "-a", "-c", "-T", "-k", "-i"]), name]),
            (0.3, lambda: [self.one(["--version", "-x", "-k", "-K", "--show-features"])])))())
