/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/integers.h"
#include "compression.h"
#include "elf_object.h"

#define SIZE 1000

// An object whose first section has these bytes.
static struct str make(struct arena *arena, const void *bytes, size_t size, uint64_t flags)
{
	struct elf_object object = elf_object_begin(arena, false);

	elf_object_bytes(&object,
			 elf_object_section(&object, ".debug_macro", SHT_PROGBITS, flags, 8), bytes,
			 size);
	return elf_object_finish(&object);
}

// The same with SIZE zeros, compressed.
static struct str make_compressed(struct arena *arena)
{
	static const uint8_t zeros[SIZE];
	struct str plain = make(arena, zeros, SIZE, 0);
	uint8_t bytes[sizeof(Elf64_Chdr) + SIZE] = { 0 };
	size_t size = SIZE;

	cr_assert(compress(plain.data, plain.size, 1, bytes + sizeof(Elf64_Chdr), &size));
	cr_assert(size > 0 && size < SIZE / 10);
	bytes[offsetof(Elf64_Chdr, ch_type)] = ELFCOMPRESS_ZLIB;
	put64(bytes + offsetof(Elf64_Chdr, ch_size), SIZE, false);
	bytes[offsetof(Elf64_Chdr, ch_addralign)] = 1;
	return make(arena, bytes, sizeof(Elf64_Chdr) + size, SHF_COMPRESSED);
}

Test(compression, gives_as_many_bytes_as_are_wanted)
{
	struct arena arena;
	struct str object, before;

	arena_init(&arena, SIZE_MAX);
	object = make_compressed(&arena);
	before = (struct str){ arena_strndup(&arena, object.data, object.size), object.size };
	for (size_t size = SIZE - 1; size <= SIZE + 1; size++) {
		uint8_t bytes[SIZE + 1];

		memset(bytes, 1, sizeof(bytes));
		cr_expect_eq(decompress(object.data, object.size, 1, bytes, size), size == SIZE,
			     "%zu", size);
		cr_expect_eq(bytes[0], size != SIZE, "%zu", size);
		cr_expect(str_equal(object, before), "it may be mapped, and is read again");
	}
	arena_deinit(&arena);
}
