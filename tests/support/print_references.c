/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the targets of relocated fields by names and contents: linking changes offsets and
 * addends, and may change the symbol that a relocation is relative to.
 */
#include <inttypes.h>
#include <string.h>

#include "subject.h"

static bool has_reloc(const struct subject *subject, uint32_t shndx, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < subject->reloc_count; i++) {
		const struct subject_reloc *reloc = &subject->relocs[i];

		if (reloc->place == shndx && reloc->offset < end && reloc->offset + 8 > start)
			return true;
	}
	return false;
}

static void print_bytes(const struct subject *subject, const struct subject_section *section,
			uint64_t start, uint64_t end)
{
	fprintf(subject->report, " = ");
	for (uint64_t i = start; i < end && i < section->size; i++)
		fprintf(subject->report, "%02x", section->data[i]);
}

// Constants have no names, other than those that the compiler gives them for itself.
static bool is_constant(const struct subject_section *section)
{
	return !strncmp(section->name, ".rodata.str", strlen(".rodata.str")) ||
	       !strncmp(section->name, ".rodata.cst", strlen(".rodata.cst"));
}

static void print_constant(const struct subject *subject, const struct subject_section *section,
			   uint64_t offset)
{
	uint64_t end = offset;

	if (strncmp(section->name, ".rodata.str1", strlen(".rodata.str1"))) {
		print_bytes(subject, section, offset, offset + 4);
		return;
	}
	while (end < section->size && section->data[end])
		end++;
	fprintf(subject->report, "\"%.*s\"%s", (int)(end - offset), section->data + offset,
		end < section->size ? "" : " without an end");
}

// Whether what is there depends on nothing but the source; NOBITS are zero.
static bool is_plain_data(const struct subject *subject, const struct subject_section *section,
			  uint64_t start, uint64_t end)
{
	return section->data && !subject_is_code(section) &&
	       !has_reloc(subject, subject_shndx(subject, section), start, end);
}

static void print_place(const struct subject *subject, const struct subject_section *section,
			uint64_t offset)
{
	uint32_t shndx = subject_shndx(subject, section);
	const struct subject_symbol *symbol = subject_symbol_around(subject, shndx, offset);

	if (is_constant(section) && offset < section->size) {
		print_constant(subject, section, offset);
		return;
	}
	if (!symbol) {
		fprintf(subject->report, "%s, where nothing is", section->name);
		return;
	}
	fprintf(subject->report, "%s+%" PRIu64, symbol->name, offset - symbol->value);
	if (is_plain_data(subject, section, offset, offset + 4))
		print_bytes(subject, section, offset, offset + 4);
	else if (subject_is_code(section))
		print_bytes(subject, section, offset, offset + 1);
}

// What is added to the symbol, in bytes.
static int64_t addend(const struct subject *subject, const struct subject_reloc *reloc)
{
	const uint8_t *field = subject->sections[reloc->place].data + reloc->offset;

	switch (reloc->type) {
	case R_64_64:
		return (int32_t)subject_read32(subject, field + 4);
	case R_64_32:
		return ((int64_t)(int32_t)subject_read32(subject, field + 4) + 1) * 8;
	case R_64_ABS64:
		return (int64_t)subject_read64(subject, field);
	default:
		return (int32_t)subject_read32(subject, field);
	}
}

// The hidden function at @offset, which names and places mean alike; or NULL.
static const struct subject_symbol *hidden_function(const struct subject *subject,
						    const struct subject_section *section,
						    uint64_t offset)
{
	const struct subject_symbol *symbol =
		subject_symbol_around(subject, subject_shndx(subject, section), offset);

	return symbol && subject_is_code(section) && symbol->value == offset &&
			       symbol->bind != STB_LOCAL && symbol->visibility == STV_HIDDEN
		       ? symbol
		       : NULL;
}

static void print_target(const struct subject *subject, const struct subject_reloc *reloc)
{
	const struct subject_symbol *symbol = &subject->symbols[reloc->symndx];
	const struct subject_section *home = subject_home(subject, symbol);
	int64_t offset = addend(subject, reloc);
	const struct subject_symbol *hidden =
		home && symbol->type == STT_SECTION
			? hidden_function(subject, home, (uint64_t)offset)
			: NULL;

	if (hidden)
		fprintf(subject->report, "'%s'+0", hidden->name);
	else if (home && (symbol->type == STT_SECTION || is_constant(home)))
		print_place(subject, home, symbol->value + (uint64_t)offset);
	else
		fprintf(subject->report, "'%s'%+" PRId64, symbol->name, offset);
}

void print_references(const struct subject *subject)
{
	for (size_t i = 0; i < subject->reloc_count; i++) {
		const struct subject_reloc *reloc = &subject->relocs[i];
		const struct subject_section *section = &subject->sections[reloc->place];
		const struct subject_symbol *symbol =
			subject_symbol_around(subject, reloc->place, reloc->offset);

		if (!(section->header.sh_flags & SHF_ALLOC))
			continue;
		fprintf(subject->report, "%s: %s+%" PRIu64 " -> ", section->name,
			symbol ? symbol->name : "?", reloc->offset - (symbol ? symbol->value : 0));
		print_target(subject, reloc);
		fputc('\n', subject->report);
	}
}
