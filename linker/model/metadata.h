/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Metadata: constants called bpf_metadata_KEY, of inputs or of the user. `bpftool prog show` prints
 * them for programs to which the map of their section is bound.
 */
#ifndef BPFLD_METADATA_H
#define BPFLD_METADATA_H

#include "model.h"

/** Whether @name is that of metadata. */
bool name_is_metadata(const struct linker *linker, uint32_t name);

/** Whether @section is of .rodata or .rodata.NAME in the output, where metadata may be. */
bool section_is_constant(const struct linker *linker, const struct section *section);

typedef void take_constant(struct linker *linker, const struct declaration *declaration,
			   void *context);

/** Call @take for all that BTF lists as in .rodata or .rodata.NAME, in the order of the inputs. */
void for_each_constant(struct linker *linker, take_constant *take, void *context);

/** Whether @declaration is of metadata that is in its object; needs read_declarations(). */
bool declaration_is_metadata(const struct linker *linker, const struct declaration *declaration);

/** The key of metadata called @name; NUL-terminated. */
const char *metadata_key(const struct linker *linker, uint32_t name);

/**
 * The text that metadata consists of, as bpftool prints it: an array of char that ends with a NUL.
 * It is in the input; NULL when it is no text.
 */
const char *metadata_text(const struct linker *linker, const struct declaration *declaration);

#endif
