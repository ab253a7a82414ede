# SPDX-License-Identifier: BSD-2-Clause
"""
As much of BTF as the benchmarks need. A record is [name_off, info, size_or_type, words], where
`words` are the 32-bit words after the first three; record number i is type i + 1.
"""
import struct

(INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO,
 VAR, DATASEC, FLOAT, DECL_TAG, TYPE_TAG, ENUM64) = range(1, 20)

HEADER = struct.Struct("<HBBIIIII")
MAGIC = 0xeb9f

FIXED_WORDS = {INT: 1, ARRAY: 3, VAR: 1, DECL_TAG: 1}
# Kinds with a list: how many words an item has, which of them is a string, and which a type.
ITEMS = {STRUCT: (3, 0, 1), UNION: (3, 0, 1), ENUM: (2, 0, None), FUNC_PROTO: (2, 0, 1),
         DATASEC: (3, None, 0), ENUM64: (3, 0, None)}
DECLARATIONS = {FUNC, VAR, DATASEC, DECL_TAG}
REFERS = {PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DECL_TAG, TYPE_TAG}


def kind_of(info):
    return info >> 24 & 31


def word_count(info):
    kind = kind_of(info)
    if kind in ITEMS:
        return ITEMS[kind][0] * (info & 0xffff)
    return FIXED_WORDS.get(kind, 0)


def decode(raw):
    """The records and the string section of a .BTF section."""
    _, _, _, start, type_off, type_len, str_off, str_len = HEADER.unpack_from(raw)
    records, at, end = [], start + type_off, start + type_off + type_len
    while at < end:
        name, info, value = struct.unpack_from("<III", raw, at)
        count = word_count(info)
        records.append([name, info, value, list(struct.unpack_from(f"<{count}I", raw, at + 12))])
        at += 12 + 4 * count
    return records, bytes(raw[start + str_off:start + str_off + str_len])


def count_types(raw):
    """How many types a .BTF section has; declarations are none."""
    start, type_off, type_len = struct.unpack_from("<III", raw, 4)
    at, end, count = start + type_off, start + type_off + type_len, 0
    while at < end:
        info, = struct.unpack_from("<I", raw, at + 4)
        count += kind_of(info) not in DECLARATIONS
        at += 12 + 4 * word_count(info)
    return count


def encode(records, strings):
    types = b"".join(struct.pack(f"<III{len(words)}I", name, info, value, *words)
                     for name, info, value, words in records)
    return HEADER.pack(MAGIC, 1, 0, HEADER.size, 0, len(types), len(types),
                       len(strings)) + types + strings


def renumber(record, id_of, offset_of):
    """The record with other type ids and string offsets."""
    name, info, value, words = record
    kind, words = kind_of(info), list(words)
    if kind in REFERS:
        value = id_of(value)
    if kind == ARRAY:
        words[0], words[1] = id_of(words[0]), id_of(words[1])
    elif kind in ITEMS:
        size, string, type = ITEMS[kind]
        if string is not None:
            words[string::size] = map(offset_of, words[string::size])
        if type is not None:
            words[type::size] = map(id_of, words[type::size])
    return [offset_of(name), info, value, words]


def renumber_ext(ext, id_of, offset_of):
    """A .BTF.ext section with other type ids and string offsets."""
    ext = bytearray(ext)
    fields = struct.unpack_from("<IIIIIII", ext, 4)
    # Which words of func_info, line_info and core_relo are types, and which strings.
    for (start, size), types, strings in zip(zip(fields[1::2], fields[2::2]),
                                             ((1,), (), (1,)), ((), (1, 2), (2,))):
        at, end = fields[0] + start, fields[0] + start + size
        if size:
            record_size, = struct.unpack_from("<I", ext, at)
            at += 4
        while at < end:
            name, count = struct.unpack_from("<II", ext, at)
            struct.pack_into("<I", ext, at, offset_of(name))
            at += 8
            for record in range(at, at + count * record_size, record_size):
                for word in types + strings:
                    old, = struct.unpack_from("<I", ext, record + 4 * word)
                    new = id_of(old) if word in types else offset_of(old)
                    struct.pack_into("<I", ext, record + 4 * word, new)
            at += count * record_size
    return bytes(ext)


def encode_ext(*tables):
    """A .BTF.ext section of func_info, line_info and core_relo, each a record's count of words and
    pairs of a section's name and its records."""
    fields, body = [], b""
    for count, sections in tables:
        table = b"".join(struct.pack("<II", name, len(records))
                         + b"".join(struct.pack(f"<{count}I", *record) for record in records)
                         for name, records in sections if records)
        if table:
            table = struct.pack("<I", 4 * count) + table
        fields += [len(body), len(table)]
        body += table
    return struct.pack("<HBBI6I", MAGIC, 1, 0, 32, *fields) + body
