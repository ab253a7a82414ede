/* SPDX-License-Identifier: BSD-2-Clause */
/* The statements of elf_text.h that are about BTF. */
#ifndef BPFLD_TESTS_ELF_TEXT_BTF_H
#define BPFLD_TESTS_ELF_TEXT_BTF_H

#include "btf_text.h"
#include "elf_object.h"

struct declared_type {
	const char *symbol;
	const char *datasec; // NULL: the symbol's section
	uint32_t type;
	bool is_func;
};

struct declared_tag {
	const char *symbol;
	const char *value;
	int32_t component;
};

struct declared_name {
	const char *symbol;
	const char *name;
};

struct known_type {
	const char *text;
	uint32_t type;
};

struct text_record {
	enum btf_ext_kind kind;
	uint32_t shndx;
	struct btf_ext_record record;
};

// A field of .BTF or .BTF.ext that has a relocation against a section.
struct text_field {
	uint32_t shndx;
	uint32_t offset;
};

struct text_fields {
	struct text_field *items;
	size_t count, capacity;
};

struct text_btf {
	struct elf_object *object;
	struct btf_raw raw;
	bool wanted; // some statement was about BTF
	bool all;    // declare all symbols
	bool unplaced;
	bool relocated;
	uint32_t relocation_type;
	ARRAY(struct declared_type) types;
	ARRAY(struct declared_tag) tags;
	ARRAY(struct declared_name) names;
	ARRAY(struct known_type) known;
	ARRAY(struct text_record) records;
	struct text_fields entries;    // of DATASECs
	struct text_fields ext_fields; // of records
};

struct text_btf text_btf_begin(struct elf_object *object);

/** The id of a type; the same for the same text. */
uint32_t text_btf_type(struct text_btf *btf, const char *text);

/** Add .BTF and .BTF.ext to the object, whose symbols are complete. */
void text_btf_finish(struct text_btf *btf);

#endif
