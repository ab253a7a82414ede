/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The passes of a link, in the order of the table in link.c, which says why each is where it is.
 *
 * A pass reads and writes the nouns of model.h, of the one link that it is given. It is in the file
 * of its name, in the folder of its phase. Above its definition it says what it needs (which passes
 * or fields before it) and what it gives. It reports what is wrong to linker->diag and returns: the
 * driver looks whether there were errors, and ends the link there unless the pass is one of those
 * whose errors are collected (goes_on).
 */
#ifndef BPFLD_PASSES_H
#define BPFLD_PASSES_H

#include "model.h"

struct pass {
	const char *name; // as in --time-trace
	void (*run)(struct linker *linker);
	bool goes_on; // the next pass runs in spite of errors, so that all of them are told at once
};

extern const struct pass passes[];
extern const size_t pass_count;

/**
 * Before the first pass: whether linker->options are such as bpfld.h describes, as far as anybody
 * can see; reports what is not.
 */
bool check_request(struct linker *linker);

// Reading.
void read_inputs(struct linker *linker);
void discard_groups(struct linker *linker);
void check_destinations(struct linker *linker);
void settle_types(struct linker *linker);
void read_references(struct linker *linker);
void keep_sections(struct linker *linker);
void cut_atoms(struct linker *linker);

// Deciding.
void fold_singletons(struct linker *linker);
void resolve_symbols(struct linker *linker);
void apply_exports(struct linker *linker);
void read_declarations(struct linker *linker);
void fold_metadata(struct linker *linker);
void fold_duplicates(struct linker *linker);
void mark_live(struct linker *linker);
void explain_live(struct linker *linker);
void check_types(struct linker *linker);
void check_options(struct linker *linker);
void check_renamed(struct linker *linker);
void check_loaders(struct linker *linker);
void check_programs(struct linker *linker);
void check_bound(struct linker *linker);
void check_callbacks(struct linker *linker);
void check_constants(struct linker *linker);
void check_metadata(struct linker *linker);
void check_undefined(struct linker *linker);

// Folding and naming.
void fold_constants(struct linker *linker);
void fold_identical(struct linker *linker);
void unique_locals(struct linker *linker);
void sanitize_names(struct linker *linker);
void map_prefixes(struct linker *linker);

// Writing.
void lay_out(struct linker *linker);
void link_debug(struct linker *linker);
void number_symbols(struct linker *linker);
void encode_types(struct linker *linker);
void check_kernel_limits(struct linker *linker);
void check_names(struct linker *linker);
void check_license(struct linker *linker);
void check_stack(struct linker *linker);
void check_kernel(struct linker *linker);
void check_chosen_loaders(struct linker *linker);
void relocate(struct linker *linker);
void write_elf(struct linker *linker);

// Delivering.
void write_reports(struct linker *linker);
void check_inputs(struct linker *linker);
void write_time_trace(struct linker *linker);
void deliver_output(struct linker *linker);

#endif
