/* SPDX-License-Identifier: BSD-2-Clause */
#include "core_values.h"

#define TOO_LARGE_BITFIELD "it is a bitfield that no load of 64 bits holds"
#define OF_AN_ELEMENT      "it asks for what elements of arrays have not"

// What a relocation says of one type.
struct value {
	enum { FOUND, MISSING, REFUSED } outcome;
	uint64_t value;
	uint32_t size;   // of the field, where that decides how it is loaded; else 0
	uint32_t type;   // likewise: its type
	const char *why; // REFUSED
};

// The field of a specification, in bits from its root.
struct field {
	uint32_t type; // without qualifiers
	uint32_t bit_offset, bits;
	uint32_t byte_offset, bytes; // of what is loaded to get it
	bool bitfield;
};

static struct value refused(const char *why)
{
	return (struct value){ .outcome = REFUSED, .why = why };
}

static struct value element_value(const struct core_spec *spec)
{
	const struct core_step *last = &spec->steps[spec->step_count - 1];
	struct value value = { FOUND, 0, 0, 0, NULL };
	uint32_t size;

	if (!plain_size(spec->btf, last->type, &size))
		return refused("its type has no size");
	if (spec->kind == BPF_CORE_FIELD_BYTE_SIZE) {
		value.value = size;
	} else if (spec->kind == BPF_CORE_FIELD_BYTE_OFFSET) {
		value.value = spec->bit_offset / 8;
		value.size = size;
		value.type = last->type;
	} else {
		return refused(OF_AN_ELEMENT);
	}
	return value;
}

// The smallest unit of a power of two bytes that has all of a bitfield.
static const char *place_bitfield(struct field *field, uint32_t bytes)
{
	for (;; bytes *= 2) {
		if (bytes == 0 || bytes > 8)
			return TOO_LARGE_BITFIELD;
		field->byte_offset = field->bit_offset / 8 / bytes * bytes;
		if (field->bit_offset + field->bits - field->byte_offset * 8 <= bytes * 8)
			break;
	}
	field->bytes = bytes;
	return NULL;
}

static const char *find_field(const struct core_spec *spec, struct field *field)
{
	const struct core_step *last = &spec->steps[spec->step_count - 1];
	const struct btf_type *type = plain_type(spec->btf, last->type);

	field->type = plain_skip(spec->btf, plain_member(type, last->index)->type);
	field->bit_offset = spec->bit_offset;
	field->bits = plain_member_bits(type, last->index);
	field->bitfield = field->bits > 0;
	if (field->bitfield)
		return place_bitfield(field, plain_type(spec->btf, field->type)->size);
	if (!plain_size(spec->btf, field->type, &field->bytes))
		return "its type has no size";
	field->byte_offset = field->bit_offset / 8;
	field->bits = field->bytes * 8;
	return NULL;
}

static bool is_signed(const struct btf_type *type)
{
	if (plain_is_enum(type))
		return btf_info_kflag(type->info);
	return btf_info_kind(type->info) == BTF_KIND_INT &&
	       BTF_INT_ENCODING(plain_int_word(type)) & BTF_INT_SIGNED;
}

// How far left a load of the field is shifted, so that its highest bit is the highest of 64.
static uint64_t left_shift(const struct field *field, bool big_endian)
{
	uint32_t before = field->bit_offset - field->byte_offset * 8;

	return big_endian ? (uint64_t)(8 - field->bytes) * 8 + before
			  : (uint64_t)64 - (before + field->bits);
}

static struct value field_value(const struct core_spec *spec, bool big_endian)
{
	struct value value = { FOUND, 0, 0, 0, NULL };
	struct field field = { 0 };
	const char *why;

	if (spec->kind == BPF_CORE_FIELD_EXISTS) {
		value.value = 1;
		return value;
	}
	if (!spec->steps[spec->step_count - 1].name)
		return element_value(spec);
	why = find_field(spec, &field);
	if (why)
		return refused(why);
	switch (spec->kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		value.value = field.byte_offset;
		value.size = field.bitfield ? 0 : field.bytes;
		value.type = field.bitfield ? 0 : field.type;
		break;
	case BPF_CORE_FIELD_BYTE_SIZE:
		value.value = field.bytes;
		break;
	case BPF_CORE_FIELD_SIGNED:
		value.value = is_signed(plain_type(spec->btf, field.type));
		break;
	case BPF_CORE_FIELD_LSHIFT_U64:
		value.value = left_shift(&field, big_endian);
		break;
	default: // BPF_CORE_FIELD_RSHIFT_U64
		value.value = (uint64_t)64 - field.bits;
		break;
	}
	return value;
}

static struct value type_value(const struct core_spec *spec)
{
	struct value value = { FOUND, 1, 0, 0, NULL };
	uint32_t size;

	if (spec->kind == BPF_CORE_TYPE_ID_TARGET) {
		value.value = spec->root;
	} else if (spec->kind == BPF_CORE_TYPE_SIZE) {
		if (!plain_size(spec->btf, spec->root, &size))
			return refused("its type has no size");
		value.value = size;
	}
	return value;
}

static struct value enumerator_value(const struct core_spec *spec)
{
	struct value value = { FOUND, 1, 0, 0, NULL };

	if (spec->kind == BPF_CORE_ENUMVAL_VALUE)
		value.value = plain_enumerator_value(plain_type(spec->btf, spec->steps[0].type),
						     spec->steps[0].index);
	return value;
}

static struct value value_of(const struct core_spec *spec, bool big_endian)
{
	switch (core_subject(spec->kind)) {
	case CORE_FIELD:
		return field_value(spec, big_endian);
	case CORE_TYPE:
		return type_value(spec);
	default:
		return enumerator_value(spec);
	}
}

// Where no type of the kernel has it.
static enum core_verdict verdict_of_none(enum bpf_core_relo_kind kind)
{
	switch (core_subject(kind)) {
	case CORE_FIELD:
		return kind == BPF_CORE_FIELD_EXISTS ? CORE_VALUE : CORE_POISON;
	case CORE_ENUMERATOR:
		return kind == BPF_CORE_ENUMVAL_EXISTS ? CORE_VALUE : CORE_POISON;
	default:
		return CORE_VALUE;
	}
}

// Whether a load of a field of one type can be one of the other: zeros extend both.
static bool sizes_adapt(const struct plain_btf *a, uint32_t a_id, const struct plain_btf *b,
			uint32_t b_id)
{
	const struct btf_type *a_type = plain_type(a, a_id), *b_type = plain_type(b, b_id);
	uint32_t kind = btf_info_kind(a_type->info);

	if (kind != btf_info_kind(b_type->info))
		return false;
	if (kind == BTF_KIND_PTR)
		return true;
	return kind == BTF_KIND_INT && BTF_INT_ENCODING(plain_int_word(a_type)) != BTF_INT_SIGNED &&
	       BTF_INT_ENCODING(plain_int_word(b_type)) != BTF_INT_SIGNED;
}

static uint32_t access_size(uint8_t opcode)
{
	switch (BPF_SIZE(opcode)) {
	case BPF_DW:
		return 8;
	case BPF_W:
		return 4;
	case BPF_H:
		return 2;
	default:
		return 1;
	}
}

static bool is_access_size(uint32_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

// What the instruction can hold.
static void fit_instruction(struct core_result *result, const struct core_spec *local,
			    const struct value *here, const struct value *there,
			    const struct core_use *use)
{
	uint8_t insn_class = BPF_CLASS(use->insn.opcode);

	if (insn_class != BPF_LDX && insn_class != BPF_ST && insn_class != BPF_STX)
		return;
	if (there->value > INT16_MAX) {
		result->verdict = CORE_TOO_FAR;
	} else if (here->size == there->size) {
		return;
	} else if (!sizes_adapt(local->btf, here->type, result->file->btf, there->type)) {
		result->verdict = CORE_SIZE;
	} else if (access_size(use->insn.opcode) != here->size || !is_access_size(there->size)) {
		result->verdict = CORE_REFUSED;
		result->why = "its size in the kernel is that of no load or store";
	}
}

// What the candidates that were looked at say.
struct resolution {
	const struct core_spec *local;
	const struct core_use *use;
	const struct core_taker *taker; // or NULL
	struct core_result result;
	struct value here, there; // of the local type, and of the first match
	uint32_t bit_offset;      // of that
};

static void refuse(struct resolution *resolution, const char *why)
{
	resolution->result.verdict = CORE_REFUSED;
	resolution->result.why = why;
}

// Take what @found says. @return whether others may be looked at
static bool take_match(struct resolution *resolution, const struct core_spec *found,
		       const struct kernel_file *file)
{
	struct core_result *result = &resolution->result;
	struct value value = value_of(found, resolution->use->big_endian);

	if (value.outcome == REFUSED) {
		refuse(resolution, value.why);
		return false;
	}
	if (resolution->taker)
		resolution->taker->take(found, file, resolution->taker->context);
	if (result->matches++ == 0) {
		resolution->there = value;
		resolution->bit_offset = found->bit_offset;
		result->value = value.value;
		result->type = found->root;
		result->file = file;
		return true;
	}
	if (found->bit_offset == resolution->bit_offset && value.value == resolution->there.value)
		return true;
	result->verdict = CORE_AMBIGUOUS;
	result->other = value.value;
	return false;
}

// Look at the candidates in @file. @return whether others may be looked at
static bool try_file(struct resolution *resolution, const struct kernel_file *file, uint32_t *work)
{
	const struct core_spec *local = resolution->local;
	struct core_result *result = &resolution->result;
	struct core_spec found;
	uint32_t id = kernel_find(file, plain_name(local->btf, local->root));

	for (; id; id = kernel_next(file, id)) {
		++*work;
		if (!core_kinds_fit(local->btf, local->root, file->btf, id))
			continue;
		if (result->candidates++ == 0) {
			result->type = id;
			result->file = file;
		}
		switch (core_match(local, file->btf, id, &found, work)) {
		case CORE_NO:
			break;
		case CORE_FAULT:
			refuse(resolution, "types of the kernel nest too deep, or are too many");
			return false;
		case CORE_YES:
			if (!take_match(resolution, &found, file))
				return false;
		}
	}
	return true;
}

// Modules are asked for what vmlinux does not even have a candidate for.
static bool try_files(struct resolution *resolution, struct kernel *kernel)
{
	for (size_t i = 0; i < kernel->file_count; i++) {
		if (i == 1 && resolution->result.candidates)
			break;
		if (!try_file(resolution, &kernel->files[i], &kernel->work))
			return false;
	}
	return true;
}

struct core_result core_resolve(const struct core_spec *local, struct kernel *kernel,
				const struct core_use *use, const struct core_taker *taker)
{
	struct resolution resolution = { .local = local, .use = use, .taker = taker };
	struct core_result *result = &resolution.result;

	if (local->kind == BPF_CORE_TYPE_ID_LOCAL) {
		result->value = local->root;
		return *result;
	}
	if (!*plain_name(local->btf, local->root)) {
		refuse(&resolution, "its type has no name");
		return *result;
	}
	resolution.here = value_of(local, use->big_endian);
	if (resolution.here.outcome == REFUSED)
		refuse(&resolution, resolution.here.why);
	else if (!try_files(&resolution, kernel))
		return *result;
	else if (result->matches)
		fit_instruction(result, local, &resolution.here, &resolution.there, use);
	else
		result->verdict = verdict_of_none(local->kind);
	return *result;
}
