/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The build id: a note with a hash that identifies the content of the output.
 *
 * Source: "ELF Note Section" of the gABI; NT_GNU_BUILD_ID of glibc's <elf.h>.
 */
#ifndef BPFLD_BUILD_ID_H
#define BPFLD_BUILD_ID_H

#include "model.h"

#define BUILD_ID_SECTION ".note.gnu.build-id"
#define BUILD_ID_ALIGN   4

/**
 * Make the content of the section, with an id of zeros, in the link's arena; empty when no build id
 * is wanted.
 */
struct str make_build_id(const struct linker *linker);

/**
 * Set the id from all bytes of the finished @image. The section is at @offset in it; sizes are
 * bytes.
 */
void fill_build_id(const struct linker *linker, char *image, size_t size, uint64_t offset);

#endif
