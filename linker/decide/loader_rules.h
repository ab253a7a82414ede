/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What loaders refuse, or misread, of objects that are right. --check-loader warns by this table,
 * and the table of docs/loaders.md is made from it.
 *
 * X(LOADER, SINCE, UNTIL, CHECK, DOES, WHY, ADVICE, SHOWN): versions from SINCE on and before
 * UNTIL; both are versions that were tried where they are not 0 and LOADER_NEWEST. CHECK is a
 * function find_CHECK() that finds what breaks the rule. SHOWN is what the real loader was seen to
 * refuse in the tests: "tests" for a case of tests/loader_rules, "matrix" for one of the programs
 * that tests/run_loaders.c gives to all loaders; or "by hand", or "read" in its source.
 */
#ifndef BPFLD_LOADER_RULES_H
#define BPFLD_LOADER_RULES_H

#include "loaders.h"

#define V LOADER_VERSION

// clang-format off
#define LOADER_RULES(X)                                                                            \
	X(AYA, 0, LOADER_NEWEST, global_address, "loads no program that takes the address of",     \
	  "kernels want a static function", "make it static, or link with --localize",             \
	  "by hand")                                                                               \
	X(AYA, 0, LOADER_NEWEST, second_name, "refuses",                                           \
	  "it knows one name of each function", "link without --icf=all, or use one name",         \
	  "by hand")                                                                               \
	X(AYA, 0, LOADER_NEWEST, hidden_address, "loads no program that takes the address of",     \
	  "kernels want a static function, not a hidden one",                                      \
	  "link with --localize-hidden", "by hand")                                                \
	X(AYA, 0, LOADER_NEWEST, hidden_pointer, "may not load",                                   \
	  "kernels verify hidden functions alone: pointers may be NULL",                           \
	  "link with --localize-hidden", "by hand")                                                \
	X(AYA, 0, LOADER_NEWEST, kconfig, "refuses", "it knows no __kconfig",                      \
	  "let user space set a constant instead", "by hand")                                      \
	X(AYA, 0, LOADER_NEWEST, filled_slot, "leaves empty the slots of",                         \
	  "it does not put programs into maps", "fill the map from user space", "by hand")         \
	X(AYA, 0, LOADER_NEWEST, aya_section, "refuses", "it does not know the section",           \
	  "write 'classifier' for 'tc'; it knows no syscall and no struct_ops", "by hand")         \
	X(AYA, 0, LOADER_NEWEST, padded_license, "refuses", "a license is one string without "     \
	  "padding", "define it as char[] with that string", "by hand")                            \
	X(AYA, 0, LOADER_NEWEST, jump_table, "refuses", "it knows no jump tables",                 \
	  "compile with -fno-jump-tables", "by hand")                                              \
	X(AYA, 0, LOADER_NEWEST, arena, "refuses", "it knows no arenas", "use a map", "by hand")   \
	X(BPFTOOL, 0, LOADER_NEWEST, global_address, "loads no program that takes the address of", \
	  "kernels want a static function", "make it static, or link with --localize",             \
	  "tests")                                                                                 \
	X(BPFTOOL, 0, V(7, 2, 0), bss_name, "does not load", "it knows no sections .bss.NAME",     \
	  "use .data.NAME", "matrix")                                                              \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, global_address, "loads no program that takes the address of",\
	  "kernels want a static function", "make it static, or link with --localize",             \
	  "tests")                                                                                 \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, second_name, "refuses",                                   \
	  "it knows one name of each function", "link without --icf=all, or use one name",         \
	  "matrix")                                                                                \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, hidden_address,                                           \
	  "loads no program that takes the address of",                                            \
	  "kernels want a static function, not a hidden one",                                      \
	  "link with --localize-hidden", "matrix")                                                 \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, hidden_pointer, "may not load",                           \
	  "kernels verify hidden functions alone: pointers may be NULL",                           \
	  "link with --localize-hidden", "matrix")                                                 \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, weak_map, "refuses", "it knows no weak maps",             \
	  "remove __weak", "by hand")                                                              \
	X(CILIUM_EBPF, 0, V(0, 22, 0), weak_variable, "refuses", "it knows no weak variables",     \
	  "remove __weak", "matrix")                                                               \
	X(CILIUM_EBPF, 0, V(0, 11, 0), weak_function, "refuses", "it knows no weak functions",     \
	  "remove __weak", "matrix")                                                               \
	X(CILIUM_EBPF, 0, V(0, 22, 0), kconfig, "refuses", "it knows no __kconfig",                \
	  "let user space set a constant instead", "matrix")                                       \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, typed_ksym, "refuses",                                    \
	  "variables of the kernel have to be 'void'", "declare it as const void", "by hand")      \
	X(CILIUM_EBPF, 0, V(0, 11, 0), kernel_symbol, "refuses", "it knows no __ksym",             \
	  "use a newer version", "tests")                                                          \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, struct_ops, "refuses", "it knows no struct_ops",          \
	  "load it with libbpf", "matrix")                                                         \
	X(CILIUM_EBPF, 0, V(0, 22, 0), nameless_tracepoint, "refuses",                             \
	  "it wants the name of the tracepoint in the section's", "name it: raw_tp/NAME",          \
	  "matrix")                                                                                \
	X(CILIUM_EBPF, 0, V(0, 22, 0), other_data, "refuses",                                      \
	  "it knows no data sections but .data, .bss and .rodata", "use one of these", "matrix")   \
	X(CILIUM_EBPF, V(0, 22, 0), LOADER_NEWEST, bss_name, "refuses",                            \
	  "it knows no sections .bss.NAME", "use .data.NAME", "by hand")                           \
	X(CILIUM_EBPF, 0, V(0, 11, 0), strings, "refuses",                                         \
	  "it knows no sections of strings", "link without -r and --no-merge-rodata", "tests")     \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, repeated_name, "refuses",                                 \
	  "each function needs a name of its own", "link without --no-unique-locals", "tests")     \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, jump_table, "refuses", "it knows no jump tables",         \
	  "compile with -fno-jump-tables", "by hand")                                              \
	X(CILIUM_EBPF, 0, LOADER_NEWEST, arena, "refuses", "it knows no arenas", "use a map",      \
	  "by hand")                                                                               \
	X(IPROUTE2, 0, LOADER_NEWEST, global_address, "loads no program that takes the address of",\
	  "kernels want a static function", "make it static, or link with --localize",             \
	  "tests")                                                                                 \
	X(IPROUTE2, 0, LOADER_NEWEST, filled_slot, "loads one program only, so it cannot fill",    \
	  "its slots name another program", "fill the map from user space", "matrix")              \
	X(LIBBPF, 0, LOADER_NEWEST, global_address, "loads no program that takes the address of",  \
	  "kernels want a static function", "make it static, or link with --localize",             \
	  "tests")                                                                                 \
	X(LIBBPF, 0, V(1, 4, 0), arena, "refuses", "it knows no arenas", "use a newer version",    \
	  "tests")                                                                                 \
	X(LIBBPF, 0, V(1, 7, 0), jump_table, "refuses", "it knows no jump tables",                 \
	  "use a newer version, or compile with -fno-jump-tables", "tests")                        \
	X(XDP_LOADER, 0, LOADER_NEWEST, global_address, "loads no program that takes the address of",\
	  "kernels want a static function", "make it static, or link with --localize",             \
	  "tests")                                                                                 \
	X(XDP_LOADER, 0, LOADER_NEWEST, filled_slot, "loads one program only, so it cannot fill",  \
	  "its slots name another program", "fill the map from user space", "matrix")
// clang-format on

#endif
