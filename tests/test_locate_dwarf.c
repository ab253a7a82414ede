/* SPDX-License-Identifier: BSD-2-Clause */
/* Positions by libdw, in objects of several compilers. */
#include <criterion/criterion.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locate_dwarf.h"
#include "support/command.h"
#include "support/toolbox.h"

#define SOURCE FIXTURES "/dwarf/place.c"

struct row {
	enum bpfld_wanted wanted;
	const char *name, *type, *member;
	uint32_t line;    // 0: not known
	uint32_t column;  // 0: any
	const char *text; // that the line has; NULL: none
};

#define DEFINED BPFLD_DEFINITION
static const struct row rows[] = {
	{ DEFINED, "counts", NULL, NULL, 13, 3, "} counts SEC" },
	{ DEFINED, "counts", NULL, "max_entries", 10, 0, "__uint(max_entries, 8);" },
	{ DEFINED, "counts", NULL, "key", 11, 0, "__type(key, int);" },
	{ DEFINED, "counts", NULL, "no_such", 13, 3, "} counts SEC" },
	{ DEFINED, "limit", NULL, NULL, 17, 5, "int limit = 5;" },
	{ DEFINED, "hidden", NULL, NULL, 18, 21, "static volatile int hidden" },
	{ DEFINED, "pointer", NULL, NULL, 19, 14, "struct pair *pointer;" },
	{ DEFINED, "pointer", NULL, "second", 5, 7, "long second;" },
	{ DEFINED, "limit", "pair", "first", 4, 6, "int first;" },
	{ DEFINED, "limit", "no_such", "first", 17, 5, "int limit = 5;" },
	{ DEFINED, "shared", NULL, NULL, 22, 5, "int shared(int x)" },
	{ DEFINED, "prog", NULL, NULL, 33, 5, "int prog(void *ctx)" },
	{ DEFINED, "_license", NULL, NULL, 37, 0, NULL },
	{ BPFLD_DECLARATION, "missing", NULL, NULL, 15, 12, "extern int missing(int x);" },
	{ BPFLD_DECLARATION, "far", NULL, NULL, 16, 13, "extern long far;" },
	{ DEFINED, "far", NULL, NULL, 0, 0, NULL },
	{ BPFLD_DECLARATION, "limit", NULL, NULL, 0, 0, NULL },
	{ DEFINED, "no_such", NULL, NULL, 0, 0, NULL },
	{ DEFINED, "", NULL, NULL, 0, 0, NULL },
};

struct compilation {
	const char *compiler, *target;
	const char *arguments[4];
};

static const struct compilation compilations[] = {
	{ CLANG, "bpfel", { NULL } },
	{ CLANG, "bpfeb", { NULL } },
	{ CLANG, "bpfel", { "-gdwarf-4", NULL } },
	{ CLANG, "bpfeb", { "-gdwarf-4", "-gz", NULL } },
	{ CLANG, "bpfel", { "-gz", NULL } },
	{ CLANG, "bpfel", { "-gdwarf64", "-gdwarf-5", NULL } },
	{ CLANG_22, "bpfel", { NULL } },
	{ CLANG_22, "bpfeb", { "-gdwarf-4", NULL } },
	{ BPF_GCC, "bpfel", { "-g", NULL } },
	{ BPF_GCC, "bpfeb", { "-g", "-gz", NULL } },
	{ BPF_GCC, "bpfel", { "-gdwarf-4", NULL } },
	{ BPF_GCC, "bpfel", { "-gdwarf-4", "-gz", NULL } },
};

// The object that a compiler makes of @source; no bytes where there is no such compiler.
static struct bytes compile_source(const struct compilation *how, const char *source)
{
	const char *arguments[6] = { "-I", FIXTURES };
	char *folder, *path;
	struct bytes bytes = { 0 };

	for (size_t i = 0; how->arguments[i]; i++)
		arguments[2 + i] = how->arguments[i];
	if (!*how->compiler)
		return bytes;
	folder = folder_create();
	path = path_join(folder, "place.o");
	cr_assert(compile_bpf(how->compiler, how->target, source, path, arguments), "%s %s %s",
		  how->compiler, how->target, arguments[2] ? arguments[2] : "");
	bytes = file_read(path);
	folder_remove(folder);
	free(folder);
	free(path);
	return bytes;
}

static struct bytes compile(const struct compilation *how)
{
	return compile_source(how, SOURCE);
}

static bool ends_with(const char *text, const char *end)
{
	size_t size = strlen(text), end_size = strlen(end);

	return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static void expect_row(struct locator *locator, const struct compilation *how,
		       const struct bytes *object, const struct row *row)
{
	struct bpfld_question question = {
		.input = "place.o",
		.data = object->data,
		.size = object->size,
		.wanted = row->wanted,
		.name = row->name,
		.type = row->type,
		.member = row->member,
	};
	struct bpfld_position position = { 0 };
	bool found = locate_dwarf(&question, &position, locator);
	char *name = text_of("%s %s %s: %s.%s: line %u column %u: %s", how->compiler, how->target,
			     how->arguments[0], row->name, row->member, position.line,
			     position.column, position.source);

	cr_expect_eq(found, row->line != 0, "%s", name);
	if (found) {
		cr_expect(ends_with(position.file, "/place.c"), "%s: %s", name, position.file);
		cr_expect_eq(position.line, row->line, "%s", name);
		cr_expect(!row->column || position.column == row->column, "%s", name);
		cr_expect_eq(!position.source, !row->text, "%s", name);
		cr_expect(!row->text || (position.source && strstr(position.source, row->text)),
			  "%s", name);
	}
	free(name);
}

// Where code of @section refers to @symbol first.
static bool find_use(const struct bytes *object, const char *section, const char *symbol,
		     struct bpfld_question *question)
{
	Elf *elf = elf_memory(object->data, object->size);
	Elf_Scn *table = NULL;
	size_t names;
	bool found = false;

	elf_getshdrstrndx(elf, &names);
	while (!found && (table = elf_nextscn(elf, table))) {
		GElf_Shdr header, target, symbols;
		GElf_Sym named;
		GElf_Rel relocation;

		gelf_getshdr(table, &header);
		if (header.sh_type != SHT_REL)
			continue;
		gelf_getshdr(elf_getscn(elf, header.sh_info), &target);
		gelf_getshdr(elf_getscn(elf, header.sh_link), &symbols);
		if (strcmp(elf_strptr(elf, names, target.sh_name), section) != 0)
			continue;
		for (int i = 0; !found && gelf_getrel(elf_getdata(table, NULL), i, &relocation);
		     i++) {
			gelf_getsym(elf_getdata(elf_getscn(elf, header.sh_link), NULL),
				    (int)GELF_R_SYM(relocation.r_info), &named);
			found = strcmp(elf_strptr(elf, symbols.sh_link, named.st_name), symbol) ==
				0;
		}
		question->shndx = header.sh_info;
		question->offset = relocation.r_offset;
	}
	elf_end(elf);
	return found;
}

// Both sections of code begin at address 0, for libdw.
static void expect_line(struct locator *locator, const struct compilation *how,
			const struct bytes *object, const char *name, uint32_t line)
{
	struct bpfld_question question = {
		.data = object->data,
		.size = object->size,
		.wanted = BPFLD_INSTRUCTION,
		.name = name,
	};
	struct bpfld_position position;

	cr_assert(find_use(object, "xdp", name, &question));
	cr_assert(locate_dwarf(&question, &position, locator), "%s %s %s", how->compiler,
		  how->target, how->arguments[0]);
	cr_expect(ends_with(position.file, "/place.c"), "%s", position.file);
	cr_expect_eq(position.line, line, "%s %s %s: %u", how->compiler, how->target,
		     how->arguments[0], position.line);
	cr_expect(position.source && strstr(position.source, "return missing(hidden[limit"));
	question.offset = (uint64_t)1 << 31;
	cr_expect_not(locate_dwarf(&question, &position, locator));
	question.offset = UINT64_MAX;
	cr_expect_not(locate_dwarf(&question, &position, locator));
}

Test(locate_dwarf, reads_what_compilers_write)
{
	for (size_t i = 0; i < sizeof(compilations) / sizeof(*compilations); i++) {
		const struct compilation *how = &compilations[i];
		struct bytes object = compile(how);
		struct locator locator;
		char *before;

		if (!object.data) {
			fprintf(stderr, "SKIP: no compiler for case %zu\n", i);
			continue;
		}
		before = malloc(object.size);
		memcpy(before, object.data, object.size);
		elf_version(EV_CURRENT);
		locator_init(&locator);
		for (size_t j = 0; j < sizeof(rows) / sizeof(*rows); j++)
			expect_row(&locator, how, &object, &rows[j]);
		expect_line(&locator, how, &object, "missing", 35);
		locator_deinit(&locator);
		cr_expect(memcmp(object.data, before, object.size) == 0, "it may be mapped");
		free(object.data);
		free(before);
	}
}

// Several objects at once; what is no object, or has no debug information, is one as well.
Test(locate_dwarf, keeps_objects_apart)
{
	struct bytes plain = compile(&compilations[0]);
	struct bytes other = compile(&compilations[1]);
	struct bytes none = compile(&(struct compilation){ CLANG, "bpfel", { "-g0", NULL } });
	struct bytes wrong = { "\177ELF", 4 };
	struct locator locator;

	locator_init(&locator);
	for (int i = 0; i < 3; i++) {
		const struct row unknown = { DEFINED, "limit", NULL, NULL, 0, 0, NULL };

		expect_row(&locator, &compilations[0], &plain, &rows[4]);
		expect_row(&locator, &compilations[0], &none, &unknown);
		expect_row(&locator, &compilations[0], &wrong, &unknown);
		expect_row(&locator, &compilations[1], &other, &rows[0]);
	}
	locator_deinit(&locator);
	free(plain.data);
	free(other.data);
	free(none.data);
}

// Have section @name of @object, of this machine's byte order, no bytes in the file.
static void remove_bytes(const struct bytes *object, const char *name)
{
	const Elf64_Ehdr *header = (const void *)object->data;
	Elf64_Shdr *sections = (void *)(object->data + header->e_shoff);
	const char *names = object->data + sections[header->e_shstrndx].sh_offset;

	for (size_t i = 1; i < header->e_shnum; i++) {
		if (strcmp(names + sections[i].sh_name, name) == 0)
			sections[i].sh_type = SHT_NOBITS;
	}
}

Test(locate_dwarf, takes_sections_without_bytes)
{
	static const char *const names[] = { ".debug_info", ".debug_abbrev", ".debug_line",
					     ".debug_line_str" };
	static const struct row unknown = { DEFINED, "limit", NULL, NULL, 0, 0, NULL };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct bytes object = compile(&compilations[0]);
		struct locator locator;

		locator_init(&locator);
		remove_bytes(&object, names[i]);
		expect_row(&locator, &compilations[0], &object, &unknown);
		locator_deinit(&locator);
		free(object.data);
	}
}

// Work that is too much is not done; an object costs what it has.
Test(locate_dwarf, has_a_budget)
{
	struct bytes object = compile(&compilations[0]);
	struct locator locator;
	uint64_t spent;

	locator_init(&locator);
	spent = locator.budget;
	expect_row(&locator, &compilations[0], &object, &rows[0]);
	spent -= locator.budget;
	cr_expect_gt(spent, 1000);
	cr_expect_lt(spent, 200000, "%zu", (size_t)spent);
	locator_deinit(&locator);
	for (uint64_t budget = 0; budget < spent; budget += 1 + spent / 50) {
		struct bpfld_question question = { .data = object.data,
						   .size = object.size,
						   .wanted = DEFINED,
						   .name = "counts" };
		struct bpfld_position position;

		locator_init(&locator);
		locator.budget = budget;
		cr_expect_not(locate_dwarf(&question, &position, &locator), "%zu of %zu",
			      (size_t)budget, (size_t)spent);
		locator_deinit(&locator);
	}
	free(object.data);
}

// A tenth of a second; with a comparison for each pair it would be a minute.
Test(locate_dwarf, takes_names_that_many_have, .timeout = 20)
{
	struct bytes object = compile_source(&compilations[0], FIXTURES "/dwarf/same-names.s");
	struct bpfld_question question = {
		.data = object.data, .size = object.size, .wanted = DEFINED, .name = "same"
	};
	struct bpfld_position position;
	struct locator locator;
	uint64_t budget;

	locator_init(&locator);
	budget = locator.budget;
	cr_expect_not(locate_dwarf(&question, &position, &locator), "no line is known");
	// Two walks over all, or more.
	cr_expect_gt(budget - locator.budget, 2 * 200000 * (uint64_t)256);
	cr_expect_gt(locator.budget, 0);
	locator_deinit(&locator);
	free(object.data);
}

// A file that -gsplit-dwarf names is not opened, nor is one of .gnu_debugaltlink.
Test(locate_dwarf, opens_no_other_file)
{
	static const struct compilation split = { CLANG, "bpfel", { "-gsplit-dwarf", NULL } };
	static const struct row unknown = { DEFINED, "limit", NULL, NULL, 0, 0, NULL };
	struct bytes object = compile(&split);
	struct locator locator;

	locator_init(&locator);
	expect_row(&locator, &split, &object, &unknown);
	locator_deinit(&locator);
	free(object.data);
}
