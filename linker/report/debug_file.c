/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --debug-file: the output as debuggers want it.
 *
 * In an object all sections begin at address 0, and readers that go by address alone find the
 * function of another section; those that do not know the relocations of BPF find nothing. Here
 * each section has addresses of its own, and no field of debug information wants a relocation. No
 * loader takes addresses of sections for granted, so the output itself stays without.
 */
#include "reports.h"
#include "write_elf.h"

void report_debug_file(struct linker *linker, struct text *text)
{
	write_debug_file(linker, text);
}
