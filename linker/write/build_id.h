/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The build id: a note that names the output by what is in it.
 *
 * Source: "ELF Note Section" of the gABI; NT_GNU_BUILD_ID of glibc's <elf.h>.
 */
#ifndef BPFLD_BUILD_ID_H
#define BPFLD_BUILD_ID_H

#include "model.h"

#define BUILD_ID_SECTION ".note.gnu.build-id"
#define BUILD_ID_ALIGN   4

/** The section, with an id of zeros; empty when none is wanted. In the link's arena. */
struct str make_build_id(const struct linker *linker);

/** Set the id in the section at @offset of the finished @image, from all bytes of it. */
void fill_build_id(const struct linker *linker, char *image, size_t size, uint64_t offset);

#endif
