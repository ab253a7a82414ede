/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/paths.h"

Test(paths, from_here)
{
	static const struct {
		const char *path, *from_here;
	} cases[] = {
		{ "/usr/a.c", "a.c" },        { "/usr/b/a.c", "b/a.c" },
		{ "/usr/", "/usr/" },         { "/usr", "/usr" },
		{ "/usr2/a.c", "/usr2/a.c" }, { "a.c", "a.c" },
		{ "/usr//a.c", "/usr//a.c" }, { "", "" },
		{ "/usr/./a.c", "a.c" },      { "/usr/././.a.c", ".a.c" },
		{ "/usr/./", "./" },          { "/usr/../a.c", "../a.c" },
	};

	cr_assert_eq(chdir("/usr"), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_str_eq(path_from_here(cases[i].path), cases[i].from_here, "%s",
				 cases[i].path);
	// From the root every path is as short as it gets.
	cr_assert_eq(chdir("/"), 0);
	cr_expect_str_eq(path_from_here("/usr/a.c"), "/usr/a.c");
}
