/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --why-extract and --print-archive-stats: which members of archives are linked, and why. Tables
 * with tabs, as in lld.
 */
#include "archive.h"
#include "reports.h"

void report_why_extract(struct linker *linker, struct text *text)
{
	text_string(text, "reference\textracted\tsymbol\n");
	array_each(extract, &linker->extracts)
		text_format(text, "%s\t%s\t%s\n",
			    extract->user ? text_name(text, extract->user->name) : "<command line>",
			    text_name(text, extract->member->name),
			    text_name(text, linker_name(linker, extract->name)));
}

void report_archives(struct linker *linker, struct text *text)
{
	// The runtime archive comes after the inputs.
	size_t *extracted =
		arena_new_array(linker->arena, size_t, linker->options->input_count + 1);

	array_each(object, &linker->objects) {
		if (!(*object)->made)
			extracted[(*object)->file->index]++;
	}
	text_string(text, "members\textracted\tarchive\n");
	array_each(each, &linker->files) {
		const struct file *file = *each;

		if (file->archive)
			text_format(text, "%zu\t%zu\t%s\n", archive_count(linker, file->archive),
				    extracted[file->index], text_name(text, file->name));
	}
}
