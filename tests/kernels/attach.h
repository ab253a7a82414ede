/* SPDX-License-Identifier: BSD-2-Clause */
/* The two halves of the guest's program know of each other this much. */
#ifndef BPFLD_TESTS_ATTACH_H
#define BPFLD_TESTS_ATTACH_H

/** Attach to the target in @folder what is there for it, and register its struct_ops. */
void guest_try_attach(const char *folder);

/** Whether the program that is attached, the one that has a map `packets`, saw any. */
void guest_count_packets(const char *what, const char *folder);

/** The end of what libbpf said, which has the reason, in one line. */
void guest_print_log(void);

#endif
