# SPDX-License-Identifier: BSD-2-Clause
"""
The C of the corpora S and B.

S is a project of many small objects that share a header of a few hundred struct types. Each has a
few functions and variables that others use, static ones, maps, constants, programs of several
kinds and CO-RE accesses, and declares what it uses of objects before it; so the first K objects
are a closed program for every K. B is objects with every type of the kernel in their BTF.

All is a function of the object's number: random numbers come from generators seeded with that.
"""
import random
import re
import subprocess

from names import words

BASE = r"""
#ifndef HAVE_VMLINUX
typedef signed char __s8; typedef unsigned char __u8;
typedef short __s16; typedef unsigned short __u16;
typedef int __s32; typedef unsigned int __u32;
typedef long long __s64; typedef unsigned long long __u64;
typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64;
typedef __s32 s32; typedef __s64 s64; typedef _Bool bool;
typedef unsigned long size_t; typedef __u32 __be32; typedef __u16 __be16;
#endif
#define SEC(n) __attribute__((section(n), used))
#define __noinline __attribute__((noinline))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define H static __attribute__((unused))
H void *(*bpf_map_lookup_elem)(void *, const void *) = (void *)1;
H long (*bpf_map_update_elem)(void *, const void *, const void *, u64) = (void *)2;
H u64 (*bpf_ktime_get_ns)(void) = (void *)5;
H long (*bpf_trace_printk)(const char *, u32, ...) = (void *)6;
H u32 (*bpf_get_prandom_u32)(void) = (void *)7;
H u64 (*bpf_get_current_pid_tgid)(void) = (void *)14;
H long (*bpf_probe_read_kernel)(void *, u32, const void *) = (void *)113;
"""
# What every object of S shares beside types: a map's types and a weak function.
SHARED = """struct shared_key { u32 pid; u32 cpu; };
struct shared_val { u64 ns; u64 n; char comm[16]; };
__weak int shared_clamp(int v) { return v > 4096 ? 4096 : v; }
"""
INTEGERS = ("int", "u8", "u16", "u32", "u64", "s32", "s64", "unsigned int", "long", "bool", "char",
            "size_t", "__be32", "unsigned long")
PROGRAM_KINDS = ("xdp", "tc", "raw_tp/sys_enter", "tp_btf/sched_switch", "fentry/do_unlinkat",
                 "lsm/file_open")
TYPES = 400  # structs in the header of S
WINDOW = 200  # an object of S refers to this many before it at most
PRIVATE = 50  # structs that an object of B has for itself


class Header:
    """The header of S: structs that refer to one another, and the integer members of each."""

    def __init__(self, count=TYPES):
        chance = self.chance = random.Random("common-1")
        self.names = [f"c_{words(chance)}_{k}" for k in range(count)]
        self.integers, self.sizes = [], []
        self.enums = [self.enum(e) for e in range(count // 8)]
        self.typedefs = []
        for t in range(count // 5):
            kind = chance.choice(INTEGERS)
            self.typedefs.append((kind, f"ctd_{words(chance, 1)}_{t}_t"))
        structs = [self.struct(k) for k in range(count)]
        self.text = "\n".join((
            "#pragma once", BASE.rstrip(),
            "#pragma clang attribute push(__attribute__((preserve_access_index)), "
            "apply_to = record)",
            *self.enums, *(f"struct {name};" for name in self.names),
            *(f"typedef {kind} {name};" for kind, name in self.typedefs), *structs,
            "#pragma clang attribute pop", SHARED))

    def enum(self, number):
        chance, values = self.chance, []
        for v in range(chance.randint(2, 14)):
            name = f"CE{number}_{words(chance, 1).upper()}_{v}"
            given = f" = {chance.randrange(1000) + 1000 * v}" if chance.random() < .3 else ""
            values.append(name + given)
        return f"enum ce_{number} {{ {', '.join(values)} }};"

    def struct(self, number):
        members, integers, size = [], [], 16
        for m in range(self.chance.randint(3, 14)):
            text, name, member_size = self.member(f"{words(self.chance, 1)}{m}", number)
            members += [text] if text else []
            integers += [name] if name else []
            size += member_size
        self.sizes.append(size)
        self.integers.append(integers + [f"id{number}"])
        body = "\n\t".join(members + [f"u32 id{number};"])
        return f"struct {self.names[number]} {{\n\t{body}\n}};"

    def member(self, name, number):
        """A member's declaration, its name if it is an integer, about its size."""
        chance, kind = self.chance, self.chance.random()
        if kind < .34:
            return f"{chance.choice(INTEGERS)} {name};", name, 8
        if kind < .44:
            return f"{chance.choice(self.typedefs)[1]} {name};", name, 8
        if kind < .62:
            return f"struct {chance.choice(self.names)} *{name};", None, 8
        if kind < .68:
            return f"const struct {chance.choice(self.names)} *{name};", None, 8
        if kind < .75 and number:
            inner = chance.randrange(number)
            if self.sizes[inner] > 256:
                return None, None, 0
            return f"struct {self.names[inner]} {name};", None, self.sizes[inner]
        if kind < .81:
            size = chance.choice([4, 8, 16, 16, 32, 64])
            return f"char {name}[{size}];", None, size
        if kind < .85:
            return f"u32 {name}[{chance.randint(2, 6)}];", None, 24
        if kind < .90:
            return f"enum ce_{chance.randrange(len(self.enums))} {name};", None, 8
        if kind < .94:
            return (f"union {{ u64 {name}_q; struct {{ u32 {name}_lo; u32 {name}_hi; }}; }};",
                    None, 8)
        if kind < .97:
            return (f"int (*{name})(struct {chance.choice(self.names)} *, "
                    f"{chance.choice(INTEGERS)});"), None, 8
        return f"u32 {name}_a : 3; u32 {name}_b : 13;", None, 4


class SmallObject:
    """One object of S. First what it has for others, so that those can be written before it."""

    def __init__(self, header, number):
        chance = self.chance = random.Random(f"obj-1-{number}")
        self.header, self.number = header, number
        self.types = chance.sample(range(len(header.names)), chance.randint(8, 24))
        self.functions = [(f"obj{number}_{words(chance)}_f{k}", chance.choice(self.types))
                          for k in range(chance.randint(2, 5))]
        self.variables = [f"obj{number}_{words(chance)}_v{k}" for k in range(chance.randint(3, 9))]

    def struct(self, type):
        return "struct " + self.header.names[type]

    def any_struct(self):
        return self.struct(self.chance.choice(self.types))

    def any_integer(self, type):
        return self.chance.choice(self.header.integers[type])

    def source(self, objects, with_vmlinux):
        """Its text; `objects` are those before it at least."""
        lines = ['#define HAVE_VMLINUX 1\n#include "vmlinux.h"'] if with_vmlinux else []
        lines.append('#include "common.h"')
        used_functions, used_variables = self.choose_used(objects)
        lines += [f"extern int {name}({self.struct(type)} *p, int a);"
                  for name, type in used_functions]
        lines += [f"extern u64 {name};" for name in used_variables]
        kernel_lines, kernel_uses = self.kernel_symbols()
        lines += kernel_lines + self.private_types() + self.maps()
        lines += [self.variable(name) for name in self.variables]
        data_lines, data_uses = self.private_data()
        lines += data_lines
        helpers = []
        for k in range(self.chance.randint(2, 6)):
            lines.append(self.helper(k, helpers))
        lines += [self.function(name, type, helpers) for name, type in self.functions]
        lines.append(self.hook())
        uses = [f"\ts += {name}((void *)ctx[1], s);" for name, _ in used_functions]
        uses += [f"\ts += {name};" for name in used_variables]
        for k in range(self.chance.randint(1, 3)):
            lines.append(self.program(k, uses + data_uses, helpers, kernel_uses))
        lines.append('char LICENSE[] SEC("license") = "GPL";')
        return "\n".join(lines) + "\n"

    def choose_used(self, objects):
        functions, variables = set(), set()
        for _ in range(self.chance.randint(1, 4) if self.number else 0):
            first = max(0, self.number - WINDOW)
            used = objects[self.chance.randrange(first, self.number)]
            functions.add(self.chance.choice(used.functions))
            variables.add(self.chance.choice(used.variables))
        return sorted(functions), sorted(variables)

    def kernel_symbols(self):
        """Declarations, and statements of programs."""
        kind = self.chance.random()
        lines, uses = [], []
        if kind < .4:
            lines.append("extern int LINUX_KERNEL_VERSION __kconfig;")
            uses.append("\ts += LINUX_KERNEL_VERSION;")
        if kind < .25:
            lines.append("extern const int jiffies_like __ksym;")
            uses.append("\ts += (long)&jiffies_like;")
        if kind > .8:  # not one for all: older libbpf rejects one kfunc in two objects
            name = f"kfunc{self.number}_release"
            lines.append(f"extern void {name}(void *p) __ksym __weak;")
            uses.append(f"\tif ({name}) {name}(p);")
        return lines, uses

    def private_types(self):
        i = self.number
        return [f"struct priv{i}_evt {{ u64 ts; u32 pid; {self.any_struct()} *ref; "
                "char comm[16]; u32 code; };",
                f"struct priv{i}_state {{ struct priv{i}_evt last; u64 hits; "
                f"enum {{ P{i}_IDLE, P{i}_BUSY, P{i}_DONE }} st; }};"]

    def maps(self):
        lines = ["struct { __uint(type, 1); "
                 f"__uint(max_entries, {self.chance.choice([256, 1024, 4096])}); "
                 f"__type(key, u32); __type(value, struct priv{self.number}_state); }} "
                 f'obj{self.number}_hash SEC(".maps");']
        if self.chance.random() < .4:
            lines.append("struct { __uint(type, 2); "
                         f"__uint(max_entries, {self.chance.randint(1, 64)}); "
                         f"__type(key, u32); __type(value, {self.any_struct()}); }} "
                         f'obj{self.number}_arr SEC(".maps");')
        extern = "extern " if self.number else ""
        lines.append(f"{extern}struct {{ __uint(type, 1); __uint(max_entries, 8192); "
                     "__type(key, struct shared_key); __type(value, struct shared_val); } "
                     'shared_map SEC(".maps");')
        return lines

    def variable(self, name):
        value = f" = {self.chance.randint(1, 1 << 40)}ull" if self.chance.random() < .5 else ""
        return f"u64 {name}{value};"

    def private_data(self):
        """Declarations, and statements of programs."""
        lines, uses, chance = [], [], self.chance
        for k in range(chance.randint(2, 11)):
            kind, name = chance.random(), f"obj{self.number}_p{k}"
            use = f"\t{name} += s;"
            if kind < .3:
                lines.append(f"const volatile u32 {name} = {chance.randrange(1 << 20)};")
                use = f"\ts += {name};"
            elif kind < .45:
                lines.append(f"static u32 {name};")
            elif kind < .6:
                lines.append(f"static volatile u32 {name} = {chance.randrange(1, 99)};")
            elif kind < .75:
                lines.append(f"u32 {name}[{chance.randint(2, 40)}];")
                use = f"\t{name}[1] += s;"
            elif kind < .85:
                lines.append(f'u32 {name} SEC(".data.hot") = 7;')
            else:
                lines.append(f"struct priv{self.number}_state {name}; ")
                use = f"\t{name}.last.pid += s;"
            uses.append(use)
        return lines, uses

    def helper(self, number, helpers):
        """A static function; it becomes one of `helpers`."""
        type = self.chance.choice(self.types)
        first, second = self.any_integer(type), self.any_integer(type)
        name = f"helper_{words(self.chance, 1)}_{number}"
        helpers.append(name)
        return (f"static __noinline int {name}({self.struct(type)} *p, int a)\n{{\n"
                f"\tu64 v = 0;\n\tbpf_probe_read_kernel(&v, sizeof(p->{first}), &p->{first});\n"
                f"\tif (v > {self.chance.randrange(1 << 16)}) v ^= p->{second};\n"
                f"\treturn (int)v * {self.chance.randint(3, 99)} + a;\n}}")

    def function(self, name, type, helpers):
        chance = self.chance
        helper = chance.choice(helpers)
        body = [f"\tint s = shared_clamp(a) + (int)p->{self.any_integer(type)};",
                f"\ts += {helper}((void *)p, s);", f"\t{chance.choice(self.variables)} += s;"]
        if chance.random() < .5:
            body.append(f"\tif (s & {1 << chance.randrange(10)}) {{ "
                        f'static const char fmt[] = "{words(chance, 3)} {name}: %d\\n"; '
                        "bpf_trace_printk(fmt, sizeof(fmt), s); }")
        if chance.random() < .3:
            body.append(f'\tbpf_trace_printk("{words(chance, 4)} at %d\\n", '
                        f"{20 + chance.randrange(9)}, s);")
        lines = "\n".join(body)
        return f"int {name}({self.struct(type)} *p, int a)\n{{\n{lines}\n\treturn s;\n}}"

    def hook(self):
        """A weak function of which there are many, or its declaration."""
        if self.chance.random() < .3:
            return f"__weak __noinline int shared_hook(int v) {{ return v ^ {self.number}; }}"
        if self.number:
            return "extern int shared_hook(int v);"
        return "__weak __noinline int shared_hook(int v) { return v; }"

    def program(self, number, uses, helpers, kernel_uses):
        i, chance = self.number, self.chance
        if chance.random() < .75:
            section = chance.choice(PROGRAM_KINDS)
        else:
            section = f"kprobe/fn_{words(chance, 1)}_{i}"
        type = chance.choice(self.types)
        body = [f"\t{self.struct(type)} *p = (void *)ctx[0];",
                f"\tint s = (int)p->{self.any_integer(type)};",
                "\tu32 key = s & 255;",
                f"\tstruct priv{i}_state *st = bpf_map_lookup_elem(&obj{i}_hash, &key);",
                "\tif (st) { st->hits++; st->last.ts = bpf_ktime_get_ns(); }",
                "\tstruct shared_key sk = { .pid = bpf_get_current_pid_tgid() >> 32 };",
                "\tstruct shared_val *sv = bpf_map_lookup_elem(&shared_map, &sk);",
                "\tif (sv) sv->n++;",
                "\ts = shared_hook(s);", *uses]
        functions = [name for name, _ in self.functions]
        for names in functions, helpers:
            body += [f"\ts ^= {name}((void *)p, s);"
                     for name in chance.sample(names, min(2, len(names)))]
        body += kernel_uses
        lines = "\n".join(body)
        return f'SEC("{section}") int prog{i}_{number}(u64 *ctx)\n{{\n{lines}\n\treturn s;\n}}'


class KernelTypes:
    """The types that a vmlinux.h names, and objects of B, which have all of them."""

    def __init__(self, header, clang):
        text = header.read_text()
        tagged = re.findall(r"^(?:struct|union|enum) \w+(?= \{)", text, re.M)
        defined = re.findall(r"^typedef [^;{]*?(\w+);", text, re.M)
        defined += re.findall(r"^} (\w+);", text, re.M)
        pointers = re.findall(r"^typedef [^;{]*\(\*(\w+)\)\(", text, re.M)
        self.names = tagged + sorted(set(defined + pointers))
        self.stars = [""] * len(self.names)
        self.find_incomplete([clang, "--target=bpf", "-ferror-limit=0", "-w", "-fsyntax-only",
                              f"-I{header.parent}", "-xc", "-"])

    def member(self, number):
        return f"{self.names[number]} {self.stars[number]}m{number};"

    def find_incomplete(self, command):
        """A type without a size can only be pointed to; the compiler says which these are."""
        while True:
            members = "\n".join(self.member(k) for k in range(len(self.names)))
            text = f'#include "vmlinux.h"\nunion all {{\n{members}\n}};\n'
            done = subprocess.run(command, input=text, text=True, stderr=subprocess.PIPE)
            wrong = {int(line) - 3 for line in re.findall(r"<stdin>:(\d+):\d+: error", done.stderr)}
            if not wrong:
                done.check_returncode()
                return
            for number in wrong:
                self.stars[number] = "*"

    def source(self, i):
        """Object i: a type gets into BTF when used by value, hence a union of all, each time in
        another order; and structs of its own that refer to the kernel's."""
        chance = random.Random(f"b-1-{i}")
        order = list(range(len(self.names)))
        chance.shuffle(order)
        names = [f"b{i}_{words(chance)}_{k}" for k in range(PRIVATE)]
        lines = ['#define HAVE_VMLINUX 1\n#include "vmlinux.h"', BASE, f"union all{i} {{",
                 *(self.member(k) for k in order), "};"]
        lines += [f"struct {name} {{ struct task_struct *t; u64 v{k}; char n[{k % 60 + 4}]; "
                  f"struct b{i}_x *x; }};" for k, name in enumerate(names)]
        lines.append(f"struct b{i}_x {{ "
                     + " ".join(f"struct {name} m{k};" for k, name in enumerate(names)) + " };")
        lines.append(f"union all{i} *b{i}_all;\nstruct b{i}_x *b{i}_x;\nu64 b{i}_n = 1;")
        other = ""
        if i:
            lines.append(f"extern u64 b{i - 1}_n; extern int b{i - 1}_f(struct sk_buff *skb);")
            other = f" + b{i - 1}_f(skb) + b{i - 1}_n"
        lines.append(f"int b{i}_f(struct sk_buff *skb) {{ return skb->len + b{i}_n; }}\n"
                     f'SEC("tc") int b{i}_prog(struct sk_buff *skb) '
                     f"{{ if (b{i}_all && b{i}_x) b{i}_n++; return b{i}_f(skb){other}; }}\n"
                     'char LICENSE[] SEC("license") = "GPL";')
        return "\n".join(lines) + "\n"
