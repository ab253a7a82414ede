/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_cases.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/toolbox.h"

const struct kernel_case kernel_cases[] = {
	{
		.name = "statics, strings and callbacks",
		.folder = "e2e",
		.inputs = { "a", "b" },
		.returns = { { "pa", 271 }, { "pb", 499 } },
		.no_single_source = true,
	},
	{
		.name = "externs",
		.folder = "kernel/externs",
		.inputs = { "a", "b", "c" },
		.returns = { { "run_a", 35 }, { "run_b", 40 }, { "run_c", 21 } },
		.variables = { { "calls", 3 }, { "from_b", 7 } },
		.elements = { { "tally", 1, .key = 0 },
			      { "tally", 10, .key = 1 },
			      { "tally", 100, .key = 2 },
			      { "own_b", 5, .key = 3 } },
		.sizes = { { ".data", 12 } },
	},
	{
		.name = "strong wins over weak",
		.folder = "kernel/weak",
		.inputs = { "a", "b", "c" },
		.returns = { { "run_a", 345 }, { "run_b", 224 }, { "run_c", 246 } },
		.variables = { { "level", 20 } },
		.elements = { { "own_map", 11, .key = 1 },
			      { "limits", 1, .key = 1 },
			      { "limits", 2, .key = 2 },
			      { "limits", 3, .key = 3 } },
		.sizes = { { ".data", 16 }, { ".maps", 64 } },
		.no_single_source = true,
		.tags_vary = true,
		.peer_fails = "a weak and a strong definition in different sections",
	},
	{
		.name = "first weak wins, a",
		.folder = "kernel/first_weak",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 1116 }, { "run_b", 1117 } },
		.sizes = { { ".data", 12 }, { ".rodata", 4 } },
		.fixed_order = true,
		.no_single_source = true,
		.tags_vary = true,
	},
	{
		.name = "first weak wins, b",
		.folder = "kernel/first_weak",
		.inputs = { "b", "a" },
		.returns = { { "run_a", 2231 }, { "run_b", 2232 } },
		.sizes = { { ".data", 12 }, { ".rodata", 4 } },
		.fixed_order = true,
		.no_single_source = true,
		.tags_vary = true,
	},
	{
		.name = "equal static names",
		.folder = "kernel/statics",
		.inputs = { "a", "b", "c" },
		.returns = { { "run_a", 137 }, { "run_b", 241 }, { "run_c", 1494 } },
		.sizes = { { ".data", 24 }, { ".rodata", 66 } },
		.no_single_source = true,
	},
	{
		.name = "constants without names",
		.folder = "kernel/constants",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 23 }, { "run_b", 1156 } },
		.sizes = { { ".rodata", 96 } },
		.no_single_source = true,
	},
	{
		.name = "callbacks",
		.folder = "kernel/callbacks",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 12 }, { "run_b", 220 } },
		.elements = { { "cells", 3, .key = 0 },
			      { "cells", 4, .key = 1 },
			      { "cells", 5, .key = 2 } },
		.no_single_source = true,
	},
	{
		.name = "maps of maps and of programs",
		.folder = "kernel/maps",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 0 }, { "run_b", 42 }, { "target", 77 }, { "jump_b", 77 } },
		.peer_fails = "an extern function that only data refers to",
	},
	{
		.name = "kconfig, ksyms and kfuncs in both files",
		.folder = "kernel/ksyms",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 15 }, { "run_b", 115 } },
		.gcc_needs_clang = "GCC 12 does not say that a function is in .ksyms",
		.peer_fails = "one kfunc in two files",
	},
	{
		.name = "CO-RE",
		.folder = "kernel/core",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 15 }, { "run_b", 207 } },
		.variables = { { "id_a", .type = "only_a" }, { "id_b", .type = "only_b" } },
		.gcc_fails = "it lacks the builtin functions",
		.no_single_source = true,
		.tags_vary = true,
	},
	{
		.name = "sections of the user's names",
		.folder = "kernel/sections",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 56 }, { "run_b", 503 } },
		.variables = { { "custom_a", 4 }, { "custom_b_wide", 400 }, { "zero_a", 1 } },
		.sizes = { { ".bss.zero", 8 } },
		.peer_fails = "an extern variable with a section of its own",
	},
	{
		.name = "sections of other flags",
		.folder = "kernel/flags",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 13 }, { "run_b", 1300 } },
		.no_single_source = true,
		.peer_fails = "sections of one name and different flags",
	},
	{
		.name = "functions verified on their own",
		.folder = "kernel/globals",
		.inputs = { "a", "b", "c" },
		.returns = { { "run_a", 21 }, { "run_b", 502 }, { "run_c", 701 } },
		.no_single_source = true,
	},
	{
		.name = "addresses in data",
		.folder = "kernel/pointers",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 1027 }, { "run_b", 1190 } },
		.no_single_source = true,
		.peer_fails = "relocations of data",
	},
	{
		.name = "strings and constants",
		.folder = "kernel/strings",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 33199 }, { "run_b", 30310 } },
		.sizes = { { ".rodata", 62 } },
		.no_single_source = true,
	},
	{
		.name = "statics of a header",
		.folder = "kernel/fold",
		.inputs = { "a", "b", "c" },
		.returns = { { "run_a", 821073 }, { "run_b", 1306096 }, { "run_c", 6008 } },
		.variables = { { "id_a", .type = "pair" },
			       { "id_b", .type = "pair" },
			       { "id_own", .type = "only_b" } },
		.no_single_source = true,
		.tags_vary = true,
		.gcc_fails = "it lacks the builtin functions",
	},
	{
		.name = "struct_ops",
		.folder = "kernel/struct_ops",
		.inputs = { "a", "b" },
	},
	{
		.name = "jump tables",
		.folder = "kernel/jump_tables",
		.inputs = { "a", "b" },
		.arguments = { "-mcpu=v4" },
		.newest_compiler = true,
		.libbpf = 7,
		.returns = { { "prog", -12 }, { "progb", -11 } },
	},
	{
		.name = "a section for each function",
		.folder = "e2e",
		.inputs = { "a", "b" },
		.arguments = { "-ffunction-sections" },
		.returns = { { "pa", 271 }, { "pb", 499 } },
		.no_single_source = true,
		.peer_fails = "functions in sections of their own",
	},
	{
		.name = "aligned functions",
		.folder = "e2e",
		.inputs = { "a", "b" },
		.arguments = { "-falign-functions=64" },
		.returns = { { "pa", 271 }, { "pb", 499 } },
		.no_single_source = true,
	},
	{
		.name = "sections of one name in an object",
		.folder = "e2e",
		.inputs = { "a", "b" },
		.arguments = { "-ffunction-sections", "-fdata-sections",
			       "-fno-unique-section-names" },
		.returns = { { "pa", 271 }, { "pb", 499 } },
		.no_single_source = true,
		.peer_fails = "sections of one name in an object",
		.gcc_fails = "no such option",
	},
	{
		.name = "inline functions of C++",
		.folder = "kernel/inline",
		.inputs = { "a.cc", "b.cc", "c.cc", "d.cc", "e.cc" },
		.arguments = { "-std=c++17" },
		.returns = { { "run_a", 12203 },
			     { "run_b", 44407 },
			     { "run_c", 106612 },
			     { "run_d", 208818 },
			     { "run_e", 361025 } },
		.fixed_order = true,
		.no_single_source = true,
		.partial_btf = true,
		.peer_fails = "section groups",
		.gcc_fails = "no C++",
	},
	{
		.name = "assembly",
		.folder = "kernel/assembly",
		.inputs = { "a", "b.s" },
		.returns = { { "run_a", 1542 }, { "run_b", 126 } },
		.variables = { { "calls", 1 } },
		.partial_btf = true,
		.warns = true,
		.no_single_source = true,
		.peer_fails = "objects without BTF",
		.gcc_fails = "another syntax of assembly",
	},
	{
		.name = "two names of one place",
		.folder = "kernel/aliases",
		.inputs = { "a", "b" },
		.returns = { { "run_a", 4023 }, { "run_b", 4145 } },
		.variables = { { "total", 41 } },
		.partial_btf = true,
		.peer_fails = "names that BTF does not know",
		.gcc_fails = "names that BTF does not know",
	},
	{
		.name = "tentative definitions",
		.folder = "kernel/commons",
		.inputs = { "a", "b" },
		.arguments = { "-fcommon" },
		.returns = { { "run_a", 1732 }, { "run_b", 10786 } },
		.sizes = { { ".data", 4 } },
		.no_single_source = true,
		.partial_btf = true,
		.warns = true,
		.peer_fails = "SHN_COMMON",
	},
	{
		.name = "arenas",
		.folder = "kernel/arena",
		.inputs = { "a", "b", "c" },
		.newest_compiler = true,
		.libbpf = 4,
		.returns = { { "run_a", 2115 }, { "run_b", 2127 } },
		.no_single_source = true,
		.peer_fails = "an extern variable with a section of its own",
	},
	{
		.name = "data of overridden bodies",
		.folder = "kernel/dead",
		.inputs = { "a", "b", "c" },
		.returns = { { "run_a", 650002 }, { "run_b", 650004 }, { "run_c", 650006 } },
		.sizes = { { ".bss", 4100 } },
		.no_single_source = true,
		.tags_vary = true,
		.peer_fails = "relocations of data",
	},
	{
		.name = "arena data of overridden bodies",
		.folder = "kernel/dead_arena",
		.inputs = { "a", "b", "c" },
		.newest_compiler = true,
		.libbpf = 4,
		.returns = { { "run_a", 6 }, { "run_b", 1271 }, { "run_c", 79 } },
		.sizes = { { ".addr_space.1", 4104 } },
		.no_single_source = true,
		.tags_vary = true,
		.peer_fails = "a variable with a section of its own",
	},
	{
		.name = "XDP and tc",
		.folder = "kernel/network",
		.inputs = { "a", "b" },
		.returns = { { "run_xdp", 2 }, { "run_tc", 0 } },
		.variables = { { "passed", 2 } },
		.elements = { { "packets", 1, .key = 0 }, { "packets", 1, .key = 1 } },
		.counts_packets = true,
		.no_single_source = true,
	},
};

const size_t kernel_case_count = sizeof(kernel_cases) / sizeof(*kernel_cases);

size_t kernel_case_inputs(const struct kernel_case *c)
{
	size_t count = 0;

	while (count < MAX_INPUTS && c->inputs[count])
		count++;
	return count;
}

char *kernel_case_source(const struct kernel_case *c, size_t input)
{
	const char *name = c->inputs[input];

	return text_of(FIXTURES "/%s/%s%s", c->folder, name, strchr(name, '.') ? "" : ".c");
}

void kernel_case_single_source(const struct kernel_case *c, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		err(99, "%s", path);
	for (size_t i = 0; i < kernel_case_inputs(c); i++) {
		char *source = kernel_case_source(c, i);

		fprintf(file, "#undef _license\n#define _license _license_%s\n#include \"%s\"\n",
			c->inputs[i], source);
		free(source);
	}
	fclose(file);
}
