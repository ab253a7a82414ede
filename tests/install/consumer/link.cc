/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link OUTPUT INPUT...: a program of somebody else, in C++.
 */
#include <bpfld.h>
#include <iostream>
#include <vector>

int main(int argc, char **argv)
{
	std::vector<bpfld_input> inputs(argc > 2 ? argc - 2 : 0);
	bpfld_options options{};
	bpfld_result result;

	for (std::size_t i = 0; i < inputs.size(); i++)
		inputs[i].path = argv[i + 2];
	options.inputs = inputs.data();
	options.input_count = inputs.size();
	options.output.path = argv[1];
	bool linked = bpfld_link(&options, &result);
	for (std::size_t i = 0; i < result.diagnostic_count; i++)
		std::cerr << result.diagnostics[i].message << '\n';
	bpfld_result_deinit(&result);
	return !linked;
}
