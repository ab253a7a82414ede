/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Folds equal constants of an output section, from all inputs, into one. A string with which
 * another string ends becomes the tail of that one.
 *
 * Constants are sorted by their bytes from last to first, so a constant comes right after those
 * that end with it, and only needs to be compared with the last one that was kept. Of equal
 * constants that of the first input is kept. The result depends on the bytes alone, and kept
 * constants do not fold any further, so linking the output again changes nothing.
 *
 * Source: gABI, "Section Attribute Flags".
 */

#include "atoms.h"
#include "passes.h"

struct constants {
	ARRAY_FIELDS(struct atom *);
};

static void collect_constants(struct linker *linker, struct constants *constants,
			      struct section *section)
{
	array_each(atom, &section->atoms) {
		if (atom->constant && atom->live)
			*array_add(linker->arena, constants) = atom;
	}
}

static const uint8_t *constant_bytes(const struct atom *atom)
{
	return atom->section->data + atom->offset;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

// Compare from the end; a constant that ends with another one comes first.
static int compare_bytes(const struct atom *a, const struct atom *b)
{
	const uint8_t *x = constant_bytes(a) + a->size, *y = constant_bytes(b) + b->size;
	uint64_t common = a->size < b->size ? a->size : b->size;

	for (uint64_t i = 0; i < common; i++) {
		if (*--x != *--y)
			return *x < *y ? -1 : 1;
	}
	return compare_numbers(b->size, a->size);
}

static int compare_constants(const void *a, const void *b)
{
	const struct atom *x = *(struct atom *const *)a, *y = *(struct atom *const *)b;
	int difference = compare_numbers(x->section->output_name, y->section->output_name);

	if (!difference)
		difference = compare_bytes(x, y);
	if (!difference)
		difference = compare_numbers(x->section->object->index, y->section->object->index);
	if (!difference)
		difference = compare_numbers(x->section->shndx, y->section->shndx);
	return difference ? difference : compare_numbers(x->offset, y->offset);
}

// Whether @kept ends with @atom, at an offset that has the alignment of @atom.
static bool ends_with(const struct atom *kept, const struct atom *atom)
{
	return kept->section->output_name == atom->section->output_name &&
	       kept->size >= atom->size && (kept->size - atom->size) % atom_align(atom) == 0 &&
	       memcmp(constant_bytes(kept) + kept->size - atom->size, constant_bytes(atom),
		      atom->size) == 0;
}

static void fold_constant(struct atom *kept, struct atom *atom)
{
	atom->folded = kept;
	atom->fold_offset = kept->size - atom->size;
	kept->fold_align =
		atom_align(kept) > atom_align(atom) ? atom_align(kept) : atom_align(atom);
}

/*
 * Needs: live atoms. Gives: folded, fold_offset and fold_align of constants.
 */
void fold_constants(struct linker *linker)
{
	struct constants constants = { 0 };
	struct atom *kept = NULL;

	array_each(each, &linker->objects) {
		for (uint32_t i = 1; i < (*each)->section_count; i++)
			collect_constants(linker, &constants, &(*each)->sections[i]);
	}
	array_sort(&constants, compare_constants);
	array_each(atom, &constants) {
		if (kept && ends_with(kept, *atom))
			fold_constant(kept, *atom);
		else
			kept = *atom;
	}
}
