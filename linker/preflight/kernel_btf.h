/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BTF of a kernel: that of vmlinux and those of its modules, and an index of their types by
 * essential name.
 *
 *	uint32_t at = kernel_find(&kernel->files[0], "task_struct");
 *
 *	for (; at; at = kernel_next(&kernel->files[0], at))
 *		... type `at` is called task_struct, or task_struct___old ...
 *
 * Types of a name come in the order of ids. FUNCs, VARs and DATASECs are in the index, too.
 */
#ifndef BPFLD_KERNEL_BTF_H
#define BPFLD_KERNEL_BTF_H

#include "base/hash.h"
#include "base/table.h"
#include "bpfld.h"
#include "plain_btf.h"

// A BTF file of a kernel, and its index.
struct kernel_file {
	const char *name; // of the module; NULL: vmlinux
	const struct plain_btf *btf;
	const struct hash_key *key;
	struct table table;   // hash of an essential name -> its first type, less btf->first
	const uint32_t *next; // by id, less btf->first: the next type of that name; 0: none
};

struct kernel {
	const char *label; // in messages
	struct kernel_file *files;
	size_t file_count; // at least 1: vmlinux, then modules in the order given
	uint32_t work;     // done so far, as core_match.h counts it
};

/**
 * Read the files of @from, borrowed, in which BTF has the byte order of @big_endian. A file is BTF
 * or an ELF file with a section .BTF.
 *
 * @param key  must outlive @kernel
 * @return false when an error was reported
 */
bool kernel_read(struct kernel *kernel, const struct bpfld_kernel *from, bool big_endian,
		 const struct hash_key *key, struct arena *arena, struct diag *diag);

/** The first type of @file whose essential name is that of @name; 0 when there is none. */
uint32_t kernel_find(const struct kernel_file *file, const char *name);

/** The next type with the name of type @id. */
static inline uint32_t kernel_next(const struct kernel_file *file, uint32_t id)
{
	return file->next[id - file->btf->first];
}

/**
 * The type of @kernel that is called exactly @name, and is of @kind: of vmlinux, else of the first
 * module that has one. *@file becomes the file that has it. 0 when there is none.
 */
uint32_t kernel_look_up(const struct kernel *kernel, const char *name, uint32_t kind,
			const struct kernel_file **file);

/** The first type of @file that is called exactly @name, and is of @kind; 0 when there is none. */
uint32_t kernel_find_exact(const struct kernel_file *file, const char *name, uint32_t kind);

#endif
