#pragma once
// Scripts and what dash 0.5.12 (Debian 12, LC_ALL=C) made of them, run as `dash t.sh a "b c"`
// with nothing on standard input. Recorded, never written by hand.

namespace vethlab::testing {

struct shell_case {
    const char* script;
    const char* out;
    const char* err;
    int status;
};

inline constexpr shell_case shell_cases[] = {
    {"if true; fi\n",
     "",
     R"~(t.sh: 1: Syntax error: "fi" unexpected (expecting "then")
)~", 2},
    {"fi\n",
     "",
     R"~(t.sh: 1: Syntax error: "fi" unexpected
)~", 2},
    {"echo a; )\n",
     "",
     R"~(t.sh: 1: Syntax error: ")" unexpected
)~", 2},
    {R"~(echo "abc
)~",
     "",
     "t.sh: 2: Syntax error: Unterminated quoted string\n", 2},
    {"echo 'abc\n",
     "",
     "t.sh: 2: Syntax error: Unterminated quoted string\n", 2},
    {"if true; then\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting "fi")
)~", 2},
    {"for i in a b; echo\n",
     "",
     R"~(t.sh: 1: Syntax error: word unexpected (expecting "do")
)~", 2},
    {"for 1x in a; do :; done\n",
     "",
     "t.sh: 1: Syntax error: Bad for loop variable\n", 2},
    {"case x in\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting ")")
)~", 2},
    {"case x in a) echo;; esac; esac\n",
     "",
     R"~(t.sh: 1: Syntax error: "esac" unexpected
)~", 2},
    {"( echo\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting ")")
)~", 2},
    {"echo $(echo\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting ")")
)~", 2},
    {"echo `echo\n",
     "",
     "t.sh: 2: Syntax error: EOF in backquote substitution\n", 2},
    {"echo ${x\n",
     "",
     "t.sh: 1: Syntax error: Missing '}'\n", 2},
    {"echo ${x!y}\n",
     "",
     "t.sh: 1: Bad substitution\n", 2},
    {"echo ${}\n",
     "",
     "t.sh: 1: Bad substitution\n", 2},
    {R"~(cat <<EOF
abc
)~",
     "abc\n",
     "", 0},
    {"a b ()\n",
     "",
     R"~(t.sh: 1: Syntax error: "(" unexpected
)~", 2},
    {"f() echo\n",
     "",
     "", 0},
    {R"~(f() { echo hi; }
f
)~",
     "hi\n",
     "", 0},
    {"1f() { :; }\n",
     "",
     "t.sh: 1: Syntax error: Bad function name\n", 2},
    {"| a\n",
     "",
     R"~(t.sh: 1: Syntax error: "|" unexpected
)~", 2},
    {"a |\n",
     "",
     "t.sh: 2: Syntax error: end of file unexpected\n", 2},
    {"a &&\n",
     "",
     "t.sh: 2: Syntax error: end of file unexpected\n", 2},
    {"&& a\n",
     "",
     R"~(t.sh: 1: Syntax error: "&&" unexpected
)~", 2},
    {"; a\n",
     "",
     R"~(t.sh: 1: Syntax error: ";" unexpected
)~", 2},
    {"a ;; b\n",
     "",
     R"~(t.sh: 1: Syntax error: ";;" unexpected
)~", 2},
    {"echo >\n",
     "",
     "t.sh: 2: Syntax error: newline unexpected\n", 2},
    {"echo > > a\n",
     "",
     "t.sh: 1: Syntax error: redirection unexpected\n", 2},
    {"{ echo a\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting "}")
)~", 2},
    {"}\n",
     "",
     R"~(t.sh: 1: Syntax error: "}" unexpected
)~", 2},
    {"do\n",
     "",
     R"~(t.sh: 1: Syntax error: "do" unexpected
)~", 2},
    {"while true; do echo\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting "done")
)~", 2},
    {"echo $((1+\n",
     "",
     "t.sh: 2: Syntax error: Missing '))'\n", 2},
    {"echo $((1+))\n",
     "",
     R"~(t.sh: 1: arithmetic expression: expecting primary: "1+"
)~", 2},
    {"echo $((1/0))\n",
     "",
     R"~(t.sh: 1: arithmetic expression: division by zero: "1/0"
)~", 2},
    {"echo $((1 2))\n",
     "",
     R"~(t.sh: 1: arithmetic expression: expecting EOF: "1 2"
)~", 2},
    {"x=abc; echo $((x))\n",
     "",
     "t.sh: 1: Illegal number: abc\n", 2},
    {"echo $((y+1)) $((0x1f + 010)) $((++a)) $((1?2:3)) $((0||0)) $((5%3)) $((-5/2)) $((1<<3)) $((~1)) $((!5)) $(( (1+2)*3 )) $((a=5)) $((a+=2)) $a $((a*=3)) $((1<2)) $((2>=3)) $((1==1&&2!=3)) $((7&3|8^1)) $((-9223372036854775807-1)) $((1?a=9:(b=8))) $a $b.\n",
     "1 39 0 2 0 2 -2 8 -2 0 9 5 7 7 21 1 0 1 11 -9223372036854775808 9 9 .\n",
     "", 0},
    {"echo $((08))\n",
     "",
     R"~(t.sh: 1: arithmetic expression: expecting EOF: "08"
)~", 2},
    {"echo $((a++))\n",
     "",
     R"~(t.sh: 1: arithmetic expression: expecting primary: "a++"
)~", 2},
    {"echo $((a=5, b=6))\n",
     "",
     R"~(t.sh: 1: arithmetic expression: expecting EOF: "a=5, b=6"
)~", 2},
    {"x=1a; echo $((x+1))\n",
     "",
     "t.sh: 1: Illegal number: 1a\n", 2},
    {"set -u; echo $x\n",
     "",
     "t.sh: 1: x: parameter not set\n", 2},
    {R"~(set -u; echo ${x:-a} "$@" $*; set --; echo "$@" $*; echo $((x+1))
)~",
     R"~(a a b c a b c

1
)~",
     "", 0},
    {"echo ${x:?}\n",
     "",
     "t.sh: 1: x: parameter not set or null\n", 2},
    {"echo ${x:?bad thing}\n",
     "",
     "t.sh: 1: x: bad thing\n", 2},
    {"echo ${x?}\n",
     "",
     "t.sh: 1: x: parameter not set\n", 2},
    {"readonly a=1; a=2; echo no\n",
     "",
     "t.sh: 1: a: is read only\n", 2},
    {"shift 5; echo no\n",
     "",
     "t.sh: 1: shift: can't shift that many\n", 2},
    {"nosuch; echo $?\n",
     "127\n",
     "t.sh: 1: nosuch: not found\n", 0},
    {"./nosuch; echo $?\n",
     "127\n",
     "t.sh: 1: ./nosuch: not found\n", 0},
    {"/bin/nosuch; echo $?\n",
     "127\n",
     "t.sh: 1: /bin/nosuch: not found\n", 0},
    {"cat < nofile; echo $?\n",
     "2\n",
     "t.sh: 1: cannot open nofile: No such file\n", 0},
    {": < nofile; echo $?\n",
     "",
     "t.sh: 1: cannot open nofile: No such file\n", 2},
    {"cd /nosuch; echo $?\n",
     "2\n",
     "t.sh: 1: cd: can't cd to /nosuch\n", 0},
    {"echo x > /nosuch/file; echo $?\n",
     "2\n",
     "t.sh: 1: cannot create /nosuch/file: Directory nonexistent\n", 0},
    {R"~([ 1 -eq a ]; echo $?
[ 1 -eq ; echo $?
[ 1 = 1; echo $?
test 1 2 3; echo $?
[ a b ]; echo $?
)~",
     R"~(2
2
2
2
2
)~",
     R"~(t.sh: 1: [: Illegal number: a
t.sh: 2: [: missing ]
t.sh: 3: [: missing ]
t.sh: 4: test: 1: unexpected operator
t.sh: 5: [: a: unexpected operator
)~", 0},
    {"break; echo $?\n",
     "0\n",
     "", 0},
    {"return 3; echo no\n",
     "",
     "", 3},
    {"exit 300\n",
     "",
     "", 44},
    {"exit abc\n",
     "",
     "t.sh: 1: exit: Illegal number: abc\n", 2},
    {"set -z; echo no\n",
     "",
     "t.sh: 1: set: Illegal option -z\n", 2},
    {"set -o foo; echo no\n",
     "",
     "t.sh: 1: set: Illegal option -o foo\n", 2},
    {"set -o pipefail; echo no\n",
     "",
     "t.sh: 1: set: Illegal option -o pipefail\n", 2},
    {"export 1a=2; echo no\n",
     "",
     "t.sh: 1: export: 1a: bad variable name\n", 2},
    {"unset 1a; echo no\n",
     "",
     "t.sh: 1: unset: 1a: bad variable name\n", 2},
    {"local x; echo no\n",
     "",
     "t.sh: 1: local: not in a function\n", 2},
    {"trap foo BAR; echo $?\n",
     "1\n",
     "trap: BAR: bad trap\n", 0},
    {"kill; echo $?\n",
     "2\n",
     R"~(t.sh: 1: kill: Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or
kill -l [exitstatus]
)~", 0},
    {"kill 99999999; echo $?\n",
     "1\n",
     "t.sh: 1: kill: No such process\n\n", 0},
    {"kill -FOO 1; echo $?\n",
     "2\n",
     "t.sh: 1: kill: Illegal option -F\n", 0},
    {"kill %1; echo $?\n",
     "2\n",
     "t.sh: 1: kill: No such job: %1\n", 0},
    {"wait 99999999; echo $?\n",
     "127\n",
     "", 0},
    {"wait %1; echo $?\n",
     "2\n",
     "t.sh: 1: wait: No such job: %1\n", 0},
    {"read; echo $?\n",
     "2\n",
     "t.sh: 1: read: arg count\n", 0},
    {"read 1a; echo $?\n",
     "2\n",
     "t.sh: 1: read: 1a: bad variable name\n", 0},
    {"command -v echo if nosuch; echo $?; command -v nosuch; echo $?; command -v cat; f() { :; }; command -v f\n",
     R"~(echo
0
127
/usr/bin/cat
f
)~",
     "", 0},
    {"type echo nosuch if cat; echo $?\n",
     R"~(echo is a shell builtin
nosuch: not found
if is a shell keyword
cat is /usr/bin/cat
127
)~",
     "", 0},
    {R"~(printf "%d %d\n" 1 abc; echo $?
)~",
     R"~(1 0
1
)~",
     "t.sh: 1: printf: abc: expected numeric value\n", 0},
    {R"~(printf "%z"; echo $?
)~",
     "2\n",
     "t.sh: 1: printf: %z: invalid directive\n", 0},
    {"printf; echo $?\n",
     "2\n",
     "t.sh: 1: printf: usage: printf format [arg ...]\n", 0},
    {R"~(printf "%d\n" 1a ""; echo $?
)~",
     R"~(1
0
1
)~",
     "t.sh: 1: printf: 1a: not completely converted\n", 0},
    {R"~(echo -n a; echo "a\tb\nc\0101\cxx"; echo
)~",
     R"~(aa	b
cA
)~",
     "", 0},
    {R"~(echo -e "a\nb"; echo -n -n x; echo -- y; echo "\x41 \e"
)~",
     "-e a\012b\012-n x-- y\012\\x41 \033\012",
     "", 0},
    {R"~(f() {
nosuch
nosuch2
}
f

nosuch3
)~",
     "",
     R"~(t.sh: 2: nosuch: not found
t.sh: 3: nosuch2: not found
t.sh: 7: nosuch3: not found
)~", 127},
    {"echo $(nosuch) `nosuch2`\n",
     "\n",
     R"~(t.sh: 1: nosuch: not found
t.sh: 1: nosuch2: not found
)~", 0},
    {R"~(if nosuch; then :; fi
for i in 1 2; do
 nosuch $i
done
)~",
     "",
     R"~(t.sh: 1: nosuch: not found
t.sh: 3: nosuch: not found
t.sh: 3: nosuch: not found
)~", 127},
    {R"~(echo a \
 b; nosuch \
 c
nosuch
)~",
     "a b\n",
     R"~(t.sh: 2: nosuch: not found
t.sh: 4: nosuch: not found
)~", 127},
    {"set -e; false; echo no\n",
     "",
     "", 1},
    {"set -e; false || true; ! true; if false; then :; fi; echo yes; (false); echo no\n",
     "yes\n",
     "", 1},
    {"set -e; x=$(false); echo no\n",
     "",
     "", 1},
    {"set -e; false | true; echo yes; true | false; echo no\n",
     "yes\n",
     "", 1},
    {"set -e; f() { false; echo in; }; f || echo out; f; echo no\n",
     "in\n",
     "", 1},
    {R"~(trap "echo bye \$?" EXIT; false; exit 3
)~",
     "bye 3\n",
     "", 3},
    {R"~(trap "echo bye" EXIT; set -e; false
)~",
     "bye\n",
     "", 1},
    {R"~(trap "echo bye" EXIT; echo ${x:?}
)~",
     "bye\n",
     "t.sh: 1: x: parameter not set or null\n", 2},
    {R"~(trap "echo bye" EXIT; fi
)~",
     "",
     R"~(t.sh: 1: Syntax error: "fi" unexpected
)~", 2},
    {R"~(trap "echo hi" INT EXIT TERM; trap; trap - INT; trap
)~",
     R"~(trap -- 'echo hi' EXIT
trap -- 'echo hi' INT
trap -- 'echo hi' TERM
trap -- 'echo hi' EXIT
trap -- 'echo hi' TERM
hi
)~",
     "", 0},
    {R"~(set -x; a=1; echo $a "b c" 'd' ; for i in 1 2; do :; done; x=2 true; [ "$a" = 1 ]; echo > /dev/null; echo "it's" "" "a;b" "\$x"
)~",
     R"~(1 b c d
it's  a;b $x
)~",
     R"~(+ a=1
+ echo 1 b c d
+ :
+ :
+ x=2 true
+ [ 1 = 1 ]
+ echo
+ echo it's  a;b $x
)~", 0},
    {R"~(set -- x "y z"; for i; do echo "<$i>"; done; for i in "$@"; do echo "<$i>"; done; for i in $*; do echo "<$i>"; done; for i in "$*"; do echo "<$i>"; done; IFS=:; echo "$*"; echo $*; set --; for i in "$@"; do echo no; done; echo "a$@b" $#
)~",
     R"~(<x>
<y z>
<x>
<y z>
<x>
<y>
<z>
<x y z>
x:y z
x y z
ab 0
)~",
     "", 0},
    {R"~(IFS=:; x=a:b::c:; for i in $x; do echo "<$i>"; done; IFS=" :"; x=" a : b : : c "; for i in $x; do echo "<$i>"; done
)~",
     R"~(<a>
<b>
<>
<c>
<a>
<b>
<>
<c>
)~",
     "", 0},
    {R"~(x=abcabc; echo ${x#a} ${x#*b} ${x##*b} ${x%c} ${x%b*} ${x%%b*} ${#x} ${x%"c"} ${x#?} ${x#[a-c]} ${y-u} ${y:-"a  b"} ${x:+set} ${y:+set}end
)~",
     "bcabc cabc c abcab abca a 6 abcab bcabc bcabc u a  b set end\n",
     "", 0},
    {R"~(case abc in a*) echo 1;; esac; case a in b|a) echo 2;; esac; case "a*" in "a*") echo 3;; esac; x="*"; case abc in $x) echo 4;; esac; case abc in "$x") echo no;; *) echo 5;; esac; case x in (x) echo 6; esac; case x in [!a-w]) echo 7;; esac
)~",
     R"~(1
2
3
4
5
6
7
)~",
     "", 0},
    {R"~(echo *.nomatch "*" \* [ab]; echo "~"
)~",
     R"~(*.nomatch * * [ab]
~
)~",
     "", 0},
    {R"~(x="a  b"; echo $x "$x"; y=$x; echo "$y"; echo 'a'"b"c\d
)~",
     R"~(a b a  b
a  b
abcd
)~",
     "", 0},
    {R"~(cat <<EOF
a $x \$x `echo b` $(echo c) "q" \q \\ $((1+2)) ${x:-"d"} ${x:-d}
EOF
cat <<"EOF"
a $x \
EOF
cat <<-EOF
	tab
	EOF
cat <<A; cat <<B
a
A
b
B
)~",
     R"~(a  $x b c "q" \q \ 3 d d
a $x \
tab
a
b
)~",
     "", 0},
    {"false & wait $!; echo $?; sleep 1 & kill $!; wait $!; echo $?; wait; echo $?\n",
     R"~(1
143
0
)~",
     "Terminated\n", 0},
    {R"~(echo a | { read x; echo "<$x>"; }; echo "a b  c" | (read x y; echo "<$y>"); printf "a\\\\tb\nc" | { read x; echo "<$x>"; read y; echo $? "<$y>"; }; printf "a\\\\tb" | { read -r x; printf "%s\n" "$x"; }
)~",
     R"~(<a>
<b  c>
<atb>
1 <c>
a\tb
)~",
     "", 0},
    {"for i in 1 2 3; do for j in a b; do [ $i = 2 ] && continue 2; [ $i = 3 ] && break 2; echo $i$j; done; done\n",
     R"~(1a
1b
)~",
     "", 0},
    {"x=1; (x=2; echo $x); echo $x; f() { local x=3; echo $x; return 4; }; f; echo $? $x\n",
     R"~(2
1
3
4 1
)~",
     "", 0},
    {"f() { f; }; f\n",
     "",
     "t.sh: 1: Maximum function recursion depth (1000) reached\n", 2},
    {"exec 3>&1; echo hi >&3; exec 3>&-; echo no >&3; echo $?\n",
     R"~(hi
2
)~",
     "t.sh: 1: 3: Bad file descriptor\n", 0},
    {"echo a >&5; echo $?\n",
     "2\n",
     "t.sh: 1: 5: Bad file descriptor\n", 0},
    {"echo err >&2; nofile 2>/dev/null; echo $?\n",
     "127\n",
     "err\n", 0},
    {"a=(1 2)\n",
     "",
     R"~(t.sh: 1: Syntax error: "(" unexpected
)~", 2},
    {"echo ${x:1:2}\n",
     "",
     "t.sh: 1: Bad substitution\n", 2},
    {"echo ${x/a/b}\n",
     "",
     "t.sh: 1: Bad substitution\n", 2},
    {"echo ${!x}\n",
     "",
     "t.sh: 1: Bad substitution\n", 2},
    {"x+=1\n",
     "",
     "t.sh: 1: x+=1: not found\n", 127},
    {"cat <(echo)\n",
     "",
     R"~(t.sh: 1: Syntax error: "(" unexpected
)~", 2},
    {"cat <<< a\n",
     "",
     "t.sh: 1: Syntax error: redirection unexpected\n", 2},
    {R"~(echo $"a" $'a\n'
)~",
     "$a $a\n\n",
     "", 0},
    {"echo a |& cat\n",
     "",
     R"~(t.sh: 1: Syntax error: "&" unexpected
)~", 2},
    {"echo {1..3}\n",
     "{1..3}\n",
     "", 0},
    {R"~(unset x; x=; echo "${x-a}${x:-b}"; echo ${#} $# ${1} ${10}x $10
)~",
     R"~(b
2 2 a x a0
)~",
     "", 0},
    {R"~(echo "a`echo "b"`c" "$(echo ")")" $(case x in x) echo y;; esac)
)~",
     "abc ) y\n",
     "", 0},
    {"sleep 9 & kill $!; wait; echo w\n",
     "w\n",
     "", 0},
    {"sleep 9 & kill -9 $!; wait $!; echo $?\n",
     "137\n",
     "Killed\n", 0},
    {"(sleep 9) & kill $!; wait $!; echo $?\n",
     "143\n",
     "Terminated\n", 0},
    {R"~(trap "echo got" TERM; kill $$; echo after
)~",
     R"~(got
after
)~",
     "", 0},
    {"sleep 9 & kill -s TERM $!; kill -15 $!; kill -SIGTERM $!;echo $?\n",
     "2\n",
     "t.sh: 1: kill: Illegal option -S\n", 0},
    {"echo $-; set -eu; echo $-; set +e; set -o\n",
     R"~(
ue
Current option settings
errexit         off
noglob          off
ignoreeof       off
interactive     off
monitor         off
noexec          off
stdin           off
xtrace          off
verbose         off
vi              off
emacs           off
noclobber       off
allexport       off
notify          off
nounset         on
privileged      off
nolog           off
debug           off
)~",
     "", 0},
    {"echo ${#@} ${#*} ${@:-none}\n",
     "5 5 a b c\n",
     "", 0},
    {"readonly a=1; export a; a=3 true; echo no\n",
     "",
     "t.sh: 1: a: is read only\n", 2},
    {R"~(x=1 f=2; f() { echo "$x"; }; x=5 f; echo $x; x=7 :; echo $x; x=8 true; echo $x; x=9 eval "echo $x"; echo $x
)~",
     R"~(5
1
7
7
7
9
)~",
     "", 0},
    {"f() { echo $1 $#; shift; echo $1; }; f a b c; echo $1\n",
     R"~(a 3
b
a
)~",
     "", 0},
    {"set -e; f() { return 3; }; if f; then :; fi; f; echo no\n",
     "",
     "", 3},
    {"f() { return; }; false; f; echo $?\n",
     "1\n",
     "", 0},
    {"command nosuch; echo $?; command echo hi; command -V echo; command -x; echo $?\n",
     R"~(127
hi
echo is a shell builtin
2
)~",
     R"~(t.sh: 1: nosuch: not found
t.sh: 1: command: Illegal option -x
)~", 0},
    {"exec nosuch; echo no\n",
     "",
     "t.sh: 1: exec: nosuch: not found\n", 127},
    {R"~(eval "fi"; echo no
)~",
     "",
     R"~(t.sh: 1: eval: Syntax error: "fi" unexpected
)~", 2},
    {R"~(eval "echo a" b; eval; echo $?; eval "false"; echo $?
)~",
     R"~(a b
0
1
)~",
     "", 0},
    {R"~(echo "$(exit 3)" $?; x=$(exit 4); echo $?; exit $(false; echo 5)
)~",
     R"~( 0
4
)~",
     "", 5},
    {"if ! false; then echo y; fi; ! true; echo $?\n",
     R"~(y
1
)~",
     "", 0},
    {"! ! false\n",
     "",
     R"~(t.sh: 1: Syntax error: "!" unexpected
)~", 2},
    {"while false; do :; done; echo $?; for i in; do :; done; echo $?; case x in y) ;; esac; echo $?\n",
     R"~(0
0
0
)~",
     "", 0},
    {R"~([ ]; echo $?; [ a ]; echo $?; [ ! a ]; echo $?; [ -z "" -a 1 -lt 2 ]; echo $?; [ \( 1 = 1 \) -o x ]; echo $?; [ -n ]; echo $?; test; echo $?; [ a = ]; echo $?; [ 1 -foo 2 ]; echo $?;  [ "abc" \> "abb" ]; echo $?; [ ! ]; echo $?; [ -n a b ]; echo $?; [ 1 -eq 1.5 ]; echo $?; [ " 1 " -eq 1 ]; echo $?; [ ! a = b ]; echo $?;[ = ]; echo $?; [ = = = ]; echo $?; [ "(" = ")" ]; echo $?
)~",
     R"~(1
0
1
0
0
0
1
2
2
0
0
2
2
0
0
0
0
1
)~",
     R"~(t.sh: 1: [: =: argument expected
t.sh: 1: [: 1: unexpected operator
t.sh: 1: [: a: unexpected operator
t.sh: 1: [: Illegal number: 1.5
)~", 0},
    {R"~(echo a > xx; cat xx; echo b >> xx; while read l; do echo "<$l>"; done < xx; [ -f xx ] && echo f; [ -e yy ] || echo n; [ -s xx ] && echo s; rm xx; rm xx; rm -f xx
)~",
     R"~(a
<a>
<b>
f
n
s
)~",
     "rm: cannot remove 'xx': No such file or directory\n", 0},
    {"false; echo $?; (exit 7); echo $?; { false; }; echo $?\n",
     R"~(1
7
1
)~",
     "", 0},
    {"echo ${x:=5} $x; echo ${x:=6} ; echo ${1:=3} ; echo ${9:=3}\n",
     R"~(5 5
5
a
)~",
     "t.sh: 1: 9: bad variable name\n", 2},
    {R"~(x="a*b"; y="a*"; echo "${x#"$y"}" "${x#$y}" "${x%\*b}" "${x#'a*'}"
)~",
     "b *b a b\n",
     "", 0},
    {R"~(echo "${x:-"a b"}" ${x:-'q  q'} "${x:-'q  q'}" "a${x:+b}c" ${x:-$(echo "i  n")}
)~",
     "a b q  q 'q  q' ac i n\n",
     "", 0},
    {R"~(args "$@" "a$@b" "$*"; set -- ; args "$@"; args "" $nothing "$nothing" a"$nothing"
)~",
     R"~(<a><b c><aa><b cb><a b c>

<><><a>
)~",
     "", 0},
    {"echo a >&2 2>/dev/null; (echo b >&2) 2>&1; nosuch 2>/dev/null; echo $?; { nosuch; } 2>&1; nosuch >/dev/null 2>&1; echo c 1>&2\n",
     R"~(b
127
t.sh: 1: nosuch: not found
)~",
     R"~(a
c
)~", 0},
    {R"~(trap "exit 9" EXIT; exit 1
)~",
     "",
     "", 9},
    {R"~((trap "echo sub" EXIT; echo in); trap "echo main" EXIT; (echo x)
)~",
     R"~(in
sub
x
main
)~",
     "", 0},
    {R"~(set -x; f() { echo "in $1"; }; f a; x=$(echo b); case $x in b) echo c;; esac
)~",
     R"~(in a
c
)~",
     R"~(+ f a
+ echo in a
+ echo b
+ x=b
+ echo c
)~", 0},
    {R"~(read x y <<E
  a   b c  
E
echo "<$x><$y>"; echo "a:b:c" | { IFS=: read x y; echo "<$x><$y>"; }; printf "a b\\\\\nc d\n" | { read x y z; echo "$x,$y,$z"; }
)~",
     R"~(<a><b c>
<a><b:c>
a,bc,d
)~",
     "", 0},
    {"exec > xx; echo hi; exec >&2; cat xx\n",
     "",
     "hi\n", 0},
    {R"~(cat <<E | grep b
a
b
E
cat <<E && echo ok
$(echo x
)
E
)~",
     R"~(b
x
ok
)~",
     "", 0},
    {R"~(echo "unterminated $(echo x
)~",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting ")")
)~", 2},
    {R"~(if true
then echo a
fi | cat; echo b |
cat; echo c &&
echo d
)~",
     R"~(a
b
c
d
)~",
     "", 0},
    {"readonly 1a; echo\n",
     "",
     "t.sh: 1: readonly: 1a: bad variable name\n", 2},
    {"wait abc; echo $?\n",
     "2\n",
     "t.sh: 1: wait: Illegal number: abc\n", 0},
    {"shift a\n",
     "",
     "t.sh: 1: shift: Illegal number: a\n", 2},
    {"return a\n",
     "",
     "t.sh: 1: return: Illegal number: a\n", 2},
    {"break a\n",
     "",
     "t.sh: 1: break: Illegal number: a\n", 2},
    {"for i in 1; do break 0; done\n",
     "",
     "t.sh: 1: break: Illegal number: 0\n", 2},
    {"pwd -x; cd a b c; cd -x;\n",
     "",
     R"~(t.sh: 1: pwd: Illegal option -x
t.sh: 1: cd: can't cd to a
t.sh: 1: cd: Illegal option -x
)~", 2},
    {R"~(echo \
a"b\
c"
)~",
     "abc\n",
     "", 0},
    {"f() ( echo sub; exit 3 ); f; echo $?\n",
     R"~(sub
3
)~",
     "", 0},
    {"a=1 b=$a; echo $b; a=2 b=$a c=$b; echo $c\n",
     R"~(1
2
)~",
     "", 0},
    {R"~(x="a b"; export y=$x; echo "[$y]"; export z=$x; sh -c 'echo "$z"'; sh -c 'echo $0 $1' n m; sh -c 'nosuch'; sh -c 'exit 4'; echo $?
)~",
     R"~([a b]
a b
n m
4
)~",
     "sh: 1: nosuch: not found\n", 0},
    {R"~(set -- a b; echo "${@:-x}" ${#1}; f() { local IFS=:; set -- 1 2; echo "$*"; }; f; echo "$*"; x=abc; echo ${x%%[!a]*}; trap 'echo T' EXIT; f() { trap 'echo U' EXIT; }; f; $(echo echo hi) there;  x= ; $x; echo $?
)~",
     R"~(a b 1
1:2
a b
a
hi there
0
U
)~",
     "", 0},
    {"if true; then fi\n",
     "",
     R"~(t.sh: 1: Syntax error: "fi" unexpected
)~", 2},
    {"while true; do done\n",
     "",
     R"~(t.sh: 1: Syntax error: "done" unexpected
)~", 2},
    {"if true; then echo a; else fi\n",
     "",
     R"~(t.sh: 1: Syntax error: "fi" unexpected
)~", 2},
    {"if ; then echo; fi\n",
     "",
     R"~(t.sh: 1: Syntax error: ";" unexpected
)~", 2},
    {"{ }\n",
     "",
     R"~(t.sh: 1: Syntax error: "}" unexpected
)~", 2},
    {"( )\n",
     "",
     R"~(t.sh: 1: Syntax error: ")" unexpected
)~", 2},
    {"echo a; } \n",
     "",
     R"~(t.sh: 1: Syntax error: "}" unexpected
)~", 2},
    {R"~(for i in a; do echo $i
echo done
)~",
     "",
     R"~(t.sh: 3: Syntax error: end of file unexpected (expecting "done")
)~", 2},
    {"case a in a) echo x ;; b\n",
     "",
     R"~(t.sh: 2: Syntax error: newline unexpected (expecting ")")
)~", 2},
    {"case a in a echo\n",
     "",
     R"~(t.sh: 1: Syntax error: word unexpected (expecting ")")
)~", 2},
    {"case a\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting "in")
)~", 2},
    {"if true; then echo; done\n",
     "",
     R"~(t.sh: 1: Syntax error: "done" unexpected (expecting "fi")
)~", 2},
    {"while true; then\n",
     "",
     R"~(t.sh: 1: Syntax error: "then" unexpected (expecting "do")
)~", 2},
    {"for\n",
     "",
     "t.sh: 2: Syntax error: Bad for loop variable\n", 2},
    {"for i\n",
     "",
     R"~(t.sh: 2: Syntax error: end of file unexpected (expecting "do")
)~", 2},
    {R"~(for i in a b
do echo $i; done > out; cat out
)~",
     R"~(a
b
)~",
     "", 0},
    {"for i do echo $i; done\n",
     R"~(a
b c
)~",
     "", 0},
    {R"~(for i
do echo $i; done
)~",
     R"~(a
b c
)~",
     "", 0},
    {"for i; do echo $i; done\n",
     R"~(a
b c
)~",
     "", 0},
    {R"~(case $1 in
  a) echo A ;;
  *) echo other
esac
)~",
     "A\n",
     "", 0},
    {R"~(case x in a|x) echo 1;; esac; case "" in "") echo empty;; esac; case 'a b' in a\ b) echo sp;; esac; case ']' in []]) echo br;; esac; case - in [a-]) echo dash;; esac; case b in [[:alpha:]]) echo al;; esac; case 5 in [[:digit:][:space:]]) echo d;; esac; case '[' in [) echo lb;; esac; case 'a[' in a[) echo x;; esac; case '*' in \*) echo st;; esac; case abc in ??) echo no;; ???) echo q;; esac
)~",
     R"~(1
empty
sp
br
dash
al
d
lb
x
st
q
)~",
     "", 0},
    {R"~(args a\ b 'c d' "e f" g"h i"'j k' "" '' \; \" "\"" '"' "'" "a\b" "a\$b" a\$b
)~",
     R"~(<a b><c d><e f><gh ij k><><><;><"><"><"><'><a\b><a$b><a$b>
)~",
     "", 0},
    {R"~(x='a b'; args $x; args "$x"; args $x$x; args "$x"$x; args a$x; args ${x}b; IFS=; args $x; unset IFS; args $x; IFS='
'; args $x
)~",
     R"~(<a><b>
<a b>
<a><ba><b>
<a ba><b>
<aa><b>
<a><bb>
<a b>
<a><b>
<a b>
)~",
     "", 0},
    {R"~(args $(printf 'a\nb\n\n\n'); args "$(printf 'a\nb\n\n\n')"; args `echo a b`; args "`echo a b`"; args `echo \`echo nested\``; args $(echo $(echo n2) "$(echo "n 3")"); args `echo '$1'` `echo "\$1"` `echo \$1`; args "`echo \"q\"`"
)~",
     R"~(<a><b>
<a
b>
<a><b>
<a b>
<nested>
<n2><n><3>
<$1><a><a>
<q>
)~",
     "", 0},
    {R"~(echo ${1#a}${2%c} ${2##* } "${2%% *}" "${1:+alt}" ${3:-none} ${#1} ${#2} ${#3}; x=/a/b/c.txt; echo ${x##*/} ${x%/*} ${x%.*} ${x#*/}; y=10.0.0.1/24; echo ${y%/*} ${y#*/}; z=aXbXc; echo ${z%%X*} ${z##*X}
)~",
     R"~(b c b alt none 1 3 0
c.txt /a/b /a/b/c a/b/c.txt
10.0.0.1 24
a c
)~",
     "", 0},
    {"i=0; while [ $i -lt 5 ]; do i=$((i+1)); [ $i -eq 2 ] && continue; [ $i -eq 4 ] && break; echo $i; done; echo end $i; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i\n",
     R"~(1
3
end 4
0
)~",
     "", 0},
    {R"~(f() { for a in "$@"; do echo "[$a]"; done; return 3; }; f 1 "2 3"; echo $?; g() { f x; echo "g $?"; }; g; h() { set -- q; echo $1; }; h z; echo $1
)~",
     R"~([1]
[2 3]
3
[x]
g 3
q
a
)~",
     "", 0},
    {R"~(f() { local a=1 b; b=2; echo $a$b; g; }; g() { echo "g:$a$b"; a=5; }; a=x; f; echo "$a$b"; f() { local a; echo "[$a]"; }; f
)~",
     R"~(12
g:12
x
[x]
)~",
     "", 0},
    {R"~(if [ -n "$1" ] && [ "$1" = a ] || false; then echo yes; elif true; then echo no; else echo never; fi; if false; then :; elif false; then :; else echo else; fi
)~",
     R"~(yes
else
)~",
     "", 0},
    {R"~({ echo a; echo b; } > o; cat o; (echo c; echo d) >> o; cat o; while read x; do echo "r $x"; done < o | tail -n 2; { echo e 1>&2; } 2> o2; cat o2
)~",
     R"~(a
b
a
b
c
d
r c
r d
e
)~",
     "", 0},
    {R"~(echo a | cat | cat | wc -l; echo a | while read x; do y=$x; done; echo "[$y]"; true | false | true; echo $?; false | false; echo $?; ! echo x | grep -q y; echo $?
)~",
     R"~(1
[]
0
1
0
)~",
     "", 0},
    {R"~(set -e
f() { echo 1; false; echo 2; }
if f; then echo ok; fi
f && echo x
f || echo y
x=$(f) || echo z
(f) || echo w
f
echo never
)~",
     R"~(1
2
ok
1
2
x
1
2
z
1
2
1
)~",
     "", 1},
    {R"~(set -eu; trap 'echo cleanup $?' EXIT; x=1; [ $x = 2 ] || echo no; [ $x = 1 ] && echo one; [ $x = 3 ] && echo; echo "$undefined"
)~",
     R"~(no
one
cleanup 2
)~",
     "t.sh: 1: undefined: parameter not set\n", 2},
    {"set -e; false && true; echo a; true && false; echo b\n",
     "a\n",
     "", 1},
    {"set -e; { false; }; echo no\n",
     "",
     "", 1},
    {"set -e; if true; then false; fi; echo no\n",
     "",
     "", 1},
    {"set -e; for i in 1 2; do [ $i = 3 ] && echo; done; echo here\n",
     "here\n",
     "", 0},
    {"set -e; while false; do :; done; ! false; echo ok; (exit 3); echo no\n",
     "ok\n",
     "", 3},
    {"set -e; trap 'echo bye' EXIT; nosuchcommand; echo no\n",
     "bye\n",
     "t.sh: 1: nosuchcommand: not found\n", 127},
    {"set -e; eval 'false'; echo no\n",
     "",
     "", 1},
    {"set -e; x=`false`; echo no\n",
     "",
     "", 1},
    {"set -e; echo `false`; echo yes; export y=$(false); echo yes2; f() { local z=$(false); echo yes3; }; f\n",
     R"~(
yes
yes2
yes3
)~",
     "", 0},
    {R"~(set -x; echo "$1" $2; if [ a = a ]; then x=1 y="2 3"; fi; f() { local q=1; return 0; }; f 1 2; echo a | cat; (echo sub); set +x; echo off
)~",
     R"~(a b c
a
sub
off
)~",
     R"~(+ echo a b c
+ [ a = a ]
+ x=1 y=2 3
+ f 1 2
+ local q=1
+ return 0
+ echo a
+ cat
+ echo sub
+ set +x
)~", 0},
    {R"~(x=5; eval "y=\$x; echo \$y"; eval 'echo "$1"'; eval "if true; then"; echo no
)~",
     R"~(5
a
)~",
     R"~(t.sh: 1: eval: Syntax error: end of file unexpected (expecting "fi")
)~", 2},
    {"exec 3>f; echo a >&3; echo b 1>&3; exec 3>&-; cat f; exec 4<f; read x <&4; read y <&4; echo $x$y; echo z 2>&1 >f2; cat f2; nosuch 2>f3; cat f3; nosuch >f4 2>&1; cat f4; nosuch 2>&1 | cat\n",
     R"~(a
b
ab
z
t.sh: 1: nosuch: not found
t.sh: 1: nosuch: not found
t.sh: 1: nosuch: not found
)~",
     "", 0},
    {"echo a > f; : > f; cat f; > f5; ls f5; echo b >| f5; cat f5; cat < f5 > f6; cat f6; cat nofile 2> /dev/null; echo $?; cat < nofile || echo failed\n",
     R"~(f5
b
b
1
failed
)~",
     "t.sh: 1: cannot open nofile: No such file\n", 0},
    {"echo hi >&-; echo $?; echo hi 2>&- ; echo x >&9; echo x > ''; echo $?\n",
     R"~(1
hi
2
)~",
     R"~(t.sh: 1: echo: echo: I/O error
t.sh: 1: 9: Bad file descriptor
t.sh: 1: cannot create : Directory nonexistent
)~", 0},
    {"sleep 2 & sleep 1 & wait; echo done $?; (exit 3) & wait $!; echo $?; { sleep 1; echo late; } & echo early; wait\n",
     R"~(done 0
3
early
late
)~",
     "", 0},
    {"trap 'echo usr' USR1; kill -USR1 $$; echo after; trap '' TERM; kill $$; echo still; trap - TERM; trap 'echo int; exit 5' INT; kill -INT $$; echo no\n",
     R"~(usr
after
still
int
)~",
     "", 5},
    {"a=1; readonly a b=2; echo $a$b; readonly -p; (a=2; echo no); echo $?; unset a\n",
     R"~(12
readonly a='1'
readonly b='2'
2
)~",
     R"~(t.sh: 1: a: is read only
t.sh: 1: unset: a: is read only
)~", 2},
    {R"~(unset -f f; f() { echo f; }; f; unset f; f; unset -f f; f; x=1; unset x y; echo "[$x]"; unset -v x
)~",
     R"~(f
f
[]
)~",
     "t.sh: 1: f: not found\n", 0},
    {R"~(echo "a
b" 'c
d'; nosuch_line3
echo 'x' \
  y; nosuch_line5
)~",
     R"~(a
b c
d
x y
)~",
     R"~(t.sh: 3: nosuch_line3: not found
t.sh: 5: nosuch_line5: not found
)~", 127},
    {R"~(x=$(
echo a
nosuch
); echo "$x"; y=`
nosuch`; cat <<EOT
$(nosuch)
EOT
nosuch
)~",
     "a\n\n",
     R"~(t.sh: 3: nosuch: not found
t.sh: 2: nosuch: not found
t.sh: 6: nosuch: not found
t.sh: 8: nosuch: not found
)~", 127},
    {R"~(cat <<'EOT' | head -n 1; echo after
l1 $x
l2
EOT
f() { cat <<EOT
in f $1
EOT
}; f z; if true; then cat <<EOT
  indented $((1+1))
EOT
fi; cat <<-"EOT"
		tabs	x
	EOT
cat <<EOT
a\
b "c" 'd' \` \a `echo "x y"` ${1:-"z"} ${9:-'w'}
EOT
)~",
     R"~(l1 $x
after
in f z
  indented 2
tabs	x
ab "c" 'd' ` \a x y a 'w'
)~",
     "", 0},
    {R"~(while read -r a b; do echo "$a|$b"; done <<EOT
1 2 3
 x  y  
\n z

last
EOT
printf 'no newline' | while read x; do echo "never $x"; done; printf 'k=v\n' | { IFS== read k v; echo "$k,$v"; }; echo 'a\b' | { read x; echo "$x"; }; echo '  pad  ' | { IFS= read -r x; echo "[$x]"; }; echo 'a:b::' | { IFS=: read x y; echo "$x|$y"; }; echo 'a:b:' | { IFS=: read x y; echo "$x|$y"; };  echo 'a b c  ' | { read x y; echo "[$y]"; }; echo a::b | { IFS=: read x y z; echo "$x|$y|$z"; }; echo ':a' | { IFS=: read x y; echo "$x|$y"; }; read x < /dev/null; echo $?
)~",
     "1|2 3\012x|y\012\012|z\012|\012last|\012k,v\012a\010\012[  pad  ]\012a|b::\012a|b\012[b c]\012a||b\012|a\0121\012",
     "", 0},
    {R"~(echo $0; echo "$#:$*:$@"; shift; echo "$#:$*"; shift; echo $#; shift; echo no
)~",
     R"~(t.sh
2:a b c:a b c
1:b c
0
)~",
     "t.sh: 1: shift: can't shift that many\n", 2},
    {"set -- -a b; echo $1; set a -b; echo $2; set --; echo $#; set -e -- x y; echo $2 $-; set +e z; echo $1; set - q; echo $1\n",
     R"~(-a
-b
0
y e
z
q
)~",
     "", 0},
    {"sh -c 'echo $0 $# $1' ; sh -c 'echo $0 $1; exit 3' n x; echo $?; echo 'echo from stdin $#' | sh; echo 'echo file $1' > s.sh; sh s.sh arg; sh nofile; echo $?; sh -e -c 'false; echo no'; echo $?; sh -x -c 'echo x'; sh -c 'if'; echo $?; sh -ec 'true; echo y'; bash -c 'echo $0'; sh -c; echo $?; sh -u -c 'echo $q'; echo $?\n",
     R"~(sh 0
n x
3
from stdin 0
file arg
2
1
x
2
y
bash
2
2
)~",
     R"~(sh: 0: cannot open nofile: No such file
+ echo x
sh: 1: Syntax error: end of file unexpected (expecting "then")
sh: 0: -c requires an argument
sh: 1: q: parameter not set
)~", 0},
    {"command -v sh nosuch grep; echo $?; type cd : true sleepx; command true && echo t; command -v [ ; type type\n",
     R"~(/usr/bin/sh
0
cd is a shell builtin
: is a special shell builtin
true is a shell builtin
sleepx: not found
t
[
type is a shell builtin
)~",
     "", 0},
    {R"~(test -n a -a -n b && echo 1; test a = a -o b = c && echo 2; test ! -n "" && echo 3; [ "$1" ] && echo 4; [ -z "$9" ] && echo 5; [ 3 -gt 2 -a 2 -ge 2 -a 1 -le 1 -a 1 -ne 2 ] && echo 6; [ -d / ] && echo 7; [ -e /dev/null ] && echo 8; [ -c /dev/null ] && echo 9; [ -f /dev/null ] || echo 10; [ "a" != "b" ] && echo 11; [ ! \( a = b \) ] && echo 12; [ -n "a b" ] && echo 13; [ 1 -eq 01 ] && echo 14; [ x -eq 1 ]; echo $?; [ -t 0 ]; echo $?; [ -q a ]; echo $?; [ a -a ]; echo $?; [ -a b ]; echo $?; [ -o ]; echo $?; [ \( a ]; echo $?; [ \( a = a ]; echo $?; [ a \) ]; echo $?
)~",
     R"~(1
2
3
4
5
6
7
8
9
10
11
12
13
14
2
1
2
1
2
0
2
2
2
)~",
     R"~(t.sh: 1: [: Illegal number: x
t.sh: 1: [: -q: unexpected operator
t.sh: 1: [: -a: unexpected operator
t.sh: 1: [: closing paren expected
t.sh: 1: [: closing paren expected
t.sh: 1: [: a: unexpected operator
)~", 0},
    {R"~(echo "${x=a b}" $x; unset x; echo ${x='q r'}; args ${y-a b} "${y-a b}" ${y-"a b"} ${y-'a b'}; args ${1+"$@"}; args "${@+x}"; args ${9+"$@"} end; args "${1-d}" "${9-}" "${9+}"; z=; args ${z-a} ${z:-b} "${z:-}" ${z:+c}
)~",
     R"~(a b a b
q r
<a><b><a b><a b><a b>
<a><b c>
<x>
<end>
<a><><>
<b><>
)~",
     "", 0},
    {R"~(echo "$(echo '$x' "\$x" \$x)" "`echo '$x'`" '`x`' "\`x\`" $(echo "a)b") $(echo 'a)b') $( (echo sub) ) $(echo a # comment )
)
)~",
     "$x $x $x $x `x` `x` a)b a)b sub a\n",
     "", 0},
    {R"~(# comment
echo a # comment
echo a#b '#c' \#d; echo "a # b"
#
: # nothing
)~",
     R"~(a
a#b #c #d
a # b
)~",
     "", 0},
    {R"~(a='1 2'; b="$a 3"; c=$b; d=$a$b; echo "$c|$d"; e=a=b=c; echo $e; f=~; g=$(echo 'x  y'); echo "$g"; h=$1$2; echo $h; i="q
r"; echo "$i"; j=; echo "[$j]"; k=*; echo "$k"; PATH=/usr/bin:/bin echo p; A=1 B=2; echo $A$B
)~",
     R"~(1 2 3|1 21 2 3
a=b=c
x  y
ab c
q
r
[]
*
p
12
)~",
     "", 0},
    {"(echo a; exit 2; echo b); echo $?; (false) || echo or; ( (echo nested) ); { { echo g; }; }; x=$( (echo s; echo t) | wc -l); echo $x\n",
     R"~(a
2
or
nested
g
2
)~",
     "", 0},
    {R"~(trap 'echo "exit $?"' 0; (exit 4); echo $?; f() { exit 6; }; f
)~",
     R"~(4
exit 6
)~",
     "", 6},
    {"trap 'echo a' EXIT; trap - EXIT; trap; trap 'echo b; false' EXIT; true\n",
     "b\n",
     "", 0},
    {"exit\n",
     "",
     "", 0},
    {"false; exit\n",
     "",
     "", 1},
    {"(exit 5); exit $?\n",
     "",
     "", 5},
    {R"~(false
exit 0
)~",
     "",
     "", 0},
    {R"~(echo a; if true; then echo b; fi; echo "c
)~",
     "",
     "t.sh: 2: Syntax error: Unterminated quoted string\n", 2},
    {R"~(echo start
echo $((2 +
3))
echo ok
fi
echo never
)~",
     R"~(start
5
ok
)~",
     R"~(t.sh: 5: Syntax error: "fi" unexpected
)~", 2},
    {"x=a; case $x in a) ;; esac; echo $?; case a in a) false;; esac; echo $?; case a in a) ;& b) ;; esac\n",
     "",
     R"~(t.sh: 1: Syntax error: ";" unexpected
)~", 2},
    {"echo >&2 to stderr; echo to stdout 2>&1; { echo x; echo y >&2; } 2>/dev/null; (echo x; echo y >&2) >/dev/null\n",
     R"~(to stdout
x
)~",
     R"~(to stderr
y
)~", 0},
    {"i=3; while [ $i -gt 0 ]; do echo $i; i=`expr $i - 1 2>/dev/null || echo 0`; done; seq 1 3 | while read n; do printf '%s-' $n; done; echo; for n in $(seq 1 3); do printf '%s+' $n; done; echo\n",
     R"~(3
2
1
1-2-3-
1+2+3+
)~",
     "t.sh: 1: [: 0: unexpected operator\n", 0},
    {"basename /a/b.c .c; basename a; basename /; dirname /a/b; dirname a; dirname /; dirname /a; id -u; whoami; ls nofile; rm nofile; echo a | tee x y; cat x y; echo b | tee -a x > /dev/null; cat x; cat x > y; ls x y\n",
     R"~(b
a
/
/a
.
/
/
0
root
a
a
a
a
b
x
y
)~",
     R"~(ls: cannot access 'nofile': No such file or directory
rm: cannot remove 'nofile': No such file or directory
)~", 0},
};

}  // namespace vethlab::testing
