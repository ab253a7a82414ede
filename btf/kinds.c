/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one table of BTF kinds: how long a record is and which of its words are ids and strings.
 *
 * All code that walks records (decoding, graph, encoding, byte order) uses it, so a new kind is one
 * new row plus what its meaning needs.
 */
#include "records.h"

#include <assert.h>

// name: tail, element, has_type, tail_types, element_type, element_name, is_declaration
// clang-format off
const struct btf_kind_info record_kinds[BTF_KIND_LAST + 1] = {
	[BTF_KIND_UNKN]       = { "UNKN",       0, 0, 0, 0, -1, -1, 0 },
	[BTF_KIND_INT]        = { "INT",        1, 0, 0, 0, -1, -1, 0 },
	[BTF_KIND_PTR]        = { "PTR",        0, 0, 1, 0, -1, -1, 0 },
	[BTF_KIND_ARRAY]      = { "ARRAY",      3, 0, 0, 2, -1, -1, 0 },
	[BTF_KIND_STRUCT]     = { "STRUCT",     0, 3, 0, 0,  1,  0, 0 },
	[BTF_KIND_UNION]      = { "UNION",      0, 3, 0, 0,  1,  0, 0 },
	[BTF_KIND_ENUM]       = { "ENUM",       0, 2, 0, 0, -1,  0, 0 },
	[BTF_KIND_FWD]        = { "FWD",        0, 0, 0, 0, -1, -1, 0 },
	[BTF_KIND_TYPEDEF]    = { "TYPEDEF",    0, 0, 1, 0, -1, -1, 0 },
	[BTF_KIND_VOLATILE]   = { "VOLATILE",   0, 0, 1, 0, -1, -1, 0 },
	[BTF_KIND_CONST]      = { "CONST",      0, 0, 1, 0, -1, -1, 0 },
	[BTF_KIND_RESTRICT]   = { "RESTRICT",   0, 0, 1, 0, -1, -1, 0 },
	[BTF_KIND_FUNC]       = { "FUNC",       0, 0, 1, 0, -1, -1, 1 },
	[BTF_KIND_FUNC_PROTO] = { "FUNC_PROTO", 0, 2, 1, 0,  1,  0, 0 },
	[BTF_KIND_VAR]        = { "VAR",        1, 0, 1, 0, -1, -1, 1 },
	[BTF_KIND_DATASEC]    = { "DATASEC",    0, 3, 0, 0,  0, -1, 1 },
	[BTF_KIND_FLOAT]      = { "FLOAT",      0, 0, 0, 0, -1, -1, 0 },
	[BTF_KIND_DECL_TAG]   = { "DECL_TAG",   1, 0, 1, 0, -1, -1, 1 },
	[BTF_KIND_TYPE_TAG]   = { "TYPE_TAG",   0, 0, 1, 0, -1, -1, 0 },
	[BTF_KIND_ENUM64]     = { "ENUM64",     0, 3, 0, 0, -1,  0, 0 },
};
// clang-format on

const struct btf_kind_info *btf_kind_info(uint32_t kind)
{
	assert(kind <= BTF_KIND_LAST);
	return &record_kinds[kind];
}

size_t btf_record_words(uint32_t info)
{
	assert(btf_info_kind(info) <= BTF_KIND_LAST);
	return record_words(info);
}
