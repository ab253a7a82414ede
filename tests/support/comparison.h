/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files compare*.c share. Only they include this.
 */
#ifndef BPFLD_TESTS_COMPARISON_H
#define BPFLD_TESTS_COMPARISON_H

#include "compare.h"
#include "subject.h"

/** A record of .BTF.ext: func {insn_off, type_id}, line {insn_off, file, text, line_col} or
 * core {insn_off, type_id, access, kind}. */
struct record {
	uint32_t shndx;
	uint32_t words[4];
};

// Kinds of core_relo whose type id is in the instruction, too.
enum { CORE_TYPE_ID_LOCAL = 6, CORE_TYPE_ID_TARGET = 7 };

enum segment { FUNC_INFO, LINE_INFO, CORE_RELO, SEGMENT_COUNT };

struct records {
	struct record *items;
	size_t count;
};

struct side {
	const char *name;
	struct subject subject;
	struct records records[SEGMENT_COUNT];
	uint32_t *types_by_name; // ids of the types with a name, sorted by it
	size_t named_count;
};

struct type_pair {
	uint32_t input, linked;
};

struct comparison {
	FILE *report;
	struct side linked;
	struct side *inputs;
	size_t input_count;
	const struct side *input; // the one that is compared
	bool *taken_symbols;      // of linked, by symndx: stands for a symbol of some input
	bool *taken_types;        // of linked, by id: the same for VARs
	// Pairs of types that are the same as far as is known; forgotten with each input.
	void *pair_tree;
	struct type_pair **pairs;
	size_t pair_count;
	size_t pair_capacity;
};

/** Report a difference between comparison->input and the linked object. */
__attribute__((format(printf, 2, 3))) void differ(const struct comparison *comparison,
						  const char *format, ...);

/** Whether the linked function may be the input's: static functions may have got a number. */
bool same_function_name(const char *input, const char *linked);

/** Whether @section is a compiler's, of equal constants: these may have joined .rodata. */
bool holds_constants(const struct subject_section *section);

/** The name that a section has in the output: .text.* and constants may have joined others. */
const char *output_name(const struct subject_section *section);

/** Sections of which one is kept: the license and the version. */
bool is_singleton(const struct subject_section *section);

/** Whether some input other than comparison->input knows a global @name; defines it, if @defined.
 */
bool others_have(const struct comparison *comparison, const char *name, bool defined);

// compare_records.c
bool records_read(struct side *side);
bool same_lines(const struct comparison *comparison, const struct subject_symbol *input,
		const struct subject_symbol *linked);
bool same_core_relos(struct comparison *comparison, const struct subject_symbol *input,
		     const struct subject_symbol *linked);
bool same_func_info(struct comparison *comparison, const struct subject_symbol *input,
		    const struct subject_symbol *linked);
/** The core_relo of the instruction at @offset, NULL when it has none. */
const struct record *core_relo_at(const struct side *side, uint32_t shndx, uint64_t offset);

// compare_code.c: each reports the first difference.
bool same_function(struct comparison *comparison, const struct subject_symbol *input,
		   const struct subject_symbol *linked);
bool same_bytes(struct comparison *comparison, const struct subject_section *input,
		uint64_t input_offset, const struct subject_section *linked, uint64_t linked_offset,
		uint64_t size);

// compare_types.c
/** Whether both type graphs, seen from there, are the same; a forward declaration may be defined.
 */
bool same_type(struct comparison *comparison, uint32_t input, uint32_t linked);
bool same_tags(struct comparison *comparison, uint32_t input, uint32_t linked);
void index_types(struct side *side);
void compare_named_types(struct comparison *comparison);
void forget_pairs(struct comparison *comparison);

// compare_dead.c
/** Whether only what other inputs override refers to the static data of comparison->input there. */
bool is_dead_data(const struct comparison *comparison, const struct subject_section *section,
		  uint64_t offset, uint64_t size);

// compare_variables.c
void compare_variables(struct comparison *comparison);

#endif
