/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings that were made to have one hash.
 *
 * XXH3 with a seed adds it to, or subtracts it from, known words. In stripe n of 64 bytes, lane i
 * is xored with word n + i of those, and the product of its halves is added to the state. Two words
 * of one parity differ by the same amount whatever the seed, so that one can guess how they differ
 * by xor where few bits carry. Lanes that differ likewise have equal low halves once they are
 * xored; to flip the upper bit of each then adds to the state what it takes from it, half of the
 * time.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "elf_object.h"
#include "string_table.h"
#include "support/command.h"

#define SIZE        896 // 14 stripes: 0 to 12 come before the state is mixed
#define LANE        8   // bytes
#define STRIPE      64
#define LAST_STRIPE 12
#define PAIRS       300

struct pair {
	char first[SIZE], second[SIZE];
};

static uint64_t next_random(uint64_t *state)
{
	*state = hash_mix(*state + 0x632be59bd9b4e019, *state >> 7) * 0xd6e8feb86659fd93;
	return *state ^ *state >> 29;
}

static uint64_t secret_word(uint32_t index)
{
	uint64_t word;

	memcpy(&word, XXH3_kSecret + index * sizeof(word), sizeof(word));
	return word;
}

// What of the input is xored with two words that are much alike: a lane of stripe 0 and of another.
struct target {
	uint32_t lane, stripe;
	uint32_t difference; // of the words' lower halves
};

// How many bits of a sum with @difference differ from what it was added to, if few carry: those of
// its non-adjacent form.
static int weight(uint32_t difference)
{
	uint64_t wide = difference;

	return __builtin_popcount((uint32_t)((wide * 3 ^ wide) >> 1));
}

static struct target best_target(void)
{
	struct target best = { .difference = 0x55555555 };

	for (uint32_t lane = 0; lane < STRIPE / LANE; lane++) {
		for (uint32_t stripe = 2; stripe <= LAST_STRIPE; stripe += 2) {
			uint32_t difference =
				(uint32_t)secret_word(lane + stripe) - (uint32_t)secret_word(lane);

			if (weight(difference) < weight(best.difference))
				best = (struct target){ lane, stripe, difference };
		}
	}
	return best;
}

static bool has_nul(const char *bytes, size_t size)
{
	return memchr(bytes, '\0', size) != NULL;
}

static void make_pair(struct pair *pair, uint32_t number, uint64_t *random)
{
	struct target target = best_target();
	size_t at = target.lane * LANE, other = at + (size_t)target.stripe * STRIPE;

	do {
		uint32_t low = (uint32_t)next_random(random);
		uint64_t guess = low ^ (low + target.difference);
		uint64_t value = next_random(random) & ~(UINT64_C(1) << 63);
		// Which of the upper bits is set in the words is a guess as well.
		uint64_t upper = (uint64_t)(number & 1) << 63;

		memset(pair->first, 'x', SIZE);
		memcpy(pair->first + at, &value, sizeof(value));
		value ^= guess ^ upper;
		memcpy(pair->first + other, &value, sizeof(value));
		memcpy(pair->second, pair->first, SIZE);
		// The last byte of a lane has its upper bit.
		pair->second[at + LANE - 1] ^= (char)0x80;
		pair->second[other + LANE - 1] ^= (char)0x80;
	} while (has_nul(pair->first, SIZE) || has_nul(pair->second, SIZE));
}

static struct pair *make_pairs(struct arena *arena)
{
	struct pair *pairs = arena_new_array(arena, struct pair, PAIRS);
	uint64_t random = 1;

	for (uint32_t i = 0; i < PAIRS; i++)
		make_pair(&pairs[i], i, &random);
	return pairs;
}

static bool collide_with(const struct pair *pair, uint64_t seed)
{
	XXH128_hash_t a = XXH3_128bits_withSeed(pair->first, SIZE, seed);
	XXH128_hash_t b = XXH3_128bits_withSeed(pair->second, SIZE, seed);

	return a.low64 == b.low64 && a.high64 == b.high64;
}

// Otherwise the next test would show nothing.
Test(collisions, the_pairs_collide_with_many_seeds)
{
	struct arena arena;
	struct pair *pairs;
	uint64_t seed = 7;
	uint32_t hit = 0;

	arena_init(&arena, SIZE_MAX);
	pairs = make_pairs(&arena);
	for (uint32_t i = 0; i < 100; i++) {
		bool any = false;

		next_random(&seed);
		for (uint32_t n = 0; n < PAIRS && !any; n++)
			any = collide_with(&pairs[n], seed);
		hit += any;
	}
	cr_expect_geq(hit, 20, "%u", hit);
	arena_deinit(&arena);
}

Test(collisions, strings_that_are_made_to_collide_are_two)
{
	for (uint32_t i = 0; i < 20; i++) {
		struct strings strings;
		struct arena arena;
		struct pair *pairs;

		arena_init(&arena, SIZE_MAX);
		strings_init(&strings, &arena);
		pairs = make_pairs(&arena);
		for (uint32_t n = 0; n < PAIRS; n++) {
			uint32_t first =
				strings_intern(&strings, (struct str){ pairs[n].first, SIZE });
			uint32_t second =
				strings_intern(&strings, (struct str){ pairs[n].second, SIZE });

			cr_assert_neq(first, second, "pair %u", n);
		}
		cr_expect_eq(strings.strings.count, 1 + 2 * PAIRS);
		arena_deinit(&arena);
	}
}

// How far each value is from where looking for it begins, all together.
static size_t count_steps(const struct table *table)
{
	size_t steps = 0;

	for (size_t i = 0; i < table->capacity; i++) {
		if (table->slots[i].next_value)
			steps += (i - table->slots[i].hash) & (table->capacity - 1);
	}
	return steps;
}

// Numbers in letters.
static struct str name_of(uint32_t number, char room[16])
{
	snprintf(room, 16, "name_%u", number);
	return str_of(room);
}

#define CHOSEN 2000

// Fill @strings with names whose hash with @known has the same low bits.
static void intern_chosen(struct strings *strings, const struct hash_key *known)
{
	uint32_t count = 0;

	for (uint32_t number = 0; count < CHOSEN; number++) {
		char room[16];
		struct str name = name_of(number, room);

		if ((hash_bytes(known, name.data, name.size) & 0xff) != 0)
			continue;
		strings_intern(strings, name);
		count++;
	}
}

Test(collisions, names_chosen_for_another_key_take_few_steps)
{
	struct strings strings;
	struct arena arena;
	struct hash_key known;

	arena_init(&arena, SIZE_MAX);
	// Whoever knows the key can do it.
	strings_init(&strings, &arena);
	known = strings.key;
	intern_chosen(&strings, &known);
	cr_expect_gt(count_steps(&strings.table), 50 * CHOSEN);
	strings_init(&strings, &arena);
	intern_chosen(&strings, &known);
	cr_expect_lt(count_steps(&strings.table), 4 * CHOSEN);
	arena_deinit(&arena);
}

// -------------------------------------------------------------------------------------------------
// Links

// What the 2 * PAIRS functions of a link are called.
struct names {
	char text[2 * PAIRS][SIZE + 1];
};

static struct names *colliding_names(struct arena *arena)
{
	struct names *names = arena_new(arena, struct names);
	const struct pair *pairs = make_pairs(arena);

	for (uint32_t i = 0; i < 2 * PAIRS; i++)
		memcpy(names->text[i], i % 2 ? pairs[i / 2].second : pairs[i / 2].first, SIZE);
	return names;
}

// As long as those, so that only the names of an output are others.
static struct names *ordinary_names(struct arena *arena)
{
	struct names *names = arena_new(arena, struct names);

	for (uint32_t i = 0; i < 2 * PAIRS; i++)
		snprintf(names->text[i], SIZE + 1, "%0*u", SIZE, i);
	return names;
}

static void write_image(struct elf_object *object, const char *path)
{
	struct str image = elf_object_finish(object);

	file_write(path, image.data, image.size);
}

// One that calls each function, in an order of its own.
static void write_caller(struct arena *arena, const struct names *names, const char *path)
{
	static const uint8_t call[8] = { 0x85, 0x10, [4] = 0xff, 0xff, 0xff, 0xff };
	static const uint8_t end[8] = { 0x95 };
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t code =
		elf_object_section(&object, "socket", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);

	elf_object_symbol(&object, "call_all", STB_GLOBAL, STT_FUNC, code, 0,
			  2 * PAIRS * sizeof(call) + sizeof(end));
	for (uint32_t i = 0; i < 2 * PAIRS; i++) {
		const char *name = names->text[(i * 7) % (2 * PAIRS)];

		elf_object_relocation(
			&object, code, elf_object_size(&object, code), 10,
			elf_object_symbol(&object, name, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0));
		elf_object_bytes(&object, code, call, sizeof(call));
	}
	elf_object_bytes(&object, code, end, sizeof(end));
	write_image(&object, path);
}

// One with the functions, each of which returns its number.
static void write_functions(struct arena *arena, const struct names *names, const char *path)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t code =
		elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);

	for (uint32_t i = 0; i < 2 * PAIRS; i++) {
		elf_object_symbol(&object, names->text[i], STB_GLOBAL, STT_FUNC, code, 16 * i, 16);
		elf_object_integer(&object, code, 8, 0xb7 | (uint64_t)i << 32);
		elf_object_integer(&object, code, 8, 0x95);
	}
	write_image(&object, path);
}

static struct bytes link_objects(const char *folder)
{
	const char *argv[] = { BPFLD, "-r", "-o", "out.o", "a.o", "b.o", NULL };
	struct command_result result = command_run(folder, argv);
	char *path = path_join(folder, "out.o");
	struct bytes output = file_read(path);

	cr_assert_eq(result.status, 0, "%s", result.err.data);
	command_result_free(&result);
	free(path);
	return output;
}

static void write_inputs(const char *folder, struct arena *arena, const struct names *names)
{
	char *caller = path_join(folder, "a.o"), *functions = path_join(folder, "b.o");

	write_caller(arena, names, caller);
	write_functions(arena, names, functions);
	free(caller);
	free(functions);
}

// Of each string of @output that is one of @names the one of @others in its place; returns how
// many.
static uint32_t replace_names(struct bytes output, const struct names *names,
			      const struct names *others)
{
	uint32_t replaced = 0;

	for (size_t at = 0, size; at < output.size; at += size + 1) {
		size = strlen(output.data + at);
		for (uint32_t i = 0; size == SIZE && i < 2 * PAIRS; i++) {
			if (memcmp(output.data + at, names->text[i], SIZE) != 0)
				continue;
			memcpy(output.data + at, others->text[i], SIZE);
			replaced++;
			break;
		}
	}
	return replaced;
}

// Each link has another key. With hashes that decide, one of three or so would tell that something
// is defined twice, or have a call go elsewhere.
Test(collisions, names_that_are_made_to_collide_link_like_others)
{
	struct names *ordinary, *colliding;
	char *folder = folder_create();
	struct bytes expected, output;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	ordinary = ordinary_names(&arena);
	colliding = colliding_names(&arena);
	write_inputs(folder, &arena, ordinary);
	expected = link_objects(folder);
	write_inputs(folder, &arena, colliding);
	for (uint32_t i = 0; i < 20; i++) {
		output = link_objects(folder);
		cr_assert_eq(replace_names(output, colliding, ordinary), 2 * PAIRS);
		cr_assert_eq(output.size, expected.size);
		cr_assert_eq(memcmp(output.data, expected.data, output.size), 0, "link %u", i);
		free(output.data);
	}
	free(expected.data);
	folder_remove(folder);
	free(folder);
	arena_deinit(&arena);
}
