/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

#define CALLER(section) "section " section " AX | global func d 16 | call p | exit"
#define F(section)      "section " section " AX | global func f 8 | exit"
#define PLACE(section)  "b.o:(" section "+0x0): "
#define CALLED(section, caller, object, other)                                                     \
	PLACE(section)                                                                             \
	"error: 'f' is a program of section '" section "', but '" caller "' of '" object           \
	"', which calls it, one of section '" other "': "
#define KIND "they get different contexts; bind it where programs of its own kind call it\n"
#define FLAG                                                                                       \
	"it would run with the rights of its caller; compile both for one, or allow that with "    \
	"--bind-any-section\n"
#define THROWS                                                                                     \
	PLACE("xdp")                                                                               \
	"warning: 'f' may throw an exception (bpf_throw), which ends the programs that call it "   \
	"as well; return a verdict instead\n"
#define WANTED(place)                                                                              \
	place ": error: 'f' is wanted as a program here, but --bind makes a function of it; "      \
	      "leave "                                                                             \
	      "one out, or compile the file once more for the other\n"

// clang-format off
static const struct {
	const char *name; // "in any section": with --bind-any-section
	const char *texts[WORLD_OBJECTS + 1];
	const char *messages;
} cases[] = {
	{ "of one kind", { CALLER("xdp"), F("xdp") }, "" },
	{ "of one kind, for other targets", { CALLER("kprobe/a"), F("kretprobe/b") }, "" },
	{ "of one kind by two names", { CALLER("tc"), F("classifier/x") }, "" },
	{ "to be loaded later", { CALLER("?xdp"), F("xdp") }, "" },
	{ "of another kind", { CALLER("tc"), F("xdp") }, CALLED("xdp", "d", "a.o", "tc") KIND },
	{ "of another kind, in any section", { CALLER("tc"), F("xdp") }, CALLED("xdp", "d", "a.o", "tc") KIND },
	{ "of unknown kinds", { CALLER("mine"), F("xdp") }, "" },
	{ "of an unknown kind", { CALLER("tc"), F("mine") }, "" },
	{ "a longer word", { CALLER("xdp"), F("xdpx") }, "" },
	{ "of one attachment of cgroup", { CALLER("cgroup/dev"), F("cgroup/dev") }, "" },
	{ "of two attachments of cgroup", { CALLER("cgroup/dev"), F("cgroup/sysctl") }, CALLED("cgroup/sysctl", "d", "a.o", "cgroup/dev") KIND },

	{ "with a flag", { CALLER("xdp.frags"), F("xdp") }, CALLED("xdp", "d", "a.o", "xdp.frags") FLAG },
	{ "in any section", { CALLER("xdp.frags"), F("xdp") }, "" },
	{ "without a flag", { CALLER("xdp"), F("xdp.frags") }, CALLED("xdp.frags", "d", "a.o", "xdp") FLAG },
	{ "with the flag, both", { CALLER("xdp.frags"), F("xdp.frags/devmap") }, "" },
	{ "sleepable", { CALLER("fentry.s/a"), F("fentry/b") }, CALLED("fentry/b", "d", "a.o", "fentry.s/a") FLAG },

	{ "by a function", { "section .text AX | global func g 16 | call p | exit | section tc AX | global func d 16 | call g | exit", F("xdp") }, CALLED("xdp", "d", "a.o", "tc") KIND },
	{ "by functions that call each other", { "section .text AX | global func g 16 | call h | exit | global func h 24 | call p | call g | exit | section tc AX | global func d 16 | call h | exit", F("xdp") }, CALLED("xdp", "d", "a.o", "tc") KIND },
	{ "by the second of two programs", { CALLER("xdp"), F("xdp"), "section tc AX | global func e 16 | call p | exit" }, CALLED("xdp", "e", "c.o", "tc") KIND },
	{ "by the second and the third", { CALLER("xdp"), F("xdp"), "section tc AX | global func e 16 | call p | exit | section kprobe AX | global func k 16 | call p | exit" }, CALLED("xdp", "e", "c.o", "tc") KIND },
	{ "by what is dead", { "section .text AX | weak func g 16 | call p | exit | section xdp AX | global func d 24 | call p | call g | exit", F("xdp"), "section tc AX | global func e 16 | call g | exit", "section .text AX | global func g 8 | exit" }, "" },
	{ "for its address", { "section tc AX | global func d 24 | load p | exit", F("xdp") }, CALLED("xdp", "d", "a.o", "tc") KIND },

	{ "a function", { CALLER("tc"), "section .text AX | global func f 8 | exit" }, "" },
	{ "a function in a map", { CALLER("xdp"), "btf | section .text AX | global func f 8 | exit | section .data WA | global object m 8 | quad f | type m long" }, "" },

	{ "with an exception callback", { CALLER("xdp"), "btf | section .text AX | global func c 8 | exit | " F("xdp") " | tag f exception_callback:c" },
	  PLACE("xdp") "error: 'f' names 'c' as its exception callback, but kernels know those of entry programs only; let the programs that call it name one\n" },
	{ "that throws", { "btf | " CALLER("xdp"), "btf | section xdp AX | global func f 16 | call bpf_throw | exit | type bpf_throw@.ksyms func void ( long )" }, THROWS },
	{ "that may throw", { "btf | " CALLER("xdp"), "btf | section xdp AX | global func f 16 | call g | exit | section .text AX | local func g 16 | call bpf_throw | exit | type bpf_throw@.ksyms func void ( long )" }, THROWS },
	{ "that throws by its own means", { CALLER("xdp"), "section xdp AX | global func f 16 | call bpf_throw | exit | section .text AX | global func bpf_throw 8 | exit" }, "" },
	{ "of callers that throw", { "btf | section xdp AX | global func d 24 | call p | call bpf_throw | exit | type bpf_throw@.ksyms func void ( long )", F("xdp") }, "" },

	{ "in a slot", { CALLER("xdp"), "btf | " F("xdp") " | section .maps WA | global object m 8 | quad f | type m long" }, WANTED("b.o:(.maps+0x0)") },
	{ "in a slot of another object", { "btf | " CALLER("xdp") " | section .maps WA | global object m 8 | quad f | type m long", F("xdp") }, WANTED("a.o:(.maps+0x0)") },
	{ "in struct_ops", { CALLER("struct_ops"), "btf | " F("struct_ops") " | section .struct_ops WA | global object m 8 | quad f | type m long" }, WANTED("b.o:(.struct_ops+0x0)") },
};
// clang-format on

Test(bound, programs_suit_their_callers)
{
	static const struct bpfld_binding binding = { "p", "b.o", "f" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world.options.bindings = &binding;
		world.options.binding_count = 1;
		world.options.bind_any_section = strstr(cases[i].name, "in any section") != NULL;
		world.options.no_type_check = true;
		world_run(&world, check_bound);
		cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}
