/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can go wrong around a link, made to happen. After each fault the output is what it was or
 * what it was to become, and nothing else has come into its folder.
 */
#ifndef BPFLD_TESTS_FAULTS_H
#define BPFLD_TESTS_FAULTS_H

#include "base/array.h"

enum outcome {
	LINKED,  // the new output is there
	REFUSED, // an error was told, the old output is there
	KILLED,  // by the signal that was sent; either output is there
	WRONG,   // anything else
	OUTCOMES,
};

// What came of all faults of one kind.
struct tally {
	unsigned int counts[OUTCOMES];
	unsigned int left; // temporary files that SIGKILL left
};

#define INPUTS_MAX 8

// Objects to link, and what comes of it when nothing goes wrong.
struct work {
	const char *paths[INPUTS_MAX + 1]; // ends with NULL
	struct str images[INPUTS_MAX];
	struct str expected;
};

struct site {
	struct arena arena;
	bool full; // all the rounds that there are; else as few as tell something
	uint64_t random;
	const char *fault; // that is being made, for messages
	char *inputs;      // folder of inputs and messages
	char *folder;      // of the output
	char *output;
	char *messages;
	struct work small, large, other;
};

struct fault {
	const char *what;
	/** Make it happen; false where this machine or build does not allow it. */
	bool (*make)(struct site *site, struct tally *tally);
};

// Of the library, by calls that fail (calls.c).
bool fail_calls(struct site *site, struct tally *tally);
bool fail_calls_on(struct site *site, struct tally *tally);
bool interrupt_calls(struct site *site, struct tally *tally);
bool shorten_calls(struct site *site, struct tally *tally);

// Of the command, by what the system does to it (processes.c).
bool limit_memory(struct site *site, struct tally *tally);
bool limit_file_size(struct site *site, struct tally *tally);
bool fill_disk(struct site *site, struct tally *tally);
bool send_kill(struct site *site, struct tally *tally);
bool send_interrupt(struct site *site, struct tally *tally);
bool send_terminate(struct site *site, struct tally *tally);
bool send_hangup(struct site *site, struct tally *tally);
bool link_twice_at_once(struct site *site, struct tally *tally);
bool truncate_inputs(struct site *site, struct tally *tally);

/** Put "old" where the output will be, and nothing beside it. */
void reset_output(struct site *site);

/** Whether the output is @bytes. */
bool output_is(const struct site *site, struct str bytes);

/** How many files are in the output's folder beside the output and reports. */
unsigned int count_others(const struct site *site);

/** Count @outcome; when it is WRONG, say so, with what was seen. */
void count_outcome(struct site *site, struct tally *tally, enum outcome outcome, const char *format,
		   ...) __attribute__((format(printf, 4, 5)));

extern const struct str old_output;

#endif
