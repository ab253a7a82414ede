/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects in the hands of their real consumer: libbpf, and behind it the running kernel.
 */
#ifndef BPFLD_TESTS_LOADER_H
#define BPFLD_TESTS_LOADER_H

#include <stdbool.h>

struct bpf_object;

/** Whether this process may load BPF programs into a kernel that has BTF. */
bool loader_can_load(void);

/** Open with libbpf; NULL when it refuses. What libbpf says from now on is in loader_log(). */
struct bpf_object *loader_open(const char *path);

/** Warnings of libbpf since the last loader_open(), the verifier's words included. */
const char *loader_log(void);

/**
 * Run a loaded program once by BPF_PROG_TEST_RUN, on a packet of zeros where it wants one.
 * @return false when there is no such program or the kernel refuses to run it
 */
bool loader_run(const struct bpf_object *object, const char *program, int *returned);

#endif
