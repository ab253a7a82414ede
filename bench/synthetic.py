# SPDX-License-Identifier: BSD-2-Clause
"""
Corpora made without a compiler, the same on every machine: G, and for `run --quick` ones like S
and B.
"""
import random
import struct

from btf import ARRAY, CONST, ENUM, FUNC, FUNC_PROTO, INT, PTR, STRUCT, TYPEDEF, VAR
from elf import ALLOC, LOCAL, WEAK
from names import words
from program import Code, Program

INT32, U32, U64, CHAR = ((INT, "int", 4, 1 << 24 | 32), (INT, "unsigned int", 4, 32),
                         (INT, "unsigned long long", 8, 64), (INT, "char", 1, 1 << 24 | 8))
INDEX = (INT, "__ARRAY_SIZE_TYPE__", 4, 32)
INTEGER_FUNCTION = (FUNC_PROTO, "", INT32, "a", INT32)
PROGRAM = (FUNC_PROTO, "", INT32, "ctx", (PTR, "", None))


def many_globals(number, count):
    """Object `number`, 0 or 1, of corpus G: as many variables and functions. Those of the second
    use those of the first."""
    program = Program({})
    for k in range(count):
        program.variable(".data", f"g{number}_variable_{k}", U64, struct.pack("<Q", k + 1))
    program.variable("license", "LICENSE", (ARRAY, "", 0, CHAR, INDEX, 4), b"GPL\0")
    for k in range(count):
        code = Code()
        code.load(2, f"g{number}_variable_{k}")
        if number:
            program.declare(VAR, f"g0_variable_{k}", U64)
            program.declare(FUNC, f"g0_function_{k}", INTEGER_FUNCTION)
            code.load(3, f"g0_variable_{k}")
            code.call(f"g0_function_{k}")
        code.end()
        program.function(".text", f"g{number}_function_{k}", INTEGER_FUNCTION, code)
    code = Code()
    code.call(f"g{number}_function_0")
    code.end()
    program.function("xdp", f"g{number}_program", PROGRAM, code)
    return program.encode()


def struct_types(chance, count, prefix, base=U32):
    """For Types: structs that refer to one another in the ways of C; `base` is below typedefs."""
    names = [f"{prefix}_{words(chance)}_{k}" for k in range(count)]
    integers = [INT32, U32, U64, CHAR] + [(TYPEDEF, f"{prefix}_{words(chance, 1)}_{t}_t", base)
                                          for t in range(count // 8)]
    enums = [(ENUM, f"{prefix}_{words(chance, 1)}_{e}", 4,
              *(word for v in range(chance.randint(2, 12))
                for word in (f"{prefix}_{words(chance, 1)}_{e}_{v}".upper(), v)))
             for e in range(count // 8)]
    structs = {}
    for k, name in enumerate(names):
        parts, offset = [], 0
        for m in range(chance.randint(3, 14)):
            other = (STRUCT, chance.choice(names))
            kind = chance.random()
            if kind < .45:
                type, size = chance.choice(integers), 8
            elif kind < .65:
                type, size = (PTR, "", other), 8
            elif kind < .72:
                type, size = (PTR, "", (CONST, "", other)), 8
            elif kind < .79 and k:
                type = (STRUCT, names[chance.randrange(k)])
                size = structs[type[1]][0]
            elif kind < .87:
                size = chance.choice([4, 8, 16, 32, 64])
                type = (ARRAY, "", 0, CHAR, INDEX, size)
            elif kind < .94:
                type, size = chance.choice(enums), 8
            else:
                type, size = (PTR, "", (FUNC_PROTO, "", INT32, "", (PTR, "", other))), 8
            if offset + size > 4096:
                continue
            parts += [f"{words(chance, 1)}{m}", type, 8 * offset]
            offset += size
        structs[name] = [offset, *parts]
    return structs


def with_members(structs, names):
    """Those of the names and those that they hold by value."""
    found, queue = {}, list(names)
    for name in queue:
        if name not in found:
            found[name] = structs[name]
            queue += [part[1] for part in structs[name][2::3] if part[0] == STRUCT]
    return found


def map_type(kind, entries, key, value):
    fields = [("type", (ARRAY, "", 0, INT32, INDEX, kind)), ("key", key), ("value", value),
              ("max_entries", (ARRAY, "", 0, INT32, INDEX, entries))]
    return (STRUCT, "", 8 * len(fields),
            *(word for i, (name, type) in enumerate(fields)
              for word in (name, (PTR, "", type), 64 * i)))


class SmallObject:
    """One object like those of S; the constructor makes what it has for others."""

    def __init__(self, structs, number):
        chance = self.chance = random.Random(f"small-{number}")
        self.number = number
        self.types = [(STRUCT, name) for name in chance.sample(sorted(structs), 12)]
        self.structs = with_members(structs, [name for _, name in self.types])
        self.functions = [(f"obj{number}_{words(chance)}_f{k}", self.prototype())
                          for k in range(chance.randint(2, 5))]
        self.variables = [f"obj{number}_{words(chance)}_v{k}" for k in range(chance.randint(3, 9))]

    def prototype(self):
        pointer = (PTR, "", self.chance.choice(self.types))
        return (FUNC_PROTO, "", INT32, "p", pointer, "a", INT32)

    def encode(self, objects):
        """The object; `objects` are those before it at least."""
        chance, number = self.chance, self.number
        program = self.program = Program(self.structs)
        self.declare_used([objects[chance.randrange(number)] for _ in range(min(number, 3))])
        self.add_data()
        helpers = [self.add_helper(k) for k in range(chance.randint(2, 6))]
        if not number or chance.random() < .3:
            self.add_hook()
        else:
            program.declare(FUNC, "shared_hook", INTEGER_FUNCTION)
        for name, prototype in self.functions:
            code = self.code([chance.choice(self.variables)])
            code.call_near(program.end(".text"), chance.choice(helpers))
            code.end()
            program.function(".text", name, prototype, code)
        for k in range(chance.randint(1, 3)):
            self.add_program(k)
        return program.encode()

    def declare_used(self, others):
        """What it uses of others."""
        chance, program = self.chance, self.program
        self.used_functions = [chance.choice(other.functions) for other in others]
        self.used_variables = [chance.choice(other.variables) for other in others]
        for name, prototype in self.used_functions:
            program.declare(FUNC, name, prototype)
        for name in self.used_variables:
            program.declare(VAR, name, U64)

    def add_data(self):
        i, chance, program = self.number, self.chance, self.program
        for name in self.variables:
            value = chance.randrange(1, 1 << 40) if chance.random() < .5 else 0
            program.variable(".data" if value else ".bss", name, U64, struct.pack("<Q", value))
        for k in range(chance.randint(1, 5)):
            program.variable(".rodata", f"obj{i}_c{k}", U32,
                             struct.pack("<I", chance.randrange(1 << 20)), flags=ALLOC)
            program.variable(".bss", f"state{k}", U32, bytes(4), LOCAL)
        program.variable(".maps", f"obj{i}_hash", map_type(1, 1024, U32, chance.choice(self.types)),
                         bytes(32))
        program.variable("license", "LICENSE", (ARRAY, "", 0, CHAR, INDEX, 4), b"GPL\0")

    def code(self, variables):
        """The start of a function: an access, a string, variables."""
        code, chance = Code(), self.chance
        name = chance.choice(self.types)
        code.line(f"int s = p->{words(chance, 1)};")
        code.access(name, f"0:{chance.randrange(3)}")
        if chance.random() < .5:
            text = f"{words(chance, 3)} %d"
            code.line(f'bpf_printk("{text}", s);')
            code.address(1, ".rodata.str1.1", self.program.string(text))
        for variable in variables:
            code.line(f"s += {variable};")
            code.load(4, variable)
        return code

    def add_helper(self, number):
        """A static function; its place."""
        code = self.code([])
        code.end()
        return self.program.function(".text", f"helper_{number}", self.prototype(), code, LOCAL)

    def add_hook(self):
        """A function that many objects define."""
        code = self.code([])
        code.end()
        self.program.function(".text", "shared_hook", INTEGER_FUNCTION, code, binding=WEAK)

    def add_program(self, number):
        code = self.code(self.variables[:2] + self.used_variables)
        code.line("bpf_map_lookup_elem(&hash, &key);")
        code.address(1, f"obj{self.number}_hash")
        for name in [name for name, _ in self.used_functions] + ["shared_hook"]:
            code.line(f"s += {name}(ctx, s);")
            code.call(name)
        code.end()
        section = self.chance.choice(("xdp", "tc", f"kprobe/fn_{self.number % 8}"))
        self.program.function(section, f"prog{self.number}_{number}", PROGRAM, code)


def small_objects(count):
    """Every 20th has its integers from another header, so that of many structs there are two
    versions, which have to be told apart."""
    headers = [struct_types(random.Random("small"), 400, "c", base)
               for base in (U32, (TYPEDEF, "__u32", U32))]
    objects = [SmallObject(headers[i % 20 == 19], i) for i in range(count)]
    return [small.encode(objects) for small in objects]


def objects_of_all_types(count):
    """Objects with all of very many types, as of a kernel, each in another order."""
    structs = struct_types(random.Random("kernel"), 7000, "k")
    objects = []
    for i in range(count):
        chance = random.Random(f"all-{i}")
        own = struct_types(chance, 50, f"b{i}")
        program = Program({**structs, **own})
        names = [*structs, *own]
        chance.shuffle(names)
        for name in names:
            program.types.id((STRUCT, name))
        code = Code()
        code.load(1, f"b{i}_n")
        code.end()
        program.variable(".data", f"b{i}_n", U64, struct.pack("<Q", i + 1))
        program.function(".text", f"b{i}_f", INTEGER_FUNCTION, code)
        objects.append(program.encode())
    return objects
