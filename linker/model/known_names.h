/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of variables and maps that loaders and tools look for.
 */
#ifndef BPFLD_KNOWN_NAMES_H
#define BPFLD_KNOWN_NAMES_H

#include "base/str.h"

// Variables that only libxdp reads: "_NAME" configures the program NAME.
#define RUN_CONFIG ".xdp_run_config"

/** Whether tools find a variable by @name, so that no program need refer to it. */
bool name_is_known(struct str name);

#endif
