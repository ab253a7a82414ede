/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE // madvise()
#include "arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "integers.h"

// Bytes of chunks, including their heads. An arena first gets a small chunk and those that others
// gave back, then whole ones.
#define SMALL_SIZE (256 * 1024)
#define CHUNK_SIZE (4 * 1024 * 1024)
// Bytes of the mapping that is cut into small chunks.
#define SHARED_SIZE (4 * SMALL_SIZE)
// The size of a huge page on most machines. Elsewhere just an alignment.
#define HUGE_PAGE_SIZE (2 * 1024 * 1024)
// At least the page size of any machine.
#define PAGE_SIZE_MAX (64 * 1024)
// An allocation of this size or more gets its own chunk, unless it fits the newest one.
#define LARGE_SIZE (1024 * 1024)
// Smaller blocks are not worth keeping. At least sizeof(struct arena_spare).
#define SPARE_SIZE_MIN 128

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(memory, size)   ((void)(memory), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(memory, size) ((void)(memory), (void)(size))
#endif

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	size_t had;     // bytes of it that were allocated when it was given back
	bool is_single; // has one allocation only
	bool is_part;   // is part of the root's mapping
	alignas(max_align_t) char bytes[];
};

// Spare memory: freed, or left over in a chunk. Its content is undefined.
struct arena_spare {
	struct arena_spare *next;
	size_t size;
};

static void *map_pages(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

// Map @size bytes, aligned for huge pages: page faults of small pages are a tenth of the time of a
// large link. What is mapped around them for the alignment is unmapped. Without huge pages nothing
// is lost.
static void *map_huge_pages(size_t size)
{
	char *pages = map_pages(size + HUGE_PAGE_SIZE);
	size_t before = -(uintptr_t)pages % HUGE_PAGE_SIZE;

	if (!pages)
		return NULL;
	if (before)
		munmap(pages, before);
	munmap(pages + before + size, HUGE_PAGE_SIZE - before);
	madvise(pages + before, size, MADV_HUGEPAGE);
	return pages + before;
}

// Map zeroed memory. Unlike with calloc() of used memory, pages that are never used are never
// touched.
static void *map(size_t size)
{
	return size < HUGE_PAGE_SIZE ? map_pages(size) : map_huge_pages(size);
}

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){ .limit = limit };
}

struct arena *arena_nest(struct arena *parent)
{
	struct arena *arena = arena_new(parent, struct arena);

	arena_init(arena, SIZE_MAX);
	arena->account = parent->account ? parent->account : parent;
	arena->exhausted = parent->exhausted;
	arena->root = parent->root ? parent->root : parent;
	arena->sibling = parent->nested;
	parent->nested = arena;
	return arena;
}

// The arena that accounts for @arena.
static struct arena *account_of(struct arena *arena)
{
	return arena->account ? arena->account : arena;
}

void arena_share_account(struct arena *arena, struct arena *other)
{
	arena->account = account_of(other);
	arena->exhausted = other->exhausted;
}

void arena_stand_alone(struct arena *arena)
{
	if (!arena->account)
		return;
	// Move the bytes of the chunks from the other account to this one.
	for (struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->older) {
		arena->account->used -= chunk->size;
		arena->used += chunk->size;
	}
	arena->account = NULL;
	arena->exhausted = NULL;
}

bool arena_has_room(const struct arena *arena, size_t size)
{
	const struct arena *account = account_of((struct arena *)arena);

	return account->used <= account->limit && size <= account->limit - account->used;
}

static void give_chunk(struct arena *root, struct arena_chunk *chunk)
{
	if (!chunk->is_part) {
		ASAN_UNPOISON_MEMORY_REGION(chunk, chunk->had);
		munmap(chunk, chunk->size);
		return;
	}
	ASAN_POISON_MEMORY_REGION(chunk->bytes, chunk->had - sizeof(*chunk));
	chunk->older = root->unused;
	root->unused = chunk;
}

static void give_shared(struct arena *root)
{
	for (struct arena_chunk *chunk = root->unused; chunk; chunk = chunk->older)
		ASAN_UNPOISON_MEMORY_REGION(chunk, chunk->had);
	munmap(root->shared, SHARED_SIZE);
}

// Arenas nest as deep as functions that make one call each other.
void arena_deinit(struct arena *arena) // NOLINT(misc-no-recursion)
{
	struct arena_chunk *chunk = arena->chunks;

	// The nested structs are in the memory of this arena.
	for (struct arena *nested = arena->nested; nested; nested = nested->sibling)
		arena_deinit(nested);
	if (chunk)
		chunk->had = (size_t)(arena->next - (char *)chunk);
	while (chunk) {
		struct arena_chunk *older = chunk->older;

		account_of(arena)->used -= chunk->size;
		give_chunk(arena->root ? arena->root : arena, chunk);
		chunk = older;
	}
	if (arena->shared)
		give_shared(arena);
	*arena = (struct arena){
		.limit = arena->limit,
		.account = arena->account,
		.sibling = arena->sibling,
		.root = arena->root,
	};
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

void arena_give_up(struct arena *arena)
{
	assert(arena->exhausted && "allocation outside arena_protect()");
	longjmp(*arena->exhausted, 1);
}

// Take a small chunk that was given back, cleared.
static struct arena_chunk *take_unused(struct arena *root)
{
	struct arena_chunk *chunk = root->unused;

	root->unused = chunk->older;
	ASAN_UNPOISON_MEMORY_REGION(chunk, chunk->had);
	memset(chunk->bytes, 0, chunk->had - sizeof(*chunk));
	return chunk;
}

// Cut a new small chunk from the mapping; NULL when that is used up.
static struct arena_chunk *take_part(struct arena *root)
{
	struct arena_chunk *chunk;

	if (!root->shared)
		root->shared = map(SHARED_SIZE);
	if (!root->shared || root->shared_used == SHARED_SIZE)
		return NULL;
	chunk = (struct arena_chunk *)(root->shared + root->shared_used);
	root->shared_used += SMALL_SIZE;
	chunk->size = SMALL_SIZE;
	chunk->is_part = true;
	return chunk;
}

// Get a chunk of @size bytes; NULL when there is no memory.
static struct arena_chunk *take_chunk(struct arena *root, size_t size)
{
	struct arena_chunk *chunk = NULL;

	if (size == SMALL_SIZE)
		chunk = root->unused ? take_unused(root) : take_part(root);
	if (chunk)
		return chunk;
	chunk = map(size);
	if (chunk)
		chunk->size = size;
	return chunk;
}

// Make a chunk with room for @size bytes, and for nothing else when it @is_single.
static struct arena_chunk *make_chunk(struct arena *arena, size_t size, bool is_single)
{
	struct arena *root = arena->root ? arena->root : arena;
	size_t needed = align_up(size + sizeof(struct arena_chunk), PAGE_SIZE_MAX), wanted = needed;
	struct arena_chunk *chunk;

	if (!is_single && needed <= SMALL_SIZE && (!arena->chunks || root->unused))
		wanted = SMALL_SIZE;
	else if (!is_single && needed < CHUNK_SIZE)
		wanted = CHUNK_SIZE;
	if (!arena_has_room(arena, wanted))
		arena_give_up(arena);
	chunk = take_chunk(root, wanted);
	if (!chunk)
		arena_give_up(arena);
	chunk->is_single = is_single;
	chunk->had = wanted;
	account_of(arena)->used += wanted;
	return chunk;
}

// The class of @size: the logarithm of the largest power of two up to it.
static int spare_class(size_t size)
{
	int class = 63 - __builtin_clzll(size);

	return class < ARENA_SPARE_CLASSES ? class : ARENA_SPARE_CLASSES - 1;
}

static void add_spare(struct arena *arena, void *memory, size_t size)
{
	struct arena_spare *spare = memory;

	if (size >= SPARE_SIZE_MIN) {
		int class = spare_class(size);

		ASAN_UNPOISON_MEMORY_REGION(spare, sizeof(*spare));
		*spare = (struct arena_spare){ arena->spares[class], size };
		arena->spares[class] = spare;
		arena->spare_classes |= UINT32_C(1) << class;
	}
	ASAN_POISON_MEMORY_REGION(memory, size);
}

// Take @size bytes from the smallest class whose blocks are all large enough; NULL for none.
static void *take_spare(struct arena *arena, size_t size)
{
	uint32_t classes = arena->spare_classes;
	struct arena_spare *spare;
	size_t left;
	int class;

	if (size < SPARE_SIZE_MIN || size > UINT32_C(1) << (ARENA_SPARE_CLASSES - 1))
		return NULL;
	classes &= -(UINT32_C(1) << spare_class(size - 1)) << 1;
	if (!classes)
		return NULL;
	class = __builtin_ctz(classes);
	spare = arena->spares[class];
	ASAN_UNPOISON_MEMORY_REGION(spare, sizeof(*spare));
	left = spare->size - size;
	arena->spares[class] = spare->next;
	if (!spare->next)
		arena->spare_classes &= ~(UINT32_C(1) << class);
	add_spare(arena, (char *)spare + size, left);
	ASAN_UNPOISON_MEMORY_REGION(spare, size);
	return memset(spare, 0, size);
}

static void add_chunk(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = make_chunk(arena, size, false);

	add_spare(arena, arena->next, (size_t)(arena->end - arena->next));
	chunk->older = arena->chunks;
	arena->chunks = chunk;
	arena->next = chunk->bytes;
	arena->end = (char *)chunk + chunk->size;
}

// Make a chunk for one allocation; it goes behind the newest chunk, which stays in use.
static void *take_large(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = make_chunk(arena, size, true);

	chunk->older = arena->chunks->older;
	arena->chunks->older = chunk;
	return chunk->bytes;
}

// @size rounded up for alignment; at least one byte, so that addresses are unique. Must not
// overflow.
static size_t padded(size_t size)
{
	return align_up(size + !size, alignof(max_align_t));
}

static void *take(struct arena *arena, size_t size)
{
	size_t rounded;
	void *result;

	if (size > SIZE_MAX / 2)
		arena_give_up(arena);
	rounded = padded(size);
	result = take_spare(arena, rounded);
	if (result)
		return result;
	if (rounded > (size_t)(arena->end - arena->next)) {
		if (rounded >= LARGE_SIZE && arena->chunks)
			return take_large(arena, rounded);
		add_chunk(arena, rounded);
	}
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
	// NULL: an empty array has no memory yet.
	if (!memory || (const char *)memory + padded(size) != arena->next ||
	    extended > SIZE_MAX - alignof(max_align_t) ||
	    padded(extended) - padded(size) > (size_t)(arena->end - arena->next))
		return false;
	arena->next += padded(extended) - padded(size);
	return true;
}

// The pointer to the chunk that only has @memory, of @size bytes; NULL when there is none.
static struct arena_chunk **find_single(struct arena *arena, const void *memory, size_t size)
{
	if (size < LARGE_SIZE)
		return NULL;
	for (struct arena_chunk **link = &arena->chunks; *link; link = &(*link)->older) {
		if ((*link)->is_single && (*link)->bytes == memory)
			return link;
	}
	return NULL;
}

void arena_shrink(struct arena *arena, void *memory, size_t size, size_t kept)
{
	size_t left = padded(size) - padded(kept);
	struct arena_chunk **single;

	if (!memory)
		return;
	if ((char *)memory + padded(size) == arena->next) {
		memset((char *)memory + kept, 0, size - kept);
		arena->next -= left;
		return;
	}
	if (left == 0)
		return;
	// A chunk with other allocations is not given back.
	single = find_single(arena, memory, size);
	if (single)
		(*single)->is_single = false;
	add_spare(arena, (char *)memory + padded(kept), left);
}

void arena_release(struct arena *arena, void *memory, size_t size)
{
	struct arena_chunk **single = find_single(arena, memory, size), *chunk;

	if (!memory)
		return;
	if (!single) {
		add_spare(arena, memory, padded(size));
		return;
	}
	chunk = *single;
	*single = chunk->older;
	account_of(arena)->used -= chunk->size;
	munmap(chunk, chunk->size);
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

// Most texts fit the rest of the chunk and are written directly into it.
char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
{
	size_t room = (size_t)(arena->end - arena->next);
	va_list again;
	char *text;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(arena->next, room, format, again);
	va_end(again);
	if (length < 0)
		arena_give_up(arena);
	if ((size_t)length < room) {
		text = arena->next;
		arena->next += padded((size_t)length + 1);
		return text;
	}
	if (room)
		memset(arena->next, 0, room);
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
