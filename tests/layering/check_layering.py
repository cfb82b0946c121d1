#!/usr/bin/env python3
"""The walls between the rooms (DESIGN: core <- sim <- host), as tests.

check_layering.py includes           who includes what
check_layering.py symbols LIB...     what the libraries ask of the outside, and whether they have global state
check_layering.py wasm               core + sim as WebAssembly (clang-19, wasm32-wasi); its imports are pinned
    --update                         (wasm) write wasm_imports.txt anew
Exit status 77: skipped, the line above says why.
"""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SKIP = 77


def lines_of(name):
    """The lines of a list beside this file, without comments."""
    with open(os.path.join(HERE, name)) as f:
        return [l.strip() for l in f if l.strip() and not l.startswith("#")]


def report(problems, fine):
    print("\n".join(problems) if problems else fine)
    return 1 if problems else 0


# ---------------------------------------------------------------- includes

# What a file below the folder may include of ours; the longest matching folder counts.
OURS = {
    "core": ("core/",),
    "core/uapi": ("core/uapi/", "core/wire/", "core/time.h"),
    "core/wire": ("core/wire/", "core/uapi/"),
    "sim": ("core/", "sim/"),
    "sim/tools": ("core/uapi/", "core/wire/", "core/time.h", "sim/"),
    "host": ("core/", "sim/", "host/"),
}
# A tool reaches the kernel through sim/system.h alone, never the simulated one behind it.
NOT_FOR_TOOLS = re.compile(r"sim/(sim_system|lab)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def sources(*folders):
    for folder in folders:
        for at, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(names):
                if name.endswith((".h", ".cc")):
                    yield os.path.relpath(os.path.join(at, name), ROOT)


def folder_rule(path):
    return max((f for f in OURS if path.startswith(f + "/")), key=len)


def driver_of(path):
    """core/drivers/veth/veth.cc -> veth; None for what stands beside the kinds, such as registry.cc."""
    parts = path.split("/")
    return parts[2] if parts[:2] == ["core", "drivers"] and len(parts) > 3 else None


def check_include(path, mark, name, allowed_system):
    room = path.split("/")[0]
    if mark == "<":
        if room != "host" and name not in allowed_system:
            return f"<{name}> is not in allowed_headers.txt"
        return None
    if not name.startswith(OURS[folder_rule(path)]):
        return f'"{name}" is out of bounds for {folder_rule(path)}/'
    if not os.path.exists(os.path.join(ROOT, name)):
        return f'"{name}" does not exist (paths begin at the root of the tree)'
    if path.startswith("sim/tools/") and NOT_FOR_TOOLS.match(name):
        return f'"{name}": a tool knows only sim/system.h and sim/process.h'
    mine, theirs = driver_of(path), driver_of(name)
    if mine and theirs and mine != theirs:
        return f'"{name}": drivers meet through net_device, they do not include each other'
    return None


def includes():
    allowed, problems, count = set(lines_of("allowed_headers.txt")), [], 0
    for path in sources("core", "sim", "host"):
        with open(os.path.join(ROOT, path), errors="replace") as f:
            found = INCLUDE.findall(f.read())
        count += len(found)
        for mark, name in found:
            wrong = check_include(path, mark, name, allowed)
            if wrong:
                problems.append(f"{path}: {wrong}")
    return report(problems, f"{count} includes, all within bounds")


# ---------------------------------------------------------------- symbols

def symbols_in(library):
    """-> (defined, undefined, [(member, symbol)] of writable data)"""
    text = subprocess.run(["objdump", "-t", "-C", "-w", library], check=True, capture_output=True, text=True).stdout
    defined, undefined, writable, member = set(), set(), [], ""
    for line in text.splitlines():
        if line.endswith(":     file format elf64-x86-64"):
            member = line.split(":")[0]
        row = re.match(r"[0-9a-f]{16} (.{7}) (\S+)\t[0-9a-f]{16} +(?:\.hidden )?(.*)$", line)
        if not row:
            continue
        flags, section, name = row.groups()
        if section == "*UND*":
            undefined.add(name)
            continue
        defined.add(name)
        data = re.match(r"\.(t?data|t?bss)(\.|$)|\*COM\*", section) and not section.startswith(".data.rel.ro")
        if data and "d" not in flags:           # d: the section's own symbol, not a variable
            writable.append((member, name))
    return defined, undefined - {""}, writable


def symbols(libraries):
    allowed = [re.compile(l) for l in lines_of("allowed_symbols.txt")]
    problems, inside, count = [], set(), 0
    for library in libraries:                   # in order of dependency: core, then sim
        defined, undefined, writable = symbols_in(library)
        inside |= defined
        name = os.path.basename(library)
        problems += [f"{name}({member}): global state: {symbol}" for member, symbol in writable]
        outside = undefined - inside
        count += len(outside)
        problems += [f"{name}: needs from outside: {s}" for s in sorted(outside)
                     if not any(a.fullmatch(s) for a in allowed)]
    return report(problems, f"{count} symbols from outside, all allowed; no global state")


# ---------------------------------------------------------------- WebAssembly

NEEDED = {
    "clang++-19": "clang-19",
    "wasm-ld-19": "lld-19",
    "/usr/include/wasm32-wasi/stdlib.h": "wasi-libc",
    "/usr/include/wasm32-wasi/c++/v1/coroutine": "libc++-19-dev-wasm32",
    "/usr/lib/wasm32-wasi/libc++abi.a": "libc++abi-19-dev-wasm32",
    "/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a": "libclang-rt-19-dev-wasm32",
}


def leb128(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def imports_of(module):
    """The functions that a WebAssembly module takes from its surroundings, as MODULE.NAME."""
    with open(module, "rb") as f:
        data = f.read()
    if data[:8] != b"\0asm\1\0\0\0":
        sys.exit(f"{module} is not WebAssembly")
    found, at = [], 8
    while at < len(data):
        kind, at = data[at], at + 1
        size, at = leb128(data, at)
        end = at + size
        if kind == 2:                           # import section
            count, at = leb128(data, at)
            for _ in range(count):
                names = []
                for _ in range(2):
                    length, at = leb128(data, at)
                    names.append(data[at:at + length].decode())
                    at += length
                if data[at] != 0:
                    sys.exit(f"{'.'.join(names)}: an import that is not a function")
                _, at = leb128(data, at + 1)
                found.append(".".join(names))
        at = end
    return sorted(found)


def wasm(update):
    gone = [package for what, package in NEEDED.items()
            if not (os.path.exists(what) if what[0] == "/" else shutil.which(what))]
    if gone:
        print(f"skipped: not installed: {' '.join(gone)}")
        return SKIP
    for step in (["cmake", "--preset", "wasm"], ["cmake", "--build", "--preset", "wasm"]):
        done = subprocess.run(step, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(done.stdout[-6000:])
            return 1
    module = os.path.join(ROOT, "build/wasm/tests/layering/vethlab.wasm")
    found, pinned = imports_of(module), lines_of("wasm_imports.txt")
    if update:
        with open(os.path.join(HERE, "wasm_imports.txt"), "w") as f:
            f.write("# What core + sim as a WebAssembly module ask of their surroundings. (fd_*: not ours; wasi-libc's\n"
                    "# snprintf carries a message about long doubles, and with it a stream to say it on.)\n")
            f.writelines(i + "\n" for i in found)
        pinned = found
    return report([f"import not pinned: {i}" for i in found if i not in pinned] +
                  [f"pinned, but no longer imported: {i}" for i in pinned if i not in found],
                  f"{os.path.getsize(module)} bytes, {len(found)} imports as pinned")


def main():
    args = sys.argv[1:]
    if args == ["includes"]:
        return includes()
    if args[:1] == ["symbols"] and len(args) > 1:
        return symbols(args[1:])
    if args in (["wasm"], ["wasm", "--update"]):
        return wasm("--update" in args)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
