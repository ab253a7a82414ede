/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects in the hands of their real consumer: libbpf, and behind it the running kernel.
 */
#ifndef BPFLD_TESTS_LOADER_H
#define BPFLD_TESTS_LOADER_H

#include <stdbool.h>
#include <stdint.h>

struct bpf_object;
struct bpf_program;

/** Whether this process may load BPF programs into a kernel that has BTF. */
bool loader_can_load(void);

/** Open with libbpf; NULL when it refuses. What libbpf says from now on is in loader_log(). */
struct bpf_object *loader_open(const char *path);

/** Warnings of libbpf since the last loader_open(), the verifier's words included. */
const char *loader_log(void);

/**
 * Run a loaded program once by BPF_PROG_TEST_RUN, on zeros where it wants input.
 * @return false when there is no such program or the kernel refuses to run it
 */
bool loader_run(const struct bpf_object *object, const char *program, int *returned);

/**
 * Get a global variable of a loaded object, of 1, 2, 4 or 8 bytes, as a signed number.
 * @return false when there is no such variable
 */
bool loader_get_variable(const struct bpf_object *object, const char *name, int64_t *value);

/** Set a global variable of an opened object that is not loaded yet. */
bool loader_set_variable(const struct bpf_object *object, const char *name, int64_t value);

/** Get the element at @key of a map whose keys have 4 bytes and values 1, 2, 4 or 8. */
bool loader_get_element(const struct bpf_object *object, const char *map, uint32_t key,
			int64_t *value);

/** The kernel's digest of a loaded program's instructions; 0 when it is not loaded. */
uint64_t loader_tag(const struct bpf_program *program);

#endif
