"""Random sequences of commands, right and wrong ones. All chance comes from one random.Random: same seed, same text.

It remembers roughly which devices and namespaces exist, only so that most commands have something to act on.
Left out is what vethlab refuses by its README, what depends on real time, and numbers of processes.
"""
import grammar_tools

HOME = ""                       # the namespace the sequence starts in
NAMESPACES = ["n1", "n2", "n3"]
# A bridge gets only first ends of pairs: with both ends in it a frame would go round for ever.
FIRST, SECOND = ["a0", "b0", "c0"], ["a1", "b1", "c1"]
LINKS = ["a0", "a1", "b0", "b1", "c0", "c1"]
BRIDGES = ["br0", "br1"]
NEVER = ["nope", "lo", "x", "dev", "a", "verylongdevicename", "bad/name", "v%d", "all", "''", "a:b", "é", "'a b'", "a0:1",
         "fifteenletters1", "-x"]
ODD = ["''", "' '", "'a b'", "é", "日本", "x" * 300, "-", "--", "%s", "a0", "lo", "255", "0x1f", "010", "+1", "' 1'", "'1 '", "1e3",
       "-2147483649", "18446744073709551616", "0.0.0.0", "/", "/24", "1/", "on", "dev", "-1", "nan", "\\\\"]
MACS = [f"02:00:00:00:00:{n:02x}" for n in range(1, 10)]
BAD_MACS = ["01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "02:00", "zz", "02:00:00:00:00:01:02",
            "02:00:00:00:00:100", "10.0.0.1"]
NUMBERS = ["0", "1", "2", "5", "10", "42", "63", "64", "67", "68", "100", "255", "256", "1000", "1280", "1500", "4095",
           "9000", "32767", "65535", "65536", "70000", "-1", "0x10", "010", "4294967295", "4294967296", "abc", "1k", "1.5",
           "''", "2147483647", "2147483648", "+5", "' 5'", "'5 '", "5x", "0x", "00", "1e3", "-0", "9" * 30, "0xffffffff", "0xg", "08"]
NETS = ["10.0.0", "10.0.1", "10.1.0", "192.168.7", "172.16.3"]
BAD_ADDRESSES = ["10.0.0.300", "10.0.0.1/33", "abc", "default", "0.0.0.0", "127.0.0.1", "224.0.0.5", "255.255.255.255",
                 "10.0.0.1/", "any", "all", "10.1", "10.0.0.0/-1", "1.2.3.4.5", "0.0.0.0/0", "''", "10.0.0.1/255.255.255.0"]
ON_OFF = ["on", "off"]
BAD_ON_OFF = ["maybe", "1", "0", "yes", "''", "ON"]
TABLES = ["main", "local", "default", "77", "100", "254", "0", "all"]
PROTOCOLS = ["static", "kernel", "boot", "ra", "42"]
SCOPES = ["link", "host", "global", "site", "nowhere", "77"]
# Seconds that brctl can say and a message of 32 bits cannot.
BEYOND = {"2147483647", "2147483648", "4294967295", "4294967296", "9" * 30, "0xffffffff", "18446744073709551616", "nan",
          "-2147483649"}
STATES = ["permanent", "noarp", "stale", "reachable", "delay", "failed", "none"]


ALL_TOOLS = ("ip", "bridge", "brctl", "tc", "ifconfig", "route", "arp", "ethtool")


class Sequence(grammar_tools.OtherTools):
    def __init__(self, rng, length, tools=ALL_TOOLS):
        self.rng, self.length = rng, length
        self.kinds = [(weight, make) for weight, tool, make in self.commands() if tool in tools]
        self.links = {HOME: []}
        self.bridges = {HOME: []}
        self.statistics = rng.random() < 0.3        # counters, and no bridge: one that is up sends at random times

    def lines(self):
        begin = self.small_network() if self.some(0.8) else []
        return begin + [self.command() for _ in range(self.length - len(begin))]

    def small_network(self):
        """Without it most commands would only say that there is no such device."""
        out = []
        if self.some(0.5):
            out.append("ip netns add n1")
            self.links["n1"], self.bridges["n1"] = [], []
        if self.some(0.7) and not self.statistics:
            out.append("ip link add br0 type bridge")
            self.bridges[HOME].append("br0")
        macs = self.rng.sample(MACS, 6)
        for pair in ("a", "b", "c")[:self.one([1, 2, 2, 3])]:
            there = "n1" if "n1" in self.links and self.some(0.4) else HOME
            out.append(f"ip link add {pair}0 address {macs.pop()} type veth peer name {pair}1 address {macs.pop()}"
                       + (f" netns {there}" if there else ""))
            self.links[HOME].append(f"{pair}0")
            self.links[there].append(f"{pair}1")
        for ns in self.links:
            for link in self.links[ns] + self.bridges[ns]:
                way = ["ip", *(["-n", ns] if ns else [])]
                if link[0] != "b" or not ns and self.some(0.5):
                    if not ns and self.bridges[ns] and link in FIRST and self.some(0.4):
                        out.append(" ".join([*way, "link", "set", link, "master", "br0"]))
                    if self.some(0.7):
                        out.append(" ".join([*way, "link", "set", link, "up"]))
                    if self.some(0.4):
                        out.append(" ".join([*way, "addr", "add", f"{self.one(NETS)}.{self.one([1, 2, 3])}/24", "dev", link]))
        return out

    # -- chance

    def some(self, p):
        return self.rng.random() < p

    def one(self, items):
        return items[self.rng.randrange(len(items))]

    def weighted(self, table):
        return self.rng.choices([t[1] for t in table], [t[0] for t in table])[0]

    def or_bad(self, good, bad, p=0.04):
        return self.one(bad) if self.some(p) else self.one(good)

    def number(self, good, p=0.1):
        return self.one(NUMBERS) if self.some(p) else str(self.one(good))

    def mac(self):
        return self.or_bad(MACS, BAD_MACS, 0.06)

    def on_off(self):
        return self.or_bad(ON_OFF, BAD_ON_OFF)

    def host(self, p=0.04):
        return self.one(BAD_ADDRESSES) if self.some(p) else f"{self.one(NETS)}.{self.one([1, 2, 3, 9, 0, 255])}"

    def prefix(self, p=0.05):
        if self.some(p):
            return self.one(BAD_ADDRESSES)
        return f"{self.one(NETS)}.{self.one([1, 2, 3, 9, 1, 2])}/{self.one([24, 24, 24, 16, 25, 30, 31, 32, 8, 0])}"

    def net(self, p=0.05):
        if self.some(p):
            return self.one(BAD_ADDRESSES)
        return self.one([f"{n}.0/24" for n in NETS] + ["10.0.0.0/16", "10.1.0.0/16", "10.0.0.9", "default", "10/8",
                                                        "10.0.0.128/25"])

    def namespace(self):
        """A namespace to work in."""
        known = [n for n in self.links if n]
        return self.one(known) if known and self.some(0.3) else HOME

    def target(self):
        """A namespace as an argument."""
        known = [n for n in self.links if n]
        return self.one(known) if known and self.some(0.9) else self.one(NAMESPACES + ["nope", "99999", "1x"])

    def device(self, ns, p=0.05):
        known = self.links[ns] + self.bridges[ns]
        return self.one(known) if known and not self.some(p) else self.one(LINKS + BRIDGES + NEVER)

    def bridge(self, ns):
        known = self.bridges[ns]
        return self.one(known) if known and self.some(0.93) else self.device(ns, 0.5)

    def port(self, ns):
        first = [l for l in self.links[ns] if l in FIRST]
        return self.one(first) if first and self.some(0.95) else self.one([*NEVER, *BRIDGES, "a0", "b0"])

    def new_name(self, pool):
        return self.or_bad(pool, NEVER + pool)

    # -- a command

    def commands(self):
        return ((10, "ip", self.netns), (20, "ip", self.link_add), (24, "ip", self.link_set), (4, "ip", self.link_del),
                (14, "ip", self.link_show), (12, "ip", self.addr), (6, "ip", self.addr_show), (11, "ip", self.route),
                (6, "ip", self.route_show), (3, "ip", self.rule), (8, "ip", self.neigh), (3, "ip", self.maddr),
                (8, "bridge", self.bridge_link), (10, "bridge", self.fdb), (8, "brctl", self.brctl), (3, "ip", self.altname),
                (5, "tc", self.tc), (5, "ifconfig", self.ifconfig), (4, "route", self.old_route), (3, "arp", self.arp),
                (4, "ethtool", self.ethtool))

    def command(self):
        ns = self.namespace()
        words = self.weighted(self.kinds)(ns)
        # See neigh; and words behind a kind that vethlab does not have are not looked at.
        if self.some(0.05) and not {"proxy", "bond"} & set(words):
            words = self.spoil(words)
        elif self.some(0.1):
            words = self.abbreviate(words)
        if "brctl" in words:
            words = ["30" if w in BEYOND else w for w in words]
        return " ".join(words)

    def behind_program(self, words):
        """Where words may be changed: what `ip netns exec NAME` runs stays what it is, or any program might run."""
        return words.index("exec") + 3 if "exec" in words else 1

    def spoil(self, words):
        words = list(words)
        first = min(self.behind_program(words), len(words))
        at = self.rng.randrange(first, len(words) + 1)
        how = self.rng.randrange(7)
        if how == 0:
            words = words[:at]
        elif how == 1:
            words.insert(max(at, 2), self.one(["bogus", "up", "dev", "help", "3", "-x", "''", "to", "type"]))
        elif how == 2 and at < len(words):
            words.insert(at, words[at])
        elif how == 3 and at < len(words):
            words[at] = self.typo(words[at])
        elif how == 4 and at < len(words):
            words[at] = self.one(ODD)
        elif how == 5 and at + 1 < len(words):      # an option twice
            words[at + 2:at + 2] = words[at:at + 2]
        elif at < len(words):
            del words[at]
        # A command that got a shell, a batch or a monitor to wait for would not end.
        return words if not {"monitor", "exec"} & set(words[:3]) or len(words) > 5 else words[:1]

    def typo(self, word):
        if "'" in word:
            return "''"
        at = self.rng.randrange(len(word))
        return self.one([word[:at] + word[at + 1:], word[:at] + "q" + word[at:], word + "s"]) or "''"

    def abbreviate(self, words):
        out = list(words)
        for at in range(max(2, self.behind_program(words)), len(words)):    # a short object may be one that vethlab does not have
            if words[at].isalpha() and len(words[at]) > 2 and self.some(0.4):
                out[at] = words[at][:self.rng.randrange(1, len(words[at]))]
        return out

    def ip(self, ns, *options):
        way = ["ip", *(["-n", ns] if ns else []), *options]
        return ["ip", "netns", "exec", ns, "ip", *options] if ns and self.some(0.1) else way

    def forms(self, brief=True, statistics=True):
        """Options of a show command."""
        out = []
        if self.some(0.35):
            out.append("-d")
        if self.some(0.2) and statistics:
            out += ["-s"] * self.one([1, 1, 2])
        if self.some(0.25):
            out += self.one([["-j"], ["-j"], ["-j", "-p"]])
        if self.some(0.15):
            out.append("-o")
        if brief and self.some(0.15):
            out.append("-br")
        if self.some(0.1):
            # brief output exists where a family "link" makes sense
            out.append(self.one(["-4", "-N", "-h", "-iec", "-f inet", "-r", "-c=never", "-c=auto", *(["-0", "-f link"] if brief else [])]))
        return [w for o in out for w in o.split()]

    # -- ip netns

    def netns(self, ns):
        what = self.weighted(((6, "add"), (2, "del"), (2, "list"), (1, "list-id"), (1, "set"), (1, "exec"), (0.3, "help")))
        name = self.or_bad(NAMESPACES, ["''", "a/b", ".", "..", "n1"])
        if what == "add":
            if name in NAMESPACES:
                self.links.setdefault(name, [])
                self.bridges.setdefault(name, [])
            return ["ip", "netns", "add", name]
        if what == "del":
            if name in self.links:
                del self.links[name], self.bridges[name]
            return ["ip", "netns", self.one(["del", "delete"]), name]
        if what == "set":
            return [*self.ip(ns), "netns", "set", self.target(), self.number([0, 3, 5, "auto"])]
        if what == "exec":
            return ["ip", "netns", "exec", self.target(), *self.one([["ip", "-br", "link"], ["nosuch"], ["brctl", "show"]])]
        if what == "list-id":
            return [*self.ip(ns, *self.one([[], ["-j"]])), "netns", what,
                    *self.one([[], [], ["nsid", "3"], ["target-nsid", "3"], ["nsid", "x"]])]
        return [*self.ip(ns, *self.one([[], ["-j"]])), "netns", what]

    # -- ip link

    def general(self, ns):
        """Options of both add and set."""
        return self.weighted((
            (4, lambda: ["mtu", self.number([68, 1280, 1400, 1500, 9000, 65535])]),
            (3, lambda: ["address", self.mac()]),
            (1, lambda: [self.one(["txqueuelen", "txqlen", "qlen"]), self.number([0, 1, 100, 1000])]),
            (1, lambda: ["alias", self.one(["hello", "''", "'two words'", "x" * 20])]),
            (1, lambda: ["group", self.number([0, 5, "default", 7])]),
            (2, lambda: [self.one(["multicast", "allmulticast", "promisc", "arp", "dynamic", "trailers"]), self.on_off()]),
            (1, lambda: [self.one(["broadcast", "brd"]), self.mac()]),
            (0.7, lambda: ["mode", self.one(["default", "dormant", "bogus"])]),
            (0.7, lambda: [self.one(["state", "operstate"]), self.one(["up", "down", "dormant", "testing", "bogus"])]),
            (0.5, lambda: ["protodown", self.on_off()]),
            (0.3, lambda: [self.one(["gso_max_size", "gso_max_segs", "gro_max_size"]), self.number([100, 1000, 65535])]),
            (0.3, lambda: ["carrier", self.on_off()]),
        ))()

    def link_add(self, ns):
        words = [*self.ip(ns), "link", self.weighted(((20, "add"), (1, "replace"))),]
        if self.some(0.35) and not self.statistics:
            name = self.new_name(BRIDGES)
            words += [*self.one([[], [], ["name"], ["dev"]]), name]
            if self.some(0.4):
                words += ["address", self.one(MACS)]
            if self.some(0.2):
                words += self.general(ns)
            words += ["type", "bridge"]
            for _ in range(self.weighted(((6, 0), (2, 1), (1, 2)))):
                words += self.bridge_option()
            if name in BRIDGES and name not in self.bridges[ns]:
                self.bridges[ns].append(name)
            return words
        if self.some(0.06):
            return words + [self.new_name(LINKS), *self.one([["type", "nosuch"], ["type", "dummy"], ["type"], [],
                                                             ["type", "bond"], ["type", "veth", "peer", "bogus", "3"]])]
        name, peer = self.new_name(FIRST), self.new_name(SECOND)
        where = there = ns
        words += [*self.one([[], [], ["name"], ["dev"]]), name]
        if self.some(0.9):
            words += ["address", self.one(MACS)]
        if self.some(0.15):
            words += self.general(ns)
        if self.some(0.08):
            where = self.target()
            words += ["netns", where]
        if self.some(0.08) and self.bridges[ns] and name not in SECOND:
            words += ["master", self.bridge(ns)]
        if self.some(0.04):
            words += ["up"]
        if self.some(0.04):
            words += ["index", self.number([10, 20, 30])]
        if self.some(0.04):
            words += [self.one(["numtxqueues", "numrxqueues"]), self.number([1, 2, 4])]
        words += ["type", "veth"]
        if self.some(0.93):
            words += ["peer", *self.one([["name"], ["name"], []]), peer]
            if self.some(0.9):
                words += ["address", self.one(MACS)]
            if self.some(0.1):
                words += self.general(ns)
            if self.some(0.12):
                there = self.target()
                words += ["netns", there]
        for place, link in ((where, name), (there, peer)):
            if place in self.links and link in LINKS and link not in self.links[place]:
                self.links[place].append(link)
        return words

    def bridge_option(self):
        return self.weighted((
            (2, lambda: ["ageing_time", self.number([0, 100, 30000])]),
            (2, lambda: ["forward_delay", self.number([200, 1500, 3000, 100])]),
            (1, lambda: ["hello_time", self.number([100, 200, 1000])]),
            (1, lambda: ["max_age", self.number([600, 2000, 4000])]),
            (2, lambda: ["priority", self.number([0, 4096, 32768, 65535])]),
            (1, lambda: ["stp_state", "0"]),
            (1, lambda: ["group_fwd_mask", self.number([0, 8, 16, 1, 65528])]),
            (1, lambda: ["group_address", self.one(["01:80:c2:00:00:04", "01:80:c2:00:00:01", "02:00:00:00:00:01", "zz"])]),
            (1, lambda: ["no_linklocal_learn", self.number([0, 1])]),
            (2, lambda: ["mcast_snooping", self.number([0, 1])]),
            (1, lambda: [self.one(["mcast_router", "mcast_query_use_ifaddr", "mcast_igmp_version", "mcast_hash_max",
                                   "mcast_last_member_count", "mcast_startup_query_count", "mcast_stats_enabled"]),
                         self.number([0, 1, 2, 3, 16, 512])]),
            (1, lambda: [self.one(["mcast_last_member_interval", "mcast_membership_interval", "mcast_querier_interval",
                                   "mcast_query_interval", "mcast_query_response_interval",
                                   "mcast_startup_query_interval"]), self.number([100, 1000, 12500])]),
            (0.5, lambda: [self.one(["nf_call_iptables", "nf_call_ip6tables", "nf_call_arptables"]), self.number([0, 1])]),
            (0.5, lambda: ["vlan_stats_enabled", self.number([0, 1])]),
            (0.5, lambda: ["fdb_flush"]),
            (0.3, lambda: ["bogus", "1"]),
        ))()

    def slave_option(self):
        return self.weighted((
            (1, lambda: ["fdb_flush"]),
            (2, lambda: ["state", self.number([0, 1, 2, 3, 4, 5])]),
            (2, lambda: ["priority", self.number([0, 5, 32, 63])]),
            (2, lambda: ["cost", self.number([1, 2, 100, 65535])]),
            (4, lambda: [self.one(["hairpin", "guard", "root_block", "fastleave", "learning", "flood", "mcast_flood",
                                   "bcast_flood", "mcast_to_unicast", "proxy_arp", "proxy_arp_wifi", "isolated", "locked",
                                   "neigh_suppress"]), self.on_off()]),
            (1, lambda: ["group_fwd_mask", self.number([0, 8, 4])]),
            (0.5, lambda: ["mcast_router", self.number([0, 1, 2])]),
            (0.3, lambda: ["bogus", "on"]),
        ))()

    def link_set(self, ns):
        words = [*self.ip(ns), "link", self.weighted(((20, "set"), (1, "change")))]
        if self.some(0.02):
            return words + ["group", self.number([5, 7, "default"]), self.one(["up", "down"])]
        name = self.device(ns)
        words += [*self.one([[], [], ["dev"]]), name]
        for _ in range(self.weighted(((6, 1), (2, 2), (1, 3)))):
            words += self.set_option(ns, name)
        if self.some(0.12):
            words += ["type", "bridge", *self.bridge_option()] if self.some(0.5) else [
                "type", "bridge_slave", *self.slave_option()]
        return words

    def set_option(self, ns, name):
        way = self.weighted(((9, "up"), (3, "down"), (7, "master"), (2, "nomaster"), (3, "netns"), (2, "name"),
                             (9, "general"), (0.3, "index"), (0.3, "type")))
        if way == "master" and name in SECOND:
            way = "nomaster"
        if way == "master":
            return [way, self.bridge(ns)]
        if way == "netns":
            to = self.target()
            if to in self.links and name in self.links[ns]:
                self.links[ns].remove(name)
                self.links[to].append(name)
            return [way, to]
        if way == "name":
            to = self.new_name(FIRST if name in FIRST else SECOND)
            if to in LINKS and name in self.links[ns]:
                self.links[ns].remove(name)
                self.links[ns].append(to)
            return [way, to]
        if way == "index":
            return [way, self.number([10, 30])]
        if way == "type":
            return [way, self.one(["veth", "bridge", "nosuch"])]
        return self.general(ns) if way == "general" else [way]

    def link_del(self, ns):
        name = self.device(ns)
        for known in (self.links[ns], self.bridges[ns]):
            if name in known and self.some(0.8):
                known.remove(name)
        return [*self.ip(ns), "link", self.one(["del", "delete"]), *self.one([[], ["dev"]]), name,
                *self.weighted(((12, []), (1, ["type", "veth"]), (1, ["type", "bridge"])))]

    def selector(self, ns):
        return self.weighted((
            (5, lambda: []),
            (4, lambda: [self.device(ns)]),
            (2, lambda: ["dev", self.device(ns)]),
            (1, lambda: ["up"]),
            (1, lambda: ["type", self.one(["veth", "bridge", "bridge_slave", "nosuch"])]),
            (1, lambda: ["master", self.bridge(ns)]),
            (0.5, lambda: ["nomaster"]),
            (0.5, lambda: ["group", self.number([0, 5, "default"])]),
        ))()

    def link_show(self, ns):
        verb = self.one([["show"], ["show"], ["list"], ["ls"], ["sh"]])
        selector = self.selector(ns)
        return [*self.ip(ns, *self.forms(statistics=self.statistics)), "link", *(verb if selector else self.one([verb, []])),
                *selector]

    def altname(self, ns):
        return [*self.ip(ns), "link", "property", self.one(["add", "add", "del"]), *self.one([["dev"], []]),
                self.device(ns), "altname", self.one(["alt1", "alt2", "a0", "bad/name", "averyveryverylongaltname"])]

    # -- ip addr

    def addr(self, ns):
        verb = self.weighted(((14, "add"), (4, "del"), (2, "replace"), (1, "change"), (1, "flush")))
        if verb == "flush":
            return [*self.ip(ns, *self.one([[], ["-4"], ["-s"]])), "addr", verb,
                    *self.one([["dev", self.device(ns)], [self.device(ns)], ["dev", self.device(ns), "scope", "host"],
                               ["label", "a*"], [], ["to", self.net()]])]
        words = [*self.ip(ns), "addr", verb, self.prefix()]
        if self.some(0.2):
            words += ["brd", self.one(["+", "-", self.host()])]
        if self.some(0.08):
            words += ["scope", self.one(SCOPES)]
        if self.some(0.06):
            words += ["peer", self.prefix()]
        if self.some(0.06):
            words += ["metric", self.number([10, 100])]
        if self.some(0.05):
            words += [self.one(["noprefixroute", "home", "nodad", "mngtmpaddr", "autojoin"])]
        if self.some(0.04):
            words += ["anycast", self.host()]
        if self.some(0.04):
            words += [self.one(["valid_lft", "preferred_lft"]), self.one(["forever", "0", "abc"])]
        name = self.device(ns)
        if self.some(0.1):
            words += ["label", self.one([f"{name}:1", f"{name}:x", "wrong", f"{name}:toolonglabelname"])]
        if self.some(0.04):
            words += ["proto", self.one(["kernel", "5", "abc"])]
        return words + ["dev", name] if self.some(0.97) else words

    def addr_show(self, ns):
        selector = self.weighted((
            (4, lambda: self.selector(ns)), (1, lambda: ["to", self.net()]), (1, lambda: ["scope", self.one(SCOPES)]),
            (1, lambda: ["label", self.one(["a*", "a0:1", "*:*"])]),
            (1, lambda: [self.one(["permanent", "dynamic", "secondary", "primary", "deprecated", "tentative"])])))()
        verb = self.one([["show"], ["show"], ["list"], ["s"]])
        return [*self.ip(ns, *self.forms(statistics=self.statistics)), self.one(["addr", "address", "a"]),
                *(verb if selector else self.one([verb, []])), *selector]

    # -- ip route, rule

    def route(self, ns):
        verb = self.weighted(((14, "add"), (4, "del"), (2, "replace"), (1, "change"), (1, "append"), (1, "prepend"),
                              (1, "flush")))
        if verb == "flush":
            return [*self.ip(ns), "route", verb, *self.route_selector(ns)]
        words = [*self.ip(ns), "route", verb]
        if self.some(0.08):
            words += [self.one(["unicast", "blackhole", "unreachable", "prohibit", "throw", "local", "broadcast",
                                "multicast", "nat", "anycast"])]
        words += [self.net()]
        if self.some(0.05):
            for _ in range(2):
                words += ["nexthop", "via", self.host(), *self.one([[], ["dev", self.device(ns)]]),
                          *self.one([[], ["weight", self.number([1, 5, 256])]])]
            return words
        if self.some(0.5):
            words += ["via", self.host()]
        if self.some(0.6):
            words += ["dev", self.device(ns)]
        for p, option in ((0.12, lambda: [self.one(["metric", "priority", "preference"]), self.number([0, 10, 100])]),
                          (0.1, lambda: ["table", self.or_bad(TABLES, ["bogus", "-1"])]),
                          (0.08, lambda: ["proto", self.or_bad(PROTOCOLS, ["bogus", "256"])]),
                          (0.08, lambda: ["scope", self.one(SCOPES)]),
                          (0.08, lambda: ["src", self.host()]),
                          (0.06, lambda: ["mtu", *self.one([[], ["lock"]]), self.number([1400, 500])]),
                          (0.04, lambda: [self.one(["advmss", "window", "hoplimit", "initcwnd", "rto_min", "rtt", "quickack",
                                                    "cwnd", "ssthresh", "reordering", "initrwnd"]), self.number([1, 10, 100])]),
                          (0.04, lambda: ["onlink"]),
                          (0.04, lambda: ["tos", self.number([0, 4, 16])]),
                          (0.03, lambda: ["realms", self.one(["5", "5/6", "bogus"])])):
            if self.some(p):
                words += option()
        return words

    def route_selector(self, ns):
        out = []
        for p, option in ((0.3, lambda: ["table", self.or_bad(TABLES, ["bogus", "-1", "cache"])]),
                          (0.2, lambda: ["dev", self.device(ns)]),
                          (0.12, lambda: ["proto", self.or_bad(PROTOCOLS, ["bogus"])]),
                          (0.12, lambda: ["scope", self.one(SCOPES)]),
                          (0.08, lambda: ["type", self.one(["unicast", "local", "blackhole", "bogus"])]),
                          (0.08, lambda: ["via", self.host()]),
                          (0.05, lambda: ["src", self.host()]),
                          (0.05, lambda: ["metric", self.number([0, 10])]),
                          (0.2, lambda: [*self.one([[], ["root"], ["match"], ["exact"]]), self.net()])):
            if self.some(p):
                out += option()
        return out

    def route_show(self, ns):
        if self.some(0.35):
            # How often a route is in use depends on what was asked before.
            return [*self.ip(ns, *self.forms(False, False)), "route", "get", *self.one([[], ["fibmatch"]]), self.host(0.1),
                    *self.weighted(((5, []), (1, ["oif", self.device(ns)]), (1, ["from", self.host()]),
                                    (1, ["from", self.host(), "iif", self.device(ns)]), (0.5, ["mark", "5"])))]
        selector = self.route_selector(ns)
        verb = self.one([["show"], ["list"]])
        return [*self.ip(ns, *self.forms(False)), self.one(["route", "route", "r", "ro"]),
                *(verb if selector else self.one([verb, []])), *selector]

    def rule(self, ns):
        if self.some(0.35):
            return [*self.ip(ns, *self.forms(False)), "rule", *self.one([[], ["show"], ["list"], ["show", "table", "77"]])]
        words = [*self.ip(ns), "rule", self.one(["add", "add", "del"])]
        for p, option in ((0.5, lambda: ["from", self.net()]), (0.3, lambda: ["to", self.net()]),
                          (0.4, lambda: [self.one(["pref", "priority"]), self.number([100, 200, 0])]),
                          (0.15, lambda: ["iif", self.device(ns)]), (0.1, lambda: ["fwmark", self.number(["1", "1/3"])]),
                          (0.1, lambda: ["tos", self.number([0, 4, 16])])):
            if self.some(p):
                words += option()
        return words + self.weighted(((8, ["table", self.or_bad(TABLES, ["bogus"])]), (1, ["blackhole"]), (1, ["prohibit"]),
                                      (1, ["unreachable"]), (1, ["goto", self.number([200, 300])]), (1, [])))

    # -- ip neigh, maddr

    def neigh(self, ns):
        if self.some(0.35):
            out = [*self.ip(ns, *self.forms(False)), self.one(["neigh", "neighbour", "n"])]
            return out + self.weighted(((4, []), (2, ["show"]), (2, ["show", "dev", self.device(ns)]), (1, ["show", self.net()]),
                                        (1, ["show", "nud", self.one(STATES + ["all", "bogus"])]), (1, ["show", "proxy"]),
                                        (1, ["get", self.host(), "dev", self.device(ns)])))
        verb = self.weighted(((10, "add"), (4, "replace"), (2, "change"), (4, "del"), (1, "flush")))
        words = [*self.ip(ns), "neigh", verb]
        if verb == "flush":
            return words + self.one([["dev", self.device(ns)], ["nud", self.one(STATES)], [], [self.net()], ["all"]])
        words += [*self.one([[], [], ["to"], ["proxy"]]), self.host()]
        if self.some(0.85) and verb != "del":
            words += ["lladdr", self.mac()]
        # Linux does not free a proxy without a device when its namespace goes: a later namespace would show it.
        if self.some(0.96) or "proxy" in words:
            words += ["dev", self.device(ns)]
        if self.some(0.5):
            words += ["nud", self.or_bad(STATES, ["bogus", "0x80", "255"])]
        if self.some(0.05):
            words += [self.one(["router", "use", "managed", "extern_learn", "protocol 5"])]
        return words

    def maddr(self, ns):
        if self.some(0.5):
            return [*self.ip(ns, *self.forms(False)), "maddr", *self.one([[], ["show"], ["show", "dev", self.device(ns)],
                                                                           ["show", self.device(ns)]])]
        return [*self.ip(ns), "maddr", self.one(["add", "add", "del"]),
                self.one(["01:00:5e:00:00:05", "33:33:00:00:00:09", "02:00:00:00:00:07", "224.0.0.9", "zz"]), "dev",
                self.device(ns)]

    # -- bridge

    def bridge_tool(self, ns, *options):
        return ["bridge", *(["-n", ns] if ns else []), *options]

    def bridge_link(self, ns):
        if self.some(0.4):
            return [*self.bridge_tool(ns, *[o for o in self.forms(False, self.statistics) if o in ("-d", "-s", "-j", "-p", "-o")]),
                    self.one(["link", "link", "link", "vlan", "mdb", "l"]),
                    *self.one([[], ["show"], ["show"], ["show", "dev", self.port(ns)]])]
        words = [*self.bridge_tool(ns), "link", "set", *self.one([["dev"], ["dev"], []]), self.port(ns)]
        for _ in range(self.one([1, 1, 2])):
            words += self.weighted((
                (2, lambda: ["state", self.or_bad(["0", "1", "2", "3", "4", "forwarding", "disabled", "blocking"],
                                                  ["5", "-1", "bogus"])]),
                (2, lambda: ["priority", self.number([0, 5, 32, 63])]),
                (2, lambda: ["cost", self.number([1, 2, 100, 65535])]),
                (6, lambda: [self.one(["hairpin", "guard", "root_block", "fastleave", "learning", "flood", "mcast_flood",
                                       "bcast_flood", "mcast_to_unicast", "isolated", "locked", "neigh_suppress"]),
                             self.on_off()]),
                (1, lambda: ["mcast_router", self.number([0, 1, 2])]),
                (0.5, lambda: ["backup_port", self.port(ns)]),
                (0.5, lambda: ["nobackup_port"]),
                (0.5, lambda: [self.one(["self", "master"])]),
                (0.3, lambda: ["bogus", "on"]),
            ))()
        return words

    def fdb(self, ns):
        if self.some(0.4):
            options = [o for o in self.forms(False) if o in ("-d", "-s", "-j", "-p", "-o")]
            return [*self.bridge_tool(ns, *options), self.one(["fdb", "fdb", "f"]), *self.weighted((
                (3, []), (2, ["show"]), (2, ["show", "br", self.bridge(ns)]), (2, ["show", "dev", self.port(ns)]),
                (1, ["show", "brport", self.port(ns)]), (1, ["show", "state", self.one(["static", "permanent", "bogus"])]),
                (1, ["show", "dynamic"]), (1, ["get", self.mac(), "br", self.bridge(ns)]),
                (1, ["get", self.mac(), "dev", self.port(ns), *self.one([["master"], ["self"], []])])))]
        verb = self.weighted(((10, "add"), (3, "replace"), (2, "append"), (5, "del"), (1, "flush")))
        words = [*self.bridge_tool(ns), "fdb", verb]
        if verb == "flush":
            return words + ["dev", self.bridge(ns), *self.one([[], ["brport", self.port(ns)], ["static"], ["nopermanent"],
                                                               ["vlan", "5"], ["self"], ["master"]])]
        words += [self.mac(), "dev", self.port(ns) if self.some(0.8) else self.bridge(ns)]
        if self.some(0.75):
            words += [self.one(["master", "master", "master", "self"])]
        if self.some(0.6):
            words += [self.one(["static", "dynamic", "local", "permanent", "temp"])]
        if self.some(0.1):
            words += [self.one(["sticky", "extern_learn", "use", "vlan 5", "vlan 5000", "dst 10.0.0.1", "vni 5", "bogus",
                                "router"])]
        return words

    # -- brctl

    def brctl(self, ns):
        if ns and self.some(0.5):
            ns = HOME
        words = ["ip", "netns", "exec", ns, "brctl"] if ns else ["brctl"]
        return words + self.weighted((
            (2, lambda: ["addbr", self.new_name(BRIDGES)] if not self.statistics else ["show"]),
            (1, lambda: ["delbr", self.bridge(ns)]),
            (4, lambda: ["addif", self.bridge(ns), *[self.port(ns) for _ in range(self.one([1, 1, 2]))]]),
            (2, lambda: ["delif", self.bridge(ns), self.port(ns)]),
            (3, lambda: ["show", *self.one([[], [], [self.bridge(ns)]])]),
            (1, lambda: ["showmacs", self.bridge(ns)]),
            (1, lambda: ["showstp", self.bridge(ns)]),
            (1, lambda: ["setageing", self.bridge(ns), self.number([0, 30, 300, 1.5])]),
            (1, lambda: ["setbridgeprio", self.bridge(ns), self.number([0, 4096, 65535])]),
            (1, lambda: ["setfd", self.bridge(ns), self.number([0, 2, 15, 30])]),
            (1, lambda: ["sethello", self.bridge(ns), self.number([1, 2, 10])]),
            (1, lambda: ["setmaxage", self.bridge(ns), self.number([6, 20, 40])]),
            (1, lambda: ["setpathcost", self.bridge(ns), self.port(ns), self.number([1, 100])]),
            (1, lambda: ["setportprio", self.bridge(ns), self.port(ns), self.number([0, 32, 63])]),
            (1, lambda: ["hairpin", self.bridge(ns), self.port(ns), self.on_off()]),
            (0.5, lambda: ["stp", self.bridge(ns), "off"]),
            (0.3, lambda: [self.one(["bogus", "-x", "--help", "-V", ""])]),
        ))()
