/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may be metadata of an output: keys that kernels take as part of a name in BTF, and values
 * that bpftool prints as text. Here because the command, which knows the line of a file, and the
 * library both have to say what is wrong.
 *
 * Source: show_prog_metadata() in tools/bpf/bpftool/prog.c, btf_dumper_array() in btf_dumper.c,
 * __btf_name_valid() in kernel/bpf/btf.c.
 */
#ifndef BPFLD_BASE_METADATA_TEXT_H
#define BPFLD_BASE_METADATA_TEXT_H

#include "arena.h"

// What the name of a variable that is metadata begins with; its key follows.
#define METADATA_PREFIX "bpf_metadata_"

// The most characters of a key: kernels before 6.1 take names of 127.
#define METADATA_KEY_MAX (127 - (sizeof(METADATA_PREFIX) - 1))

/** What is wrong with @key or @value, a clause in @arena; NULL when nothing is. */
const char *metadata_fault(const char *key, const char *value, struct arena *arena);

#endif
