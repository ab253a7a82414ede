/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notes that show what files say of a symbol: as C, at its place.
 */
#ifndef BPFLD_NOTE_DECLARATION_H
#define BPFLD_NOTE_DECLARATION_H

#include "maps.h"

static inline bool declaration_is_definition(const struct declaration *declaration)
{
	return declaration->linkage != BTF_VAR_GLOBAL_EXTERN;
}

/** Whether its DATASEC is called @name. */
static inline bool declaration_is_in(const struct linker *linker,
				     const struct declaration *declaration, const char *name)
{
	return declaration->datasec && strcmp(linker_name(linker, declaration->datasec), name) == 0;
}

/** What a variable is declared with to be in its DATASEC: " __ksym"; "" where nothing is needed. */
const char *declaration_attribute(struct linker *linker, const struct declaration *declaration);

/**
 * Where a message about @declaration begins, which is to be changed: there, or, when its line in
 * the source is not known, where the file first uses the symbol, if that line is.
 */
struct place place_to_change(struct linker *linker, const struct declaration *declaration);

// Each of these adds a note to the message before it, "declared here as ...".

void note_declaration(struct linker *linker, const struct declaration *declaration);

/** Mark one side of a difference between types; @there as in btf_difference_quote(). */
void note_types(struct linker *linker, const struct declaration *declaration,
		const struct btf_difference *difference, bool there);

/** Likewise of a difference between maps. */
void note_map(struct linker *linker, const struct declaration *declaration,
	      const struct map_difference *difference, bool there);

/** Mark the attribute of the variable, see declaration_attribute(). */
void note_attribute(struct linker *linker, const struct declaration *declaration);

/** Mark the type of the variable. */
void note_type(struct linker *linker, const struct declaration *declaration);

#endif
