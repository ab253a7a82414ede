/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's rules for names in BTF. The kernel refuses BTF as a whole for one wrong name.
 *
 * Source: btf_name_valid_identifier(), btf_name_valid_section() and the check_meta() of each kind
 * in kernel/bpf/btf.c of Linux 6.12.
 */
#include "btf.h"

// KSYM_NAME_LEN of the kernel, with the NUL.
#define NAME_SIZE_MAX 512

enum btf_name_rule btf_name_rule(uint32_t kind, uint32_t n)
{
	switch (kind) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
		return BTF_NAME_IDENTIFIER;
	case BTF_KIND_FUNC_PROTO:
		return n ? BTF_NAME_IDENTIFIER : BTF_NAME_NONE;
	case BTF_KIND_PTR:
	case BTF_KIND_ARRAY:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
		return BTF_NAME_NONE;
	case BTF_KIND_DATASEC:
		return BTF_NAME_PRINTABLE;
	default:
		return BTF_NAME_ANY;
	}
}

// Where a byte may be, as bits, so that those of all bytes of a name are told together.
enum {
	IN_NAME = 1, // kernels take it somewhere
	FIRST = 2,
	PLAIN = 4, // all kernels take it
};

static const uint8_t byte_places[UINT8_MAX + 1] = {
	['a' ... 'z'] = IN_NAME | FIRST | PLAIN,
	['A' ... 'Z'] = IN_NAME | FIRST | PLAIN,
	['_'] = IN_NAME | FIRST | PLAIN,
	['0' ... '9'] = IN_NAME | PLAIN,
	['.'] = IN_NAME | FIRST,
};

static uint8_t places_of(struct str name, size_t i)
{
	return byte_places[(uint8_t)name.data[i]];
}

bool btf_name_byte_is_valid(struct str name, size_t i)
{
	uint8_t places = places_of(name, i);

	return places & PLAIN && (i > 0 || places & FIRST);
}

static bool is_identifier(struct str name)
{
	uint8_t places = IN_NAME;

#pragma GCC unroll 4
	for (size_t i = 0; i < name.size; i++)
		places &= places_of(name, i);
	return places && (name.size == 0 || places_of(name, 0) & FIRST);
}

static bool is_printable(struct str name)
{
	for (size_t i = 0; i < name.size; i++) {
		if (name.data[i] < ' ' || name.data[i] > '~')
			return false;
	}
	return true;
}

bool btf_name_is_valid(enum btf_name_rule rule, struct str name)
{
	switch (rule) {
	case BTF_NAME_ANY:
		return true;
	case BTF_NAME_NONE:
		return name.size == 0;
	case BTF_NAME_IDENTIFIER:
		return name.size < NAME_SIZE_MAX && is_identifier(name);
	case BTF_NAME_PRINTABLE:
		return name.size < NAME_SIZE_MAX && is_printable(name);
	}
	return true;
}
