/* SPDX-License-Identifier: BSD-2-Clause */
#include "core_spec.h"

#include <stdlib.h>

#define MALFORMED "its access string is malformed"
#define NO_SIZE   "its type has no size"

static const struct {
	enum core_subject subject;
	const char *name;
} kinds[] = {
	[BPF_CORE_FIELD_BYTE_OFFSET] = { CORE_FIELD, "byte offset" },
	[BPF_CORE_FIELD_BYTE_SIZE] = { CORE_FIELD, "byte size" },
	[BPF_CORE_FIELD_EXISTS] = { CORE_FIELD, "existence" },
	[BPF_CORE_FIELD_SIGNED] = { CORE_FIELD, "signedness" },
	[BPF_CORE_FIELD_LSHIFT_U64] = { CORE_FIELD, "left shift" },
	[BPF_CORE_FIELD_RSHIFT_U64] = { CORE_FIELD, "right shift" },
	[BPF_CORE_TYPE_ID_LOCAL] = { CORE_TYPE, "local type id" },
	[BPF_CORE_TYPE_ID_TARGET] = { CORE_TYPE, "type id" },
	[BPF_CORE_TYPE_EXISTS] = { CORE_TYPE, "existence" },
	[BPF_CORE_TYPE_SIZE] = { CORE_TYPE, "size" },
	[BPF_CORE_ENUMVAL_EXISTS] = { CORE_ENUMERATOR, "existence" },
	[BPF_CORE_ENUMVAL_VALUE] = { CORE_ENUMERATOR, "value" },
	[BPF_CORE_TYPE_MATCHES] = { CORE_TYPE, "match" },
};

enum core_subject core_subject(enum bpf_core_relo_kind kind)
{
	return kind < sizeof(kinds) / sizeof(*kinds) ? kinds[kind].subject : CORE_UNKNOWN;
}

const char *core_kind_name(enum bpf_core_relo_kind kind)
{
	return kind < sizeof(kinds) / sizeof(*kinds) ? kinds[kind].name : "";
}

bool core_is_flexible(const struct plain_btf *btf, const struct core_step *before,
		      const struct btf_array *array)
{
	// Only the last member of a struct may be one.
	return before->name && array->nelems == 0 &&
	       before->index + 1 == btf_info_vlen(plain_type(btf, before->type)->info);
}

// The number at *@access, which moves behind it and a colon; false when there is none.
static bool take_index(const char **access, uint32_t *index)
{
	char *end;
	unsigned long value;

	if (**access < '0' || **access > '9')
		return false;
	value = strtoul(*access, &end, 10);
	if (value > INT32_MAX || (*end && *end != ':'))
		return false;
	*index = (uint32_t)value;
	*access = *end ? end + 1 : end;
	return true;
}

static void add_step(struct core_spec *spec, uint32_t type, uint32_t index, const char *name)
{
	spec->steps[spec->step_count++] = (struct core_step){ type, index, name };
}

static const char *add_element(struct core_spec *spec, uint32_t id, uint32_t index)
{
	uint32_t size;

	add_step(spec, id, index, NULL);
	if (!plain_size(spec->btf, id, &size))
		return NO_SIZE;
	spec->bit_offset += index * size * 8;
	return NULL;
}

// Go from type *@id to its member or element @index, whose type *@id becomes.
static const char *go_down(struct core_spec *spec, uint32_t *id, uint32_t index)
{
	const struct btf_type *type = plain_type(spec->btf, *id);

	if (plain_is_composite(type)) {
		const char *name;

		if (index >= btf_info_vlen(type->info))
			return "its access string names a member that is not there";
		spec->bit_offset += plain_member_offset(type, index);
		name = plain_string(spec->btf, plain_member(type, index)->name_off);
		if (*name)
			add_step(spec, *id, index, name);
		*id = plain_member(type, index)->type;
		return NULL;
	}
	if (btf_info_kind(type->info) == BTF_KIND_ARRAY) {
		const struct btf_array *array = plain_array(type);

		if (!core_is_flexible(spec->btf, &spec->steps[spec->step_count - 1], array) &&
		    index >= array->nelems)
			return "its access string reaches beyond the end of an array";
		*id = plain_skip(spec->btf, array->type);
		return add_element(spec, *id, index);
	}
	return "its access string goes into a type that has no parts";
}

static const char *read_enumerator(struct core_spec *spec, const char *access)
{
	uint32_t id = plain_skip(spec->btf, spec->root), index;
	const struct btf_type *type = plain_type(spec->btf, id);

	if (!take_index(&access, &index) || *access || !plain_is_enum(type) ||
	    index >= btf_info_vlen(type->info))
		return "its access string names no enumerator";
	add_step(spec, id, index, plain_string(spec->btf, plain_enumerator_name(type, index)));
	spec->depth = 1;
	return NULL;
}

static const char *read_field(struct core_spec *spec, const char *access)
{
	uint32_t id = plain_skip(spec->btf, spec->root), index;
	const char *fault = NULL;

	if (!take_index(&access, &index))
		return MALFORMED;
	spec->depth = 1;
	fault = add_element(spec, id, index);
	while (*access && !fault) {
		if (!take_index(&access, &index))
			return MALFORMED;
		if (spec->depth++ == CORE_STEPS_MAX)
			return "its access string is too long";
		id = plain_skip(spec->btf, id);
		fault = go_down(spec, &id, index);
	}
	return fault;
}

const char *core_spec_read(struct core_spec *spec, const struct plain_btf *btf,
			   enum bpf_core_relo_kind kind, uint32_t root, const char *access)
{
	spec->btf = btf;
	spec->kind = kind;
	spec->root = root;
	spec->step_count = spec->depth = spec->bit_offset = 0;
	switch (core_subject(kind)) {
	case CORE_TYPE:
		return strcmp(access, "0") == 0 ? NULL : MALFORMED;
	case CORE_ENUMERATOR:
		return read_enumerator(spec, access);
	case CORE_FIELD:
		return read_field(spec, access);
	case CORE_UNKNOWN:
		break;
	}
	return "its kind is unknown";
}
