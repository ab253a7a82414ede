/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a linked BPF object consistent in itself?
 *
 * A linker that is wrong about a format writes its mistake and reads it back as right, so this
 * checker stands on libelf and libbpf alone and shares no code with the linker. It knows what
 * loaders (libbpf, cilium/ebpf, the kernel's BTF check) rely on, and also what they let pass
 * today but a moved byte would break: jumps that leave their function, CO-RE access strings that
 * do not fit their type.
 *
 * It is for linked objects: a compiler's own output leaves DATASEC sizes to relocations and would
 * be reported for that.
 */
#ifndef BPFLD_TESTS_CHECK_H
#define BPFLD_TESTS_CHECK_H

#include <stddef.h>

enum check_flags {
	// Some input came without BTF: its symbols may lack VAR, FUNC and func_info.
	CHECK_PARTIAL_BTF = 1,
	// Some input was assembly: code may lie outside of functions.
	CHECK_CODE_GAPS = 2,
	// Inputs were no compiler's: only what the linker answers for, whatever they hold.
	CHECK_ANY_INPUT = 4,
};

/**
 * Check the object in @image, of either byte order.
 *
 * @param flags  enum check_flags
 * @return one line for each problem, "" when there is none; the caller frees it
 */
char *check_object(const void *image, size_t size, unsigned int flags);

/** The same for a file. One that cannot be read is a problem like any other. */
char *check_object_file(const char *path, unsigned int flags);

/**
 * What every relocated field of code and data leads to, a line each, in terms that linking does not
 * change: "names+8 -> \"beta\"", "table -> limits+4 = 02000000". To be freed.
 */
char *list_references(const char *path);

#endif
