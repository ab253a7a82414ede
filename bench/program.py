# SPDX-License-Identifier: BSD-2-Clause
"""
BPF objects made without a compiler.

A type is a tuple of what its BTF record has: kind, name, size or type, words. Strings and types
stand for themselves in it: (PTR, "", (CONST, "", (STRUCT, "task"))). Equal types are one.
"""
import struct

import elf
from btf import DATASEC, FUNC, FWD, ITEMS, STRUCT, VAR, encode, encode_ext
from elf import ALLOC, EXEC, GLOBAL, LOCAL, MERGE, STRINGS, WRITE

EXTERN = 2  # linkage of a FUNC or VAR; LOCAL and GLOBAL are as in ELF


class Types:
    """The BTF of one object in the making. (STRUCT, name) is what `structs` has under that name, a
    forward declaration if it has nothing."""

    def __init__(self, structs):
        self.structs = structs
        self.strings = elf.Strings()
        self.ids = {}
        self.queue = []

    def id(self, type):
        if type[0] == STRUCT and len(type) == 2 and type[1] not in self.structs:
            type = (FWD, type[1], 0)
        if type not in self.ids:
            self.queue.append(type)
            self.ids[type] = len(self.queue)
        return self.ids[type]

    def number(self, value):
        if isinstance(value, str):
            return self.strings.offset(value)
        return self.id(value) if isinstance(value, tuple) else value or 0

    def record(self, type):
        kind, name, *rest = type
        if kind == STRUCT and not rest:
            rest = self.structs[name]
        count = (len(rest) - 1) // ITEMS[kind][0] if kind in ITEMS else 0
        if kind == FUNC:
            count = rest.pop()
        value, *words = (self.number(part) for part in rest)
        return [self.number(name), kind << 24 | count, value, words]

    def encode(self):
        # A record may bring new types, which join the queue.
        return encode([self.record(type) for type in self.queue], bytes(self.strings.bytes))


class Code:
    """A function in the making: instructions, and what is to be said of them."""

    def __init__(self):
        self.bytes = bytearray()
        self.relocations = []  # (offset, type, name of a symbol or section)
        self.lines = []  # (offset, text)
        self.accesses = []  # (offset, struct, members)

    def add(self, opcode, registers=0, offset=0, immediate=0):
        self.bytes += struct.pack("<BBhi", opcode, registers, offset, immediate)

    def line(self, text):
        self.lines.append((len(self.bytes), text))

    def address(self, register, symbol, addend=0):
        self.relocations.append((len(self.bytes), elf.R_BPF_64_64, symbol))
        self.add(0x18, register, 0, addend)
        self.add(0)

    def load(self, register, symbol):
        self.address(register, symbol)
        self.add(0x79, register << 4 | register)

    def call(self, symbol):
        self.relocations.append((len(self.bytes), elf.R_BPF_64_32, symbol))
        self.add(0x85, 0x10, 0, -1)

    def call_near(self, start, target):
        """As the assembler does within a section: no relocation, but instructions in between."""
        self.add(0x85, 0x10, 0, (target - start - len(self.bytes)) // 8 - 1)

    def access(self, type, members):
        self.accesses.append((len(self.bytes), type, members))
        self.add(0xb7, 3, 0, 8)

    def end(self):
        self.line("}")
        self.add(0x95)


class Part:
    """A section in the making."""

    def __init__(self, flags):
        self.flags = flags
        self.bytes = bytearray()
        self.relocations, self.variables, self.functions = [], [], []
        self.lines, self.accesses = [], []


class Program:
    """One object in the making; variables and functions come in the order of their sections."""

    def __init__(self, structs):
        self.types = Types(structs)
        self.parts = {}
        self.symbols = {}  # name: (binding, type, section, value, size)

    def part(self, section, flags):
        return self.parts.setdefault(section, Part(flags))

    def declare(self, kind, name, type):
        self.types.id((kind, name, type, EXTERN))

    def end(self, section):
        """Where its next function will be."""
        return len(self.part(section, ALLOC | EXEC).bytes)

    def string(self, text):
        """Its offset among the mergeable strings."""
        part = self.part(".rodata.str1.1", ALLOC | MERGE | STRINGS)
        part.bytes += text.encode() + b"\0"
        return len(part.bytes) - len(text) - 1

    def variable(self, section, name, type, contents, linkage=GLOBAL, flags=ALLOC | WRITE):
        part = self.part(section, flags)
        at, size = len(part.bytes), len(contents)
        part.bytes += contents + bytes(-size % 8)
        part.variables.append(((VAR, name, type, linkage), at, size))
        self.symbols[name] = (linkage, elf.OBJECT, section, at, size)

    def function(self, section, name, type, code, linkage=GLOBAL, binding=None):
        part = self.part(section, ALLOC | EXEC)
        at, string = len(part.bytes), self.types.strings.offset
        part.bytes += code.bytes
        part.relocations += [(at + offset, *rest) for offset, *rest in code.relocations]
        part.functions.append((at, self.types.id((FUNC, name, type, linkage))))
        part.lines += [(at + offset, string("object.c"), string(text), len(part.lines) << 10 | 1)
                       for offset, text in code.lines]
        part.accesses += [(at + offset, self.types.id(struct), string(members), 0)
                          for offset, struct, members in code.accesses]
        self.symbols[name] = (linkage if binding is None else binding, elf.FUNC, section, at,
                              len(code.bytes))
        return at

    def describe(self):
        """The sections .BTF and .BTF.ext."""
        for name, part in self.parts.items():
            if part.variables:
                self.types.id((DATASEC, name, len(part.bytes),
                               *(word for variable in part.variables for word in variable)))
        named = [(self.types.strings.offset(name), part) for name, part in self.parts.items()]
        ext = encode_ext((2, [(name, part.functions) for name, part in named]),
                         (4, [(name, part.lines) for name, part in named]),
                         (4, [(name, part.accesses) for name, part in named]))
        return self.types.encode(), ext

    def encode(self):
        made = elf.Object()
        numbers = {"": 0}
        for name, part in self.parts.items():
            numbers[name] = made.section(name, bytes(part.bytes), part.flags,
                                         type=elf.NOBITS if name == ".bss" else elf.PROGBITS,
                                         entsize=1 if part.flags & MERGE else 0)
        symbols = {name: made.symbol("", LOCAL, elf.SECTION_SYMBOL, numbers[name])
                   for name in self.parts}
        for name, (binding, type, section, value, size) in self.symbols.items():
            symbols[name] = made.symbol(name, binding, type, numbers[section], value, size)
        for section, part in self.parts.items():
            for offset, type, name in part.relocations:
                if name not in symbols:
                    symbols[name] = made.symbol(name, GLOBAL, elf.NOTYPE, 0)
                made.relocate(numbers[section], offset, type, symbols[name])
        types, ext = self.describe()
        made.section(".BTF", types)
        made.section(".BTF.ext", ext)
        return made.encode()
