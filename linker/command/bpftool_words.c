/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpftool_words.h"

#include <unistd.h>

// The first word of a call: what it is about. In bpftool's order, which decides for "p" or "m".
static const char *const subjects[] = { "help",   "batch",      "prog", "map",     "link",
					"cgroup", "perf",       "net",  "feature", "btf",
					"gen",    "struct_ops", "iter", "token",   "version" };

// What follows "gen".
static const char *const gen_commands[] = { "object", "skeleton", "subskeleton", "min_core_btf",
					    "help" };

// Options of bpftool, and what is the same here; NULL: they mean nothing for a link.
static const struct {
	const char *name;
	const char *same;
	bool anywhere; // also behind "gen", where letters of bpfld mean what they mean to it
} flags[] = {
	{ "-j", "--diagnostics-format=json", true },
	{ "--json", "--diagnostics-format=json", true },
	{ "-p", "--diagnostics-format=json", true },
	{ "--pretty", "--diagnostics-format=json", true },
	{ "-d", NULL, true },
	{ "--debug", NULL, true },
	{ "-L", NULL, false },
	{ "--use-loader", NULL, true },
	{ "-l", NULL, false },
	{ "--legacy", NULL, true },
	{ "-f", NULL, false },
	{ "--bpffs", NULL, true },
	{ "-m", NULL, false },
	{ "--mapcompat", NULL, true },
	{ "-n", NULL, false },
	{ "--nomount", NULL, true },
};

#define OUTPUT 1 // the place of the output in the arguments that are made

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// A call of bpftool that is being translated.
struct call {
	struct arguments *from;
	struct arguments to;
	struct arena *arena;
	const char *subject; // the whole first word; NULL until it was read
	const char *command; // of "gen"; NULL: none, or none of bpftool's
	bool options_end;    // "--" was read
};

// The word of which @text is the beginning; NULL for none.
static const char *find_word(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count && *text; i++) {
		if (strncmp(words[i], text, strlen(text)) == 0)
			return words[i];
	}
	return NULL;
}

static bool names_output(const char *argument)
{
	static const char *const forms[] = { "-o", "--output=", "-output=" };

	for (size_t i = 0; i < COUNT(forms); i++) {
		if (strncmp(argument, forms[i], strlen(forms[i])) == 0)
			return true;
	}
	return strcmp(argument, "--output") == 0;
}

static bool has_output(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count && strcmp(arguments->items[i], "--") != 0; i++) {
		if (*arguments->items[i] == '-' && names_output(arguments->items[i]))
			return true;
	}
	return false;
}

static void add(struct call *call, const char *argument)
{
	*array_add(call->arena, &call->to) = argument;
}

// Take an option of bpftool; false when @text is none.
static bool take_flag(struct call *call, const char *text)
{
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (strcmp(text, flags[i].name) != 0 || (call->subject && !flags[i].anywhere))
			continue;
		if (flags[i].same)
			add(call, flags[i].same);
		return true;
	}
	return false;
}

// The next word at or after argument @index, and options up to it; NULL when there is none.
static const char *next_word(struct call *call, size_t *index)
{
	while (*index < call->from->count) {
		const char *text = call->from->items[(*index)++];

		if (*text != '-' || call->options_end)
			return text;
		call->options_end = strcmp(text, "--") == 0;
		if (!take_flag(call, text))
			add(call, text);
	}
	return NULL;
}

// What follows "gen object", from argument @index on: the output, then inputs.
static enum command translate_gen_object(struct call *call, size_t index, struct diag *diag)
{
	const char *input;

	call->to.items[OUTPUT] = next_word(call, &index);
	if (!call->to.items[OUTPUT]) {
		diag_error(diag, ERROR_NO_OUTPUT, place_in(NULL, NULL),
			   "no output file; usage: bpfld gen object OUT IN...");
		return COMMAND_WRONG;
	}
	while ((input = next_word(call, &index)))
		add(call, input);
	*call->from = call->to;
	return COMMAND_LINK;
}

static enum command refuse_command(const struct call *call, struct diag *diag)
{
	diag_error(diag, ERROR_BPFTOOL_COMMAND, place_in(NULL, NULL),
		   "'%s%s%s' is bpftool's, of which bpfld does 'gen object OUT IN...' only; call "
		   "bpftool for that",
		   call->subject, call->command ? " " : "", call->command ? call->command : "");
	return COMMAND_REFUSED;
}

// What @word asks for as the first of a call. What is cut short may also be the name of a file.
static const char *find_subject(const char *word)
{
	const char *subject = find_word(word, subjects, COUNT(subjects));

	if (subject && strcmp(subject, word) != 0 && access(word, F_OK) == 0)
		return NULL;
	return subject;
}

static bool is_command(const struct call *call, const char *command)
{
	return call->command && strcmp(call->command, command) == 0;
}

enum command translate_bpftool(struct arguments *arguments, struct arena *arena, struct diag *diag)
{
	struct call call = { .from = arguments, .arena = arena };
	size_t index = 0;
	const char *word;

	if (has_output(arguments))
		return COMMAND_LINK;
	add(&call, "-o");
	add(&call, NULL); // at OUTPUT
	word = next_word(&call, &index);
	call.subject = word && !call.options_end ? find_subject(word) : NULL;
	if (!call.subject)
		return COMMAND_LINK;
	if (strcmp(call.subject, "gen") == 0 && (word = next_word(&call, &index)))
		call.command = find_word(word, gen_commands, COUNT(gen_commands));
	if (is_command(&call, "object"))
		return translate_gen_object(&call, index, diag);
	if (is_command(&call, "help") || strcmp(call.subject, "help") == 0)
		return COMMAND_HELP;
	return strcmp(call.subject, "version") == 0 ? COMMAND_VERSION : refuse_command(&call, diag);
}
