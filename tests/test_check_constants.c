/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "elf_text.h"
#include "world.h"

#define CONSTANT "section .rodata A | global object x 8 | quad 1"

/*
 * Code behind "load x", which is r0 = &x at 0x0 and 0x8: instructions as words, the lowest byte of
 * which is the opcode, then come the registers (source, destination), the offset and the constant.
 */
#define STORE(number)   "| quad 0x0" number "7a "       // *(u64 *)(rN) = 0
#define STORE_R1_IN_R0  "| quad 0x107b "                // *(u64 *)(r0) = r1
#define STORE_R0_IN_R1  "| quad 0x017b "                // *(u64 *)(r1) = r0
#define COPY(number)    "| quad 0x0" number "bf "       // rN = r0
#define ATOMIC_ADD      "| quad 0x06db "                // atomic *(r6) += r0
#define FETCH_ADD       "| quad 0x1000006db "           // r0 = fetch_add(r6, r0)
#define EXCHANGE        "| quad 0xf1000076db "          // r0 = cmpxchg(r6, r0, r7)
#define LOAD_ACQUIRE    "| quad 0x100000006db "         // r6 = load_acquire(r0)
#define IF(distance)    "| quad 0x000" distance "0115 " // if r1 == 0 goto +N
#define IF_32(distance) "| quad 0x000" distance "0116 " // if w1 == 0 goto +N

// clang-format off
static const struct {
	const char *name;
	const char *code;
	const char *writes; // offsets of those that are told, in the order of messages
} cases[] = {
	{ "a store", STORE("0"), "0x10" },
	{ "of a register", STORE_R1_IN_R0, "0x10" },
	{ "of the address", STORE_R0_IN_R1, "" },
	{ "through another register", STORE("1"), "" },
	{ "through a copy", COPY("6") STORE("6"), "0x18" },
	{ "of 32 bits", "| quad 0x06bc" STORE("6"), "" },
	{ "that extends 8 bits", "| quad 0x806bf" STORE("6"), "" },
	{ "of what is no address", "| quad 0x10bf" STORE("0"), "" },
	{ "of a constant", "| mov" STORE("0"), "" },
	{ "through a sum", "| quad 0x060f" STORE("6"), "0x18" },
	{ "of 32 bits", "| quad 0x060c" STORE("6"), "" },
	{ "with a constant", "| quad 0x800000007" STORE("0"), "0x18" },
	{ "with a register", "| quad 0x100f" STORE("0"), "0x18" },
	{ "with a constant, of 32 bits", "| quad 0x800000004" STORE("0"), "" },
	{ "through a difference", "| quad 0x800000017" STORE("0"), "0x18" },
	{ "from the address to a number", "| quad 0x061f" STORE("6"), "" },
	{ "through a product", "| quad 0x800000027" STORE("0"), "" },
	{ "through what is read there", "| quad 0x0079" STORE("0"), "" },
	{ "in a register that there is not", COPY("b") STORE("b"), "" },
	{ "in the last one", COPY("a") STORE("a"), "0x18" },

	{ "behind a call", "| helper 5" STORE("0"), "" },
	{ "behind a call, the last argument", COPY("5") "| helper 5" STORE("5"), "" },
	{ "behind a call, what it keeps", COPY("6") "| helper 5" STORE("6"), "0x20" },
	{ "behind the load of a packet", COPY("5") COPY("6") "| quad 0x20" STORE("5") STORE("6"), "0x30" },
	{ "behind the load of a number", COPY("6") "| quad 0x0618 | quad 0" STORE("6") STORE("0"), "0x30" },

	{ "atomic, and the operand stays", COPY("6") ATOMIC_ADD STORE("0"), "0x18 0x20" },
	{ "atomic, and the operand is read", COPY("6") FETCH_ADD STORE("0"), "0x18" },
	{ "an exchange, which reads r0", COPY("6") COPY("7") EXCHANGE STORE("0") STORE("7"), "0x20 0x30" },
	{ "no store, but an atomic load", COPY("6") LOAD_ACQUIRE STORE("6") STORE("0"), "0x28" },

	{ "on one of two ways", IF("1") "| mov" STORE("0"), "0x20" },
	{ "on one of two ways, by 32 bits", IF_32("1") "| mov" STORE("0"), "0x20" },
	{ "on two ways, told once", IF("1") COPY("6") STORE("0"), "0x20" },
	{ "behind a jump", "| jump 1" STORE("0"), "" },
	{ "where a jump leads", "| jump 1 | mov" STORE("0"), "0x20" },
	{ "behind a far jump", "| gotol 1" STORE("0"), "" },
	{ "behind the end", COPY("6") "| exit" STORE("6"), "" },
	{ "behind a jump by a table", COPY("6") "| gotox" STORE("6"), "" },
	{ "in the next round", STORE("6") COPY("6") "| jump -3", "0x10" },
	{ "before the address is taken", "| jump -4" STORE("0"), "" },
	{ "beyond the function's end", "| jump 100" STORE("0"), "" },
};
// clang-format on

// The offsets of messages, which are all of this kind.
static char *offsets(struct world *world)
{
	char *found = arena_alloc(&world->arena, 256);

	*found = '\0';
	for (const char *line = world_messages(world); *line; line = strchr(line, '\n') + 1) {
		unsigned int offset;

		cr_assert_eq(sscanf(line, "b.o:(.text+%x): warning: 'x' is written here,", &offset),
			     1, "%s", line);
		sprintf(found + strlen(found), "%s0x%x", *found ? " " : "", offset);
	}
	return found;
}

Test(constants, are_not_written)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		const char *text, *found;

		world_begin(&world);
		// Long enough for all; what is left does nothing.
		text = arena_format(
			&world.arena,
			"section .text AX | global func f 72 | load x %s | exit | exit | "
			"exit | exit | exit | exit | exit",
			cases[i].code);
		world_add(&world, elf_text(&world.arena, false, CONSTANT));
		world_add(&world, elf_text(&world.arena, false, text));
		cr_expect(world_run(&world, check_constants), "%s", cases[i].name);
		found = offsets(&world);
		cr_expect_str_eq(found, cases[i].writes, "%s: %s", cases[i].name, found);
		world_deinit(&world);
	}
}

// What may be written, or is known to be constant where it is written.
Test(constants, are_those_of_others)
{
#define WRITER "section .text AX | global func f 32 | load x" STORE("0") "| exit"
	static const struct {
		const char *name;
		const char *texts[4];
		bool told;
	} places[] = {
		{ "of another object", { CONSTANT, WRITER }, true },
		{ "of another object, in a section of its own",
		  { "section .rodata.x A | global object x 8 | quad 1", WRITER },
		  true },
		{ "a variable",
		  { "section .data WA | global object x 8 | quad 1", WRITER },
		  false },
		{ "of the same object", { "section .text AX", CONSTANT " | " WRITER }, false },
		{ "nowhere", { "section .text AX", WRITER }, false },
		{ "in code that another definition replaces",
		  { CONSTANT, "section .text AX | weak func f 32 | load x" STORE("0") "| exit",
		    "section .text AX | global func f 8 | exit" },
		  false },
		{ "a function without a write",
		  { CONSTANT, "section .text AX | global func f 32 | load x | mov | exit" },
		  false },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct world world;

		world_init(&world, false, places[i].texts);
		world_run(&world, check_constants);
		cr_expect_eq(strstr(world_messages(&world), "is written here") != NULL,
			     places[i].told, "%s: %s", places[i].name, world_messages(&world));
		world_deinit(&world);
	}
}
