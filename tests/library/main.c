/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link OUTPUT INPUT...: a program that uses the library, and has a function or variable of its own
 * of each name that the library hides (names.c).
 */
#include <stdio.h>

#include "bpfld.h"

enum { INPUTS_MAX = 8 };

int main(int argc, char **argv)
{
	struct bpfld_input inputs[INPUTS_MAX] = { 0 };
	struct bpfld_options options = { .inputs = inputs, .output = { .path = argv[1] } };
	struct bpfld_result result;
	bool linked;

	for (int i = 2; i < argc && options.input_count < INPUTS_MAX; i++)
		inputs[options.input_count++].path = argv[i];
	linked = bpfld_link(&options, &result);
	for (size_t i = 0; i < result.diagnostic_count; i++)
		fprintf(stderr, "%s\n", result.diagnostics[i].message);
	bpfld_result_deinit(&result);
	return !linked;
}
