/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives: as many members as some names need, and all of them. The names are those that the
 * objects of the committed inputs define.
 */
#include "fuzz.h"
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "first", "third" };
	struct bpfld_input input = { .name = "lib.a", .data = data, .size = size };
	struct bpfld_options options = {
		.inputs = &input,
		.input_count = 1,
		.undefined = { names, sizeof(names) / sizeof(*names) },
		.multiple_definitions = true,
	};

	fuzz_link(options);
	input.whole_archive = true;
	fuzz_link(options);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct dice dice = { seed };

	if (dice_below(&dice, 20) == 0)
		return LLVMFuzzerMutate(data, size, capacity);
	for (uint64_t changes = 1 + dice_below(&dice, 4); changes; changes--)
		mutate_archive(&dice, data, size);
	return size;
}
