/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of a .BTF section, of an input or of a kernel.
 */
#ifndef BPFLD_BTF_HEADER_H
#define BPFLD_BTF_HEADER_H

#include "base/reader.h"

/**
 * Find the types and the strings of a .BTF section, and check their bounds.
 *
 * @param reader   all of the section
 * @param types    receives a reader of the types, a number of whole words
 * @param strings  receives a reader of the strings, which may be empty and hold any bytes
 * @return false when an error was reported
 */
bool btf_header_read(struct reader reader, struct reader *types, struct reader *strings);

#endif
