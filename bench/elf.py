# SPDX-License-Identifier: BSD-2-Clause
"""
As much of ELF as the benchmarks need: BPF objects (64 bits, little-endian) are read, written, and
given other sections.
"""
import struct

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
RELOCATION = struct.Struct("<QQ")

PROGBITS, SYMTAB, STRTAB, NOBITS, REL = 1, 2, 3, 8, 9
WRITE, ALLOC, EXEC, MERGE, STRINGS = 1, 2, 4, 0x10, 0x20
LOCAL, GLOBAL, WEAK = 0, 1, 2
NOTYPE, OBJECT, FUNC, SECTION_SYMBOL = 0, 1, 2, 3
R_BPF_64_64, R_BPF_64_32 = 1, 10


def string_at(strings, offset):
    return strings[offset:strings.index(b"\0", offset)].decode()


class Section:
    def __init__(self, image, at):
        """Read the header at offset `at` of an object."""
        self.at = at
        (self.name, self.type, self.flags, _, self.offset, self.size, self.link, _, _,
         _) = SECTION.unpack_from(image, at)
        self.contents = b"" if self.type == NOBITS else image[self.offset:self.offset + self.size]


def read_sections(image):
    """The sections of an object by name."""
    fields = HEADER.unpack_from(image)
    start, count, names = fields[6], fields[12], fields[13]
    sections = [Section(image, start + i * SECTION.size) for i in range(count)]
    return {string_at(sections[names].contents, section.name): section for section in sections}


def replace_sections(image, contents):
    """The object with other contents, by name, of some sections; they go to the file's end."""
    sections = read_sections(image)
    image = bytearray(image)
    for name, new in contents.items():
        image += bytes(-len(image) % 8)
        struct.pack_into("<QQ", image, sections[name].at + 24, len(image), len(new))
        image += new
    return bytes(image)


class Strings:
    """A string table in the making."""

    def __init__(self):
        self.bytes = bytearray(b"\0")
        self.offsets = {"": 0}

    def offset(self, string):
        if string not in self.offsets:
            self.offsets[string] = len(self.bytes)
            self.bytes += string.encode() + b"\0"
        return self.offsets[string]


class Object:
    """A relocatable object in the making. Sections and symbols are known by their numbers."""

    def __init__(self):
        self.sections = [("", 0, 0, b"", 0, 0, 0, 0)]
        self.symbols = []  # (name, binding, type, section, value, size)
        self.relocations = {}  # of a section: [(offset, type, symbol)]

    def section(self, name, contents, flags=0, align=8, entsize=0, type=PROGBITS, link=0, info=0):
        self.sections.append((name, type, flags, contents, link, info, align, entsize))
        return len(self.sections) - 1

    def symbol(self, name, binding, type, section, value=0, size=0):
        self.symbols.append((name, binding, type, section, value, size))
        return len(self.symbols) - 1

    def relocate(self, section, offset, type, symbol):
        self.relocations.setdefault(section, []).append((offset, type, symbol))

    def number_symbols(self):
        """Where each symbol goes: locals first, as ELF wants."""
        order = sorted(range(len(self.symbols)), key=lambda i: self.symbols[i][1] != LOCAL)
        return order, {symbol: number for number, symbol in enumerate(order, 1)}

    def add_tables(self, strings):
        order, numbers = self.number_symbols()
        table = bytearray(SYMBOL.size)
        for name, binding, type, section, value, size in (self.symbols[i] for i in order):
            table += SYMBOL.pack(strings.offset(name), binding << 4 | type, 0, section, value, size)
        first_global = 1 + sum(symbol[1] == LOCAL for symbol in self.symbols)
        symtab = len(self.sections) + len(self.relocations)
        for section, entries in self.relocations.items():
            packed = b"".join(RELOCATION.pack(offset, numbers[symbol] << 32 | type)
                              for offset, type, symbol in entries)
            self.section(".rel" + self.sections[section][0], packed, entsize=RELOCATION.size,
                         type=REL, link=symtab, info=section)
        self.section(".symtab", bytes(table), entsize=SYMBOL.size, type=SYMTAB, link=symtab + 1,
                     info=first_global)

    def encode(self):
        strings = Strings()
        self.add_tables(strings)
        names = [strings.offset(name) for name, *_ in self.sections] + [strings.offset(".strtab")]
        self.section(".strtab", bytes(strings.bytes), align=1, type=STRTAB)
        body, headers = bytearray(HEADER.size), bytearray()
        for name, (_, type, flags, contents, link, info, align, entsize) in zip(names,
                                                                               self.sections):
            body += bytes(-len(body) % 8)
            headers += SECTION.pack(name, type, flags, 0, len(body) if type else 0, len(contents),
                                    link, info, align, entsize)
            body += b"" if type == NOBITS else contents
        body += bytes(-len(body) % 8)
        HEADER.pack_into(body, 0, b"\x7fELF\2\1\1", 1, 247, 1, 0, 0, len(body), 0, HEADER.size, 0,
                         0, SECTION.size, len(self.sections), len(self.sections) - 1)
        return bytes(body + headers)
