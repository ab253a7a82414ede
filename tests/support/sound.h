/* SPDX-License-Identifier: BSD-2-Clause */
/* The checker (check.h) as an assertion of Criterion. */
#ifndef BPFLD_TESTS_SOUND_H
#define BPFLD_TESTS_SOUND_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "check.h"

/** check_object() must find no problem, in case @name. */
static inline void expect_sound(const void *image, size_t size, unsigned int flags,
				const char *name)
{
	char *problems = check_object(image, size, flags);

	cr_expect_str_empty(problems, "%s: %s", name, problems);
	free(problems);
}

#endif
