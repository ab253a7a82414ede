/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments that stand for others.
 *
 * Response files: an argument "@FILE" stands for the words of FILE.
 *
 * Words are separated by white space. Single or double quotes keep white space in a word; a
 * backslash keeps any character, also within quotes. A word "@FILE" in a response file is a
 * response file again. When FILE does not exist or is a folder, the argument stands for itself; a
 * file that cannot be read is an error. Source: GCC's manual, "@file".
 *
 * Arguments as compilers take them for their linker: "-Wl,A,B" stands for A and B, "-Xlinker A" for
 * A. A word of a response file may be one, too; what follows "--" may not.
 */
#ifndef BPFLD_RESPONSE_H
#define BPFLD_RESPONSE_H

#include "base/array.h"
#include "base/diag.h"

struct arguments {
	ARRAY_FIELDS(const char *);
};

/**
 * Replace what stands for others among @count @arguments, in @arena.
 *
 * @param files  receives the paths of the files that were read
 * @return false, with an error reported to @diag, when one cannot be read, or they are too many,
 *         too large or include each other without end
 */
bool expand_responses(const char *const *arguments, size_t count, struct arena *arena,
		      struct diag *diag, struct arguments *expanded, struct arguments *files);

#endif
