/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop body of tests with a table of worlds. */
#ifndef BPFLD_TESTS_EXPECT_H
#define BPFLD_TESTS_EXPECT_H

#include <criterion/criterion.h>

#include "world.h"

/** Run the passes up to and with @last; @describe must say @expected then, in case @name. */
static inline void expect_description(struct world *world, void (*last)(struct linker *linker),
				      const char *(*describe)(struct world *world),
				      const char *name, const char *expected)
{
	const char *found;

	cr_assert(world_run(world, last), "%s: %s", name, world_messages(world));
	found = describe(world);
	cr_expect_str_eq(found, expected, "%s: %s", name, found);
}

#endif
