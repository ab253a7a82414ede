/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of the encoders, for encode.c, ext_encode.c and tests of what memory has no room for.
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
	struct words words;         // the section: first the header, then all records, with nodes
				    // for references of types until finished, then strings
	ARRAY(size_t) offset;       // by type id - 1: index into words
	uint32_t *id_of;            // by node; 0 when it was not added
	struct words string_offset; // by number of a name; 0 when it was not added
	struct words text_offset;   // by number of a text without TEXT_BIT; likewise
	struct words strings;       // numbers of the strings, in the order of their offsets
	uint64_t strings_size;      // bytes
	ARRAY(struct decl_tag) tags;
	struct table tag_table; // -> index into tags
	bool finished;
	bool renaming; // btf_encoder_rename()
	const uint32_t *renames;
	size_t rename_count;
};

// What a word that is filled in last is to be.
struct section_name {
	size_t word;
	uint32_t name; // number of a string
};

struct btf_ext_encoder {
	struct btf_encoder *encoder;
	struct words words; // the section: first the header
	ARRAY(struct section_name) names;
	size_t begin[BTF_EXT_KINDS + 1]; // words where a kind's records begin
	int kind;                        // of what is written now
	uint32_t section;                // its name
	size_t count; // word that says how many records the section has; 0: none yet
};

/** Write the magic, version and (no) flags that .BTF and .BTF.ext begin with; returns the rest. */
static inline char *put_preamble(char *to, bool big_endian)
{
	put16(to, BTF_MAGIC, big_endian);
	to[2] = BTF_VERSION;
	to[3] = 0;
	return to + 4;
}

#endif
