/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw .BTF and .BTF.ext bytes for tests, in either byte order, right or deliberately wrong.
 *
 *	struct btf_raw raw = btf_raw_begin(&arena, false);
 *	uint32_t integer = btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
 *
 *	btf_raw_struct(&raw, BTF_KIND_STRUCT, "s", 8);
 *	btf_raw_member(&raw, "next", btf_raw_next_id(&raw), 0);
 *	btf_raw_reference(&raw, BTF_KIND_PTR, "", 2);
 *	section = btf_raw_finish(&raw);
 *
 * Nothing is checked: any id, kind or offset goes in as it is.
 */
#ifndef BPFLD_TESTS_BTF_RAW_H
#define BPFLD_TESTS_BTF_RAW_H

#include "btf.h"

struct btf_raw {
	struct arena *arena;
	bool big_endian;
	ARRAY(uint32_t) words; // the type section, host byte order
	ARRAY(char) strings;
	uint32_t type_count;
	size_t last;      // index of the newest type's first word
	uint32_t hdr_len; // 24; larger: the rest of the header is zero
};

struct btf_raw btf_raw_begin(struct arena *arena, bool big_endian);

/** The offset of @text, which is appended unless it is there; 0 for "". */
uint32_t btf_raw_string(struct btf_raw *raw, const char *text);

/** The id that the next type will get. */
uint32_t btf_raw_next_id(const struct btf_raw *raw);

// Each of these begins a type and returns its id.

/** A type's first three words. */
uint32_t btf_raw_type(struct btf_raw *raw, const char *name, uint32_t info, uint32_t size_or_type);
uint32_t btf_raw_int(struct btf_raw *raw, const char *name, uint32_t size, uint32_t encoding);
/** PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG. */
uint32_t btf_raw_reference(struct btf_raw *raw, uint32_t kind, const char *name, uint32_t type);
uint32_t btf_raw_array(struct btf_raw *raw, uint32_t type, uint32_t index, uint32_t count);
uint32_t btf_raw_struct(struct btf_raw *raw, uint32_t kind, const char *name, uint32_t size);
uint32_t btf_raw_fwd(struct btf_raw *raw, const char *name, bool is_union);
/** ENUM or ENUM64. */
uint32_t btf_raw_enum(struct btf_raw *raw, uint32_t kind, const char *name, uint32_t size);
uint32_t btf_raw_float(struct btf_raw *raw, const char *name, uint32_t size);
uint32_t btf_raw_proto(struct btf_raw *raw, uint32_t type);
uint32_t btf_raw_func(struct btf_raw *raw, const char *name, uint32_t linkage, uint32_t type);
uint32_t btf_raw_var(struct btf_raw *raw, const char *name, uint32_t linkage, uint32_t type);
uint32_t btf_raw_datasec(struct btf_raw *raw, const char *name, uint32_t size);
uint32_t btf_raw_decl_tag(struct btf_raw *raw, const char *value, uint32_t type, int32_t component);

// Each of these appends an element to the newest type and counts it in its vlen.

void btf_raw_member(struct btf_raw *raw, const char *name, uint32_t type, uint32_t offset);
/** To an ENUM or ENUM64. */
void btf_raw_value(struct btf_raw *raw, const char *name, uint64_t value);
void btf_raw_param(struct btf_raw *raw, const char *name, uint32_t type);
void btf_raw_secinfo(struct btf_raw *raw, uint32_t type, uint32_t offset, uint32_t size);

/** One more word of the newest type. */
void btf_raw_word(struct btf_raw *raw, uint32_t word);

/** Replace word @index of the newest type; 1 is its info, 2 its size or type. */
void btf_raw_patch(struct btf_raw *raw, size_t index, uint32_t word);

/** The section, in memory that the caller may change. */
struct str btf_raw_finish(struct btf_raw *raw);

/** Replace the word of @bytes bytes (1, 2 or 4) at @offset of a finished section. */
void btf_raw_poke(struct str section, bool big_endian, size_t offset, size_t bytes, uint32_t value);

struct btf_ext_raw {
	struct arena *arena;
	bool big_endian;
	uint32_t hdr_len;                    // 32
	uint32_t record_size[BTF_EXT_KINDS]; // 8, 16, 16; larger: records are padded with ones
	ARRAY(uint32_t) words[BTF_EXT_KINDS];
	size_t last[BTF_EXT_KINDS]; // index of num_info of the newest block
};

struct btf_ext_raw btf_ext_raw_begin(struct arena *arena, bool big_endian);

/** Begin the records of @kind for the section whose name is at @name of the .BTF strings. */
void btf_ext_raw_section(struct btf_ext_raw *raw, enum btf_ext_kind kind, uint32_t name);

/** A record of the newest block of @kind, counted in it. */
void btf_ext_raw_record(struct btf_ext_raw *raw, enum btf_ext_kind kind,
			struct btf_ext_record record);

struct str btf_ext_raw_finish(struct btf_ext_raw *raw);

#endif
