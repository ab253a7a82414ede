/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A linker over objects made of text (elf_text.h), whose passes a test runs as far as it wants.
 *
 *	struct world world;
 *
 *	world_init(&world, false, (const char *[]){ "section .text AX | ...", NULL });
 *	cr_assert(world_run(&world, resolve_symbols), "%s", world_messages(&world));
 *	...
 *	world_deinit(&world);
 */
#ifndef BPFLD_TESTS_WORLD_H
#define BPFLD_TESTS_WORLD_H

#include "passes.h"

#define WORLD_OBJECTS 4

struct world {
	struct arena arena;
	struct diag diag;
	struct linker linker;
	struct bpfld_options options;
	struct bpfld_input inputs[WORLD_OBJECTS]; // named a.o, b.o, ...
};

/** Make an object of each of @texts, which ends with NULL. */
void world_init(struct world *world, bool big_endian, const char *const texts[]);

/** The same of finished objects. */
void world_init_images(struct world *world, const struct str *images, size_t count);

/** Begin without an object: for those that are made in the world's arena. */
void world_begin(struct world *world);

/** Add a finished object to those so far. */
void world_add(struct world *world, struct str image);

/** Run the passes up to and with @last, once. @return false when one of them reported an error. */
bool world_run(struct world *world, void (*last)(struct linker *linker));

/**
 * All messages so far, one a line: "a.o:(.text+0x8): error: ..."; "" when there is none. Options
 * that switch warnings are left out: they follow from the code, and fixtures/cli shows them.
 */
const char *world_messages(struct world *world);

/** The input section of that name; aborts when there is none. */
struct section *world_section(struct world *world, size_t object, const char *name);

/** The first symbol of that name; aborts when there is none. */
struct symbol *world_symbol(struct world *world, size_t object, const char *name);

/** The global of that name; NULL when there is none. */
struct global *world_global(struct world *world, const char *name);

/** The output section of that name; NULL when there is none. */
struct output_section *world_output(struct world *world, const char *name);

/** The bytes of an output section, in the world's arena; NULL for SHT_NOBITS. Needs relocate(). */
const uint8_t *world_bytes(struct world *world, const struct output_section *output);

/** The output's .BTF in a graph of its own, NULL when it has none; aborts when it is not valid.
 * Needs encode_types(). */
struct btf_unit *world_types(struct world *world);

/** The bytes of the output, in the world's arena; needs write_elf(). */
struct str world_image(struct world *world);

void world_deinit(struct world *world);

#endif
