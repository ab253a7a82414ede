/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the runtime archive is: in the folder of --runtime, else where it is installed relative to
 * this program, or was built beside it. Nothing of that is looked for before a link asks.
 */
#ifndef BPFLD_FIND_RUNTIME_H
#define BPFLD_FIND_RUNTIME_H

#include "base/arena.h"

struct runtime_place {
	const char *folder;  // of --runtime; NULL: by this program
	struct arena *arena; // for paths
};

/** For bpfld_options.runtime; @place is a struct runtime_place. */
const char *find_runtime(bool big_endian, void *context);

#endif
