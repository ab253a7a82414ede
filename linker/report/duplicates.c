/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A static variable of a header is in every object that includes it. Each copy is a separate
 * variable, so a linker must not fold them, but it can report what they cost. Copies have equal
 * names, sizes, output sections and bytes, and their fields lead to things with equal names.
 */
#include "duplicates.h"

struct symbols {
	ARRAY_FIELDS(const struct symbol *);
};

static bool is_static_variable(const struct symbol *symbol)
{
	const struct atom *atom = symbol->atom;

	// Only one symbol of an atom counts: any number could be at the same bytes.
	return symbol->binding == STB_LOCAL && symbol->type == STT_OBJECT && symbol->size &&
	       symbol->section && symbol->section->role == ROLE_DATA && atom &&
	       atom->symbol == symbol && atom->live && !atom->folded &&
	       symbol->size <= atom->offset + atom->size - symbol->value;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static size_t first_reference(const struct symbol *symbol)
{
	const struct section *section = symbol->section;
	size_t i = symbol->atom->first_reference;

	while (i < section->references.count && section->references.items[i].offset < symbol->value)
		i++;
	return i;
}

// Reference number @i in @symbol; NULL at the end.
static const struct reference *reference_in(const struct symbol *symbol, size_t i)
{
	const struct section *section = symbol->section;

	if (i >= section->references.count ||
	    section->references.items[i].offset - symbol->value >= symbol->size)
		return NULL;
	return &section->references.items[i];
}

static uint32_t target_name(const struct reference *reference)
{
	if (reference->named)
		return reference->symbol->name;
	return reference->atom && reference->atom->symbol ? reference->atom->symbol->name : 0;
}

static int64_t target_offset(const struct reference *reference)
{
	if (reference->named || !reference->atom)
		return reference->addend;
	return reference->addend - reference->atom->offset;
}

static int compare_targets(const struct reference *a, const struct reference *b)
{
	int difference = compare_numbers(target_name(a), target_name(b));

	if (!difference)
		difference = compare_numbers(a->kind, b->kind);
	return difference ? difference
			  : compare_numbers((uint64_t)target_offset(a), (uint64_t)target_offset(b));
}

static int compare_bytes(const struct symbol *a, const struct symbol *b, uint64_t from, uint64_t to)
{
	if (from >= to)
		return 0;
	return memcmp(a->section->data + a->value + from, b->section->data + b->value + from,
		      to - from);
}

// Compare two variables of one size: fields with references by their targets, other bytes as they
// are.
static int compare_contents(const struct symbol *a, const struct symbol *b)
{
	size_t i = first_reference(a), k = first_reference(b);
	uint64_t at = 0;
	int difference = compare_numbers(!a->section->data, !b->section->data);

	// Without content (.bss) there are no references.
	if (difference || !a->section->data)
		return difference;
	for (;; i++, k++) {
		const struct reference *x = reference_in(a, i), *y = reference_in(b, k);
		uint64_t x_at = x ? x->offset - a->value : a->size;
		uint64_t y_at = y ? y->offset - b->value : b->size;

		difference = compare_numbers(x_at, y_at);
		if (!difference)
			difference = compare_bytes(a, b, at, x_at);
		if (!difference && x && y)
			difference = compare_targets(x, y);
		if (difference || !x)
			return difference;
		at = x_at + (x->kind == REFERENCE_DATA32 ? 4 : 8);
	}
}

static int compare_variables(const struct symbol *a, const struct symbol *b)
{
	int difference = compare_numbers(a->name, b->name);

	if (!difference)
		difference = compare_numbers(a->section->output_name, b->section->output_name);
	if (!difference)
		difference = compare_numbers(a->size, b->size);
	return difference ? difference : compare_contents(a, b);
}

static int compare_inputs(const struct symbol *a, const struct symbol *b)
{
	int difference = compare_numbers(a->object->index, b->object->index);

	return difference ? difference : compare_numbers(symbol_index(a), symbol_index(b));
}

static int order_variables(const void *a, const void *b)
{
	const struct symbol *x = *(const struct symbol *const *)a;
	const struct symbol *y = *(const struct symbol *const *)b;
	int difference = compare_variables(x, y);

	return difference ? difference : compare_inputs(x, y);
}

static int order_duplicates(const void *a, const void *b)
{
	const struct duplicate *x = a, *y = b;
	int difference = compare_numbers(duplicate_size(y), duplicate_size(x));

	return difference ? difference : compare_inputs(x->copies[0], y->copies[0]);
}

static void add_group(const struct linker *linker, struct duplicates *duplicates,
		      const struct symbol *const *copies, size_t count)
{
	struct duplicate duplicate = { copies, count };

	// Copies are sorted by input: when the first and last are of one object, all are.
	if (copies[0]->object == copies[count - 1]->object)
		return;
	*array_add(linker->arena, duplicates) = duplicate;
	duplicates->size += duplicate_size(&duplicate);
	duplicates->kept += copies[0]->size;
}

struct duplicates find_duplicates(const struct linker *linker)
{
	struct duplicates duplicates = { 0 };
	struct symbols symbols = { 0 };
	size_t count;

	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->symbol_count; i++) {
			if (is_static_variable(&(*object)->symbols[i]))
				*array_add(linker->arena, &symbols) = &(*object)->symbols[i];
		}
	}
	array_sort(&symbols, order_variables);
	for (size_t i = 0; i < symbols.count; i += count) {
		count = 1;
		while (i + count < symbols.count &&
		       !compare_variables(symbols.items[i], symbols.items[i + count]))
			count++;
		add_group(linker, &duplicates, symbols.items + i, count);
	}
	array_sort(&duplicates, order_duplicates);
	return duplicates;
}
