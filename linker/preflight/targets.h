/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What programs attach to, as the names of their sections say it: "fentry/do_unlinkat". Only what
 * has a type in the kernel's BTF can be looked for: fentry, fexit, fmod_ret, lsm, tp_btf and iter.
 * Of kprobe, tracepoint and others BTF knows nothing.
 *
 * Source: section_defs and find_kernel_btf_id() in libbpf.
 */
#ifndef BPFLD_TARGETS_H
#define BPFLD_TARGETS_H

#include "preflight.h"
#include "reach.h"

struct target {
	const struct reach_function *program;
	const char *kind;     // first word of the section's name: "fentry"
	const char *name;     // as the section has it
	const char *module;   // in which it is looked for; NULL: anywhere
	const char *btf_name; // what it is called in BTF
	uint32_t btf_kind;
	uint32_t problem; // index of its problem plus 1; 0: none yet
};

struct targets {
	ARRAY_FIELDS(struct target); // in the order of the output
};

/** Those of all programs. Counts those that cannot be checked. */
struct targets targets_find(struct preflight *preflight, const struct reach *reach);

/** Look for them in kernel @kernel, and add problems for those that it lacks. */
void targets_check(struct preflight *preflight, struct targets *targets, size_t kernel);

#endif
