/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Relocation types of EM_BPF, for the C libraries whose <elf.h> does not know them.
 *
 * Source: Documentation/bpf/llvm_reloc.rst of Linux, "Different Relocation Types".
 */
#ifndef BPFLD_RELOCATION_H
#define BPFLD_RELOCATION_H

#include <elf.h>

#ifndef R_BPF_NONE
#define R_BPF_NONE 0
#endif
#ifndef R_BPF_64_64
#define R_BPF_64_64 1 // imm of ld_imm64
#endif
#ifndef R_BPF_64_ABS64
#define R_BPF_64_ABS64 2 // u64 of data
#endif
#ifndef R_BPF_64_ABS32
#define R_BPF_64_ABS32 3 // u32 of data
#endif
#ifndef R_BPF_64_NODYLD32
#define R_BPF_64_NODYLD32 4 // u32 of .BTF and .BTF.ext
#endif
#ifndef R_BPF_64_32
#define R_BPF_64_32 10 // imm of call
#endif

#endif
