/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loaders know sections by name. The table has all names with a meaning. Other sections are kept
 * when they are part of the program's memory (SHF_ALLOC), and dropped otherwise.
 */
#include "classify.h"

#include <ctype.h>

#include "reading.h"

static const struct rule {
	struct str name;
	bool prefix; // the name may continue
	enum role role;
	const char *error; // why it cannot be linked; NULL: it can
} rules[] = {
	{ STR(".BTF"), false, ROLE_BTF, NULL },
	{ STR(".BTF.ext"), false, ROLE_BTF_EXT, NULL },
	{ STR(".maps"), false, ROLE_MAPS, NULL },
	{ STR("license"), false, ROLE_LICENSE, NULL },
	{ STR("version"), false, ROLE_VERSION, NULL },
	{ STR(".debug_"), true, ROLE_DROP, NULL },
	{ STR(".zdebug_"), true, ROLE_DROP, NULL },
	{ STR(".eh_frame"), false, ROLE_DROP, NULL },
	{ STR(".comment"), false, ROLE_DROP, NULL },
	{ STR(".GCC.command.line"), false, ROLE_DROP, NULL },
	{ STR(".note"), true, ROLE_DROP, NULL },
	{ STR(".llvm"), true, ROLE_DROP, NULL },
	{ STR(".stack_sizes"), false, ROLE_DROP, NULL },
	{ STR("__llvm_prf_"), true, ROLE_DROP,
	  "profiling is not supported for BPF; compile without -fprofile-generate and the like" },
	{ STR(".jumptables"), false, ROLE_JUMP_TABLES, NULL },
	// The output has its own tables, and readers look for them by name.
	{ STR(".symtab"), false, ROLE_DROP, "section has the name of the symbol table" },
	{ STR(".strtab"), false, ROLE_DROP, "section has the name of a string table" },
	{ STR(".shstrtab"), false, ROLE_DROP, "section has the name of a string table" },
};

// Whether @name is reported for the first time: with -ffunction-sections there may be thousands.
static bool is_news(struct linker *linker, struct str name)
{
	uint32_t number = strings_intern(&linker->strings, name);
	bool *told = array_at(reading_arena(linker), &reading_get(linker)->told, number);

	if (*told)
		return false;
	*told = true;
	return true;
}

static enum role drop(struct linker *linker, const struct section *section, const char *text)
{
	if (section->size && is_news(linker, str_of(section->text_name)))
		diag_warning(linker->diag, WARN_DROPPED_SECTION, section_place(section), "%s",
			     text);
	return ROLE_DROP;
}

static enum role classify_by_type(struct linker *linker, const struct section *section)
{
	switch (section->type) {
	case SHT_PROGBITS:
	case SHT_NOBITS:
		break;
	case SHT_INIT_ARRAY:
	case SHT_FINI_ARRAY:
	case SHT_PREINIT_ARRAY:
		return drop(linker, section,
			    "section is left out: nothing runs constructors of a BPF program");
	case SHT_NOTE:
		if (!strcmp(section->text_name, DEBUG_FILE_SECTION))
			diag_error(linker->diag, ERROR_UNSUPPORTED_SECTION, section_place(section),
				   "is a file of --debug-file, for debuggers alone; link the "
				   "object that was made beside it");
		return ROLE_DROP;
	case SHT_RELA:
		diag_error(linker->diag, ERROR_UNSUPPORTED_RELOCATION, section_place(section),
			   "relocations with addends (SHT_RELA), which BPF does not have");
		return ROLE_DROP;
	default:
		return ROLE_DROP;
	}
	if (section->flags & SHF_EXCLUDE)
		return ROLE_DROP;
	if (!(section->flags & SHF_ALLOC))
		return drop(linker, section,
			    "section is left out: it takes no part in the program's memory "
			    "(no SHF_ALLOC)");
	return section->flags & SHF_EXECINSTR ? ROLE_CODE : ROLE_DATA;
}

enum role classify_section(struct linker *linker, const struct section *section)
{
	struct str name = str_of(section->text_name);
	bool content = section->type == SHT_PROGBITS || section->type == SHT_NOBITS;

	for (size_t i = 0; content && i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];

		if (!str_starts_with(name, rule->name) ||
		    (!rule->prefix && name.size != rule->name.size))
			continue;
		if (rule->error && is_news(linker, rule->name))
			diag_error(linker->diag, ERROR_UNSUPPORTED_SECTION, section_place(section),
				   "%s", rule->error);
		return rule->role;
	}
	return classify_by_type(linker, section);
}

// ".bss" for ".bss._ZZ4nextvE5count", and so on. Other names stay.
static struct str without_group(struct str name)
{
	static const struct str parts[] = { STR(".data."), STR(".rodata."), STR(".bss.") };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (str_starts_with(name, parts[i]))
			return (struct str){ parts[i].data, parts[i].size - 1 };
	}
	return name;
}

// Whether compilers give the name to sections of equal constants: ".rodata.str1.1",
// ".rodata.cst16", and with -fdata-sections GCC's ".rodata.main.str1.1". ".rodata.str" and
// ".rodata.strategy" are users'.
static bool names_constants(struct str name)
{
	const size_t size = STR(".str").size;
	const char *end = name.data + name.size, *at = end;

	while (at > name.data && (isdigit((unsigned char)at[-1]) || at[-1] == '.'))
		at--;
	return at < end && *at != '.' && end[-1] != '.' && (size_t)(at - name.data) >= size &&
	       (memcmp(at - size, ".str", size) == 0 || memcmp(at - size, ".cst", size) == 0);
}

// Whether @section becomes part of .rodata, so that loaders make one map of both.
static bool joins_rodata(const struct bpfld_options *options, const struct section *section,
			 struct str name)
{
	enum bpfld_merge_rodata merge = options->merge_rodata;

	if (section->role != ROLE_DATA || !str_starts_with(name, STR(".rodata.")))
		return false;
	if (merge == BPFLD_MERGE_RODATA_FINAL)
		merge = options->allow_undefined ? BPFLD_MERGE_RODATA_NONE
						 : BPFLD_MERGE_RODATA_CONSTANTS;
	if (merge == BPFLD_MERGE_RODATA_CONSTANTS)
		return section->flags & SHF_MERGE && !(section->flags & SHF_WRITE) &&
		       names_constants(name);
	return merge == BPFLD_MERGE_RODATA_ALL;
}

struct str classify_output(const struct bpfld_options *options, const struct section *section)
{
	struct str name = str_of(section->text_name);

	if (joins_rodata(options, section, name))
		return STR(".rodata");

	// libbpf finds functions that programs call only in .text.
	if (section->role == ROLE_CODE && str_starts_with(name, STR(".text.")))
		return STR(".text");
	// Compilers give each group its own sections. A user's names like .data.mine, which loaders
	// make a map of each, are not in groups.
	if (section->role == ROLE_DATA && section->flags & SHF_GROUP)
		return without_group(name);
	return name;
}
