/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With --fold-identical, several strong definitions of a name are one where they are the same, as
 * those of a header are. resolve_symbols() chose the first of them; all others are compared with it
 * here, byte by byte and reference by reference. check_types() compares what BTF says of them.
 *
 * Code and pointers may lead to what is local: to constants and static functions, which then have
 * to be the same as well. Local variables are never the same: each has a value of its own.
 */
#include "fold_duplicates.h"

#include <inttypes.h>

#include "atoms.h"
#include "base/integers.h"
#include "compare_types.h"
#include "core_records.h"
#include "insn.h"
#include "maps.h"
#include "metadata.h"
#include "passes.h"

// The most pairs that one comparison leads to, and bytes and records that all look at.
#define PAIRS_MAX 64
#define WORK_MAX  ((size_t)1 << 28)

// What has to be the same: a definition or what it leads to, here and there.
struct pair {
	const struct atom *here, *there;
};

struct comparison {
	struct linker *linker;
	size_t work;
	ARRAY(struct pair) pairs; // that were found so far
	const char *text;         // how they differ, a clause; NULL: not at all
};

static bool is_strong(const struct symbol *symbol)
{
	return symbol->home != HOME_UNDEFINED && symbol->binding != STB_WEAK && !symbol->common;
}

// The kind of definitions that @symbol is of, as options have it; 0: none.
static unsigned int kind_of(const struct symbol *symbol)
{
	const struct section *section = symbol->section;

	if (!section || !symbol->atom)
		return 0;
	if (section->role == ROLE_MAPS || section_has_legacy_maps(section))
		return BPFLD_FOLD_MAPS;
	if (section->role == ROLE_DATA)
		return BPFLD_FOLD_VARIABLES;
	return section->role == ROLE_CODE ? BPFLD_FOLD_FUNCTIONS : 0;
}

bool global_may_fold(const struct linker *linker, const struct global *global)
{
	unsigned int kind = 0;

	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (!is_strong(each))
			continue;
		if (!(kind_of(each) & linker->options->fold_identical) ||
		    (kind && kind_of(each) != kind))
			return false;
		kind = kind_of(each);
	}
	return kind != 0;
}

static void differ(struct comparison *comparison, const char *text)
{
	comparison->text = text;
}

#define differ_as(comparison, ...)                                                                 \
	differ(comparison, arena_format((comparison)->linker->arena, __VA_ARGS__))

static const char *global_name(const struct linker *linker, const struct symbol *symbol)
{
	return linker_name(linker, symbol->global ? symbol->global->name : symbol->name);
}

// Both atoms, and the distance of a target from their starts.
static void add_pair(struct comparison *comparison, const struct atom *here,
		     const struct atom *there)
{
	array_each(pair, &comparison->pairs) {
		if (pair->here == here && pair->there == there)
			return;
	}
	if (comparison->pairs.count == PAIRS_MAX)
		differ(comparison, "it leads to more than is compared");
	else
		*array_add(comparison->linker->arena, &comparison->pairs) =
			(struct pair){ here, there };
}

static struct atom *place_of(const struct reference *reference, int64_t *distance)
{
	const struct symbol *symbol = reference_symbol(reference);
	struct atom *atom =
		symbol ? symbol->atom : section_atom(reference->target, reference->addend);

	*distance = symbol ? (int64_t)symbol->value : reference->addend;
	if (atom)
		*distance -= atom->offset;
	return atom;
}

// Compare where two references lead that do not both go by a name that all objects have.
static void compare_places(struct comparison *comparison, const struct reference *here,
			   const struct reference *there, uint64_t at)
{
	int64_t distance, other_distance;
	const struct atom *a = place_of(here, &distance), *b = place_of(there, &other_distance);

	if (!a || !b || distance != other_distance || a->size != b->size ||
	    a->section->output_name != b->section->output_name)
		differ_as(comparison, "what it uses at +0x%" PRIx64 " is another", at);
	else if (a->section->flags & SHF_WRITE)
		differ_as(comparison, "it uses a static variable at +0x%" PRIx64, at);
	else
		add_pair(comparison, a, b);
}

static void compare_references(struct comparison *comparison, const struct reference *here,
			       const struct reference *there, uint64_t at)
{
	const struct symbol *a = reference_symbol(here), *b = reference_symbol(there);
	bool a_global = a && a->global, b_global = b && b->global;

	if (here->kind != there->kind || here->kind == REFERENCE_JUMP_TABLE)
		differ_as(comparison, "what it uses at +0x%" PRIx64 " is another", at);
	else if (a_global && b_global && a->global != b->global)
		differ_as(comparison, "at +0x%" PRIx64 " it uses '%s' here, '%s' there", at,
			  global_name(comparison->linker, a), global_name(comparison->linker, b));
	else if (!a_global || !b_global)
		compare_places(comparison, here, there, at);
}

// A copy of the bytes of @atom, without what is only true at its place.
static uint8_t *plain_bytes(struct linker *linker, const struct atom *atom)
{
	const struct section *section = atom->section;
	uint8_t *bytes = arena_new_array(linker->arena, uint8_t, atom->size);

	if (section->data)
		memcpy(bytes, section->data + atom->offset, atom->size);
	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct reference *reference = &section->references.items[i];
		uint8_t *field = bytes + (reference->offset - atom->offset);

		if (reference->named)
			continue;
		if (section->role != ROLE_CODE)
			memset(field, 0, reference->kind == REFERENCE_DATA32 ? 4 : 8);
		else
			memset(field + INSN_IMM, 0, 4);
		if (reference->kind == REFERENCE_LD_IMM64)
			memset(field + INSN_SIZE + INSN_IMM, 0, 4);
	}
	return bytes;
}

static bool get_number(const struct linker *linker, const struct atom *atom, const uint8_t *bytes,
		       uint64_t *ret)
{
	uint32_t node =
		atom->declaration ? btf_graph_strip(linker->graph, atom->declaration->node) : 0;
	bool big_endian = atom->section->object->big_endian;
	uint32_t size;

	if (btf_graph_kind(linker->graph, node) != BTF_KIND_INT ||
	    !btf_graph_sizeof(linker->graph, node, &size) || size > atom->size)
		return false;
	*ret = size == 8   ? get64(bytes, big_endian)
	       : size == 4 ? get32(bytes, big_endian)
	       : size == 2 ? get16(bytes, big_endian)
			   : *bytes;
	return size == 8 || size == 4 || size == 2 || size == 1;
}

static void tell_bytes(struct comparison *comparison, const struct pair *pair, const uint8_t *here,
		       const uint8_t *there)
{
	const struct linker *linker = comparison->linker;
	const struct declaration *a = pair->here->declaration, *b = pair->there->declaration;
	const char *text = a && pair->here->section->data ? metadata_text(linker, a) : NULL;
	const char *other = b && pair->there->section->data ? metadata_text(linker, b) : NULL;
	uint64_t number, other_number;
	size_t at = 0;

	while (here[at] == there[at])
		at++;
	if (pair->here->section->role == ROLE_CODE)
		differ_as(comparison, "its instruction at +0x%zx is another", at / 8 * 8);
	else if (text && other)
		differ_as(comparison, "it is \"%s\" here, \"%s\" there", text, other);
	else if (get_number(linker, pair->here, here, &number) &&
		 get_number(linker, pair->there, there, &other_number))
		differ_as(comparison, "it is %" PRIu64 " here, %" PRIu64 " there", number,
			  other_number);
	else
		differ_as(comparison, "byte %zu is 0x%02x here, 0x%02x there", at, here[at],
			  there[at]);
}

static void compare_bytes(struct comparison *comparison, const struct pair *pair)
{
	struct linker *linker = comparison->linker;
	size_t size = pair->here->size;
	uint8_t *here = plain_bytes(linker, pair->here), *there = plain_bytes(linker, pair->there);

	if (memcmp(here, there, size) != 0)
		tell_bytes(comparison, pair, here, there);
	arena_release(linker->arena, here, size);
	arena_release(linker->arena, there, size);
}

// The next CO-RE record of @atom; false when there is none.
static bool next_record(struct comparison *comparison, const struct atom *atom,
			struct core_records *records)
{
	while (core_records_next(records)) {
		comparison->work++;
		if (records->section->shndx == atom->section->shndx &&
		    records->record.insn_off >= atom->offset &&
		    records->record.insn_off < atom->offset + atom->size)
			return true;
	}
	return false;
}

static bool same_record(const struct linker *linker, const struct core_records *a,
			const struct atom *here, const struct core_records *b,
			const struct atom *there)
{
	const struct btf_ext_record *x = &a->record, *y = &b->record;

	return x->insn_off - here->offset == y->insn_off - there->offset &&
	       btf_unit_node(a->object->btf, x->field[0]) ==
		       btf_unit_node(b->object->btf, y->field[0]) &&
	       strings_final(&linker->strings, x->field[1]) ==
		       strings_final(&linker->strings, y->field[1]) &&
	       x->field[2] == y->field[2];
}

static void compare_records(struct comparison *comparison, const struct pair *pair)
{
	struct core_records here = { .object = pair->here->section->object };
	struct core_records there = { .object = pair->there->section->object };
	bool more;

	do {
		more = next_record(comparison, pair->here, &here);
		if (more != next_record(comparison, pair->there, &there) ||
		    (more &&
		     !same_record(comparison->linker, &here, pair->here, &there, pair->there))) {
			differ(comparison, "its CO-RE relocations are others");
			return;
		}
	} while (more);
}

static size_t count_references(const struct atom *atom)
{
	size_t count = 0;

	while (atom_has_reference(atom, atom->first_reference + count))
		count++;
	return count;
}

static const char *section_name(const struct linker *linker, const struct atom *atom)
{
	return linker_name(linker, atom->section->output_name);
}

// Compare what two atoms are, but not yet what they lead to.
static void compare_pair(struct comparison *comparison, const struct pair *pair)
{
	const struct atom *here = pair->here, *there = pair->there;
	size_t count = count_references(here);

	comparison->work += here->size;
	if (comparison->work > WORK_MAX)
		differ(comparison, "there is more than is compared");
	else if (here->section->output_name != there->section->output_name)
		differ_as(comparison, "it is in section '%s' here, in '%s' there",
			  section_name(comparison->linker, here),
			  section_name(comparison->linker, there));
	else if (here->size != there->size)
		differ_as(comparison, "it has %" PRIu32 " bytes here, %" PRIu32 " there",
			  here->size, there->size);
	else if (here->declaration && there->declaration &&
		 here->declaration->tags != there->declaration->tags)
		differ(comparison, "it has other declaration tags");
	else if (count != count_references(there))
		differ(comparison, "it has other pointers");
	else
		compare_bytes(comparison, pair);
	for (size_t i = 0; i < count && !comparison->text; i++) {
		const struct reference *a =
			&here->section->references.items[here->first_reference + i];
		const struct reference *b =
			&there->section->references.items[there->first_reference + i];

		if (a->offset - here->offset != b->offset - there->offset)
			differ(comparison, "it has other pointers");
		else
			compare_references(comparison, a, b, a->offset - here->offset);
	}
	if (!comparison->text && here->section->role == ROLE_CODE)
		compare_records(comparison, pair);
}

// Whether BTF says the same of both; where it does not, check_types() tells.
static bool have_one_type(struct linker *linker, const struct atom *here, const struct atom *there)
{
	const struct declaration *a = here->declaration, *b = there->declaration;
	struct btf_difference difference;

	return !a || !b || a->node == b->node ||
	       (a->kind == b->kind &&
		compare_nodes(linker, a->node, b->node, false, &difference) == BTF_COMPATIBLE);
}

static bool is_whole(const struct symbol *symbol)
{
	const struct atom *atom = symbol->atom;

	return symbol->value == atom->offset && symbol->size <= atom->size &&
	       (symbol->size == atom->size || atom->size - symbol->size < atom->section->align);
}

// Find how @symbol and @kept differ.
static void compare(struct comparison *comparison, const struct symbol *kept,
		    const struct symbol *symbol)
{
	comparison->pairs.count = 0;
	comparison->text = NULL;
	add_pair(comparison, symbol->atom, kept->atom);
	if (!is_whole(kept) || !is_whole(symbol))
		differ(comparison, "it has its bytes in common with something else");
	for (size_t i = 0; i < comparison->pairs.count && !comparison->text; i++) {
		struct pair pair = comparison->pairs.items[i];

		compare_pair(comparison, &pair);
	}
}

// The node of the type that BTF gives @symbol, a variable or map; 0: none.
static uint32_t find_type(const struct symbol *symbol)
{
	array_each(declaration, &symbol->object->declarations) {
		if ((*declaration)->kind == BTF_KIND_VAR && (*declaration)->name == symbol->name &&
		    (*declaration)->linkage == BTF_VAR_GLOBAL_ALLOCATED)
			return (*declaration)->node;
	}
	return 0;
}

bool definitions_are_same(struct linker *linker, const struct symbol *a, const struct symbol *b)
{
	struct comparison comparison = { .linker = linker };
	uint32_t type = find_type(a);

	if (kind_of(a) != kind_of(b) || kind_of(a) == BPFLD_FOLD_FUNCTIONS || !kind_of(a) ||
	    type == 0 || type != find_type(b))
		return false;
	compare(&comparison, b, a);
	array_release(linker->arena, &comparison.pairs);
	return !comparison.text;
}

// Let @kept stand for @symbol, or tell how they differ.
static void fold(struct comparison *comparison, const struct symbol *kept,
		 const struct symbol *symbol)
{
	struct linker *linker = comparison->linker;

	compare(comparison, kept, symbol);
	if (!comparison->text) {
		symbol->atom->folded = kept->atom;
	} else if (have_one_type(linker, symbol->atom, kept->atom)) {
		diag_error(linker->diag, ERROR_DUPLICATE_DEFINITION, symbol_place(linker, symbol),
			   "'%s' is defined more than once, and not like in '%s': %s; make them "
			   "the same, or declare it extern in all files but one",
			   linker_name(linker, symbol->name), kept->object->name, comparison->text);
		diag_note(linker->diag, symbol_place(linker, kept), "the first definition of '%s'",
			  linker_name(linker, symbol->name));
	}
}

/*
 * Needs: declarations, resolution. Gives: atom->folded of definitions that are the same.
 */
void fold_duplicates(struct linker *linker)
{
	struct comparison comparison = { .linker = linker };

	array_each(global, &linker->alike) {
		const struct symbol *kept = (*global)->definition;

		for (const struct symbol *each = kept->next; each; each = each->next) {
			if (is_strong(each) && each->atom != kept->atom)
				fold(&comparison, kept, each);
		}
	}
	array_release(linker->arena, &comparison.pairs);
}
