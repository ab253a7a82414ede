/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Positions in debug information (locate_dwarf.h). An input is an object; it is linked with itself,
 * so that there is a message about each symbol that it defines or lacks. As in the command, libdw
 * sees only what our own reader took.
 */
#include <elf.h>
#include <string.h>

#include "fields.h"
#include "fuzz.h"
#include "locate_dwarf.h"
#include "mutate.h"

// Sections that are looked at for one of debug information to change.
#define SECTIONS_TRIED 64

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

// A number of the object, a field that is @size bytes wide at @offset; 0 when it is not there.
static uint64_t field(const uint8_t *data, size_t data_size, uint64_t offset, size_t size)
{
	if (offset > data_size || size > data_size - offset)
		return 0;
	return get(data + offset, size, data[EI_DATA] == ELFDATA2MSB);
}

// The bytes of section @index, if its name begins with ".debug_"; returns how many.
static uint64_t find_debug(const uint8_t *data, size_t size, uint64_t index, uint64_t *at)
{
	uint64_t headers = field(data, size, offsetof(Elf64_Ehdr, e_shoff), 8);
	uint64_t names = headers + field(data, size, offsetof(Elf64_Ehdr, e_shstrndx), 2) *
					   sizeof(Elf64_Shdr);
	uint64_t header = headers + index * sizeof(Elf64_Shdr);
	uint64_t name = field(data, size, names + offsetof(Elf64_Shdr, sh_offset), 8) +
			field(data, size, header + offsetof(Elf64_Shdr, sh_name), 4);
	uint64_t count = field(data, size, header + offsetof(Elf64_Shdr, sh_size), 8);

	*at = field(data, size, header + offsetof(Elf64_Shdr, sh_offset), 8);
	if (name > size || size - name < 7 || memcmp(data + name, ".debug_", 7) != 0 ||
	    *at > size || count > size - *at)
		return 0;
	return count;
}

// Of .debug_info, .debug_abbrev, .debug_line and others; bytes are what they consist of.
static void mutate_debug(struct dice *dice, uint8_t *data, size_t size)
{
	uint64_t count = 0, at;

	if (size < sizeof(Elf64_Ehdr))
		return;
	for (int i = 0; i < SECTIONS_TRIED && !count; i++)
		count = find_debug(
			data, size,
			dice_below(dice, field(data, size, offsetof(Elf64_Ehdr, e_shnum), 2)), &at);
	if (count)
		mutate_any(dice, data + at, count);
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
