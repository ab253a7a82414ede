/* SPDX-License-Identifier: BSD-2-Clause */
/* The door for ELF, and all that is behind it: one object is linked alone. */
#include "fuzz.h"
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bpfld_input input = { .name = "a.o", .data = data, .size = size };

	fuzz_link((struct bpfld_options){ .inputs = &input, .input_count = 1 });
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct dice dice = { seed };

	if (dice_below(&dice, 20) == 0)
		return LLVMFuzzerMutate(data, size, capacity);
	for (uint64_t changes = 1 + dice_below(&dice, 4); changes; changes--)
		size = mutate_object(&dice, data, size, capacity);
	return size;
}
