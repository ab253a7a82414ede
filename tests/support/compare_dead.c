/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Static data that a linker may drop: only definitions refer to it that another input overrides, or
 * data of that kind.
 */
#include "comparison.h"

// Data that leads to data that leads to data, and so on.
#define DEPTH_MAX 8

struct range {
	uint32_t shndx;
	uint64_t start, end;
};

static int64_t addend_of(const struct subject *subject, const struct subject_reloc *reloc)
{
	const struct subject_section *place = &subject->sections[reloc->place];

	if (!place->data || reloc->offset + 8 > place->size)
		return 0;
	if (subject_is_code(place))
		return subject_insn_at(subject, place, reloc->offset).imm;
	return (int64_t)subject_read64(subject, place->data + reloc->offset);
}

static bool leads_to(const struct subject *subject, const struct subject_reloc *reloc,
		     struct range range)
{
	const struct subject_symbol *symbol = &subject->symbols[reloc->symndx];
	uint64_t at = symbol->value;

	if (symbol->type == STT_SECTION)
		at += (uint64_t)addend_of(subject, reloc);
	return symbol->shndx == range.shndx && at >= range.start && at < range.end;
}

static bool is_content(const struct subject *subject, const struct subject_reloc *reloc)
{
	return subject->sections[reloc->place].header.sh_flags & SHF_ALLOC;
}

static bool is_dead(const struct comparison *comparison, struct range range, int depth)
{
	const struct subject *subject = &comparison->input->subject;
	bool found = false;

	for (size_t i = 0; i < subject->reloc_count; i++) {
		const struct subject_reloc *reloc = &subject->relocs[i];
		const struct subject_symbol *user;

		if (!is_content(subject, reloc) || !leads_to(subject, reloc, range))
			continue;
		user = subject_symbol_around(subject, reloc->place, reloc->offset);
		found = true;
		if (!user)
			return false;
		// Itself, and what leads back to it.
		if (user->shndx == range.shndx && user->value == range.start)
			continue;
		if (user->bind != STB_LOCAL
			    ? others_have(comparison, user->name, true)
			    : user->type == STT_OBJECT && depth < DEPTH_MAX &&
				      is_dead(comparison,
					      (struct range){ user->shndx, user->value,
							      user->value + user->size },
					      depth + 1))
			continue;
		return false;
	}
	return found;
}

bool is_dead_data(const struct comparison *comparison, const struct subject_section *section,
		  uint64_t offset, uint64_t size)
{
	const struct subject *subject = &comparison->input->subject;

	if (!section || subject_is_code(section))
		return false;
	return is_dead(comparison,
		       (struct range){ subject_shndx(subject, section), offset, offset + size }, 0);
}
