/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BTF as it is in a file: records by type id, names by offset. Kernels' BTF is looked at in this
 * form, and the output's beside it, because the rules of CO-RE are about ids and texts of two files
 * that share nothing. Nothing of it comes into the graph of the link (btf.h).
 *
 * Split BTF, which kernel modules have, goes on where its base ends: with ids, and with offsets of
 * strings.
 *
 * All ids and offsets of strings are checked once, when the section is read. Ids may refer to types
 * of any kind, and in circles: whoever follows them counts steps.
 *
 * Source: Documentation/bpf/btf.rst.
 */
#ifndef BPFLD_PLAIN_BTF_H
#define BPFLD_PLAIN_BTF_H

#include "base/reader.h"
#include "btf.h"

struct plain_btf {
	const struct plain_btf *base; // NULL: not split
	const uint32_t *words;        // the records, host byte order
	const uint32_t *offset;       // by id, less `first`: index into words
	uint32_t first, end;          // the first id, and the one after the last
	struct str strings;
	uint32_t strings_at;   // offset of the first byte of `strings`
	uint32_t pointer_size; // bytes
};

// Qualifiers, typedefs or dimensions one behind the other: as many as libbpf follows.
#define PLAIN_DEPTH_MAX 32

/**
 * Read a .BTF section.
 *
 * @param data   all of it; borrowed, must outlive @arena
 * @param base   what it is split from; NULL: nothing
 * @param where  the file, for messages
 * @return NULL when an error was reported; else in @arena
 */
struct plain_btf *plain_btf_read(const void *data, size_t size, bool big_endian,
				 const struct plain_btf *base, struct place where,
				 struct arena *arena, struct diag *diag);

/** The record of type @id, 0 included: void is of kind UNKN. */
static inline const struct btf_type *plain_type(const struct plain_btf *btf, uint32_t id)
{
	static const struct btf_type none;

	if (id == 0)
		return &none;
	while (id < btf->first)
		btf = btf->base;
	return (const struct btf_type *)(btf->words + btf->offset[id - btf->first]);
}

static inline uint32_t plain_kind(const struct plain_btf *btf, uint32_t id)
{
	return btf_info_kind(plain_type(btf, id)->info);
}

/** The string at @offset; NUL-terminated. */
static inline const char *plain_string(const struct plain_btf *btf, uint32_t offset)
{
	while (offset < btf->strings_at)
		btf = btf->base;
	return btf->strings.data + (offset - btf->strings_at);
}

static inline const char *plain_name(const struct plain_btf *btf, uint32_t id)
{
	return id ? plain_string(btf, plain_type(btf, id)->name_off) : "";
}

/** @id without CONST, VOLATILE, RESTRICT, TYPEDEF and TYPE_TAG; 0 when these have no end. */
uint32_t plain_skip(const struct plain_btf *btf, uint32_t id);

/** sizeof @id in bytes; false where there is none (void, FWD, FUNC_PROTO) or it overflows. */
bool plain_size(const struct plain_btf *btf, uint32_t id, uint32_t *size);

static inline bool plain_is_composite(const struct btf_type *type)
{
	uint32_t kind = btf_info_kind(type->info);

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

static inline bool plain_is_enum(const struct btf_type *type)
{
	uint32_t kind = btf_info_kind(type->info);

	return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

/** Member @index of a struct or union. */
static inline const struct btf_member *plain_member(const struct btf_type *type, uint32_t index)
{
	return (const struct btf_member *)btf_record_tail(type) + index;
}

/** Where it begins, in bits. */
static inline uint32_t plain_member_offset(const struct btf_type *type, uint32_t index)
{
	uint32_t offset = plain_member(type, index)->offset;

	return btf_info_kflag(type->info) ? BTF_MEMBER_BIT_OFFSET(offset) : offset;
}

/** Its bits, of a bitfield; 0: it is none. */
static inline uint32_t plain_member_bits(const struct btf_type *type, uint32_t index)
{
	uint32_t offset = plain_member(type, index)->offset;

	return btf_info_kflag(type->info) ? BTF_MEMBER_BITFIELD_SIZE(offset) : 0;
}

/** Where the name of enumerator @index of an ENUM or ENUM64 is. */
static inline uint32_t plain_enumerator_name(const struct btf_type *type, uint32_t index)
{
	size_t words = btf_info_kind(type->info) == BTF_KIND_ENUM ? 2 : 3;

	return ((const uint32_t *)btf_record_tail(type))[index * words];
}

/** Its value, with the sign extended. */
static inline uint64_t plain_enumerator_value(const struct btf_type *type, uint32_t index)
{
	if (btf_info_kind(type->info) == BTF_KIND_ENUM)
		return (uint64_t)((const struct btf_enum *)btf_record_tail(type))[index].val;
	return ((const struct btf_enum64 *)btf_record_tail(type))[index].val_lo32 |
	       (uint64_t)((const struct btf_enum64 *)btf_record_tail(type))[index].val_hi32 << 32;
}

/** The word of an INT with its encoding, offset and bits. */
static inline uint32_t plain_int_word(const struct btf_type *type)
{
	return *(const uint32_t *)btf_record_tail(type);
}

static inline const struct btf_array *plain_array(const struct btf_type *type)
{
	return btf_record_tail(type);
}

/**
 * The length of @name without its *flavour*: the last "___" between other characters, and what
 * follows, which tells apart the types that programs describe in several ways.
 */
size_t essential_size(const char *name);

/** Whether two names are the same but for their flavours. */
bool essential_equal(const char *a, const char *b);

#endif
