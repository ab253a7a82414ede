/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compressed sections, through libelf: what bpfld_options.decompress and compress ask for.
 */
#ifndef BPFLD_COMPRESSION_H
#define BPFLD_COMPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A function for bpfld_options.decompress. */
bool decompress(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t size);

/** A function for bpfld_options.compress. */
bool compress(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t *size);

#endif
