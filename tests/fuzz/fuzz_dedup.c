/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deduplication of valid types that nobody wrote: everything that tests/support/exact.h promises.
 * The first bytes of an input say what kind of project it is, the others make the choices in it.
 */
#include <bpf/libbpf.h>

#include "btf_random.h"
#include "exact.h"
#include "fuzz.h"

#define UNITS_MAX    4
#define TYPES_MAX    24
#define KNOB_BYTES   4
#define ORDERS_TRIED 2

// libbpf prints what it refuses.
static int drop_message(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str sections[UNITS_MAX];
	struct btf_random request;
	struct exact exact;
	struct arena arena;

	if (size < KNOB_BYTES)
		return 0;
	request = (struct btf_random){
		.choices = { (const char *)data + KNOB_BYTES, size - KNOB_BYTES },
		.unit_count = 1 + data[0] % UNITS_MAX,
		.type_count = 1 + data[1] % TYPES_MAX,
		.tag_count = 1 + data[2] % 8,
		.forwards = data[3] & 1,
		.cyclic = data[3] & 2,
		.in_c = data[3] & 4,
	};
	arena_init(&arena, SIZE_MAX);
	btf_random_units(&request, &arena, sections);
	exact = (struct exact){
		.sections = sections,
		.count = request.unit_count,
		.orders = ORDERS_TRIED,
		.libbpf = request.in_c && !request.cyclic,
	};
	libbpf_set_print(drop_message);
	if (!exact_check(&exact))
		fuzz_fail("%s", exact.text);
	arena_deinit(&arena);
	return 0;
}

// Each byte is a choice: nothing is known of them that libFuzzer could not find out.
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	(void)seed;
	return LLVMFuzzerMutate(data, size, capacity);
}
