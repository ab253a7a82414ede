/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Roots of what is live. By default everything is one, but for bodies that lost their name. With
 * --gc-sections only what somebody outside the object asks for is: the kernel for programs and
 * struct_ops, user space for maps and for what it exports, the user for -u.
 */
#include "roots.h"

#include "maps.h"

static const char *const texts[] = {
	[ROOT_NONE] = "is not live by itself",
	[ROOT_KEPT] = "is kept, as everything is without --gc-sections",
	[ROOT_PROGRAM] = "is an entry program",
	[ROOT_STRUCT_OPS] = "is for struct_ops",
	[ROOT_SINGLETON] = "is the license or version",
	[ROOT_MAP] = "is a map, which user space may look for (--gc-maps)",
	[ROOT_REQUESTED] = "was asked for (-u, --require-defined, --export)",
	[ROOT_RETAINED] = "is marked to be retained (SHF_GNU_RETAIN)",
};

const char *root_text(enum root root)
{
	return texts[root];
}

// Strings that are aligned have zeros between them, which look like empty strings.
static bool is_padding(const struct atom *atom)
{
	const struct section *section = atom->section;

	return section->flags & SHF_STRINGS && atom->size == section->entsize &&
	       section->align > section->entsize;
}

// Jump tables and nameless constants go with what refers to them; constants that nothing ever
// referred to stay.
static bool is_kept(const struct atom *atom)
{
	if (atom->section->role == ROLE_JUMP_TABLES)
		return false;
	return !atom->constant || atom->named || !(atom->referenced || is_padding(atom));
}

static bool is_struct_ops(const struct section *section)
{
	struct str name = str_of(section->text_name);

	return str_starts_with(name, STR(".struct_ops")) ||
	       str_starts_with(name, STR("?.struct_ops"));
}

enum root atom_root(const struct linker *linker, const struct atom *atom)
{
	const struct section *section = atom->section;

	if (atom->overridden || atom->folded)
		return ROOT_NONE;
	if (!linker->options->gc_sections)
		return is_kept(atom) ? ROOT_KEPT : ROOT_NONE;
	if (atom->requested)
		return ROOT_REQUESTED;
	if (section->flags & SHF_GNU_RETAIN)
		return ROOT_RETAINED;
	if (section->role == ROLE_LICENSE || section->role == ROLE_VERSION)
		return ROOT_SINGLETON;
	if (!linker->options->gc_maps &&
	    (section->role == ROLE_MAPS || section_has_legacy_maps(section)))
		return ROOT_MAP;
	if (is_struct_ops(section))
		return ROOT_STRUCT_OPS;
	// Functions that others call are in .text, and in no other section.
	if (section->role == ROLE_CODE && section->output_name != linker->text_name)
		return ROOT_PROGRAM;
	return ROOT_NONE;
}
