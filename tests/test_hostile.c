/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "bpfld.h"
#include "elf_text.h"
#include "support/check.h"

static void expect_consistent(const struct bpfld_result *result, size_t offset)
{
	char *problems = check_object(result->data, result->size,
				      CHECK_PARTIAL_BTF | CHECK_CODE_GAPS | CHECK_ANY_INPUT);

	cr_expect_str_empty(problems, "at %zu: %s", offset, problems);
	free(problems);
}

// Whatever the bytes are: an object or an error, never both, never more memory than allowed.
static void expect_value_or_error(const void *data, size_t size, size_t offset)
{
	struct bpfld_input input = { .name = "a.o", .data = data, .size = size };
	struct bpfld_options options = {
		.inputs = &input,
		.input_count = 1,
		.output = { .kind = BPFLD_OUTPUT_MEMORY },
		.memory_limit = 16 << 20,
	};
	struct bpfld_result result;
	bool linked = bpfld_link(&options, &result);

	cr_expect_eq(linked, result.error_count == 0, "at %zu", offset);
	cr_expect_eq(linked, result.data != NULL, "at %zu", offset);
	if (result.data)
		expect_consistent(&result, offset);
	bpfld_result_deinit(&result);
}

static const char text[] =
	"section .text AX | global func f 56 | call g | load x | load @.data+4 | relo 0 0:0 struct "
	"s 4 "
	"{ x 0 int ; } | near 1 | line x | exit | weak func g 8 | exit |"
	"section .data WA | global object x 4 | word 1 | local object y 12 | word 2 | quad "
	"@.text+8 |"
	"section .maps WA | global object m 8 | quad 0 | section .bss WAN | local object b 4 | "
	"zero 4 |"
	"section license WA | global object l 4 | string GPL | global common c 4 4 |"
	"type k@.ksyms func int ( a : ptr struct s ) | tag x v | btf";

Test(hostile, every_byte_may_be_wrong)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };

	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct arena arena;
		struct str image;
		uint8_t *bytes;

		arena_init(&arena, SIZE_MAX);
		image = elf_text(&arena, big_endian, text);
		bytes = (uint8_t *)image.data;
		for (size_t i = 0; i < image.size; i++) {
			for (size_t j = 0; j < sizeof(changes); j++) {
				bytes[i] ^= changes[j];
				expect_value_or_error(bytes, image.size, i);
				bytes[i] ^= changes[j];
			}
		}
		arena_deinit(&arena);
	}
}

Test(hostile, every_word_may_be_large)
{
	static const uint32_t values[] = { 0, 0x7fffffff, 0x80000000, 0xffffffff };
	struct arena arena;
	struct str image;

	arena_init(&arena, SIZE_MAX);
	image = elf_text(&arena, false, text);
	for (size_t i = 0; i + 4 <= image.size; i += 4) {
		uint32_t old;

		memcpy(&old, image.data + i, 4);
		for (size_t j = 0; j < sizeof(values) / sizeof(*values); j++) {
			memcpy((char *)image.data + i, &values[j], 4);
			expect_value_or_error(image.data, image.size, i);
		}
		memcpy((char *)image.data + i, &old, 4);
	}
	arena_deinit(&arena);
}

Test(hostile, every_length_may_be_the_last)
{
	struct arena arena;
	struct str image;

	arena_init(&arena, SIZE_MAX);
	image = elf_text(&arena, false, text);
	for (size_t size = 0; size <= image.size; size++) {
		// A copy of its own, so that the sanitizer sees reads beyond it.
		char *copy = malloc(size + !size);

		memcpy(copy, image.data, size);
		expect_value_or_error(copy, size, size);
		free(copy);
	}
	arena_deinit(&arena);
}
