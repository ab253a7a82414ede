/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information that is kept, and files for debuggers. An input is four bytes of options and
 * two objects, as for `link`. Whatever debug information is,
 *
 * - the link fails or not as it does without;
 * - nothing else in the output depends on it: sections are the same, and so are the symbols and
 *   relocations that are there without;
 * - a debug file has the same sections, too, and the output does not depend on it;
 * - all that fuzz_link() looks at holds, as that another link gives the same bytes.
 */
#include <elf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "compression.h"
#include "fields.h"
#include "fuzz.h"
#include "mutate.h"

// A text of on_report.
struct report {
	char *data;
	size_t size;
};

static void take_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	struct report *taken = context;

	(void)report;
	free(taken->data);
	taken->data = memcpy(malloc(size), text, size);
	taken->size = size;
}

// -------------------------------------------------------------------------------------------------
// Is one object part of another?

struct image {
	Elf *elf;
	size_t names; // .shstrtab
	Elf_Data *symbols;
	size_t strings; // of symbols
	const char *what;
};

static void image_open(struct image *image, const void *data, size_t size, const char *what)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	elf_version(EV_CURRENT);
	*image = (struct image){ .elf = elf_memory((char *)data, size), .what = what };
	if (!image->elf || elf_getshdrstrndx(image->elf, &image->names) != 0)
		fuzz_fail("%s is no ELF", what);
	while ((section = elf_nextscn(image->elf, section))) {
		gelf_getshdr(section, &header);
		if (header.sh_type != SHT_SYMTAB)
			continue;
		image->symbols = elf_getdata(section, NULL);
		image->strings = header.sh_link;
	}
}

static const char *section_name(const struct image *image, const GElf_Shdr *header)
{
	const char *name = elf_strptr(image->elf, image->names, header->sh_name);

	return name ? name : "";
}

// Where a symbol is, as another file has it as well.
static const char *symbol_section(const struct image *image, const GElf_Sym *symbol)
{
	GElf_Shdr header;

	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE ||
	    !gelf_getshdr(elf_getscn(image->elf, symbol->st_shndx), &header))
		return "";
	return section_name(image, &header);
}

static GElf_Sym symbol_of(const struct image *image, size_t index)
{
	GElf_Sym symbol = { 0 };

	gelf_getsym(image->symbols, (int)index, &symbol);
	return symbol;
}

static const char *symbol_name(const struct image *image, const GElf_Sym *symbol)
{
	return elf_strptr(image->elf, image->strings, symbol->st_name);
}

// Whether two symbols are one.
static bool symbol_equal(const struct image *a, size_t a_index, const struct image *b,
			 size_t b_index)
{
	GElf_Sym first = symbol_of(a, a_index), second = symbol_of(b, b_index);

	return first.st_info == second.st_info && first.st_other == second.st_other &&
	       first.st_value == second.st_value && first.st_size == second.st_size &&
	       (first.st_shndx == SHN_ABS) == (second.st_shndx == SHN_ABS) &&
	       !strcmp(symbol_section(a, &first), symbol_section(b, &second)) &&
	       !strcmp(symbol_name(a, &first), symbol_name(b, &second));
}

static size_t symbol_count(const struct image *image)
{
	return image->symbols ? image->symbols->d_size / sizeof(Elf64_Sym) : 0;
}

static void compare_symbols(const struct image *plain, const struct image *other)
{
	size_t count = symbol_count(other), at = 0;

	for (size_t i = 0; i < symbol_count(plain); i++, at++) {
		GElf_Sym symbol = symbol_of(plain, i);

		while (at < count && !symbol_equal(plain, i, other, at))
			at++;
		if (at == count)
			fuzz_fail("%s lacks symbol %zu, %s", other->what, i,
				  symbol_name(plain, &symbol));
	}
}

static bool relocations_equal(const struct image *a, Elf_Data *a_data, const struct image *b,
			      Elf_Data *b_data)
{
	size_t count = a_data->d_size / sizeof(Elf64_Rel);

	for (size_t i = 0; i < count; i++) {
		GElf_Rel first, second;

		gelf_getrel(a_data, (int)i, &first);
		gelf_getrel(b_data, (int)i, &second);
		if (first.r_offset != second.r_offset ||
		    GELF_R_TYPE(first.r_info) != GELF_R_TYPE(second.r_info) ||
		    !symbol_equal(a, GELF_R_SYM(first.r_info), b, GELF_R_SYM(second.r_info)))
			return false;
	}
	return true;
}

static bool section_equal(const struct image *a, Elf_Scn *a_section, const struct image *b,
			  Elf_Scn *b_section)
{
	GElf_Shdr first, second;
	Elf_Data *a_data = elf_rawdata(a_section, NULL), *b_data = elf_rawdata(b_section, NULL);

	gelf_getshdr(a_section, &first);
	gelf_getshdr(b_section, &second);
	if (strcmp(section_name(a, &first), section_name(b, &second)) != 0 ||
	    first.sh_type != second.sh_type || first.sh_flags != second.sh_flags ||
	    first.sh_addralign != second.sh_addralign || first.sh_entsize != second.sh_entsize)
		return false;
	if (first.sh_type == SHT_SYMTAB || first.sh_type == SHT_STRTAB)
		return true; // see compare_symbols()
	if (first.sh_size != second.sh_size)
		return false;
	if (first.sh_type == SHT_REL)
		return relocations_equal(a, elf_getdata(a_section, NULL), b,
					 elf_getdata(b_section, NULL));
	return first.sh_type == SHT_NOBITS || first.sh_size == 0 ||
	       !memcmp(a_data->d_buf, b_data->d_buf, first.sh_size);
}

static bool is_of_debuggers(const char *name)
{
	return !strncmp(name, ".debug_", 7) || !strncmp(name, ".rel.debug_", 11) ||
	       !strcmp(name, ".note.bpfld.debug");
}

// All of @plain is in @other, in this order, and nothing else but debug information is.
static void compare(const struct image *plain, const struct image *other)
{
	Elf_Scn *section = NULL, *next = NULL;
	GElf_Shdr header;

	while ((next = elf_nextscn(other->elf, next))) {
		Elf_Scn *expected = elf_nextscn(plain->elf, section);

		if (expected && section_equal(plain, expected, other, next)) {
			section = expected;
			continue;
		}
		gelf_getshdr(next, &header);
		if (!is_of_debuggers(section_name(other, &header)))
			fuzz_fail("%s has another section %s", other->what,
				  section_name(other, &header));
	}
	if (elf_nextscn(plain->elf, section))
		fuzz_fail("%s lacks sections", other->what);
	compare_symbols(plain, other);
}

static void compare_bytes(const struct bpfld_result *plain, const void *data, size_t size,
			  const char *what)
{
	struct image first, second;

	fuzz_keep(plain->data, plain->size, "plain.o");
	fuzz_keep(data, size, "debug.o");
	image_open(&first, plain->data, plain->size, "the output");
	image_open(&second, data, size, what);
	compare(&first, &second);
	elf_end(first.elf);
	elf_end(second.elf);
}

// -------------------------------------------------------------------------------------------------
// Links

static struct bpfld_options make_options(uint32_t bits)
{
	static const struct bpfld_scope_rule localize_all = { "*", BPFLD_LOCALIZE, NULL };
	static const struct bpfld_prefix_map map = { "/source", "/s" };

	return (struct bpfld_options){
		.gc_sections = bits & 1 << 0,
		.icf = bits & 1 << 1 ? BPFLD_ICF_ALL : BPFLD_ICF_NONE,
		.scope_rules = &localize_all,
		.scope_rule_count = bits >> 2 & 1,
		.prefix_maps = &map,
		.prefix_map_count = bits >> 3 & 1,
		.discard_all = bits & 1 << 4,
		.strip_ext_lines = bits & 1 << 5,
		.no_unique_locals = bits & 1 << 6,
		.compress_debug = bits & 1 << 7 ? BPFLD_COMPRESS_ZLIB : BPFLD_COMPRESS_NONE,
		.multiple_definitions = true,
		.no_type_check = true,
		.compress = compress,
		.decompress = decompress,
	};
}

// The output with a debug file beside it is the one without.
static void check_debug_file(struct bpfld_options options, const struct bpfld_result *plain)
{
	struct bpfld_result result;
	struct report report = { 0 };

	options.reports[BPFLD_REPORT_DEBUG_FILE] = "-";
	options.on_report = take_report;
	options.context = &report;
	if (!fuzz_link_once(&options, &result))
		fuzz_fail("a link with a debug file fails");
	if (result.size != plain->size || memcmp(result.data, plain->data, plain->size) != 0)
		fuzz_fail("an output depends on its debug file");
	compare_bytes(plain, report.data, report.size, "the debug file");
	free(report.data);
	bpfld_result_deinit(&result);
}

static void check_links(struct bpfld_options options)
{
	struct bpfld_result plain, kept;
	bool linked = fuzz_link_once(&options, &plain);

	options.keep_debug = true;
	if (fuzz_link_once(&options, &kept) != linked)
		fuzz_fail("debug information decides whether a link fails");
	if (linked) {
		compare_bytes(&plain, kept.data, kept.size, "the output with debug information");
		options.keep_debug = false;
		check_debug_file(options, &plain);
	}
	bpfld_result_deinit(&plain);
	bpfld_result_deinit(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bpfld_input inputs[2];
	struct bpfld_options options;
	uint32_t bits;

	if (!fuzz_split_objects(data, size, &bits, inputs))
		return 0;
	options = make_options(bits);
	options.inputs = inputs;
	options.input_count = 2;
	check_links(options);
	options.keep_debug = true;
	fuzz_link(options);
	return 0;
}

static size_t mutate(struct dice *dice, uint8_t *data, size_t size, size_t capacity)
{
	struct parts parts = parts_split(data, size);
	bool first = dice_below(dice, 2);
	struct str part = first ? parts.first : parts.second;
	size_t before = size - part.size;

	if (dice_below(dice, 8))
		mutate_debug(dice, (uint8_t *)part.data, part.size);
	else if (first)
		mutate_object(dice, (uint8_t *)part.data, part.size, part.size);
	else
		return before + mutate_object(dice, data + before, part.size, capacity - before);
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct dice dice = { seed };

	if (size < FUZZ_OPTION_BYTES || dice_below(&dice, 40) == 0)
		return LLVMFuzzerMutate(data, size, capacity);
	for (uint64_t changes = 1 + dice_below(&dice, 4); changes; changes--) {
		if (dice_below(&dice, 8) == 0)
			data[dice_below(&dice, FUZZ_OPTION_BYTES)] ^= 1 << dice_below(&dice, 8);
		else
			size = FUZZ_OPTION_BYTES + mutate(&dice, data + FUZZ_OPTION_BYTES,
							  size - FUZZ_OPTION_BYTES,
							  capacity - FUZZ_OPTION_BYTES);
	}
	return size;
}
