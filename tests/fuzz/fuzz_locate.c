/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Positions in debug information (locate_dwarf.h). An input is an object; it is linked with itself,
 * so that there is a message about each symbol that it defines or lacks. As in the command, libdw
 * sees only what our own reader took.
 */
#include "fields.h"
#include "fuzz.h"
#include "locate_dwarf.h"
#include "mutate.h"

static bool ask(struct locator *locator, const struct bpfld_question *question,
		struct bpfld_position *position)
{
	*position = (struct bpfld_position){ 0 };
	if (!locate_dwarf(question, position, locator))
		return false;
	if (!position->file || !*position->file || position->line == 0)
		fuzz_fail("a position without a file or a line");
	if (position->source && !position->column)
		fuzz_fail("the text of a line without a column");
	return true;
}

// What the link asks, and more about the same.
static bool ask_all(const struct bpfld_question *question, struct bpfld_position *position,
		    void *locator)
{
	static const char *const members[] = { "type", "max_entries", "second" };
	struct bpfld_question more = *question;

	more.wanted = BPFLD_INSTRUCTION;
	ask(locator, &more, position);
	for (size_t i = 0; i < COUNT(members); i++) {
		more = *question;
		more.member = members[i];
		ask(locator, &more, position);
		more.type = "pair";
		ask(locator, &more, position);
	}
	return ask(locator, question, position);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bpfld_input inputs[2] = { { .name = "a.o", .data = data, .size = size },
					 { .name = "b.o", .data = data, .size = size } };
	struct locator locator;
	struct bpfld_options options = {
		.inputs = inputs,
		.input_count = 2,
		.output.kind = BPFLD_OUTPUT_MEMORY,
		.no_undefined = true,
		.locate = ask_all,
		.locate_context = &locator,
	};
	struct bpfld_result result;

	locator_init(&locator);
	bpfld_link(&options, &result);
	bpfld_result_deinit(&result);
	locator_deinit(&locator);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct dice dice = { seed };

	if (dice_below(&dice, 40) == 0)
		return LLVMFuzzerMutate(data, size, capacity);
	for (uint64_t changes = 1 + dice_below(&dice, 4); changes; changes--) {
		if (dice_below(&dice, 8) == 0)
			size = mutate_object(&dice, data, size, capacity);
		else
			mutate_debug(&dice, data, size);
	}
	return size;
}
