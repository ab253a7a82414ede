/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checker itself: each kind of damage done to a good object is found and named.
 *
 * A linked object is changed by a few bytes at a time; what is expected must not have been said
 * of it before.
 */
#include <criterion/criterion.h>

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/command.h"
#include "support/toolbox.h"

struct image {
	char *data;
	size_t size;
};

static Elf64_Shdr *header_of(struct image image, const char *name)
{
	Elf64_Ehdr *elf = (Elf64_Ehdr *)image.data;
	Elf64_Shdr *headers = (Elf64_Shdr *)(image.data + elf->e_shoff);
	const char *names = image.data + headers[elf->e_shstrndx].sh_offset;

	for (size_t i = 1; i < elf->e_shnum; i++)
		if (!strcmp(names + headers[i].sh_name, name))
			return &headers[i];
	cr_assert_fail("no section %s", name);
	return NULL;
}

static void *bytes_of(struct image image, const char *section)
{
	return image.data + header_of(image, section)->sh_offset;
}

static Elf64_Sym *symbol_of(struct image image, const char *name)
{
	Elf64_Shdr *header = header_of(image, ".symtab");
	Elf64_Ehdr *elf = (Elf64_Ehdr *)image.data;
	Elf64_Shdr *headers = (Elf64_Shdr *)(image.data + elf->e_shoff);
	const char *names = image.data + headers[header->sh_link].sh_offset;
	Elf64_Sym *symbols = (Elf64_Sym *)(image.data + header->sh_offset);

	for (size_t i = 1; i < header->sh_size / sizeof(*symbols); i++)
		if (!strcmp(names + symbols[i].st_name, name))
			return &symbols[i];
	cr_assert_fail("no symbol %s", name);
	return NULL;
}

// The first instruction in .text of that opcode.
static int32_t *insn_of(struct image image, uint8_t code, uint8_t registers)
{
	Elf64_Shdr *header = header_of(image, ".text");
	uint8_t *insn = bytes_of(image, ".text");

	for (size_t at = 0; at < header->sh_size; at += 8)
		if (insn[at] == code && insn[at + 1] == registers)
			return (int32_t *)(insn + at);
	cr_assert_fail("no instruction %#x", code);
	return NULL;
}

// The first record of a segment of .BTF.ext: after its record size, section name and count.
static uint32_t *record_of(struct image image, size_t segment)
{
	uint32_t *words = bytes_of(image, ".BTF.ext");

	return words + (words[1] + words[2 + 2 * segment]) / 4 + 3;
}

// The DATASEC of that name. DATASECs are last; what comes before is taken for one by no accident.
static uint32_t *datasec_of(struct image image, const char *name)
{
	uint32_t *words = bytes_of(image, ".BTF");
	const char *strings = (char *)words + words[1] + words[4];
	uint32_t *type = words + words[1] / 4 + words[2] / 4, *end = type + words[3] / 4;

	for (; type + 6 <= end; type++)
		if (type[1] >> 24 == 15 && type[0] < words[5] && !strcmp(strings + type[0], name))
			return type;
	cr_assert_fail("no DATASEC %s", name);
	return NULL;
}

static void move_call(struct image image)
{
	insn_of(image, 0x85, 0x10)[1] += 1;
}

static void cut_function(struct image image)
{
	symbol_of(image, "shared_step")->st_size -= 8;
}

static void move_function(struct image image)
{
	symbol_of(image, "shared_step")->st_value += 8;
}

static void shrink_datasec(struct image image)
{
	datasec_of(image, ".data")[2] -= 4;
}

static void move_variable(struct image image)
{
	datasec_of(image, ".data")[4] += 4;
}

static void move_map(struct image image)
{
	datasec_of(image, ".maps")[4] += 8;
}

static void make_extern(struct image image)
{
	symbol_of(image, "run_a")->st_shndx = SHN_UNDEF;
}

static void swap_functions(struct image image)
{
	uint32_t *record = record_of(image, 0);

	record[1] = record[3];
}

static void move_func(struct image image)
{
	record_of(image, 0)[0] += 8;
}

static void move_line(struct image image)
{
	record_of(image, 1)[0] += 8;
}

static void change_info(struct image image)
{
	header_of(image, ".symtab")->sh_info += 1;
}

static void drop_info_link(struct image image)
{
	header_of(image, ".rel.text")->sh_flags &= ~(uint64_t)SHF_INFO_LINK;
}

static void forget_symbol(struct image image)
{
	((Elf64_Rel *)bytes_of(image, ".rel.text"))->r_info = R_BPF_64_64;
}

static void move_relocation(struct image image)
{
	((Elf64_Rel *)bytes_of(image, ".rel.text"))->r_offset += 8;
}

static void duplicate_relocation(struct image image)
{
	Elf64_Rel *rel = bytes_of(image, ".rel.text");

	rel[1] = rel[0];
}

static void odd_alignment(struct image image)
{
	header_of(image, ".data")->sh_addralign = 6;
}

static void stale_type_id(struct image image)
{
	uint32_t *record = record_of(image, 2);

	// The first CO-RE record of this program that has the id in its instruction.
	while (record[3] != 6)
		record += 4;
	record[1] += 1;
}

static void bad_access(struct image image)
{
	record_of(image, 2)[2] = 0;
}

static void move_jump_table(struct image image)
{
	((uint64_t *)bytes_of(image, ".jumptables"))[1] += 0x1000;
}

static void leave_function(struct image image)
{
	Elf64_Sym *function = symbol_of(image, "shared_step");
	int16_t *insn = (int16_t *)((char *)bytes_of(image, ".text") + function->st_value);

	// A jump over all of the function in place of its first instruction.
	insn[0] = 0x05;
	insn[1] = (int16_t)(function->st_size / 8);
}

static void rename_text(struct image image)
{
	Elf64_Ehdr *elf = (Elf64_Ehdr *)image.data;
	Elf64_Shdr *headers = (Elf64_Shdr *)(image.data + elf->e_shoff);
	char *names = image.data + headers[elf->e_shstrndx].sh_offset;

	names[header_of(image, ".text")->sh_name + 1] = 'T';
}

static void forget_type(struct image image)
{
	symbol_of(image, "cells")->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE);
}

static void cut_strings(struct image image)
{
	uint32_t *words = bytes_of(image, ".BTF");
	const char *strings = (char *)words + words[1] + words[4];

	do
		words[5]--;
	while (strings[words[5] - 1]);
}

static void move_line_info(struct image image)
{
	uint32_t *words = bytes_of(image, ".BTF.ext");

	words[2] = words[4];
}

static void forget_core_relos(struct image image)
{
	((uint32_t *)bytes_of(image, ".BTF.ext"))[7] = 0;
}

static void wrong_machine(struct image image)
{
	((Elf64_Ehdr *)image.data)->e_machine = EM_386;
}

static const struct {
	const char *folder; // below fixtures/kernel
	void (*damage)(struct image image);
	const char *expected;
} cases[] = {
	{ "callbacks", move_call, "where no function starts" },
	{ "callbacks", cut_function, "nothing has [" },
	{ "callbacks", move_function, "overlaps" },
	{ "callbacks", move_func, "does not start there" },
	{ "callbacks", shrink_datasec, "DATASEC .data: size" },
	{ "callbacks", move_map, "is not where its symbol is" },
	{ "callbacks", move_variable, "overlaps the entry before" },
	{ "callbacks", make_extern, "its BTF has linkage" },
	{ "callbacks", swap_functions, "is there, not" },
	{ "callbacks", move_line, "no record for" },
	{ "callbacks", change_info, "sh_info" },
	{ "callbacks", drop_info_link, "SHF_INFO_LINK" },
	{ "callbacks", forget_symbol, "against symbol 0" },
	{ "callbacks", move_relocation, "relocation type" },
	{ "callbacks", duplicate_relocation, "two relocations" },
	{ "callbacks", odd_alignment, "no power of two" },
	{ "core", stale_type_id, "holds" },
	{ "core", bad_access, "does not fit" },
	{ "jump_tables", move_jump_table, "is outside of" },
	{ "callbacks", leave_function, "out of shared_step" },
	{ "callbacks", rename_text, "libbpf looks for functions in .text" },
	{ "callbacks", forget_type, "cells is no STT_OBJECT" },
	{ "callbacks", cut_strings, ".BTF: header" },
	{ "callbacks", move_line_info, "func_info is at" },
	{ "core", forget_core_relos, "the last segment ends" },
	{ "callbacks", wrong_machine, "not a 64-bit" },
};

static void need_tools(void)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
}

static struct image link_fixture(const char *name)
{
	static const char *const inputs[] = { "a", "b" };
	static const char *const arguments[] = { "-mcpu=v4", NULL }; // for jump tables
	char *folder = folder_create(), *output = path_join(folder, "out.o"), *messages;
	char *objects[2];
	struct bytes bytes;

	for (size_t i = 0; i < 2; i++) {
		char *source = text_of(FIXTURES "/kernel/%s/%s.c", name, inputs[i]);

		objects[i] = path_join(folder, i ? "b.o" : "a.o");
		cr_assert(compile_bpf(compilers[0], "bpfel", source, objects[i], arguments));
		free(source);
	}
	cr_assert_eq(link_bpf(LINKER_BPFLD, output, (const char *const *)objects, 2, &messages), 0,
		     "%s", messages);
	bytes = file_read(output);
	free(objects[0]);
	free(objects[1]);
	free(output);
	free(messages);
	folder_remove(folder);
	free(folder);
	return (struct image){ bytes.data, bytes.size };
}

Test(check, damage_is_found)
{
	need_tools();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct image image = link_fixture(cases[i].folder);
		char *before = check_object(image.data, image.size, 0), *after;

		cr_expect(!strstr(before, cases[i].expected), "%zu: undamaged:\n%s", i, before);
		cases[i].damage(image);
		after = check_object(image.data, image.size, 0);
		cr_expect(strstr(after, cases[i].expected), "%zu: expected \"%s\", got:\n%s", i,
			  cases[i].expected, after);
		free(before);
		free(after);
		free(image.data);
	}
}

// A damaged object may be anything: reading it must not go wrong.
Test(check, any_length_is_read)
{
	struct image image;

	need_tools();
	image = link_fixture("callbacks");
	for (size_t size = 0; size < image.size; size += 7)
		free(check_object(image.data, size, 0));
	free(image.data);
}

Test(check, good_object_has_no_problems)
{
	struct image image;
	char *problems;

	need_tools();
	image = link_fixture("callbacks");
	problems = check_object(image.data, image.size, 0);

	cr_expect(!*problems, "%s", problems);
	free(problems);
	free(image.data);
}
