/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that only return a number: --bind-return. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/text.h"
#include "insn.h"
#include "world.h"

#define SLOTS   3
#define CONTEXT "func int ( ptr struct xdp_md 4 { a 0 int ; } )"
#define PROGRAM(section, type)                                                                     \
	"btf | section " section " AX | global func d 16 | call p | exit | type p " type
#define CALLER PROGRAM("xdp", CONTEXT)
#define TWO    NUMBER(2, false)
#define NUMBER(value, negative)                                                                    \
	{                                                                                          \
		{                                                                                  \
			"p", (uint64_t)(value), negative                                           \
		}                                                                                  \
	}
#define DECLARED(declaration) "a.o: note: declared here as\n      | " declaration "\n"
#define NO_NUMBER(type, value)                                                                     \
	"a.o: error: 'p' returns '" type                                                           \
	"' here, which is no number, but --bind-return says " value                                \
	"; bind a function to it (--bind, --bind-default)\n"
#define OUT_OF_RANGE(type, value, range)                                                           \
	"a.o: error: 'p' returns '" type "' here, but --bind-return says " value                   \
	"; give a number from " range "\n" DECLARED(type " p(void)")

// clang-format off
static const struct {
	const char *name;
	const char *texts[WORLD_OBJECTS + 1];
	struct bpfld_slot slots[SLOTS];
	struct bpfld_binding binding;
	const char *functions; // of the output, with what they return and take; static ones in brackets
	const char *messages;
} cases[] = {
	// What the function is.
	{ "a slot", { CALLER }, TWO, { 0 }, "p=2 ", "" },
	{ "two slots, one named twice", { PROGRAM("xdp", CONTEXT) " | global func e 16 | call q | exit | type q " CONTEXT }, { { "q", 1, false }, { "p", (uint64_t)-1, true }, { "q", 1, false } }, { 0 }, "p=-1 q=1 ", "" },
	{ "a weak reference", { "btf | section xdp AX | weak undefined p | global func d 16 | call p | exit | type p " CONTEXT }, TWO, { 0 }, "p=2 ", "" },
	{ "of two callers", { CALLER, "btf | section xdp AX | global func e 16 | call p | exit | type p " CONTEXT }, TWO, { 0 }, "p=2 ", "" },
	{ "the second with BTF", { "section xdp AX | global func d 16 | call p | exit", "btf | section xdp AX | global func e 16 | call p | exit | type p " CONTEXT }, TWO, { 0 }, "[p=2] ", "" },
	{ "without BTF", { "section xdp AX | global func d 16 | call p | exit" }, TWO, { 0 }, "[p=2] ", "" },
	{ "defined", { CALLER, "btf | section .text AX | global func p 16 | mov | exit | type p " CONTEXT }, TWO, { 0 }, "p ", "" },
	{ "defined weakly", { CALLER, "btf | section .text AX | weak func p 16 | mov | exit | type p " CONTEXT }, TWO, { 0 }, "p ", "" },
	{ "bound", { CALLER, "btf | section .text AX | global func f 16 | mov | exit | type f " CONTEXT }, TWO, { "p", NULL, "f" }, "p ", "" },

	// Whether it is static.
	{ "of tc", { PROGRAM("tc", "func int ( ptr struct __sk_buff 4 { a 0 int ; } )") }, TWO, { 0 }, "p=2 ", "" },
	{ "the context of another program", { PROGRAM("tc", CONTEXT) }, TWO, { 0 }, "[p=2] ", "" },
	{ "another argument", { PROGRAM("xdp", "func int ( ptr void )") }, TWO, { 0 }, "[p=2] ", "" },
	{ "no argument", { PROGRAM("xdp", "func int ( )") }, TWO, { 0 }, "p=2 ", "" },
	{ "a range of results", { PROGRAM("cgroup/dev", "func int ( )") }, TWO, { 0 }, "[p=2] ", "" },
	{ "one of two callers", { CALLER, "btf | section tc AX | global func e 16 | call p | exit | type p " CONTEXT }, TWO, { 0 }, "[p=2] ", "" },
	{ "callers without a program", { PROGRAM(".text", CONTEXT) }, TWO, { 0 }, "[p=2] ", "" },
	{ "a caller without a program beside one with", { PROGRAM(".text", CONTEXT), "btf | section xdp AX | global func e 16 | call p | exit | type p " CONTEXT }, TWO, { 0 }, "p=2 ", "" },
	{ "programs of two kinds", { CALLER " | section kprobe AX | global func e 8 | exit" }, TWO, { 0 }, "[p=2] ", "" },

	// The number.
	{ "the least", { CALLER }, NUMBER(INT32_MIN, true), { 0 }, "p=-2147483648 ", "" },
	{ "the most", { CALLER }, NUMBER(INT32_MAX, false), { 0 }, "p=2147483647 ", "" },
	{ "less", { PROGRAM("xdp", "func int ( )") }, NUMBER(INT32_MIN - 1l, true), { 0 }, NULL, OUT_OF_RANGE("int", "-2147483649", "-2147483648 to 2147483647") },
	{ "more", { PROGRAM("xdp", "func int ( )") }, NUMBER(INT32_MAX + 1l, false), { 0 }, NULL, OUT_OF_RANGE("int", "2147483648", "-2147483648 to 2147483647") },
	{ "a long", { PROGRAM("xdp", "func long ( )") }, NUMBER(INT32_MAX + 1l, false), { 0 }, "p=2147483648 ", "" },
	{ "a negative long", { PROGRAM("xdp", "func long ( )") }, NUMBER(INT32_MIN - 1l, true), { 0 }, "p=-2147483649 ", "" },
	{ "the least long", { PROGRAM("xdp", "func long ( )") }, NUMBER(INT64_MIN, true), { 0 }, "p=-9223372036854775808 ", "" },
	{ "too much", { PROGRAM("xdp", "func long ( )") }, NUMBER((uint64_t)INT64_MAX + 1, false), { 0 }, NULL, OUT_OF_RANGE("long", "9223372036854775808", "-9223372036854775808 to 9223372036854775807") },
	{ "a char", { PROGRAM("xdp", "func char ( )") }, NUMBER(-128, true), { 0 }, "p=-128 ", "" },
	{ "too much for a char", { PROGRAM("xdp", "func char ( )") }, NUMBER(128, false), { 0 }, NULL, OUT_OF_RANGE("char", "128", "-128 to 127") },
	{ "an enum", { PROGRAM("xdp", "func enum e 4 { A 0 ; } ( )") }, NUMBER(UINT32_MAX, false), { 0 }, "p=4294967295 ", "" },
	{ "too much for an enum", { PROGRAM("xdp", "func enum e 4 { A 0 ; } ( )") }, NUMBER(1ul << 32, false), { 0 }, NULL, OUT_OF_RANGE("enum e", "4294967296", "0 to 4294967295") },
	{ "negative, of an enum", { PROGRAM("xdp", "func enum e 4 { A 0 ; } ( )") }, NUMBER(-1, true), { 0 }, NULL, OUT_OF_RANGE("enum e", "-1", "0 to 4294967295") },
	{ "negative, of a signed enum", { PROGRAM("xdp", "func signed e 4 { A 0 ; } ( )") }, NUMBER(-1, true), { 0 }, "p=-1 ", "" },
	{ "a large enum", { PROGRAM("xdp", "func enum64 e 8 { A 0 ; } ( )") }, NUMBER(UINT64_MAX, false), { 0 }, "p=-1 ", "" },
	{ "by other names", { PROGRAM("xdp", "func const typedef t short ( )") }, NUMBER(1 << 15, false), { 0 }, NULL, OUT_OF_RANGE("const t", "32768", "-32768 to 32767") },
	{ "of nothing", { PROGRAM("xdp", "func void ( )") }, TWO, { 0 }, NULL, NO_NUMBER("void", "2") DECLARED("void p(void)") },
	{ "of a pointer", { PROGRAM("xdp", "func ptr int ( )") }, NUMBER(-2, true), { 0 }, NULL, NO_NUMBER("int *", "-2") DECLARED("int *p(void)") },

	// What cannot be a slot.
	{ "a variable", { "btf | section xdp AX | global func d 24 | load p | exit | type p int" }, TWO, { 0 }, NULL, "a.o: error: 'p' is a variable here, but --bind-return is for functions; define it\n" DECLARED("int p") },
	{ "nothing", { CALLER }, { { "p", 2, false }, { "q", 2, false } }, { 0 }, NULL, "bpfld: error: --bind-return: nothing refers to 'q'\n" },
	{ "twice", { CALLER }, { { "p", 2, false }, { "p", 1, false } }, { 0 }, NULL, "bpfld: error: --bind-return: 'p' is to return two different numbers; leave one out\n" },
};
// clang-format on

// What a function of one move and an exit returns, as text.
static void print_result(struct world *world, struct text *text, const uint8_t *code, uint64_t size)
{
	bool big_endian = world->linker.big_endian;
	struct insn move = insn_read(code, big_endian);
	int64_t value = move.imm;

	cr_assert(move.dst == 0 && move.src == 0 && move.off == 0);
	cr_assert_eq(insn_read(code + size - INSN_SIZE, big_endian).opcode, BPF_JMP | BPF_EXIT);
	if (size == 3ul * INSN_SIZE) {
		cr_assert_eq(move.opcode, INSN_LD_IMM64);
		value = (int64_t)((uint64_t)insn_read(code + INSN_SIZE, big_endian).imm << 32 |
				  (uint32_t)move.imm);
	} else {
		cr_assert_eq(move.opcode, BPF_ALU64 | BPF_MOV | BPF_K);
	}
	text_format(text, "=%" PRId64, value);
}

// The FUNCs called p and q, in the order of their places.
static const char *print_functions(struct world *world)
{
	const struct output_section *code = world_output(world, ".text");
	const uint8_t *bytes = world_bytes(world, code);
	struct text text = { .arena = &world->arena };

	array_each(symbol, &world->linker.symbols) {
		const char *name = linker_name(&world->linker, (uint32_t)symbol->elf.st_name);
		bool local = ELF64_ST_BIND(symbol->elf.st_info) == STB_LOCAL;

		if (ELF64_ST_TYPE(symbol->elf.st_info) != STT_FUNC || !strchr("pq", *name))
			continue;
		text_format(&text, "%s%s", local ? "[" : "", name);
		if (world->linker.slots)
			print_result(world, &text, bytes + symbol->elf.st_value,
				     symbol->elf.st_size);
		text_format(&text, local ? "] " : " ");
	}
	return text.size ? text.data : "";
}

static void test_case(size_t i, bool big_endian)
{
	struct world world;
	bool linked;

	world_init(&world, big_endian, cases[i].texts);
	world.options.slots = cases[i].slots;
	while (world.options.slot_count < SLOTS && cases[i].slots[world.options.slot_count].name)
		world.options.slot_count++;
	world.options.bindings = &cases[i].binding;
	world.options.binding_count = cases[i].binding.name != NULL;
	world.options.license = "GPL";
	linked = world_run(&world, relocate);
	cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
			 world_messages(&world));
	cr_expect_eq(linked, cases[i].functions != NULL, "%s", cases[i].name);
	if (linked && cases[i].functions)
		cr_expect_str_eq(print_functions(&world), cases[i].functions, "%s: %s",
				 cases[i].name, print_functions(&world));
	world_deinit(&world);
}

Test(slots, return_numbers)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		test_case(i, false);
		test_case(i, true);
	}
}

// The BTF FUNC has the prototype that callers declare, and the linkage of the symbol.
static void expect_types(const char *declared, uint32_t linkage)
{
	static const struct bpfld_slot slot = { "p", 2, false };
	struct world world;
	struct btf_unit *unit;
	char *text = NULL;

	world_init(&world, false, (const char *[]){ declared, NULL });
	world.options.slots = &slot;
	world.options.slot_count = 1;
	world.options.license = "GPL";
	cr_assert(world_run(&world, encode_types), "%s", world_messages(&world));
	unit = world_types(&world);
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const struct btf_type *type = (const void *)(unit->words + unit->offset[id]);

		if (btf_info_kind(type->info) != BTF_KIND_FUNC ||
		    strcmp(unit->strings.data + type->name_off, "p") != 0)
			continue;
		cr_expect_eq(btf_info_vlen(type->info), linkage);
		text = btf_declaration(unit->graph, btf_unit_node(unit, type->type), STR("p"),
				       &world.arena);
	}
	cr_assert(text);
	cr_expect_str_eq(text, linkage == BTF_FUNC_GLOBAL ? "int p(struct xdp_md *arg0)"
							  : "int p(void *arg0)");
	world_deinit(&world);
}

Test(slots, have_the_prototypes_of_callers)
{
	expect_types(CALLER, BTF_FUNC_GLOBAL);
	expect_types(PROGRAM("xdp", "func int ( ptr void )"), BTF_FUNC_STATIC);
}
