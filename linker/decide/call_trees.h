/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Call trees: what each program of the output calls, and how much stack and how many frames that
 * takes, as the kernel counts them.
 *
 * It is here and not among the reports because a check needs it as well, and reports see checks.
 *
 * The stack of a function is what its instructions say: the lowest place that is reached from the
 * frame pointer, or that is passed on. The kernel counts only what it follows, so it may find less;
 * it finds more where a pointer goes another way than down the text of the function. Instructions
 * are those that libbpf loads for a program: its own, and each function that it calls or names,
 * once.
 *
 * Source: check_max_stack_depth(), optimize_bpf_loop() and do_misc_fixups() in
 * kernel/bpf/verifier.c of Linux 6.18; bpf_object__reloc_code() in libbpf.
 */
#ifndef BPFLD_CALL_TREES_H
#define BPFLD_CALL_TREES_H

#include "base/text.h"
#include "model.h"

#define CALL_STACK_MAX     512 // MAX_BPF_STACK: bytes of all frames together
#define CALL_FRAMES_MAX    8   // MAX_CALL_FRAMES
#define CALL_TAIL_STACK    256 // bytes above a function with a tail call, which are too many
#define CALL_FUNCTIONS_MAX 256 // BPF_MAX_SUBPROGS: functions of a program

#define CALL_WAY_MAX 16 // functions of a way that a text names

#define CALL_NONE UINT32_MAX

// A function of the output. Numbers of functions are indices of call_trees->functions.
struct call_function {
	const struct atom *atom;
	uint32_t first_call, call_count; // in call_trees->calls: each function that it calls once
	uint32_t stack;                  // bytes of its frame, a multiple of 8
	uint32_t added;                  // bytes at most that the kernel adds, beside the limit
	uint32_t tail_calls;             // instructions
	bool asynchronous;               // a timer or the like calls it, on a stack of its own
	bool recursive;                  // a call of it leads to it again

	// Of the calls from here on, without those that lead back:
	uint64_t depth;      // bytes of stack, of this frame and below
	uint64_t tail_depth; // bytes above the last tail call; 0: there is none below
	uint32_t frames;     // this one and those below
	uint32_t deepest;    // the next function of the way that has that depth; or CALL_NONE
	uint32_t longest;    // likewise, those frames
	uint32_t tail;       // likewise, that tail_depth
};

// From one function to another.
struct call {
	uint32_t to;
	bool address; // not called, but named: a callback
};

// A call that leads back to a function on the way to it.
struct call_back {
	uint32_t from, to;
};

struct call_trees {
	struct linker *linker;
	struct arena *arena;
	ARRAY(struct call_function) functions; // in the order of the output
	ARRAY(struct call) calls;              // in the order of instructions
	ARRAY(struct call_back) back;
	uint32_t *first;               // function of each output section, by shndx - 1
	uint32_t *seen, *seen_address; // by function: the last round that met it
	uint32_t round;
};

// A function, and how many of its calls were followed.
struct call_step {
	uint32_t function, next;
};

// What one program takes.
struct call_tree {
	uint32_t entry;
	uint32_t functions[CALL_FUNCTIONS_MAX]; // as libbpf appends them, first the entry
	uint32_t count;
	bool more; // there are more, which kernels refuse and nobody counts
	uint64_t instructions;
	uint32_t tail_calls; // instructions
	bool recursive;
	uint64_t depth;  // the most bytes of stack
	uint32_t root;   // where that way starts: the entry, or a function that it has called later
	uint32_t frames; // the most
};

/** The call trees of the output; all memory is of @arena. Needs lay_out(). */
void call_trees_init(struct call_trees *trees, struct linker *linker, struct arena *arena);

/** Whether @function is a program, which loaders load. */
bool call_is_entry(const struct call_trees *trees, uint32_t function);

/** What @entry takes. */
void call_tree_init(struct call_tree *tree, struct call_trees *trees, uint32_t entry);

/** Bytes of the frame of @function as limits count it: those of interpreters are larger. */
uint32_t call_frame(const struct call_function *function);

/** What @function is called; "" when it has no name. */
const char *call_name(const struct call_trees *trees, uint32_t function);

/** Add the deepest way from @root on, as "main 16 + helper 32". */
void call_add_way(struct text *text, const struct call_trees *trees, uint32_t root);

#endif
