/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page of --report, of the files of linker/report/page/: what is before its data, and what is
 * behind. The build makes the arrays (cmake/embed_page.cmake).
 */
#ifndef BPFLD_PAGE_PARTS_H
#define BPFLD_PAGE_PARTS_H

#include <stddef.h>

extern const unsigned char page_head[], page_tail[];
extern const size_t page_head_size, page_tail_size;

#endif
