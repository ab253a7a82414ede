/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arenas: memory that is allocated piece by piece and freed as a whole when a link ends. Large
 * blocks can be freed earlier; smaller ones are reused.
 *
 * An allocation never returns NULL. When memory runs out, the arena jumps back to the innermost
 * active arena_protect(), which returns false: one check per link instead of one per allocation,
 * and no abort() in the caller's process. Files and mappings that must be closed are therefore
 * recorded in structures that the caller of arena_protect() holds.
 */
#ifndef BPFLD_BASE_ARENA_H
#define BPFLD_BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

struct arena_chunk;
struct arena_spare;

// Classes of spare memory, by power of two; the last one has larger blocks as well.
#define ARENA_SPARE_CLASSES 32

struct arena {
	struct arena_chunk *chunks; // newest first; NULL when nothing was allocated yet
	char *next;                 // first free byte of the newest chunk
	char *end;                  // one past the last byte of the newest chunk
	struct arena_spare *spares[ARENA_SPARE_CLASSES]; // by power of two of their size
	uint32_t spare_classes;                          // bits: which classes have any
	struct arena *account; // the arena whose `used` and `limit` apply; NULL: this one
	size_t used;           // bytes of chunks of this arena and of those that it accounts for
	size_t limit;          // the most bytes that these may have; SIZE_MAX: no limit
	jmp_buf *exhausted;    // where to go when memory runs out; set by arena_protect()
	struct arena *nested;  // newest first
	struct arena *sibling; // in the list of nested ones
	struct arena *root;    // the arena that small chunks come from; NULL: this one

	// Of a root:
	char *shared;               // a mapping that is cut into small chunks; NULL: none yet
	size_t shared_used;         // bytes of it that were given to chunks
	struct arena_chunk *unused; // small chunks that nested arenas gave back
};

/** Make an empty arena whose chunks have at most @limit bytes (SIZE_MAX: no limit). */
void arena_init(struct arena *arena, size_t limit);

/**
 * Make an empty arena nested in @parent, for memory that is freed earlier, or with @parent at the
 * latest. It counts as memory of @parent, and runs out as that does.
 */
struct arena *arena_nest(struct arena *parent);

/**
 * Count the memory of @arena, which must be empty and not nested, as memory of @other, and let it
 * run out as that does. Call arena_stand_alone() before @other ends.
 */
void arena_share_account(struct arena *arena, struct arena *other);

/** End arena_share_account(): @arena keeps its memory and has no limit any more. */
void arena_stand_alone(struct arena *arena);

/** Whether @size more bytes, of any allocator, would be within the limit. */
bool arena_has_room(const struct arena *arena, size_t size);

/** Give all memory back. The arena is empty afterwards and may be used again. */
void arena_deinit(struct arena *arena);

/**
 * Call @function(@argument) such that running out of memory in @arena, or in an arena whose
 * `exhausted` was copied from it, ends the call.
 *
 * @return what the function returned; false, with *@exhausted set, when memory ran out. Variables
 *         of the caller are safe; those of the functions in between are lost.
 */
bool arena_protect(struct arena *arena, bool (*function)(void *argument), void *argument,
		   bool *exhausted);

/** Fail as if out of memory, for limits other than memory, such as an index that would overflow. */
void arena_give_up(struct arena *arena) __attribute__((noreturn));

/** @size zeroed bytes, aligned for any type. A size of 0 gives a unique address. */
void *arena_alloc(struct arena *arena, size_t size);

/** @count zeroed elements of @size bytes each. If the product overflows, memory has run out. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

/**
 * Extend the last allocation, @size bytes at @memory, in place to @extended bytes; new bytes are
 * zero. False when it is not the last one, or its chunk has no room.
 */
bool arena_extend(struct arena *arena, const void *memory, size_t size, size_t extended);

/** Free all but the first @kept of the @size bytes at @memory (may be NULL). */
void arena_shrink(struct arena *arena, void *memory, size_t size, size_t kept);

/**
 * Free the @size bytes at @memory (may be NULL). Large blocks return to the system; smaller ones
 * are reused.
 */
void arena_release(struct arena *arena, void *memory, size_t size);

/** A NUL-terminated copy of the @size bytes at @data. */
char *arena_strndup(struct arena *arena, const char *data, size_t size);

/** The text that printf() would write; NUL-terminated. */
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/** One zeroed object of @type. */
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
/** @count zeroed objects of @type. */
#define arena_new_array(arena, type, count)                                                        \
	((type *)arena_alloc_array((arena), (count), sizeof(type)))

#endif
