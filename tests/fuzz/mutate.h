/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Change one or a few fields of something valid, so that it gets past the first check of a magic
 * number or size and what is behind gets tried. All of these work in place, whatever the bytes are;
 * where nothing is recognised they change any byte.
 */
#ifndef BPFLD_TESTS_FUZZ_MUTATE_H
#define BPFLD_TESTS_FUZZ_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Random numbers that depend on the seed alone.
struct dice {
	uint64_t state;
};

/** A number from 0 to @limit - 1; 0 when @limit is 0. */
uint64_t dice_below(struct dice *dice, uint64_t limit);

/**
 * A field of an ELF header, section header, symbol, relocation, instruction, or of what follows; or
 * there are more records, sections or section groups, if @capacity has room; or sections and names
 * share bytes.
 *
 * @return the new size, @capacity at most; @size where that is the capacity
 */
size_t mutate_object(struct dice *dice, uint8_t *data, size_t size, size_t capacity);

/**
 * A byte or word of a debug section of an object, or a field of a relocation of one; nothing where
 * there is none. Nearly everything else of the object stays as it is.
 */
void mutate_debug(struct dice *dice, uint8_t *data, size_t size);

/**
 * A field of a header or type of a .BTF section, or a byte of a string; or there are layers of
 * types more, as mutate_object() has more records.
 */
size_t mutate_btf(struct dice *dice, uint8_t *data, size_t size, size_t capacity);

/**
 * A field of the header or of a record of a .BTF.ext section, or there are more records or blocks
 * of them.
 */
size_t mutate_btf_ext(struct dice *dice, uint8_t *data, size_t size, size_t capacity);

/**
 * A field of a member's header or the index of an archive, or a field of a member; or members are
 * within each other, or share the bytes of their names.
 */
void mutate_archive(struct dice *dice, uint8_t *data, size_t size);

#endif
