/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the functions that may fold, and a signature of each: a list of words, equal only if no
 * running program can tell the functions apart.
 *
 * The words are the instructions without the fields that linking rewrites, the targets of these
 * fields, the CO-RE records, and the prototype and tags in BTF, which the verifier relies on.
 * References to functions that may fold are listed separately, for fold_identical.c.
 */
#include "icf.h"

#include "atoms.h"
#include "core_records.h"
#include "destination.h"
#include "insn.h"
#include "passes.h"

// What a reference leads to.
enum target {
	TARGET_NAME,
	TARGET_SYMBOL, // a local symbol without a place
	TARGET_FUNCTION,
	TARGET_PLACE,
};

// Who may call a function; it decides how the verifier checks it.
enum scope_of_name {
	SCOPE_LOCAL,
	SCOPE_OBJECT, // hidden: loaders make it local
	SCOPE_ALL,
};

static enum scope_of_name name_scope(const struct symbol *symbol)
{
	if (!symbol_is_global(symbol))
		return SCOPE_LOCAL;
	return symbol->global->visibility == STV_HIDDEN ||
			       symbol->global->visibility == STV_INTERNAL
		       ? SCOPE_OBJECT
		       : SCOPE_ALL;
}

// ---------------------------------------------------------------------------------------------
// Which

#define section_each(element, object)                                                              \
	for (struct section *element = (object)->sections + 1;                                     \
	     element < (object)->sections + (object)->section_count; element++)

static bool may_fold(const struct linker *linker, const struct atom *atom)
{
	const struct symbol *symbol = atom->symbol;

	if (!atom->live || !symbol || symbol->value != atom->offset || symbol->size != atom->size ||
	    atom->size % INSN_SIZE)
		return false;
	switch (name_scope(symbol)) {
	case SCOPE_LOCAL:
		return true;
	case SCOPE_OBJECT:
		return linker->options->icf != BPFLD_ICF_SAFE;
	case SCOPE_ALL:
		break;
	}
	return linker->options->icf == BPFLD_ICF_ALL;
}

static void find_functions(const struct linker *linker, struct section *section)
{
	// Entry programs are in other sections.
	if (section->role != ROLE_CODE || section->output_name != linker->text_name)
		return;
	array_each(atom, &section->atoms)
		atom->candidate = may_fold(linker, atom);
}

// Refuse functions with two names.
static void refuse_symbols(struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		struct atom *atom = symbol->atom;

		if (atom && symbol != atom->symbol && (symbol->type == STT_FUNC || symbol->global))
			atom->candidate = 0;
	}
}

// Refuse a function whose address is taken, because addresses may be compared, and one that is
// entered elsewhere than at its start, by a label or a jump table.
static void refuse_target(const struct linker *linker, const struct reference *reference)
{
	const struct symbol *symbol = reference_symbol(reference);
	bool called = reference->kind == REFERENCE_CALL || reference->kind == REFERENCE_LOCAL_CALL;
	struct atom *atom = reference->atom;

	if (!atom)
		return;
	if ((!called && linker->options->icf == BPFLD_ICF_SAFE) ||
	    reference->kind == REFERENCE_JUMP_TABLE ||
	    (symbol && !symbol->global && symbol != atom->symbol))
		atom->candidate = 0;
}

static void refuse_targets(const struct linker *linker, const struct section *section)
{
	array_each(reference, &section->references) {
		const struct atom *from = section_atom(section, reference->offset);

		if (from && from->live)
			refuse_target(linker, reference);
	}
}

// Refuse callbacks, which loaders find by name and kernels by their own func_info; and functions
// that name one, because the text of the tag does not tell which function is meant.
static void refuse_callbacks(struct object *object)
{
	array_each(callback, &object->callbacks) {
		if (callback->atom)
			callback->atom->candidate = 0;
		for (struct declaration *each = callback->user; each; each = each->next) {
			if (each->atom)
				each->atom->candidate = 0;
		}
	}
}

static void number_functions(struct linker *linker, struct section *section,
			     struct functions *functions)
{
	array_each(atom, &section->atoms) {
		if (!atom->candidate)
			continue;
		array_add(linker->arena, functions)->atom = atom;
		atom->candidate = (uint32_t)functions->count;
	}
}

// ---------------------------------------------------------------------------------------------
// What

static struct function *atom_function(const struct functions *functions, const struct atom *atom)
{
	return atom && atom->candidate ? &functions->items[atom->candidate - 1] : NULL;
}

static void add_word(struct linker *linker, struct function *function, uint32_t word)
{
	*array_add(linker->arena, &function->words) = word;
}

static void add_wide(struct linker *linker, struct function *function, uint64_t value)
{
	add_word(linker, function, (uint32_t)value);
	add_word(linker, function, (uint32_t)(value >> 32));
}

static void add_code(struct linker *linker, struct function *function)
{
	const struct atom *atom = function->atom;
	const uint8_t *code = atom->section->data + atom->offset;

	for (uint64_t at = 0; at < atom->size; at += 4)
		add_word(linker, function, get32(code + at, atom->section->object->big_endian));
}

// The words of a function start with its code.
static uint32_t *immediate(struct function *function, uint64_t offset)
{
	return &function->words.items[(offset + INSN_IMM) / 4];
}

static void add_declaration(struct linker *linker, struct function *function)
{
	const struct symbol *symbol = function->atom->symbol;
	const struct declaration *declaration = function->declaration;

	if (symbol->global && symbol->global->definition == symbol)
		declaration = symbol->global->declaration;
	add_word(linker, function, name_scope(symbol));
	add_word(linker, function, declaration ? declaration->node : 0);
	add_word(linker, function, declaration ? declaration->tags : 0);
}

static void add_place(struct linker *linker, const struct functions *functions,
		      struct function *function, const struct section *section, int64_t offset)
{
	const struct atom *atom = section_atom(section, offset);
	struct function *callee = atom_function(functions, atom);
	uint64_t start = 0, distance = (uint64_t)offset;

	// Of equal constants one stands for all.
	if (atom) {
		distance -= atom->offset;
		atom = atom_follow(atom, &distance);
		section = atom->section;
		start = atom->offset;
	}
	add_word(linker, function, callee ? TARGET_FUNCTION : TARGET_PLACE);
	add_wide(linker, function, distance);
	if (callee) {
		*array_add(linker->arena, &function->callees) = callee;
		return;
	}
	add_word(linker, function, section->object->index);
	add_word(linker, function, section->shndx);
	add_wide(linker, function, start);
}

static void add_reference(struct linker *linker, const struct functions *functions,
			  struct function *function, const struct reference *reference)
{
	const struct symbol *symbol = reference_symbol(reference);
	uint64_t offset = reference->offset - function->atom->offset;

	add_wide(linker, function, offset);
	add_word(linker, function, reference->kind);
	add_word(linker, function, symbol != NULL);
	if (!symbol) {
		*immediate(function, offset) = 0;
		add_place(linker, functions, function, reference->target, reference->addend);
	} else if (symbol->global) {
		add_word(linker, function, TARGET_NAME);
		add_word(linker, function, symbol->global->name);
	} else if (symbol->section) {
		add_place(linker, functions, function, symbol->section, (int64_t)symbol->value);
	} else {
		add_word(linker, function, TARGET_SYMBOL);
		add_word(linker, function, symbol->object->index);
		add_word(linker, function, symbol_index(symbol));
	}
}

static void add_references(struct linker *linker, const struct functions *functions,
			   struct function *function)
{
	const struct atom *atom = function->atom;

	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++)
		add_reference(linker, functions, function, &atom->section->references.items[i]);
}

// Whether a CO-RE record is for a type id, and the instruction has that id.
static bool has_type_id(const struct function *function, struct btf_ext_record record)
{
	const struct section *section = function->atom->section;

	return (record.field[2] == BPF_CORE_TYPE_ID_LOCAL ||
		record.field[2] == BPF_CORE_TYPE_ID_TARGET) &&
	       get32(section->data + record.insn_off + INSN_IMM, section->object->big_endian) ==
		       record.field[0];
}

static void add_record(struct linker *linker, struct function *function,
		       struct btf_ext_record record)
{
	const struct object *object = function->atom->section->object;
	uint64_t offset = record.insn_off - function->atom->offset;
	uint32_t node = btf_unit_node(object->btf, record.field[0]);
	bool masked = node && has_type_id(function, record);

	if (masked)
		*immediate(function, offset) = 0;
	add_wide(linker, function, offset);
	add_word(linker, function, masked);
	add_word(linker, function, node);
	// A type id of a declaration counts as different from all others.
	add_word(linker, function, node ? 0 : object->index);
	add_word(linker, function, node ? 0 : record.field[0]);
	add_word(linker, function, strings_final(&linker->strings, record.field[1]));
	add_word(linker, function, record.field[2]);
}

static void add_records(struct linker *linker, const struct functions *functions,
			const struct object *object)
{
	struct core_records records = { .object = object };

	while (core_records_next(&records)) {
		struct function *function = atom_function(
			functions, section_atom(records.section, records.record.insn_off));

		if (function)
			add_record(linker, function, records.record);
	}
}

static void find_declarations(const struct functions *functions, const struct object *object)
{
	array_each(first, &object->declarations) {
		// Several functions may share one FUNC.
		for (struct declaration *each = *first; each; each = each->next) {
			struct function *function = atom_function(functions, each->atom);

			if (function)
				function->declaration = each;
		}
	}
}

void read_functions(struct linker *linker, struct functions *functions)
{
	array_each(object, &linker->objects) {
		section_each(section, *object)
			find_functions(linker, section);
	}
	array_each(object, &linker->objects) {
		refuse_symbols(*object);
		refuse_callbacks(*object);
		section_each(section, *object)
			refuse_targets(linker, section);
	}
	array_each(object, &linker->objects) {
		section_each(section, *object)
			number_functions(linker, section, functions);
	}
	array_each(object, &linker->objects)
		find_declarations(functions, *object);
	array_each(function, functions) {
		add_code(linker, function);
		add_declaration(linker, function);
		add_references(linker, functions, function);
	}
	array_each(object, &linker->objects)
		add_records(linker, functions, *object);
}
