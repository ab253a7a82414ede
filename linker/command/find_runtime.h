/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the runtime archive is: in the folder of --runtime, else where it is installed relative to
 * this program, or was built beside it. Nothing of that is looked for before a link asks.
 */
#ifndef BPFLD_FIND_RUNTIME_H
#define BPFLD_FIND_RUNTIME_H

#include <limits.h>
#include <stdbool.h>

struct runtime_place {
	const char *folder;       // of --runtime; NULL: that of this program
	char found[PATH_MAX];     // that folder
	char path[PATH_MAX + 32]; // of the archive
};

/** For bpfld_options.runtime; @place is a struct runtime_place. */
const char *find_runtime(bool big_endian, void *place);

#endif
