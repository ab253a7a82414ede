/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runtime archive, libbpfrt.a: functions that compilers emit calls to, or that code expects of
 * a C environment, and that BPF has nowhere. It is searched last, and only opened when the inputs
 * leave something undefined. What it defines is static in the output (resolve_symbols.c), because
 * the verifier takes a pointer to any memory only as an argument of static functions.
 */
#ifndef BPFLD_RUNTIME_H
#define BPFLD_RUNTIME_H

#include "model.h"

/**
 * Open the archive for the byte order of the first object.
 *
 * @return NULL when it is not to be searched, is not there (linker->lost_runtime), or an error was
 *         reported
 */
struct file *runtime_open(struct linker *linker);

/** Whether the runtime archive, where there is one, defines @name. */
bool runtime_defines(const char *name);

#endif
