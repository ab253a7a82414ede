/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the encoders of .BTF (encode.c) and .BTF.ext (ext_encode.c). Others use btf.h;
 * tests look in here to exceed the limits of the format without the memory for it.
 */
#ifndef BPFLD_BTF_ENCODE_H
#define BPFLD_BTF_ENCODE_H

#include "base/integers.h"
#include "base/table.h"
#include "graph.h"

struct decl_tag {
	uint32_t value;
	uint32_t target; // id, or node when on_node
	int32_t component;
	bool kflag;
	bool on_node;
	uint32_t id;
};

struct btf_encoder {
	const struct btf_graph *graph;
	struct arena *arena;
	struct words words; // the section: header, records, strings. References of types are nodes
			    // until btf_encoder_finish() turns them into ids.
	ARRAY(size_t) offset;       // by type id - 1: index into words
	uint32_t *id_of;            // by node; 0 when it was not added
	struct words string_offset; // by number of a name: offset; 0 when it was not added
	struct words text_offset;   // by number of a text without TEXT_BIT: likewise
	struct words strings;       // numbers of the strings, in the order of their offsets
	uint64_t strings_size;      // bytes
	ARRAY(struct decl_tag) tags;
	struct table tag_table; // -> index into tags
	bool finished;
	bool renaming; // btf_encoder_rename()
	const uint32_t *renames;
	size_t rename_count;
};

// A word for the name of a section, which is filled in last.
struct section_name {
	size_t word;
	uint32_t name; // number of a string
};

struct btf_ext_encoder {
	struct btf_encoder *encoder;
	struct words words; // the section: first the header
	ARRAY(struct section_name) names;
	size_t begin[BTF_EXT_KINDS + 1]; // by kind: index of the word where its records begin
	int kind;                        // kind that is being written
	uint32_t section;                // section that is being written: number of its name
	size_t count; // index of the word with the section's record count; 0: no record yet
};

/**
 * Write the magic, version and flags (0) that .BTF and .BTF.ext begin with; return where the rest
 * goes.
 */
static inline char *put_preamble(char *to, bool big_endian)
{
	put16(to, BTF_MAGIC, big_endian);
	to[2] = BTF_VERSION;
	to[3] = 0;
	return to + 4;
}

#endif
