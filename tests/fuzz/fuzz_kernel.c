/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The door for files of kernels. An input is the .BTF of a program and the file of a kernel. Each
 * type of the program is looked for, as CO-RE relocations of all kinds would, and told about.
 */
#include <stdlib.h>
#include <string.h>

#include "core_relocations.h"
#include "core_values.h"
#include "fuzz.h"
#include "mutate.h"
#include "near_miss.h"
#include "plain_text.h"

// More relocations than these would tell nothing new.
#define TYPES_MAX 32

static const char *const accesses[] = { "0", "0:0", "1:0", "0:1", "0:0:0", "0:1:0:0", "0:2:1" };

struct subject {
	struct arena *arena;
	const struct plain_btf *btf;
	struct kernel *kernel;
};

static void expect_outcome(const struct core_spec *spec, const struct core_result *result)
{
	if (result->verdict == CORE_REFUSED ? !result->why : result->why != NULL)
		fuzz_fail("refused without a reason, or the reverse");
	if (result->matches > result->candidates)
		fuzz_fail("%u of %u match", result->matches, result->candidates);
	if (result->matches && !result->file)
		fuzz_fail("a match is nowhere");
	if (core_is_poison(result->verdict) && spec->kind == BPF_CORE_FIELD_EXISTS)
		fuzz_fail("it cannot be told whether a field exists");
}

static void resolve(const struct subject *subject, enum bpf_core_relo_kind kind, uint32_t type,
		    const char *access)
{
	struct core_use use = { .insn = { .opcode = BPF_LDX | BPF_MEM | BPF_W } };
	struct core_result result;
	struct core_spec spec;

	if (core_spec_read(&spec, subject->btf, kind, type, access))
		return;
	result = core_resolve(&spec, subject->kernel, &use, NULL);
	expect_outcome(&spec, &result);
	if (result.file) {
		near_miss(&spec, &result, subject->arena);
		plain_declaration(result.file->btf, result.type, "x", subject->arena);
	}
}

static void resolve_all(struct subject subject)
{
	uint32_t end = subject.btf->end < TYPES_MAX ? subject.btf->end : TYPES_MAX;

	for (uint32_t type = 0; type < end; type++) {
		for (int kind = 0; kind <= BPF_CORE_TYPE_MATCHES + 1; kind++) {
			for (size_t i = 0; i < sizeof(accesses) / sizeof(*accesses); i++)
				resolve(&subject, (enum bpf_core_relo_kind)kind, type, accesses[i]);
		}
	}
}

static bool read_kernel(struct kernel *kernel, struct str file, struct str module, bool big_endian,
			const struct hash_key *key, struct arena *arena)
{
	const struct bpfld_kernel_file modules[] = { { "module", module.data, module.size } };
	const struct bpfld_kernel from = {
		"kernel",
		{ "vmlinux", file.data, file.size },
		modules,
		module.size ? 1 : 0,
	};
	struct diag diag;
	bool done;

	diag_init(&diag, arena);
	done = kernel_read(kernel, &from, big_endian, key, arena, &diag);
	fuzz_expect_outcome(done, &diag);
	return done;
}

static void read_and_look(struct arena *arena, const void *data, size_t size)
{
	struct parts parts = parts_split(data, size);
	bool big_endian = parts.first.size && parts.first.data[0] == (char)0xeb;
	struct str none = { NULL, 0 };
	struct hash_key key = hash_key_draw();
	struct kernel kernel;
	struct diag diag;
	struct subject subject = { .arena = arena, .kernel = &kernel };

	diag_init(&diag, arena);
	subject.btf = plain_btf_read(parts.first.data, parts.first.size, big_endian, NULL,
				     place_in("a.o", ".BTF"), arena, &diag);
	fuzz_expect_outcome(subject.btf, &diag);
	if (!subject.btf)
		return;
	if (read_kernel(&kernel, parts.second, none, big_endian, &key, arena))
		resolve_all(subject);
	// As BTF that is split from the program's.
	if (read_kernel(&kernel, parts.first, parts.second, big_endian, &key, arena))
		resolve_all(subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_in_arena(size, read_and_look, data);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct dice dice = { seed };
	struct parts parts = parts_split(data, size);
	uint8_t *first = malloc(capacity + 1), *second = malloc(capacity + 1);
	size_t result = 0;

	memcpy(first, parts.first.data, parts.first.size);
	memcpy(second, parts.second.data, parts.second.size);
	if (dice_below(&dice, 3) == 0)
		parts.first.size = mutate_btf(&dice, first, parts.first.size, capacity);
	else if (parts.second.size > 4 && memcmp(second, "\177ELF", 4) == 0)
		parts.second.size = mutate_object(&dice, second, parts.second.size, capacity);
	else
		parts.second.size = mutate_btf(&dice, second, parts.second.size, capacity);
	parts.first.data = (const char *)first;
	parts.second.data = (const char *)second;
	result = parts_join(parts, data, capacity);
	free(first);
	free(second);
	return result ? result : size;
}
