/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of symbol resolution as data: for every folder of fixtures/sym, what linking its
 * objects must come to. test_symbols.c applies them.
 */
#ifndef BPFLD_TESTS_SYMBOL_RULES_H
#define BPFLD_TESTS_SYMBOL_RULES_H

#include <stddef.h>

enum outcome {
	LINKS,
	MISMATCHES, // an error, and with --no-type-check a warning
	CONFLICTS,  // an error whatever the options
};

// How far libbpf and the kernel take the linked object. What keeps a program from loading is in
// its source (an extern that nothing defines, code that the verifier refuses), not in the link.
enum reach {
	LOADS,
	OPENS,
	REFUSED,
};

enum order {
	ANY_ORDER,
	FORWARD,
	REVERSED,
};

struct run {
	const char *program; // NULL ends the list
	int returns;
};

struct rule {
	const char *name; // folder below fixtures/sym
	enum outcome outcome;
	const char *says; // part of the warning or error; NULL: nothing is printed
	enum reach reach;
	const char *fault;      // of the source, of which the checker may complain; NULL for none
	enum order order;       // the order of inputs that the row is about
	const char *flags[3];   // more compiler flags, by file; NULL for none
	const char *symbols[3]; // how lines of object_symbols() start; "\n" at the end: whole lines
	struct run runs[3];
};

struct rules {
	const struct rule *rule;
	size_t count;
};

extern const struct rules function_rules;
extern const struct rules variable_rules;
extern const struct rules map_rules;
extern const struct rules section_rules;

#endif
