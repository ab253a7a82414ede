/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every way in which the programs of kernel_cases.c are compiled and linked: by which compilers, in
 * which order, with which options.
 *
 * Objects are compiled once for each choice of compilers, into a folder that lasts as long as
 * for_each_variant(). A variant is valid during the call that it is given to.
 */
#ifndef BPFLD_TESTS_VARIANTS_H
#define BPFLD_TESTS_VARIANTS_H

#include "kernel_cases.h"
#include "support/toolbox.h"

// One way to compile and order a case's inputs.
struct variant {
	const struct kernel_case *of;
	const char *folder;               // for files
	const char *target;               // "bpfel" or "bpfeb"
	const char *compiler[MAX_INPUTS]; // by position in the case's inputs
	bool has_gcc;                     // among the compilers
	size_t choice;                    // of compilers
	size_t count;
	size_t sequence[MAX_INPUTS];
	const char *options; // one that changes the output; NULL for none
	bool others_follow;  // in another link, so that names may be undefined
	char *label;         // for messages
};

typedef void use_variant_fn(const struct variant *variant, void *data);

/**
 * Call @use for each choice of compilers that are installed and can compile @c, in each order of
 * the inputs that @c allows.
 *
 * @param data  given to @use: a pointer that is NULL at the start of each choice, and is freed
 *              after it
 * @return false when some input does not compile; then that choice is left out
 */
bool for_each_variant(const struct kernel_case *c, const char *target, use_variant_fn *use);

/** Call @use with each option that changes the output, for inputs in the order of the case. */
void for_each_option(const struct variant *variant, use_variant_fn *use, void *data);

/** Say in variant->label what the other fields are; frees the old label. */
void variant_label(struct variant *variant);

/** Where the object of an input is; to be freed. */
char *variant_object(const struct variant *variant, size_t input);

/**
 * Link its objects into the file @output.
 *
 * @param messages  as of link_bpf()
 * @return the linker's exit status
 */
int variant_link(const struct variant *variant, enum linker linker, const char *output,
		 char **messages);

#endif
