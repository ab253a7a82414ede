/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "call_trees.h"
#include "world.h"

// Instructions as words, the lowest byte of which is the opcode, then come the registers (source,
// destination), the offset and the constant.
#define STORE_16  "| quad 0xfff01a7b " // *(u64 *)(r10 - 16) = r1
#define STORE_96  "| quad 0xffa01a7b " // *(u64 *)(r10 - 96) = r1
#define STORE_128 "| quad 0xff801a7b " // and so on
#define STORE_256 "| quad 0xff001a7b "
#define STORE_504 "| quad 0xfe081a7b "
#define STORE_512 "| quad 0xfe001a7b "
#define COPY      "| quad 0xa2bf "                  // r2 = r10
#define MINUS_24  "| word 0x207 | word 0xffffffe8 " // r2 += -24
#define KEEP      "| quad 0x26bf "                  // r6 = r2
#define MAY_GOTO  "| quad 0x00e5 "
#define TAIL_CALL "| helper 12 "

static void trees_of(struct world *world, const char *const texts[], struct call_trees *trees)
{
	world_init(world, false, texts);
	cr_assert(world_run(world, lay_out), "%s", world_messages(world));
	call_trees_init(trees, &world->linker, &world->arena);
}

// clang-format off
static const struct {
	const char *name;
	const char *code;
	uint32_t stack, added;
} frames[] = {
	{ "none", "", 0, 0 },
	{ "a store", STORE_16, 16, 0 },
	{ "a store of a constant", "| quad 0xfff00a7a", 16, 0 },
	{ "a load", "| quad 0xffe8a179", 24, 0 },
	{ "of a part of a word", "| quad 0xffff1a73", 8, 0 },
	{ "the lowest", STORE_96 STORE_16, 96, 0 },
	{ "an atomic store", "| quad 0xffe01adb", 32, 0 },
	{ "an atomic load", "| quad 0x100ffe0a1db", 32, 0 },
	{ "a store elsewhere", "| quad 0xfff0127b", 0, 0 },
	{ "a load above", "| quad 0x8a179", 0, 0 },

	{ "an address", COPY MINUS_24, 24, 0 },
	{ "an address by a difference", COPY "| quad 0x1800000217", 24, 0 },
	{ "an address in two steps", COPY MINUS_24 "| word 0x207 | word 0xfffffff8", 32, 0 },
	{ "of a copy", COPY KEEP "| word 0x607 | word 0xffffffe0", 32, 0 },
	{ "a store through it", COPY MINUS_24 "| quad 0xfff0127b", 40, 0 },
	{ "a load through it", COPY MINUS_24 "| quad 0xfff02179", 40, 0 },
	{ "an index added", COPY "| quad 0x120f" MINUS_24, 24, 0 },
	{ "added to an index", COPY "| quad 0x210f | word 0x107 | word 0xffffffe0", 32, 0 },
	{ "a number below zero added", "| word 0x2b7 | word 0xffffffe8 | quad 0xa20f", 24, 0 },
	{ "the same the other way", COPY "| word 0x3b7 | word 0xffffffe8 | quad 0x320f", 24, 0 },
	{ "of two bits, less some", "| quad 0x300000257 | quad 0x1800000217 | quad 0xa20f", 24, 0 },
	{ "of any bits, less some", "| word 0x257 | word 0xfffffff8 | quad 0x1800000217 | quad 0xa20f", 0, 0 },
	{ "something else added", "| word 0x207 | word 0xffffffe8", 0, 0 },
	{ "a part of it", "| quad 0xa2bc" MINUS_24, 0, 0 },
	{ "of another address space", "| quad 0x1a2bf" MINUS_24, 0, 0 },
	{ "a product", COPY "| quad 0x200000227" MINUS_24, 0, 0 },
	{ "overwritten", COPY "| quad 0x02b7" MINUS_24, 0, 0 },
	{ "overwritten by a load", COPY "| quad 0x1279" MINUS_24, 0, 0 },
	{ "overwritten by an exchange", COPY "| quad 0x10000213db" MINUS_24, 24, 0 },
	{ "which gives the old value", COPY "| quad 0x10000023db" MINUS_24, 24, 0 },
	{ "overwritten by what was fetched", COPY "| quad 0x1000023db" MINUS_24, 0, 0 },
	{ "lost by a call", COPY "| helper 5" MINUS_24, 0, 0 },
	{ "kept over a call", COPY KEEP "| helper 5 | word 0x607 | word 0xffffffe0", 32, 0 },
	{ "lost by a load of a packet", COPY "| quad 0x20" MINUS_24, 0, 0 },
	{ "behind a jump that may not be taken", COPY "| quad 0x10115" MINUS_24, 24, 0 },
	{ "behind a jump", COPY "| jump 1" MINUS_24, 0, 0 },
	{ "behind a far jump", COPY "| gotol 1" MINUS_24, 0, 0 },
	{ "behind the end", COPY "| exit" MINUS_24, 0, 0 },
	{ "the frame pointer itself, which nobody may change", "| word 0xa07 | word 0xffffffe8", 0, 0 },
	{ "a constant that looks like a store", "| quad 0x0118 | word 0x0 | word 0xfff01a7b", 0, 0 },
	{ "far below all limits", COPY "| word 0x207 | word 0x80000000", 1 << 24, 0 },

	{ "a loop", STORE_16 "| helper 181", 16, 24 },
	{ "may_goto", MAY_GOTO, 0, 16 },
	{ "both", MAY_GOTO "| helper 181", 0, 40 },
};

#define CHAIN(from, to) "| local func " from " 24 " STORE_96 "| call " to " | exit "
#define LEAF(name)      "| local func " name " 16 " STORE_96 "| exit "
#define TEXT            "| section .text AX "

// Programs as "name: instructions/functions/stack/frames/tail calls way".
static const struct {
	const char *name;
	const char *texts[3];
	const char *programs;
	const char *messages;
} cases[] = {
	{ "no program", { "section .text AX | global func f 8 | exit" }, "", "" },
	{ "a program", { "section xdp AX | global func p 16 " STORE_16 "| exit" }, "p: 2/1/16/1/0 p 16\n", "" },
	{ "two programs", { "section xdp AX | global func p 8 | exit | global func q 16 " STORE_16 "| exit" },
	  "p: 1/1/0/1/0 p 0\nq: 2/1/16/1/0 q 16\n", "" },
	{ "a static one", { "section xdp AX | local func p 8 | exit" }, "p: 1/1/0/1/0 p 0\n", "" },
	{ "what is no function", { "section xdp AX | global func p 8 | exit | mov" }, "p: 1/1/0/1/0 p 0\n", "" },
	{ "a call", { "section xdp AX | global func p 24 " STORE_16 "| call f | exit", "section .text AX | global func f 16 " STORE_16 "| exit" },
	  "p: 5/2/32/2/0 p 16 + f 16\n", "" },
	{ "a call of a weak function",
	  { "section xdp AX | global func p 16 | call f | exit | section .text AX | weak func f 8 | exit",
	    "section .text AX | global func f 16 " STORE_16 "| exit" },
	  "p: 4/2/16/2/0 p 0 + f 16\n", "" },
	{ "a call without a relocation", { "section .text AX | global func g 16 | near 1 | exit | local func f 16 " STORE_16 "| exit"
	  "| section xdp AX | global func p 16 | call g | exit" },
	  "p: 6/3/16/3/0 p 0 + g 0 + f 16\n", "" },
	{ "a call of the kernel", { "section xdp AX | global func p 16 | call k | exit" }, "p: 2/1/0/1/0 p 0\n", "" },
	{ "two calls", { "section xdp AX | global func p 24 | call f | call f | exit" TEXT LEAF("f") }, "p: 5/2/96/2/0 p 0 + f 96\n", "" },
	{ "the deeper of two", { "section xdp AX | global func p 24 | call f | call g | exit" TEXT LEAF("f") "| local func g 16" STORE_128 "| exit" },
	  "p: 7/3/128/2/0 p 0 + g 128\n", "" },
	{ "not the longer one", { "section xdp AX | global func p 24 | call f | call g | exit" TEXT
	  "| local func f 16 | call h | exit | local func h 8 | exit | local func g 16" STORE_128 "| exit" },
	  "p: 8/4/128/3/0 p 0 + g 128\n", "" },
	{ "frames are multiples of 16", { "section xdp AX | global func p 24 | quad 0xfff81a7b | call f | exit" TEXT "| local func f 16 | quad 0xffe81a7b | exit" },
	  "p: 5/2/48/2/0 p 16 + f 32\n", "" },
	{ "what the kernel adds is not limited", { "section xdp AX | global func p 24" STORE_504 MAY_GOTO "| exit" }, "p: 3/1/512/1/0 p 512\n", "" },
	{ "a callback", { "section xdp AX | global func p 40 " STORE_16 "| load f | helper 181 | exit" TEXT LEAF("f") },
	  "p: 7/2/112/2/0 p 16 + f 96\n", "" },
	{ "a timer's callback", { "section xdp AX | global func p 48 " STORE_128 "| load f | quad 0x02bf | helper 170 | exit" TEXT LEAF("f") },
	  "p: 8/2/128/1/0 p 128\n", "" },
	{ "with more stack than the program", { "section xdp AX | global func p 48 " STORE_16 "| load f | quad 0x02bf | helper 170 | exit" TEXT CHAIN("f", "g") LEAF("g") },
	  "p: 11/3/192/2/0 f 96 + g 96\n", "" },
	{ "a kernel function's callback", { "section xdp AX | global func p 48 " STORE_128 "| load f | quad 0x02bf | call bpf_wq_set_callback_impl | exit" TEXT LEAF("f") },
	  "p: 8/2/128/1/0 p 128\n", "" },
	{ "another kernel function's", { "section xdp AX | global func p 48 " STORE_128 "| load f | quad 0x02bf | call bpf_rbtree_add_impl | exit" TEXT LEAF("f") },
	  "p: 8/2/224/2/0 p 128 + f 96\n", "" },
	{ "a callback that is called as well", { "section xdp AX | global func p 56 " STORE_128 "| load f | quad 0x02bf | helper 170 | call f | exit" TEXT LEAF("f") },
	  "p: 9/2/224/2/0 p 128 + f 96\n", "" },
	{ "a timer that sets itself", { "section xdp AX | global func p 16 | call f | exit" TEXT "| local func f 40 | load f | quad 0x02bf | helper 170 | exit" },
	  "p: 7/2/0/2/0 p 0 + f 0\n", "" },
	{ "an exception's callback", { "btf | section tc AX | global func p 8 | exit | tag p exception_callback:c | section .text AX | global func c 16" STORE_16 "| exit" },
	  "p: 3/2/16/1/0 c 16\n", "" },

	{ "eight frames", { "section xdp AX | global func a 16 | call b | exit" TEXT CHAIN("b", "c") CHAIN("c", "d") CHAIN("d", "e") CHAIN("e", "f") LEAF("f")
	  "| section tc AX | global func q 16 | call r | exit" TEXT "| local func r 16 | call s | exit | local func s 16 | call t | exit | local func t 16 | call u | exit |"
	  "local func u 16 | call v | exit | local func v 16 | call w | exit | local func w 16 | call x | exit | local func x 8 | exit" },
	  "a: 16/6/480/6/0 a 0 + b 96 + c 96 + d 96 + e 96 + f 96\nq: 15/8/0/8/0 q 0 + r 0 + s 0 + t 0 + u 0 + v 0 + w 0 + x 0\n", "" },
	{ "nine frames", { "section xdp AX | global func a 16 | call b | exit" TEXT "| local func b 16 | call c | exit | local func c 16 | call d | exit |"
	  "local func d 16 | call e | exit | local func e 16 | call f | exit | local func f 16 | call g | exit | local func g 16 | call h | exit |"
	  "local func h 16 | call i | exit | local func i 8 | exit" },
	  "a: 17/9/0/9/0 a 0 + b 0 + c 0 + d 0 + e 0 + f 0 + g 0 + h 0 + i 0\n",
	  "a.o:(xdp+0x0): warning: 'a' takes 9 frames, of which kernels give 8: a > b > c > d > e > f > g > h > i; call less "
	  "deep, or make functions inline\n" },
	{ "512 bytes", { "section xdp AX | global func p 24" STORE_256 "| call f | exit" TEXT "| local func f 16" STORE_256 "| exit" },
	  "p: 5/2/512/2/0 p 256 + f 256\n", "" },
	{ "more", { "section xdp AX | global func p 24" STORE_16 "| call f | exit" TEXT "| local func f 16" STORE_504 "| exit" },
	  "p: 5/2/528/2/0 p 16 + f 512\n",
	  "a.o:(xdp+0x0): warning: 'p' takes 528 bytes of stack, of which kernels give 512: p 16 + f 512; put large variables "
	  "into maps, or make the way shorter\n" },
	{ "where stacks may be private", { "section ?fentry.s/x AX | global func p 24" STORE_16 "| call f | exit" TEXT "| local func f 16" STORE_512 "| exit" },
	  "p: 5/2/528/2/0 p 16 + f 512\n",
	  "a.o:(?fentry.s/x+0x0): warning: 'p' takes 528 bytes of stack, of which kernels give 512, unless they have private "
	  "stacks (since 6.13, on some machines): p 16 + f 512; put large variables into maps, or make the way shorter\n" },
	{ "in a timer", { "section xdp AX | global func p 40 | load f | quad 0x02bf | helper 170 | exit" TEXT "| local func f 24" STORE_16 "| call g | exit | local func g 16" STORE_504 "| exit" },
	  "p: 10/3/528/2/0 f 16 + g 512\n",
	  "a.o:(.text+0x0): warning: 'f' takes 528 bytes of stack, of which kernels give 512: f 16 + g 512; put large variables "
	  "into maps, or make the way shorter\n" },
	{ "a tail call", { "section xdp AX | global func p 24" STORE_512 TAIL_CALL "| exit" }, "p: 3/1/512/1/1 p 512\n", "" },
	{ "in a function", { "section xdp AX | global func p 24" STORE_128 "| call f | exit" TEXT "| local func f 24 " STORE_256 TAIL_CALL "| exit" },
	  "p: 6/2/384/2/1 p 128 + f 256\n", "" },
	{ "too deep", { "section xdp AX | global func p 24" STORE_128 "| call f | exit" TEXT "| local func f 24 " STORE_128 "| call g | exit | local func g 24" TAIL_CALL TAIL_CALL "| exit" },
	  "p: 9/3/256/3/2 p 128 + f 128 + g 0\n",
	  "a.o:(xdp+0x0): warning: 'p' has 256 bytes of stack above a function with a tail call, where kernels allow less than "
	  "256: p > f > g; put large variables into maps, or make the way shorter\n" },
	{ "below one", { "section xdp AX | global func p 24" STORE_16 "| call f | exit" TEXT "| local func f 32 " STORE_256 TAIL_CALL "| call g | exit | local func g 16" STORE_16 "| exit" },
	  "p: 9/3/288/3/1 p 16 + f 256 + g 16\n", "" },

	{ "recursion", { "section xdp AX | global func p 16 | call f | exit" TEXT CHAIN("f", "f") },
	  "p: 5/2/96/2/0 p 0 + f 96, calls itself\n",
	  "a.o:(.text+0x0): warning: 'f' calls itself, which kernels refuse; use a loop\n" },
	{ "recursion, told once", { "section xdp AX | global func p 16 | call f | exit | global func q 16 | call g | exit" TEXT CHAIN("f", "g") CHAIN("g", "f") },
	  "p: 8/3/192/3/0 p 0 + f 96 + g 96, calls itself\nq: 8/3/96/2/0 q 0 + g 96, calls itself\n",
	  "a.o:(.text+0x0): warning: 'f' calls itself, through 'g', which kernels refuse; use a loop\n" },
	{ "recursion by a callback", { "section xdp AX | global func p 16 | call f | exit" TEXT "| local func f 32 | load f | helper 181 | exit" },
	  "p: 6/2/0/2/0 p 0 + f 0, calls itself\n",
	  "a.o:(.text+0x0): warning: 'f' calls itself, which kernels refuse; use a loop\n" },
};
// clang-format on

Test(call_trees, have_frames)
{
	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
		struct world world;
		struct call_trees trees;
		const struct call_function *function;
		char text[512];

		// Long enough for all; what is left does nothing.
		snprintf(text, sizeof(text), "section xdp AX | global func p 64 %s%s",
			 frames[i].code, "| exit | exit | exit | exit | exit | exit | exit | exit");
		trees_of(&world, (const char *[]){ text, NULL }, &trees);
		function = &trees.functions.items[0];
		cr_expect_eq(function->stack, frames[i].stack, "%s: %" PRIu32, frames[i].name,
			     function->stack);
		cr_expect_eq(function->added, frames[i].added, "%s: %" PRIu32, frames[i].name,
			     function->added);
		world_deinit(&world);
	}
}

static const char *programs_of(struct call_trees *trees)
{
	struct text text = { .arena = trees->arena };

	for (uint32_t i = 0; i < trees->functions.count; i++) {
		struct call_tree tree;

		if (!call_is_entry(trees, i))
			continue;
		call_tree_init(&tree, trees, i);
		text_format(&text,
			    "%s: %" PRIu64 "/%" PRIu32 "/%" PRIu64 "/%" PRIu32 "/%" PRIu32 " ",
			    call_name(trees, i), tree.instructions, tree.count, tree.depth,
			    tree.frames, tree.tail_calls);
		call_add_way(&text, trees, tree.root);
		text_string(&text, tree.recursive ? ", calls itself\n" : "\n");
	}
	text_bytes(&text, "", 1);
	return text.data;
}

Test(call_trees, are_what_a_program_takes)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		struct call_trees trees;
		const char *programs;

		trees_of(&world, cases[i].texts, &trees);
		programs = programs_of(&trees);
		cr_expect_str_eq(programs, cases[i].programs, "%s: %s", cases[i].name, programs);
		world_deinit(&world);
	}
}

Test(call_trees, are_checked_on_demand)
{
	static const struct bpfld_level_rule rule = { "kernel-stack", BPFLD_AS_REPORTED };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int asked = 0; asked < 2; asked++) {
			const char *messages = asked ? cases[i].messages : "";
			struct world world;
			size_t before;

			world_init(&world, false, cases[i].texts);
			world.options.levels = &rule;
			world.options.level_count = (size_t)asked;
			cr_assert(world_run(&world, lay_out), "%s", world_messages(&world));
			before = strlen(world_messages(&world));
			check_stack(&world.linker);
			cr_expect_str_eq(world_messages(&world) + before, messages, "%s: %s",
					 cases[i].name, world_messages(&world) + before);
			world_deinit(&world);
		}
	}
}
