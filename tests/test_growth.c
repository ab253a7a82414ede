/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work that grows with the input: what docs/reliability.md says of types and names. Each input is
 * small and would take minutes or gigabytes where something is done for each pair of what is in it.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

#include "bpfld.h"
#include "btf_raw.h"
#include "elf_object.h"

// Of processor time, with sanitizers; nearly all need a tenth.
#define SECONDS_MAX 5
// As docs/reliability.md says: of memory, and for each byte of input.
#define MEMORY_LEAST ((size_t)16 << 20)
#define MEMORY_EACH  128

struct inputs {
	struct arena *arena;
	struct str images[2];
	struct bpfld_options options;
};

// An object that is being made, with code that is @count functions of an instruction each.
struct maker {
	struct elf_object object;
	struct btf_raw raw;
	uint32_t text, btf;
	uint32_t integer;
};

static struct maker begin(struct inputs *inputs, uint32_t count)
{
	static const uint8_t exit[8] = { 0x95 };
	struct maker maker = {
		.object = elf_object_begin(inputs->arena, false),
		.raw = btf_raw_begin(inputs->arena, false),
	};

	maker.text = elf_object_section(&maker.object, ".text", SHT_PROGBITS,
					SHF_ALLOC | SHF_EXECINSTR, 8);
	maker.btf = elf_object_section(&maker.object, ".BTF", SHT_PROGBITS, 0, 4);
	for (uint32_t i = 0; i < count; i++)
		elf_object_bytes(&maker.object, maker.text, exit, sizeof(exit));
	maker.integer = btf_raw_int(&maker.raw, "int", 4, BTF_INT_SIGNED);
	return maker;
}

static struct str finish(struct maker *maker)
{
	struct str bytes = btf_raw_finish(&maker->raw);

	elf_object_bytes(&maker->object, maker->btf, bytes.data, bytes.size);
	return elf_object_finish(&maker->object);
}

static char *long_name(struct inputs *inputs, size_t size)
{
	return memset(arena_alloc(inputs->arena, size + 1), 'n', size);
}

// A FUNC and a symbol, whose name is that of symbol @named unless that is 0.
static uint32_t add_function(struct maker *maker, uint32_t index, const char *name, uint32_t proto,
			     uint32_t named)
{
	uint32_t symbol = elf_object_symbol(&maker->object, named ? "" : name, STB_LOCAL, STT_FUNC,
					    maker->text, index * 8, 8);

	if (named)
		maker->object.symbols.items[symbol].st_name =
			maker->object.symbols.items[named].st_name;
	btf_raw_func(&maker->raw, name, BTF_FUNC_STATIC, proto);
	return symbol;
}

// Layers of structs of one name each, which lead to two of the next layer and differ at the end,
// where there is a forward declaration of what has two definitions.
static void make_layers(struct inputs *inputs)
{
	enum { WIDTH = 80, DEPTH = 16 };
	struct maker maker = begin(inputs, 1);
	struct btf_raw *raw = &maker.raw;
	uint32_t before[WIDTH], layer[WIDTH], declared, random = 1;
	char name[8] = "L";

	declared = btf_raw_reference(raw, BTF_KIND_PTR, "", btf_raw_fwd(raw, "F", false));
	for (uint32_t size = 4; size <= 8; size += 4) {
		btf_raw_struct(raw, BTF_KIND_STRUCT, "F", size);
		for (uint32_t i = 0; i < size / 4; i++)
			btf_raw_member(raw, "", maker.integer, i * 32);
	}
	for (uint32_t depth = 0; depth < DEPTH; depth++) {
		name[1] = (char)('a' + depth);
		for (uint32_t i = 0; i < WIDTH; i++) {
			uint32_t size = depth ? 16 : 16 + 8 * i;
			uint32_t made = btf_raw_struct(raw, BTF_KIND_STRUCT, name, size);

			random = random * 1103515245 + 12345;
			btf_raw_member(raw, "", depth ? before[i] : declared, 0);
			btf_raw_member(raw, "", depth ? before[random / 65536 % WIDTH] : declared,
				       64);
			layer[i] = btf_raw_reference(raw, BTF_KIND_PTR, "", made);
		}
		memcpy(before, layer, sizeof(before));
	}
	inputs->images[0] = finish(&maker);
}

// Static functions of one long name, without func_info, beside an object that has it.
static void make_names(struct inputs *inputs)
{
	enum { COUNT = 2000 };
	struct maker maker = begin(inputs, COUNT);
	char *name = long_name(inputs, 10 * COUNT);
	uint32_t proto = btf_raw_proto(&maker.raw, maker.integer), named = 0;

	for (uint32_t i = 0; i < COUNT; i++) {
		uint32_t symbol = add_function(&maker, i, name, proto, named);

		named = named ? named : symbol;
	}
	inputs->images[0] = finish(&maker);
	inputs->options.no_unique_locals = true;
	maker = begin(inputs, 1);
	elf_object_symbol(&maker.object, "f", STB_GLOBAL, STT_FUNC, maker.text, 0, 8);
	proto = btf_raw_proto(&maker.raw, maker.integer);
	btf_raw_func(&maker.raw, "f", BTF_FUNC_GLOBAL, proto);
	{
		struct btf_ext_raw ext = btf_ext_raw_begin(inputs->arena, false);
		uint32_t shndx = elf_object_section(&maker.object, ".BTF.ext", SHT_PROGBITS, 0, 4);
		struct str bytes;

		btf_ext_raw_section(&ext, BTF_EXT_FUNC, btf_raw_string(&maker.raw, ".text"));
		btf_ext_raw_record(&ext, BTF_EXT_FUNC,
				   (struct btf_ext_record){ .field[0] = proto + 1 });
		bytes = btf_ext_raw_finish(&ext);
		elf_object_bytes(&maker.object, shndx, bytes.data, bytes.size);
	}
	inputs->images[1] = finish(&maker);
}

// The same, each of which gets a name of its own.
static void make_renamed(struct inputs *inputs)
{
	make_names(inputs);
	inputs->options.no_unique_locals = false;
	inputs->images[1] = (struct str){ 0 };
}

// Any number of tags on one function.
static void make_tags(struct inputs *inputs)
{
	struct maker maker = begin(inputs, 1);
	uint32_t proto = btf_raw_proto(&maker.raw, maker.integer);

	elf_object_symbol(&maker.object, "f", STB_GLOBAL, STT_FUNC, maker.text, 0, 8);
	btf_raw_func(&maker.raw, "f", BTF_FUNC_GLOBAL, proto);
	for (uint32_t i = 0; i < 8000; i++)
		btf_raw_decl_tag(&maker.raw, "tag", proto + 1, -1);
	inputs->images[0] = finish(&maker);
}

// Variables whose type is a long chain of typedefs, declared in one object and defined in another.
static void make_typedefs(struct inputs *inputs)
{
	enum { COUNT = 6000 };

	for (int other = 0; other < 2; other++) {
		struct maker maker = begin(inputs, 1);
		uint32_t data = elf_object_section(&maker.object, ".bss", SHT_NOBITS,
						   SHF_ALLOC | SHF_WRITE, 4);
		uint32_t last = maker.integer, first;
		char name[16];

		maker.object.sections.items[data].nobits = 4 * COUNT;
		for (uint32_t i = 0; i < 8 * COUNT; i++)
			last = btf_raw_reference(&maker.raw, BTF_KIND_CONST, "", last);
		first = btf_raw_next_id(&maker.raw);
		for (uint32_t i = 0; i < COUNT; i++) {
			snprintf(name, sizeof(name), "v%d", (int)i);
			elf_object_symbol(&maker.object, name, STB_GLOBAL,
					  other ? STT_NOTYPE : STT_OBJECT, other ? SHN_UNDEF : data,
					  other ? 0 : 4 * i, other ? 0 : 4);
			btf_raw_var(&maker.raw, name,
				    other ? BTF_VAR_GLOBAL_EXTERN : BTF_VAR_GLOBAL_ALLOCATED,
				    last - (other ? 1 : 0));
		}
		if (!other) {
			btf_raw_datasec(&maker.raw, ".bss", 4 * COUNT);
			for (uint32_t i = 0; i < COUNT; i++)
				btf_raw_secinfo(&maker.raw, first + i, 4 * i, 4);
		}
		inputs->images[other] = finish(&maker);
	}
}

// Static functions, each of which calls the next: they differ as the last one does.
static void make_calls(struct inputs *inputs)
{
	enum { COUNT = 12000 };
	static const uint8_t code[16] = { 0x85, 0x10, [4] = 1, [8] = 0x95 };
	struct elf_object object = elf_object_begin(inputs->arena, false);
	uint32_t text =
		elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	uint32_t named = 0;

	for (uint32_t i = 0; i < COUNT; i++) {
		uint32_t symbol = elf_object_symbol(&object, i ? "" : "f", STB_LOCAL, STT_FUNC,
						    text, i * 16, i + 1 < COUNT ? 16 : 8);

		named = named ? named : symbol;
		object.symbols.items[symbol].st_name = object.symbols.items[named].st_name;
		elf_object_bytes(&object, text, i + 1 < COUNT ? code : code + 8,
				 i + 1 < COUNT ? 16 : 8);
	}
	inputs->images[0] = elf_object_finish(&object);
	inputs->options.icf = BPFLD_ICF_ALL;
	inputs->options.no_unique_locals = true;
}

// Constants of a byte, each of which is an atom: one more than a power of two, at which growing
// arrays would take the most.
static void make_constants(struct inputs *inputs, uint64_t flags)
{
	enum { COUNT = (1 << 18) + 1 };
	struct elf_object object = elf_object_begin(inputs->arena, false);
	uint32_t shndx = elf_object_section(&object, ".rodata.cst1", SHT_PROGBITS,
					    SHF_ALLOC | SHF_MERGE | flags, 1);

	object.sections.items[shndx].header.sh_entsize = 1;
	elf_object_bytes(&object, shndx, arena_alloc(inputs->arena, COUNT), COUNT);
	inputs->images[0] = elf_object_finish(&object);
}

static void make_strings(struct inputs *inputs)
{
	make_constants(inputs, SHF_STRINGS);
}

static void make_bytes(struct inputs *inputs)
{
	make_constants(inputs, 0);
}

// Instructions of which each is an error that tells the long name of its section twice.
static void make_errors(struct inputs *inputs)
{
	static const uint8_t call[8] = { 0x85, 0x10, [6] = 0xff, 0x0f };
	struct elf_object object = elf_object_begin(inputs->arena, false);
	uint32_t text = elf_object_section(&object, long_name(inputs, 512), SHT_PROGBITS,
					   SHF_ALLOC | SHF_EXECINSTR, 8);

	elf_object_symbol(&object, "f", STB_GLOBAL, STT_FUNC, text, 0, 8);
	for (uint32_t i = 0; i < 20000; i++)
		elf_object_bytes(&object, text, call, sizeof(call));
	inputs->images[0] = elf_object_finish(&object);
}

// Variables of structs whose members have long names and different types, so that each is an error
// with two notes that show these members.
static void make_conflicts(struct inputs *inputs)
{
	enum { COUNT = 6000, NAME_BYTES = 300 };

	for (int other = 0; other < 2; other++) {
		struct maker maker = begin(inputs, 1);
		uint32_t data = elf_object_section(&maker.object, ".bss", SHT_NOBITS,
						   SHF_ALLOC | SHF_WRITE, 4);
		uint32_t type, first;
		char name[16];

		type = btf_raw_float(&maker.raw, "float", 4);
		btf_raw_struct(&maker.raw, BTF_KIND_STRUCT, "", 12);
		for (uint32_t i = 0; i < 3; i++)
			btf_raw_member(&maker.raw, long_name(inputs, NAME_BYTES + i),
				       i == 1 && other ? type : maker.integer, 32 * i);
		type++;
		maker.object.sections.items[data].nobits = 12 * COUNT;
		first = btf_raw_next_id(&maker.raw);
		for (uint32_t i = 0; i < COUNT; i++) {
			snprintf(name, sizeof(name), "v%d", (int)i);
			elf_object_symbol(&maker.object, name, STB_GLOBAL,
					  other ? STT_NOTYPE : STT_OBJECT, other ? SHN_UNDEF : data,
					  other ? 0 : 12 * i, other ? 0 : 12);
			btf_raw_var(&maker.raw, name,
				    other ? BTF_VAR_GLOBAL_EXTERN : BTF_VAR_GLOBAL_ALLOCATED, type);
		}
		if (!other) {
			btf_raw_datasec(&maker.raw, ".bss", 12 * COUNT);
			for (uint32_t i = 0; i < COUNT; i++)
				btf_raw_secinfo(&maker.raw, first + i, 12 * i, 12);
		}
		inputs->images[other] = finish(&maker);
	}
}

static const struct row {
	const char *name;
	void (*make)(struct inputs *inputs);
	bool fails;
} rows[] = {
	{ "types in layers", make_layers, false },
	{ "functions of one name", make_names, false },
	{ "functions that are renamed", make_renamed, false },
	{ "tags of one function", make_tags, false },
	{ "variables of a long chain of qualifiers", make_typedefs, false },
	{ "functions that call each other in a row", make_calls, false },
	{ "empty strings", make_strings, false },
	{ "constants of a byte", make_bytes, false },
	{ "errors", make_errors, true },
	{ "declarations that conflict", make_conflicts, true },
};

static double seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void expect_link(const struct row *row)
{
	struct bpfld_input files[2] = { { .name = "a.o" }, { .name = "b.o" } };
	struct bpfld_result result;
	struct inputs inputs = { .options.output.kind = BPFLD_OUTPUT_MEMORY };
	size_t size = 0;
	struct arena arena;
	const char *text;
	double start;
	bool linked;

	arena_init(&arena, SIZE_MAX);
	inputs.arena = &arena;
	row->make(&inputs);
	inputs.options.inputs = files;
	for (size_t i = 0; i < 2 && inputs.images[i].size; i++) {
		files[i].data = inputs.images[i].data;
		files[i].size = inputs.images[i].size;
		size += files[i].size;
		inputs.options.input_count++;
	}
	inputs.options.memory_limit = MEMORY_LEAST + MEMORY_EACH * size;
	start = seconds();
	linked = bpfld_link(&inputs.options, &result);
	text = result.diagnostic_count ? result.diagnostics->text : "";
	cr_expect(linked != row->fails && strcmp(text, "out of memory") != 0, "%s: %zu bytes: %s",
		  row->name, size, text);
	cr_expect(seconds() - start < SECONDS_MAX, "%s: %zu bytes: %g s", row->name, size,
		  seconds() - start);
	bpfld_result_deinit(&result);
	arena_deinit(&arena);
}

Test(growth, is_bounded_by_input)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect_link(&rows[i]);
}
