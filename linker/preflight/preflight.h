/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What kernels lack that the output needs: problems, each with what every kernel says of it.
 */
#ifndef BPFLD_PREFLIGHT_H
#define BPFLD_PREFLIGHT_H

#include "core_relocations.h"
#include "kernel_btf.h"
#include "minimal_btf.h"
#include "model.h"
#include "reach.h"

// What a kernel says of a problem.
enum kernel_state {
	STATE_FINE,
	STATE_GUARDED,      // it lacks something, but no program gets there
	STATE_DEPENDS,      // likewise, unless user space or the configuration says otherwise
	STATE_MISSING,      // it lacks what a program needs
	STATE_INCOMPATIBLE, // it has another thing of that name
	STATE_AMBIGUOUS,    // it has several things that may be meant
	STATE_REFUSED,      // loaders refuse it for another reason
	STATE_COUNT,
};

struct kernel_answer {
	enum kernel_state state;
	const char *there;   // what the kernel has instead, as a note; or NULL
	const char *depends; // STATE_DEPENDS: on what, as a noun; or NULL
	const char *program; // which gets there; NULL: any, or none
};

struct problem {
	struct place where;            // the first place that has the worst of answers
	const struct atom *atom;       // the function or variable that this is in
	const char *function;          // its name; NULL: none
	const char *what;              // "'struct sock.sk_foo'"
	const char *asks;              // what of it: "byte offset"; or NULL
	const char *hint;              // what to do; or NULL
	enum kernel_state worst;       // of answers
	struct kernel_answer *answers; // by kernel
};

struct preflight {
	struct linker *linker;
	struct arena *arena;
	const struct plain_btf *btf; // the output's; NULL: it has none
	struct kernel *kernels;
	size_t kernel_count;
	ARRAY(struct problem) problems; // in the order of the output
	struct table by_text;           // of problems about relocations: hash of function and text
	uint32_t unchecked;             // what BTF cannot tell: kprobes, symbols without a type
	struct core_relocations relocations;
	struct minimal_btf *minimal; // of the only kernel; NULL: nobody wants it
};

/** Whether a program will not load for it. */
static inline bool state_is_bad(enum kernel_state state)
{
	return state >= STATE_MISSING;
}

/** A new problem, which all kernels are fine with. */
struct problem *preflight_add(struct preflight *preflight);

/**
 * Let @answer be what kernel @kernel says of @problem at @where, unless what it said before is as
 * bad.
 */
void problem_answer(struct problem *problem, size_t kernel, struct kernel_answer answer,
		    struct place where);

/**
 * An answer of @state about an instruction where a program ends, as @end says; or of another state,
 * where that is not for certain. NULL: no program gets there.
 */
struct kernel_answer reached_answer(const struct preflight *preflight, const struct reach *reach,
				    enum kernel_state state, const struct reached_insn *end);

/** What the function or variable @atom is called; NULL when it has no name. */
const char *atom_name(const struct linker *linker, const struct atom *atom);

/** Tell the problems, as warnings. */
void preflight_tell(const struct preflight *preflight);

#endif
