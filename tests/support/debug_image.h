/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DWARF of a BPF object as libdw can read it.
 *
 * libdw applies no relocations of BPF, and addresses of all sections of an object begin at 0. So an
 * image of the object is made here whose debug sections are relocated, with an address for each
 * section that no other section is near. This shares no code with the linker.
 */
#ifndef BPFLD_TESTS_DEBUG_IMAGE_H
#define BPFLD_TESTS_DEBUG_IMAGE_H

#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "command.h"

struct image_symbol {
	const char *name; // that of a section for its symbol
	uint64_t address;
	uint64_t size;
	unsigned char type;
};

struct debug_image {
	const char *path;
	struct bytes bytes;
	Elf *elf;
	Dwarf *dwarf;                 // NULL when there are no debug sections
	struct image_symbol *symbols; // by address
	size_t symbol_count;
};

/** Read @path; a file that is no BPF object ends the process with a message. */
void debug_image_open(struct debug_image *image, const char *path);
void debug_image_close(struct debug_image *image);

/** Whether @address stands for something that is not in the object (a tombstone). */
bool address_is_gone(uint64_t address);

/** Print what is at @address: the last symbol before it, and how far it is from there. */
void debug_image_print_address(const struct debug_image *image, uint64_t address, FILE *out);

#endif
