# SPDX-License-Identifier: BSD-2-Clause
"""
The corpora that are measured, made where they are missing:

S       K of a project's many small objects, by a compiler; every 20th includes vmlinux.h
B       K objects with every type of vmlinux.h, each in another order, by a compiler
demo    the two files of fixtures/demo
BT      K objects of S that got the types of those of B as well, in any order
BX      the same with the types of the running kernel's own BTF
G       two objects with K functions and K variables each; one uses those of the other

They are kept in BPFLD_BENCH_CACHE or ~/.cache/bpfld-bench, apart by compiler and kernel; delete
that after a change of how they are made.
"""
import concurrent.futures
import functools
import os
import pathlib
import platform
import random
import subprocess

import btf
import elf
import synthetic
from measure import ROOT, output_of, say
from sources import Header, KernelTypes, SmallObject

CLANG = "clang-22"
FLAGS = ("-g", "-O2", "--target=bpf", "-mcpu=v3", "-w", "-fdebug-compilation-dir=.", "-I.", "-I..")
VMLINUX_EVERY = 20
KERNEL_BTF = pathlib.Path("/sys/kernel/btf/vmlinux")


def cache():
    root = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    root = pathlib.Path(os.environ.get("BPFLD_BENCH_CACHE") or pathlib.Path(root, "bpfld-bench"))
    version = output_of(CLANG, "-dumpversion").strip()
    return root / f"clang-{version}-linux-{platform.release()}"


def object_name(i):
    return f"o{i:05}.o"


def write_whole(path, contents):
    """The file is there when it is complete."""
    path.with_suffix(".part").write_bytes(contents)
    path.with_suffix(".part").rename(path)


def compile_object(folder, item):
    """By relative names, so that the object does not depend on where it is made."""
    number, text = item
    name = object_name(number)
    if not (folder / name).exists():
        source = name[:-1] + "c"
        (folder / source).write_text(text)
        subprocess.run((CLANG, *FLAGS, "-c", source, "-o", name), cwd=folder, check=True)


def compile_all(folder, texts):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        compiled = pool.map(functools.partial(compile_object, folder), enumerate(texts))
        for done, _ in enumerate(compiled, 1):
            if done % 1000 == 0:
                say(f"  {done} compiled")


def vmlinux_header():
    header = cache() / "vmlinux.h"
    if not header.exists():
        header.write_text(output_of("/usr/sbin/bpftool", "btf", "dump", "file", KERNEL_BTF,
                                    "format", "c"))
    return header


def make_s(folder, count):
    vmlinux_header()
    header = Header()
    (folder / "common.h").write_text(header.text)
    objects = [SmallObject(header, i) for i in range(count)]
    compile_all(folder, (small.source(objects, i % VMLINUX_EVERY == VMLINUX_EVERY - 1)
                         for i, small in enumerate(objects)))


def make_b(folder, count):
    types = KernelTypes(vmlinux_header(), CLANG)
    compile_all(folder, (types.source(i) for i in range(count)))


def without_symbols(records):
    """The types alone: VARs and DATASECs, which would need symbols, become types of no meaning."""
    for record in records:
        kind = btf.kind_of(record[1])
        if kind == btf.VAR:
            record[1:] = btf.TYPEDEF << 24, record[2], []
        elif kind == btf.DATASEC:
            record[:] = 0, btf.CONST << 24, 0, []
        elif kind == btf.FUNC:
            record[1] = btf.FUNC << 24
    return records


def transplant(base, small, chance):
    """The object `small` with the types of `base` as well, shuffled."""
    base_records, base_strings = base
    sections = elf.read_sections(small)
    records, strings = btf.decode(sections[".BTF"].contents)
    first, shift = len(base_records), len(base_strings)
    order = list(range(1, first + len(records) + 1))
    chance.shuffle(order)
    base_id = [0, *order].__getitem__

    def own_id(type):
        return base_id(type + first) if type else 0

    def own_offset(offset):
        return offset + shift if offset else 0

    made = [None] * len(order)
    for i, record in enumerate(base_records):
        made[order[i] - 1] = btf.renumber(record, base_id, int)
    for i, record in enumerate(records, first):
        made[order[i] - 1] = btf.renumber(record, own_id, own_offset)
    ext = btf.renumber_ext(sections[".BTF.ext"].contents, own_id, own_offset)
    return elf.replace_sections(small, {
        ".BTF": btf.encode(made, base_strings + strings), ".BTF.ext": ext,
        ".rel.BTF": b"", ".rel.BTF.ext": b""})


def transplant_all(folder, count, bases):
    make("S", count)
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(functools.partial(transplant_one, folder, bases), range(count)))


def transplant_one(folder, bases, i):
    """`bases` are paths: what they hold is slow to hand to another process."""
    made = folder / object_name(i)
    if not made.exists():
        small = pathlib.Path(cache(), "S", object_name(i)).read_bytes()
        write_whole(made, transplant(types_of(bases[i % len(bases)]), small,
                                     random.Random(f"transplant-{i}")))


@functools.lru_cache(maxsize=8)
def types_of(path):
    raw = path.read_bytes()
    if raw.startswith(b"\x7fELF"):
        raw = elf.read_sections(raw)[".BTF"].contents
    records, strings = btf.decode(raw)
    return without_symbols(records), strings


def make_bt(folder, count):
    make("B", 8)
    transplant_all(folder, count, [cache() / "B" / object_name(i) for i in range(8)])


def make_bx(folder, count):
    transplant_all(folder, count, [KERNEL_BTF])


def make_g(folder, count):
    for i in range(2):
        made = folder / object_name(i)
        if not made.exists():
            write_whole(made, synthetic.many_globals(i, count))


MAKERS = {"S": make_s, "B": make_b, "BT": make_bt, "BX": make_bx, "G": make_g}


def demo():
    """As make(), of the smallest program."""
    folder = cache() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    include = "-I/usr/include/" + output_of("cc", "-print-multiarch").strip()
    for name in "main", "count":
        subprocess.run((CLANG, *FLAGS, include, "-c", ROOT / "fixtures" / "demo" / f"{name}.c",
                        "-o", f"{name}.o"), cwd=folder, check=True)
    return folder, ["main.o", "count.o"]


def make(kind, count):
    """The folder of a corpus and the names of `count` objects, in some order, always the same."""
    folder = cache() / (f"G-{count}" if kind == "G" else kind)
    folder.mkdir(parents=True, exist_ok=True)
    names = [object_name(i) for i in range(2 if kind == "G" else count)]
    if not all((folder / name).exists() for name in names):
        say(f"making corpus {kind}-{count}")
        MAKERS[kind](folder, count)
    random.Random(f"list-1-{len(names)}").shuffle(names)
    return folder, names
