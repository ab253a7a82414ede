/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link OUTPUT INPUT INPUT INPUT: a program of somebody else, in C.
 */
#include <bpfld.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct bpfld_input inputs[] = { { .path = argv[2] },
					{ .path = argv[3] },
					{ .path = argv[4] } };
	struct bpfld_options options = {
		.inputs = inputs,
		.input_count = 3,
		.output = { .path = argv[1] },
	};
	struct bpfld_result result;
	bool linked;

	if (argc != 5)
		return 2;
	linked = bpfld_link(&options, &result);
	for (size_t i = 0; i < result.diagnostic_count; i++)
		fprintf(stderr, "%s\n", result.diagnostics[i].message);
	bpfld_result_deinit(&result);
	return !linked;
}
