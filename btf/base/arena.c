/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE // madvise()
#include "arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK_SIZE     (16 * 1024)
#define CHUNK_SIZE_MAX (4 * 1024 * 1024)
// Mappings are in pages, and cost a call.
#define MAPPED_SIZE_MIN (256 * 1024)

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	alignas(max_align_t) char bytes[];
};

// Memory for a chunk, zeroed: of large ones by the system, which knows what nobody had yet. So what
// is not used of them is not touched.
static struct arena_chunk *take_chunk(size_t size)
{
	void *chunk;

	if (size < MAPPED_SIZE_MIN)
		return calloc(1, size);
	chunk = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (chunk == MAP_FAILED)
		return NULL;
	// A fault a page is a tenth of the time of a large link. Where there are no huge pages,
	// nothing is lost.
	if (size >= CHUNK_SIZE_MAX)
		madvise(chunk, size, MADV_HUGEPAGE);
	return chunk;
}

static void give_chunk(struct arena_chunk *chunk)
{
	size_t size = sizeof(*chunk) + chunk->size;

	if (size < MAPPED_SIZE_MIN)
		free(chunk);
	else
		munmap(chunk, size);
}

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){ .limit = limit };
}

struct arena *arena_nest(struct arena *parent)
{
	struct arena *arena = arena_new(parent, struct arena);

	arena_init(arena, parent->limit);
	arena->exhausted = parent->exhausted;
	arena->sibling = parent->nested;
	parent->nested = arena;
	return arena;
}

void arena_deinit(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	// They are in this arena's memory themselves.
	for (struct arena *nested = arena->nested; nested; nested = nested->sibling)
		arena_deinit(nested);
	while (chunk) {
		struct arena_chunk *older = chunk->older;

		give_chunk(chunk);
		chunk = older;
	}
	arena->chunks = NULL;
	arena->next = arena->end = NULL;
	arena->used = 0;
	arena->exhausted = NULL;
	arena->nested = NULL;
}

bool arena_protect(struct arena *arena, bool (*function)(void *argument), void *argument,
		   bool *exhausted)
{
	jmp_buf here;
	jmp_buf *outer = arena->exhausted;
	bool result = false;

	*exhausted = false;
	arena->exhausted = &here;
	if (setjmp(here) == 0)
		result = function(argument);
	else
		*exhausted = true;
	arena->exhausted = outer;
	return result;
}

static void arena_give_up(struct arena *arena)
{
	assert(arena->exhausted && "allocation outside arena_protect()");
	longjmp(*arena->exhausted, 1);
}

// Chunks double up to a limit, so that a small link stays small and a large one calls malloc()
// rarely. What is left of the former chunk is lost; a request larger than the next chunk gets one
// of its own size.
static void arena_add_chunk(struct arena *arena, size_t size)
{
	size_t wanted = arena->chunks ? arena->chunks->size * 2 : CHUNK_SIZE;
	struct arena_chunk *chunk;

	if (wanted > CHUNK_SIZE_MAX)
		wanted = CHUNK_SIZE_MAX;
	if (wanted < size)
		wanted = size;
	if (wanted > SIZE_MAX - sizeof(*chunk) || arena->used > arena->limit ||
	    wanted + sizeof(*chunk) > arena->limit - arena->used)
		arena_give_up(arena);
	chunk = take_chunk(sizeof(*chunk) + wanted);
	if (!chunk)
		arena_give_up(arena);
	chunk->older = arena->chunks;
	chunk->size = wanted;
	arena->chunks = chunk;
	arena->next = chunk->bytes;
	arena->end = chunk->bytes + wanted;
	arena->used += sizeof(*chunk) + wanted;
}

// At least one byte, so that addresses are unique. @size is less than SIZE_MAX by an alignment.
static size_t round_up(size_t size)
{
	return (size + !size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

// @size bytes that nobody had before: they are zero.
static void *take(struct arena *arena, size_t size)
{
	size_t rounded;
	void *result;

	if (size > SIZE_MAX - alignof(max_align_t))
		arena_give_up(arena);
	rounded = round_up(size);
	if (rounded > (size_t)(arena->end - arena->next))
		arena_add_chunk(arena, rounded);
	result = arena->next;
	arena->next += rounded;
	return result;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return take(arena, size);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		arena_give_up(arena);
	return take(arena, total);
}

bool arena_extend(struct arena *arena, const void *memory, size_t size, size_t extended)
{
	// An empty array has no memory yet.
	if (!memory || (const char *)memory + round_up(size) != arena->next ||
	    extended > SIZE_MAX - alignof(max_align_t) ||
	    round_up(extended) - round_up(size) > (size_t)(arena->end - arena->next))
		return false;
	arena->next += round_up(extended) - round_up(size);
	return true;
}

char *arena_strndup(struct arena *arena, const char *data, size_t size)
{
	char *copy;

	if (size == SIZE_MAX)
		arena_give_up(arena);
	copy = arena_alloc(arena, size + 1);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		arena_give_up(arena);
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vformat(arena, format, arguments);
	va_end(arguments);
	return text;
}
