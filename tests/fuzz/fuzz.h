/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fuzz targets have in common: the properties that hold whatever the bytes are.
 *
 * A target is a file fuzz_<name>.c with the two functions that libFuzzer calls. The same file with
 * replay.c instead of libFuzzer is a test of the committed inputs in fixtures/fuzz/<name>.
 */
#ifndef BPFLD_TESTS_FUZZ_H
#define BPFLD_TESTS_FUZZ_H

#include "bpfld.h"
#include "btf.h"

/** What is tried: LLVMFuzzerTestOneInput() of libFuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** How inputs change; ours know the formats. In place; returns the new size, at most @capacity. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed);

/** libFuzzer's own mutator, for what has no format. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);

/** A property does not hold: tell why, and end like a crash. */
void fuzz_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/** Most bytes of memory that work on @size bytes of input may take. */
size_t fuzz_memory(size_t size);

/**
 * Link, and see that
 * - there is an output or an error, never both or none;
 * - memory is bounded by the size of the inputs;
 * - objects that are read in parts, from files, give the same bytes;
 * - an output passes the checker of tests/support/check.h;
 * - the output can be linked, and gives itself where its inputs made sense.
 *
 * @param options  with inputs in memory; output and memory_limit are set here
 */
void fuzz_link(struct bpfld_options options);

/** The first two of these alone; whether there is an output. The caller frees @result. */
bool fuzz_link_once(struct bpfld_options *options, struct bpfld_result *result);

/** Leave bytes that are wrong for a look at them, in the folder of the environment's FUZZ_KEEP. */
void fuzz_keep(const void *data, size_t size, const char *name);

/**
 * Call @work with an arena of fuzz_memory(@size) bytes that is empty again afterwards. It is a
 * failure when @work needs more.
 */
void fuzz_in_arena(size_t size, void (*work)(struct arena *arena, const void *data, size_t size),
		   const void *data);

/** Fail unless @done says the same as the messages: an error is told when, and only when, it is so.
 */
void fuzz_expect_outcome(bool done, const struct diag *diag);

#define FUZZ_OPTION_BYTES 4

// An input of two: the size of the first as a little-endian u32, the first, the second.
struct parts {
	struct str first, second;
};

/** Split an input; what is too short has empty parts. */
struct parts parts_split(const uint8_t *data, size_t size);

/**
 * Split an input of two objects, after FUZZ_OPTION_BYTES that choose options; false when it is
 * shorter than those.
 *
 * @param bits    what chooses options
 * @param inputs  the two objects, which are in @data
 */
bool fuzz_split_objects(const uint8_t *data, size_t size, uint32_t *bits,
			struct bpfld_input inputs[2]);

/** The inverse of parts_split(), into @data, which the parts must not point into; returns the size.
 */
size_t parts_join(struct parts parts, uint8_t *data, size_t capacity);

#endif
