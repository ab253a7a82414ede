/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program has one license and one version, but every object has its own. One is kept; the others
 * must be equal and are folded into it. A license that is exactly a string and its NUL is
 * preferred, because aya accepts no other.
 */
#include "passes.h"

// The text of a license is a C string; bytes behind its NUL are padding.
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
		diag_error(linker->diag, ERROR_LICENSE_MISMATCH, section_place(other),
			   "license \"%.*s\" differs from \"%.*s\" in '%s'; use one in all files, "
			   "or choose the output's with --license=TEXT",
			   STR_ARGS(b), STR_ARGS(a), first->object->name);
	else
		diag_error(linker->diag, ERROR_VERSION_MISMATCH, section_place(other),
			   "version differs from the one in '%s'; use one in all files",
			   first->object->name);
}

static void fold_section(struct linker *linker, struct section *kept, struct section *section)
{
	if (!str_equal(singleton_text(kept), singleton_text(section)))
		report_difference(linker, kept, section);
	else if (section->atoms.count)
		section->atoms.items[0].folded = &kept->atoms.items[0];
}

// Bytes of @section behind its text and the NUL.
static uint64_t excess(const struct section *section)
{
	uint64_t needed = singleton_text(section).size + (section->role == ROLE_LICENSE);

	// UINT64_MAX, the worst, when the NUL is missing.
	return section->size < needed ? UINT64_MAX : section->size - needed;
}

// Whether to keep @a although @b is first: one with a symbol, to which others may refer, goes
// before one without; then the one with fewer bytes behind its text.
static bool is_better(const struct section *a, const struct section *b)
{
	bool a_named = a->atoms.items[0].symbol, b_named = b->atoms.items[0].symbol;

	return a_named != b_named ? a_named : excess(a) < excess(b);
}

// The best section with @role, the first of equals; NULL for none.
static struct section *find_kept(struct linker *linker, enum role role)
{
	struct section *kept = NULL;

	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->section_count; i++) {
			struct section *section = &object->sections[i];

			if (section->role != role || section->size == 0)
				continue;
			if (!kept || is_better(section, kept))
				kept = section;
		}
	}
	return kept;
}

// Warn of a license with several strings: libbpf takes the first one, cilium/ebpf tells the kernel
// something else.
static void warn_second_string(struct linker *linker, const struct section *license)
{
	struct str text = singleton_text(license);

	for (uint64_t i = text.size; i < license->size; i++) {
		if (!license->data[i])
			continue;
		diag_warning(linker->diag, WARN_LICENSE_STRINGS, section_place(license),
			     "license goes on after \"%.*s\": libbpf stops there, cilium/ebpf and "
			     "aya refuse it; define one string",
			     STR_ARGS(text));
		return;
	}
}

// Fold all sections with @role into one and return it; NULL for none.
static const struct section *fold_role(struct linker *linker, enum role role)
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
	return kept;
}

/*
 * Needs: atoms; sections of these roles are one atom each. Gives: atom->folded.
 */
void fold_singletons(struct linker *linker)
{
	const struct section *license = fold_role(linker, ROLE_LICENSE);

	if (license)
		warn_second_string(linker, license);
	fold_role(linker, ROLE_VERSION);
}
