/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program has one licence and one version. Every object brings its own; the first stays, the
 * others must say the same and take its place.
 */
#include "passes.h"

// A licence is a C string: what follows its NUL is padding of the array.
static struct str singleton_text(const struct section *section)
{
	struct str text = { (const char *)section->data, section->data ? section->size : 0 };

	if (section->role == ROLE_LICENSE)
		text.size = strnlen(text.data, text.size);
	return text;
}

static void report_difference(struct linker *linker, const struct section *first,
			      const struct section *other)
{
	struct str a = singleton_text(first), b = singleton_text(other);

	if (first->role == ROLE_LICENSE)
		diag_error(linker->diag, section_place(other),
			   "license is \"%.*s\", but \"%.*s\" in '%s': a program has one license",
			   STR_ARGS(b), STR_ARGS(a), first->object->name);
	else
		diag_error(linker->diag, section_place(other),
			   "version differs from the one in '%s': a program has one version",
			   first->object->name);
}

static void fold_section(struct linker *linker, struct section *kept, struct section *section)
{
	if (!str_equal(singleton_text(kept), singleton_text(section)))
		report_difference(linker, kept, section);
	else if (section->atoms.count)
		section->atoms.items[0].folded = &kept->atoms.items[0];
}

// The first of that role; one with a symbol, if any has, because others may refer to theirs.
static struct section *find_kept(struct linker *linker, enum role role)
{
	struct section *first = NULL;

	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->section_count; i++) {
			struct section *section = &object->sections[i];

			if (section->role != role || section->size == 0)
				continue;
			if (section->atoms.items[0].symbol)
				return section;
			if (!first)
				first = section;
		}
	}
	return first;
}

static void fold_role(struct linker *linker, enum role role)
{
	struct section *kept = find_kept(linker, role);

	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->section_count; i++) {
			struct section *section = &object->sections[i];

			if (section->role == role && section->size && section != kept)
				fold_section(linker, kept, section);
		}
	}
}

/*
 * Needs: atoms; sections of these roles are one atom each. Gives: atom->folded.
 */
void fold_singletons(struct linker *linker)
{
	fold_role(linker, ROLE_LICENSE);
	fold_role(linker, ROLE_VERSION);
}
