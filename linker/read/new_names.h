/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * New names of symbols: --prefix and --rename.
 *
 * A symbol and what BTF says of it get their new name when the object is read, before anything asks
 * for names. So all other options, and all other inputs, speak of new names. What an object defines
 * has one symbol, so its own references follow.
 */
#ifndef BPFLD_NEW_NAMES_H
#define BPFLD_NEW_NAMES_H

#include "model.h"

/** Note what the options rename; reports files that they name and no input can be. */
void prepare_new_names(struct linker *linker);

/** Whether any option renames symbols. */
static inline bool has_new_names(const struct linker *linker)
{
	return linker->options->rename_count || linker->options->prefix_count;
}

/** Note that @symbol was called @old; see struct new_name. */
void note_new_name(struct linker *linker, const struct symbol *symbol, uint32_t old,
		   const struct symbol *rival);

/**
 * What the definition @name of an object or member called @object of @file will be called. The
 * archive notes it: with a prefix of the archive, other members mean it.
 */
uint32_t new_name(struct linker *linker, const char *object, const struct file *file,
		  uint32_t name);

/**
 * What the name @name means in @object, which does not define it: what a member of its archive is
 * called, if that has a prefix; or what --rename says.
 */
uint32_t new_meaning(const struct linker *linker, const struct object *object, uint32_t name);

/** Whether the archive @file has a prefix: its members have to be known before one is taken. */
bool archive_has_prefix(const struct linker *linker, const struct file *file);

/** Rename the symbols of @object and its declarations of them, once. Needs object_read_types(). */
void object_rename(struct linker *linker, struct object *object);

/** Report prefixes of what is no object of the link, or of several. Needs all objects. */
void check_new_names(struct linker *linker);

#endif
