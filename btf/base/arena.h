/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that lives as long as one link and is given back as a whole, or nearly: what large arrays
 * outgrow goes back earlier, and what smaller ones do is used again.
 *
 * An allocation never returns NULL. When memory runs out the arena jumps back to the innermost
 * arena_protect() that is active on it, which returns false there: one check per link in place of
 * one per allocation, and no abort() in somebody else's process. What must be closed as well
 * (files, mappings) is therefore recorded in structures that the protected caller still holds.
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

// Of spare memory; the last is of this power of two and more.
#define ARENA_SPARE_CLASSES 32

struct arena {
	struct arena_chunk *chunks; // newest first; NULL when nothing was allocated yet
	char *next;                 // first free byte of the newest chunk
	char *end;                  // one past the last byte of the newest chunk
	struct arena_spare *spares[ARENA_SPARE_CLASSES]; // by the power of two of their size
	uint32_t spare_classes;                          // bits: which of these there are
	struct arena *account; // whose `used` and `limit` hold for it; NULL: its own
	size_t used;           // bytes of chunks, of its own and of those with its account
	size_t limit;          // most bytes that these may have; SIZE_MAX for no limit
	jmp_buf *exhausted;    // where to go when memory runs out; set by arena_protect()
	struct arena *nested;  // newest first
	struct arena *sibling; // in the list of nested ones
	struct arena *root;    // that small chunks come from; NULL: itself

	// Of a root:
	char *shared;               // a mapping that small chunks are made of; NULL: none yet
	size_t shared_used;         // bytes of it that some chunk had
	struct arena_chunk *unused; // small chunks that nested arenas gave back
};

/** Make an empty arena whose chunks have at most @limit bytes (SIZE_MAX: no limit). */
void arena_init(struct arena *arena, size_t limit);

/**
 * An empty arena in @parent, for what is not needed as long: given back with @parent at the latest.
 * Memory runs out in it as it does in @parent, and counts there.
 */
struct arena *arena_nest(struct arena *parent);

/**
 * From now on what @arena, which is empty and nested in none, has counts as memory of @other, and
 * runs out as that does. It ends with arena_stand_alone(), before @other does.
 */
void arena_share_account(struct arena *arena, struct arena *other);

/** Keep the memory of @arena, which another accounted for. There is no limit any more. */
void arena_stand_alone(struct arena *arena);

/** Whether @size bytes more, of any allocator, would be within the limit. */
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

/** Do as when memory runs out, for what has no room of another kind. */
void arena_give_up(struct arena *arena) __attribute__((noreturn));

/** @size zeroed bytes, aligned for any type. A size of 0 gives a unique address. */
void *arena_alloc(struct arena *arena, size_t size);

/** @count zeroed elements of @size bytes each; a product that overflows is out of memory. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

/**
 * Make the last allocation, of @size bytes at @memory, one of @extended bytes, which are more; what
 * is new is zero. False when it is not the last one or its chunk has no room.
 */
bool arena_extend(struct arena *arena, const void *memory, size_t size, size_t extended);

/** Only the first @kept of the @size bytes at @memory, which may be NULL, are needed any more. */
void arena_shrink(struct arena *arena, void *memory, size_t size, size_t kept);

/**
 * Nobody uses the allocation of @size bytes at @memory, which may be NULL, any more. When it is
 * large, its memory goes back to the system; other allocations may get it else.
 */
void arena_release(struct arena *arena, void *memory, size_t size);

/** A NUL-terminated copy of @string. */
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
