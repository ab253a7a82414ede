/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limits that docs/reliability.md states: at each the link works, one past it there is a
 * message that says where and how much. What memory has no room for is set to its limit in the
 * middle of a link.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "bpfld.h"
#include "btf_raw.h"
#include "elf_object.h"
#include "encode.h"
#include "support/sound.h"
#include "world.h"

#define ALLOC_WRITE (SHF_ALLOC | SHF_WRITE)

static struct str object_with_bss(struct arena *arena, uint64_t size, uint64_t align)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t bss = elf_object_section(&object, ".bss", SHT_NOBITS, ALLOC_WRITE, align);

	object.sections.items[bss].nobits = size;
	return elf_object_finish(&object);
}

static struct str object_with_btf(struct arena *arena, struct btf_raw *raw)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t btf = elf_object_section(&object, ".BTF", SHT_PROGBITS, 0, 4);
	struct str bytes = btf_raw_finish(raw);

	elf_object_bytes(&object, btf, bytes.data, bytes.size);
	return elf_object_finish(&object);
}

static void make_section(struct arena *arena, uint64_t size, struct str images[2])
{
	images[0] = object_with_bss(arena, size, 1);
}

static void make_sections(struct arena *arena, uint64_t size, struct str images[2])
{
	images[0] = object_with_bss(arena, size - 7, 1);
	images[1] = object_with_bss(arena, 7, 1);
}

static void make_alignment(struct arena *arena, uint64_t align, struct str images[2])
{
	images[0] = object_with_bss(arena, 8, align);
}

// Two, so that neither is too large by itself.
static void make_commons(struct arena *arena, uint64_t size, struct str images[2])
{
	struct elf_object object = elf_object_begin(arena, false);

	elf_object_symbol(&object, "a", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 1, 7);
	elf_object_symbol(&object, "b", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 1, size - 7);
	images[0] = elf_object_finish(&object);
}

// A load of the first byte behind @size others of the section.
static void make_offset(struct arena *arena, uint64_t size, struct str images[2])
{
	static const uint8_t load[16] = { 0x18 };
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t text =
		elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	uint32_t bss = elf_object_section(&object, ".bss", SHT_NOBITS, ALLOC_WRITE, 1);

	elf_object_bytes(&object, text, load, sizeof(load));
	object.sections.items[bss].nobits = 8;
	elf_object_relocation(&object, text, 0, R_BPF_64_64,
			      elf_object_section_symbol(&object, bss));
	images[0] = object_with_bss(arena, size, 1);
	images[1] = elf_object_finish(&object);
}

static void make_members(struct arena *arena, uint64_t count, struct str images[2])
{
	struct btf_raw raw = btf_raw_begin(arena, false);
	uint32_t integer = btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);

	btf_raw_struct(&raw, BTF_KIND_STRUCT, "large", (uint32_t)count * 4);
	for (uint64_t i = 0; i < count; i++)
		btf_raw_member(&raw, "", integer, (uint32_t)i * 32);
	images[0] = object_with_btf(arena, &raw);
}

static void make_values(struct arena *arena, uint64_t count, struct str images[2])
{
	struct btf_raw raw = btf_raw_begin(arena, false);

	btf_raw_enum(&raw, BTF_KIND_ENUM64, "large", 8);
	for (uint64_t i = 0; i < count; i++)
		btf_raw_value(&raw, "v", i);
	images[0] = object_with_btf(arena, &raw);
}

static void add_variables(struct elf_object *object, struct btf_raw *raw, uint32_t section,
			  uint32_t count)
{
	uint32_t integer = btf_raw_int(raw, "int", 4, BTF_INT_SIGNED);
	uint32_t first = btf_raw_next_id(raw);

	for (uint32_t i = 0; i < count; i++) {
		elf_object_symbol(object, "v", STB_LOCAL, STT_OBJECT, section, i * 4, 4);
		btf_raw_var(raw, "v", BTF_VAR_STATIC, integer);
	}
	btf_raw_datasec(raw, ".bss", count * 4);
	for (uint32_t i = 0; i < count; i++)
		btf_raw_secinfo(raw, first + i, i * 4, 4);
}

static struct str object_with_variables(struct arena *arena, uint32_t count)
{
	struct elf_object object = elf_object_begin(arena, false);
	struct btf_raw raw = btf_raw_begin(arena, false);
	uint32_t bss = elf_object_section(&object, ".bss", SHT_NOBITS, ALLOC_WRITE, 4);
	uint32_t btf = elf_object_section(&object, ".BTF", SHT_PROGBITS, 0, 4);
	struct str bytes;

	object.sections.items[bss].nobits = count * 4;
	add_variables(&object, &raw, bss, count);
	bytes = btf_raw_finish(&raw);
	elf_object_bytes(&object, btf, bytes.data, bytes.size);
	return elf_object_finish(&object);
}

static void make_variables(struct arena *arena, uint64_t count, struct str images[2])
{
	images[0] = object_with_variables(arena, (uint32_t)count / 2);
	images[1] = object_with_variables(arena, (uint32_t)(count - count / 2));
}

// Pointers to pointers, as deep as there are types.
static void make_types(struct arena *arena, uint64_t count, struct str images[2])
{
	struct btf_raw raw = btf_raw_begin(arena, false);
	uint32_t last = btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);

	while (last < count)
		last = btf_raw_reference(&raw, BTF_KIND_PTR, "", last);
	images[0] = object_with_btf(arena, &raw);
}

static void make_btf(struct arena *arena, uint64_t size, struct str images[2])
{
	struct btf_raw raw = btf_raw_begin(arena, false);
	uint32_t integer = btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	char name[64] = { 0 };

	// Header, empty string, the integer and its name; the name of a structure is the rest.
	size -= 24 + 1 + 16 + 4 + 12;
	for (; size > sizeof(name); size -= 24)
		btf_raw_array(&raw, integer, integer, (uint32_t)(size / 24));
	memset(name, 'n', size - 1);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, name, 0);
	images[0] = object_with_btf(arena, &raw);
}

static const struct limit {
	const char *name;
	uint64_t limit, past;
	void (*make)(struct arena *arena, uint64_t size, struct str images[2]);
	const char *message; // past it
	bool warning;        // it still links
} limits[] = {
	{ "a section of an input", UINT32_MAX, 1ull << 32, make_section,
	  "a.o:(.bss): error: sh_size 0x100000000 is more than 4 GiB", false },
	{ "a section of the output", UINT32_MAX, 1ull << 32, make_sections,
	  "bpfld:(.bss): error: section would be 4294967296 bytes large; BTF and loaders end at 4 "
	  "GiB",
	  false },
	{ "common symbols", UINT32_MAX, 1ull << 32, make_commons,
	  "bpfld:(.bss): error: section would be 4294967296 bytes large; BTF and loaders end at 4 "
	  "GiB",
	  false },
	{ "an alignment", 1 << 20, 1 << 21, make_alignment,
	  "a.o:(.bss): error: sh_addralign 0x200000 is not a power of two up to 0x100000", false },
	{ "an offset in an instruction", INT32_MAX, INT32_MAX + 1ull, make_offset,
	  "b.o:(.text+0x0): error: reference to offset 0 of section '.bss' does not fit its field "
	  "after linking",
	  false },
	{ "members of a type", 0xffff, 0x10000, make_members,
	  "bpfld:(.BTF): error: STRUCT 'large' has 65536 elements, but BTF can hold 65535", false },
	{ "values of an enum", 0xffff, 0x10000, make_values,
	  "bpfld:(.BTF): error: ENUM64 'large' has 65536 elements, but BTF can hold 65535", false },
	{ "variables of a section", 0xffff, 0x10000, make_variables,
	  "bpfld:(.bss): error: section would hold 65536 variables, BTF can describe 65535 in one",
	  false },
	{ "types that a kernel takes", 0xfffff, 0x100000, make_types,
	  "bpfld:(.BTF): warning: 1048576 types, of which the kernel takes 1048575; --gc-sections "
	  "leaves out what nothing needs [-Wkernel-limits]",
	  true },
	{ "BTF that a kernel takes", 16 << 20, (16 << 20) + 1, make_btf,
	  "bpfld:(.BTF): warning: 16777217 bytes, of which the kernel takes 16777216; "
	  "--gc-sections leaves out what nothing needs [-Wkernel-limits]",
	  true },
};

// Link what @limit makes of @size; @message is the only one expected, or NULL.
static void expect_link(const struct limit *limit, uint64_t size, const char *message)
{
	struct str images[2] = { 0 };
	struct bpfld_input inputs[2] = { { .name = "a.o" }, { .name = "b.o" } };
	struct bpfld_options options = { .inputs = inputs,
					 .output = { .kind = BPFLD_OUTPUT_MEMORY } };
	struct bpfld_result result;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	limit->make(&arena, size, images);
	for (; options.input_count < 2 && images[options.input_count].size; options.input_count++) {
		inputs[options.input_count].data = images[options.input_count].data;
		inputs[options.input_count].size = images[options.input_count].size;
	}
	cr_expect_eq(bpfld_link(&options, &result), !message || limit->warning, "%s: %" PRIu64,
		     limit->name, size);
	cr_expect_eq(result.diagnostic_count, message != NULL, "%s: %" PRIu64 ": %s", limit->name,
		     size, result.diagnostic_count ? result.diagnostics->message : "");
	if (message && result.diagnostic_count)
		cr_expect_str_eq(result.diagnostics->message, message, "%s",
				 result.diagnostics->message);
	// The checker compares each variable with each symbol.
	if (result.data && limit->make != make_variables)
		expect_sound(result.data, result.size, CHECK_ANY_INPUT, limit->name);
	bpfld_result_deinit(&result);
	arena_deinit(&arena);
}

Test(limits, are_where_they_are_said_to_be)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		expect_link(&limits[i], limits[i].limit, NULL);
		expect_link(&limits[i], limits[i].past, limits[i].message);
	}
}

// What kernels take is shorter (KSYM_NAME_LEN), but that is between them and the compiler.
Test(limits, leave_names_alone)
{
	const size_t size = 1 << 20;
	struct world world;
	struct arena arena;
	struct str image;
	struct elf_object object;
	char *name;

	arena_init(&arena, SIZE_MAX);
	name = arena_alloc(&arena, size + 1);
	memset(name, 'n', size);
	object = elf_object_begin(&arena, false);
	elf_object_section(&object, name, SHT_PROGBITS, ALLOC_WRITE, 1);
	elf_object_integer(&object, 1, 1, 0);
	elf_object_symbol(&object, name, STB_GLOBAL, STT_OBJECT, 1, 0, 1);
	image = elf_object_finish(&object);
	for (int i = 0; i < 2; i++) {
		world_init_images(&world, &image, 1);
		cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
		cr_expect(world_global(&world, name));
		cr_expect(world_output(&world, name));
		if (i)
			cr_expect(str_equal(world_image(&world), image));
		image = world_image(&world);
		image.data = arena_strndup(&arena, image.data, image.size);
		world_deinit(&world);
	}
	arena_deinit(&arena);
}

// What follows would take more memory than there is.

static void fill_graph(struct world *world)
{
	world->linker.graph->unit_words = UINT32_MAX / 6;
}

static void fill_names(struct world *world)
{
	world->linker.strings.strings.items[world_global(world, "f")->name].size = UINT32_MAX;
}

static void fill_symbols(struct world *world)
{
	world->linker.symbols.count = 1ull << 32;
}

static const struct {
	const char *name;
	void (*before)(struct linker *linker); // the pass to run first; NULL: none
	void (*fill)(struct world *world);
	void (*pass)(struct linker *linker); // that meets the limit
	const char *message;
} large_limits[] = {
	{ "types of all inputs", NULL, fill_graph, read_inputs,
	  "a.o:(.BTF+0x0): error: the inputs up to this one have more types than a link can "
	  "hold\n" },
	{ "names of the output", relocate, fill_names, write_elf,
	  "bpfld:(.strtab): error: more than 4 GiB of names of symbols or sections\n" },
	{ "symbols of the output", relocate, fill_symbols, write_elf,
	  "bpfld:(.symtab): error: 4294967296 symbols; relocations can tell 4294967295\n" },
};

Test(limits, are_kept_where_no_test_can_go)
{
	for (size_t i = 0; i < sizeof(large_limits) / sizeof(*large_limits); i++) {
		struct world world;

		world_init(&world, false,
			   (const char *[]){ "section .text AX | global func f 8 | exit | btf",
					     NULL });
		if (large_limits[i].before)
			cr_assert(world_run(&world, large_limits[i].before), "%s",
				  world_messages(&world));
		large_limits[i].fill(&world);
		large_limits[i].pass(&world.linker);
		cr_expect_str_eq(world_messages(&world), large_limits[i].message, "%s: %s",
				 large_limits[i].name, world_messages(&world));
		world_deinit(&world);
	}
}

Test(limits, of_ext_are_32_bits)
{
	struct btf_encoder encoder = { 0 };
	struct btf_ext_encoder *ext;
	struct arena arena;
	struct diag diag;
	struct str bytes;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	encoder.arena = &arena;
	ext = btf_ext_encoder_create(&encoder, 0);
	ext->words.count = 1ull << 30;
	cr_expect_not(
		btf_ext_encoder_finish(ext, false, place_in(NULL, ".BTF.ext"), &diag, &bytes));
	cr_expect_str_eq(diag.first->text, "the output would have more than 4 GiB of .BTF.ext");
	arena_deinit(&arena);
}

static void fill_types(struct btf_encoder *encoder)
{
	encoder->words.count = 1ull << 30;
}

static void fill_strings(struct btf_encoder *encoder)
{
	encoder->strings_size = 1ull << 32;
}

Test(limits, of_btf_are_32_bits)
{
	static const struct {
		void (*fill)(struct btf_encoder *encoder);
		const char *message;
	} cases[] = {
		{ fill_types, "the output would have more than 4 GiB of types" },
		{ fill_strings, "the output would have more than 4 GiB of strings in BTF" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct btf_encoder *encoder;
		struct strings strings;
		struct btf_graph *graph;
		struct arena arena;
		struct diag diag;
		struct str bytes;

		arena_init(&arena, SIZE_MAX);
		diag_init(&diag, &arena);
		strings_init(&strings, &arena);
		graph = btf_graph_create(&arena, &strings);
		btf_graph_settle(graph);
		encoder = btf_encoder_create(graph, 0, &arena);
		cases[i].fill(encoder);
		cr_expect_not(
			btf_encoder_finish(encoder, false, place_in(NULL, ".BTF"), &diag, &bytes));
		cr_expect_str_eq(diag.first->text, cases[i].message);
		arena_deinit(&arena);
	}
}
