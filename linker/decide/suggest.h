/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What to do about a name that no input defines, for messages.
 */
#ifndef BPFLD_SUGGEST_H
#define BPFLD_SUGGEST_H

#include "model.h"

// Start with `linker` set and the rest zero; all memory is the link's arena.
struct suggestions {
	struct linker *linker;
	bool listed;                         // the lists are made
	size_t guesses;                      // names so far that were compared with others
	ARRAY(const struct symbol *) locals; // by name: a static function or variable
	ARRAY(const struct new_name *)
	apart;                        // by name: a definition that has it no more, for
				      // which see there; or that only its input sees
	ARRAY(const char *) unlinked; // by name: the archive or object that would define it
};

/**
 * What the user may do about @name, which nothing defines: a clause. Needs check_types(). The work
 * of all suggestions is bounded by the inputs, and by what guess.h has.
 *
 * @param global  the global of that name, or NULL when only a tag has it
 */
const char *suggest_definition(struct suggestions *suggestions, uint32_t name,
			       const struct global *global);

#endif
