/* SPDX-License-Identifier: BSD-2-Clause */
/* --print-icf-sections: which functions were folded into which. */
#include <inttypes.h>

#include "reports.h"

static void report_section(const struct linker *linker, const struct section *section,
			   struct text *text)
{
	array_each(atom, &section->atoms) {
		const struct atom *kept = atom->folded;

		if (atom->candidate && kept)
			text_format(text, "%" PRIu32 "\t%s\t%s\t%s\t%s\n", atom->size,
				    text_name(text, linker_name(linker, atom->symbol->name)),
				    text_name(text, section->object->name),
				    text_name(text, linker_name(linker, kept->symbol->name)),
				    text_name(text, kept->section->object->name));
	}
}

void report_folded(struct linker *linker, struct text *text)
{
	text_string(text, "bytes\tsymbol\tobject\tkept\tobject of that\n");
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++)
			report_section(linker, &(*object)->sections[i], text);
	}
}
