/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole links of two objects with any options. An input is four bytes of options and two objects.
 */
#include <string.h>

#include "fuzz.h"
#include "mutate.h"

static void drop_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	(void)report, (void)text, (void)size, (void)context;
}

static struct bpfld_options make_options(uint32_t bits)
{
	static const struct bpfld_scope_rule hide_all = { "*", BPFLD_HIDE, NULL };
	static const struct bpfld_scope_rule localize_all = { "*", BPFLD_LOCALIZE, NULL };
	static const struct bpfld_prefix_map map = { "test", "best" };
	static const char *const wrapped[] = { "from_b", "shared_step" };
	static const enum bpfld_icf icf[] = { BPFLD_ICF_NONE, BPFLD_ICF_SAFE, BPFLD_ICF_ALL,
					      BPFLD_ICF_ALL };
	struct bpfld_options options = {
		.gc_sections = bits & 1 << 0,
		.gc_maps = bits & 1 << 1,
		.icf = icf[bits >> 2 & 3],
		.discard_labels = bits & 1 << 4,
		.discard_all = bits & 1 << 5,
		.strip_all = bits & 1 << 6,
		.strip_ext_lines = bits & 1 << 7,
		.no_type_check = bits & 1 << 8,
		.no_unique_locals = bits & 1 << 9,
		.multiple_definitions = bits & 1 << 10,
		.warn_undefined = bits & 1 << 11,
		.license = bits & 1 << 12 ? "Dual MIT/GPL" : NULL,
		.build_id = bits & 1 << 13 ? BPFLD_BUILD_ID_SHA1 : BPFLD_BUILD_ID_NONE,
		.scope_rules = bits & 1 << 14 ? &hide_all : &localize_all,
		.scope_rule_count = bits >> 15 & 1,
		.wrap = { wrapped, bits & 1 << 16 ? sizeof(wrapped) / sizeof(*wrapped) : 0 },
		.map_format = bits & 1 << 17 ? BPFLD_MAP_JSON : BPFLD_MAP_TEXT,
		.prefix_maps = &map,
		.prefix_map_count = bits >> 19 & 1,
		.on_report = drop_report,
	};

	for (int report = 0; bits & 1 << 18 && report < BPFLD_REPORTS; report++)
		options.reports[report] = "-";
	return options;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bpfld_input inputs[2];
	struct bpfld_options options;
	uint32_t bits;

	if (!fuzz_split_objects(data, size, &bits, inputs))
		return 0;
	options = make_options(bits);
	options.inputs = inputs;
	options.input_count = 2;
	fuzz_link(options);
	return 0;
}

// One of the two objects. Only the second has room behind it.
static size_t mutate_part(struct dice *dice, uint8_t *data, size_t size, size_t capacity)
{
	struct parts parts = parts_split(data, size);
	size_t before = size - parts.second.size;

	if (dice_below(dice, 2))
		return before +
		       mutate_object(dice, data + before, parts.second.size, capacity - before);
	mutate_object(dice, (uint8_t *)parts.first.data, parts.first.size, parts.first.size);
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct dice dice = { seed };

	if (size < FUZZ_OPTION_BYTES || dice_below(&dice, 20) == 0)
		return LLVMFuzzerMutate(data, size, capacity);
	for (uint64_t changes = 1 + dice_below(&dice, 4); changes; changes--) {
		if (dice_below(&dice, 5) == 0)
			data[dice_below(&dice, FUZZ_OPTION_BYTES)] ^= 1 << dice_below(&dice, 8);
		else
			size = FUZZ_OPTION_BYTES + mutate_part(&dice, data + FUZZ_OPTION_BYTES,
							       size - FUZZ_OPTION_BYTES,
							       capacity - FUZZ_OPTION_BYTES);
	}
	return size;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
				 uint8_t *out, size_t capacity, unsigned int seed);

// The options and the first object of one input, the second object of another.
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
				 uint8_t *out, size_t capacity, unsigned int seed)
{
	struct parts parts;
	size_t joined;

	(void)seed;
	if (a_size < FUZZ_OPTION_BYTES || b_size < FUZZ_OPTION_BYTES ||
	    capacity < FUZZ_OPTION_BYTES)
		return 0;
	parts.first = parts_split(a + FUZZ_OPTION_BYTES, a_size - FUZZ_OPTION_BYTES).first;
	parts.second = parts_split(b + FUZZ_OPTION_BYTES, b_size - FUZZ_OPTION_BYTES).second;
	joined = parts_join(parts, out + FUZZ_OPTION_BYTES, capacity - FUZZ_OPTION_BYTES);
	memcpy(out, a, FUZZ_OPTION_BYTES);
	return joined ? FUZZ_OPTION_BYTES + joined : 0;
}
