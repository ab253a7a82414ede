/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds BTF in a file of a kernel: vmlinux and modules are ELF files with a section .BTF.
 */
#ifndef BPFLD_KERNEL_IMAGE_H
#define BPFLD_KERNEL_IMAGE_H

#include "base/diag.h"

/**
 * The section .BTF of @image, an ELF file of 64 bits of any machine; the whole of it where it is no
 * ELF file.
 *
 * @return false when an error was reported
 */
bool kernel_image_btf(struct str image, const char *name, struct diag *diag, struct str *btf);

#endif
