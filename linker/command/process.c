/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mapped input that becomes shorter raises SIGBUS when it is read. The handler finds the file's
 * name in /proc/self/maps, so nothing needs to be recorded for it. There is no temporary file at
 * that time (see output.c), so it only has to end the process.
 *
 * Only few functions may be called in a signal handler: see signal-safety(7).
 */
#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/printable.h"

static int exit_status;
static const char *const *json_ending; // NULL: messages are text

struct lines {
	int fd;
	size_t at, count; // in `bytes`
	char bytes[1024];
	char line[5000]; // room for the longest path; NUL-terminated
};

static int next_byte(struct lines *lines)
{
	if (lines->at == lines->count) {
		ssize_t count = read(lines->fd, lines->bytes, sizeof(lines->bytes));

		if (count <= 0)
			return -1;
		lines->count = (size_t)count;
		lines->at = 0;
	}
	return (unsigned char)lines->bytes[lines->at++];
}

static bool next_line(struct lines *lines)
{
	size_t size = 0;
	int byte;

	while ((byte = next_byte(lines)) >= 0 && byte != '\n') {
		if (size < sizeof(lines->line) - 1)
			lines->line[size++] = (char)byte;
	}
	lines->line[size] = '\0';
	return byte >= 0;
}

static uintptr_t take_number(const char **text)
{
	static const char digits[] = "0123456789abcdef";
	uintptr_t number = 0;
	const char *digit;

	for (; **text && (digit = strchr(digits, **text)); (*text)++)
		number = number * 16 + (uintptr_t)(digit - digits);
	return number;
}

// The file that is mapped at @address; NULL when there is none. A line is "START-END ... /PATH".
static const char *find_mapped_file(struct lines *lines, uintptr_t address)
{
	while (next_line(lines)) {
		const char *at = lines->line;
		uintptr_t start = take_number(&at), end;

		if (*at++ != '-')
			return NULL;
		end = take_number(&at);
		if (address >= start && address < end)
			return strchr(at, '/');
	}
	return NULL;
}

static void print(const char *text, size_t size)
{
	// Nothing can be done if this fails.
	if (write(STDERR_FILENO, text, size) < 0)
		return;
}

static void print_text(const char *text)
{
	print(text, strlen(text));
}

// Like printable(), but without allocating memory.
static void print_byte(unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";
	char escape[] = { '\\', 'x', digits[byte >> 4], digits[byte & 15] };

	print(escape, sizeof(escape));
}

// A unit of UTF-16, as json.h escapes it.
static void print_unit(uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";
	char escape[] = { '\\',
			  'u',
			  digits[unit >> 12 & 15],
			  digits[unit >> 8 & 15],
			  digits[unit >> 4 & 15],
			  digits[unit & 15] };

	print(escape, sizeof(escape));
}

static void print_unprintable(const char *text, size_t size, uint32_t character)
{
	if (!json_ending) {
		for (size_t i = 0; i < (size ? size : 1); i++)
			print_byte((unsigned char)text[i]);
	} else if (character < 0x10000) {
		print_unit(character);
	} else {
		print_unit(0xd800 + ((character - 0x10000) >> 10));
		print_unit(0xdc00 + ((character - 0x10000) & 0x3ff));
	}
}

static void print_path(const char *path)
{
	uint32_t character;

	while (*path) {
		size_t size = character_read(path, &character);

		if (json_ending && (*path == '"' || *path == '\\'))
			print_text("\\");
		if (size && character_is_printable(character))
			print(path, size);
		else
			print_unprintable(path, size, character);
		path += size ? size : 1;
	}
}

static void print_loss(const char *path)
{
	static const char text[] =
		"cannot be read any more: it was made shorter, or its disk failed";

	if (json_ending) {
		print_text(*json_ending ? *json_ending : "");
		print_text("{\"severity\":\"error\",\"code\":\"changed-input\",\"object\":\"");
	}
	print_path(path);
	print_text(json_ending ? "\",\"text\":\"" : ": error: ");
	print_text(text);
	print_text(json_ending ? "\"}\n" : "\n");
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
	struct lines lines = { .fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC) };
	// A signal sent by a process has the sender's id in place of the address.
	bool sent = info->si_code <= 0;
	const char *path = sent ? NULL : find_mapped_file(&lines, (uintptr_t)info->si_addr);

	(void)context;
	// Not an input: raise the signal again; it is delivered when the handler returns, and ends
	// the process.
	if (!path) {
		raise(number);
		return;
	}
	print_loss(path);
	_exit(exit_status);
}

void process_use_json(const char *const *ending)
{
	json_ending = ending;
}

void process_prepare(int failed)
{
	struct sigaction action = { .sa_sigaction = on_bus_error,
				    .sa_flags = SA_SIGINFO | SA_RESETHAND };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		// open() takes the lowest free number, which is this one. Opened for the wrong
		// direction, it fails when used, as if it were closed.
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
	exit_status = failed;
	signal(SIGXFSZ, SIG_IGN);
	sigaction(SIGBUS, &action, NULL);
}
