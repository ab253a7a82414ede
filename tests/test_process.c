/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the command does about its process; each in a process of its own, which may not come back.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "support/command.h"

enum { STATUS = 7, SIZE = 1 << 20 };

// Where what is run is counted, _exit() and signals would lose the counts.
void __gcov_dump(void) __attribute__((weak));
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
int __real_raise(int number);
int __wrap_raise(int number);

static void keep_counts(void)
{
	struct rlimit files;

	if (!__gcov_dump)
		return;
	// They are in files, of which a test may have none.
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	__gcov_dump();
}

void __wrap__exit(int status)
{
	keep_counts();
	__real__exit(status);
}

int __wrap_raise(int number)
{
	keep_counts();
	return __real_raise(number);
}

// A folder with a file that is mapped, its second half at `late`.
struct mapping {
	char *folder, *path, *messages;
	const volatile char *early, *late;
};

static struct mapping map_file(void)
{
	static const char zeros[SIZE];
	struct mapping mapping = { .folder = folder_create() };
	int fd;

	mapping.path = path_join(mapping.folder, "\033]\xe2\x80\xae\xc3\xa9 input.o");
	mapping.messages = path_join(mapping.folder, "messages");
	file_write(mapping.path, zeros, SIZE);
	fd = open(mapping.path, O_RDONLY);
	mapping.early = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0);
	cr_assert(mapping.early != MAP_FAILED);
	mapping.late = mapping.early + SIZE / 2;
	close(fd);
	return mapping;
}

static void unmap_file(struct mapping *mapping)
{
	munmap((void *)mapping->early, SIZE);
	folder_remove(mapping->folder);
	free(mapping->folder);
	free(mapping->path);
	free(mapping->messages);
}

static int read_what_is_there(const struct mapping *mapping)
{
	truncate(mapping->path, SIZE / 2);
	return *mapping->early;
}

static int read_what_is_gone(const struct mapping *mapping)
{
	truncate(mapping->path, SIZE / 2);
	return *mapping->late;
}

// The handler cannot look the file up.
static int read_without_descriptors(const struct mapping *mapping)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &files);
	return read_what_is_gone(mapping);
}

static int be_signalled(const struct mapping *mapping)
{
	(void)mapping;
	kill(getpid(), SIGBUS);
	return 0;
}

static int write_too_much(const struct mapping *mapping)
{
	struct rlimit limit = { SIZE, SIZE };
	int fd = open(mapping->path, O_WRONLY | O_APPEND);

	setrlimit(RLIMIT_FSIZE, &limit);
	return write(fd, "more", 4) < 0 ? 0 : 1;
}

static const struct {
	const char *name;
	int (*act)(const struct mapping *mapping);
	int status; // of wait()
	bool json;
	const char *printed; // before, in an object of JSON; NULL: nothing
	const char *message;
} acts[] = {
	{ "what is still there", read_what_is_there, W_EXITCODE(0, 0), false, NULL, "" },
	{ "what is gone", read_what_is_gone, W_EXITCODE(STATUS, 0), false, NULL,
	  "/\\x1b]\\xe2\\x80\\xae\xc3\xa9 input.o: error: cannot be read any more: it was made "
	  "shorter, or its disk failed\n" },
	{ "what is gone, as JSON", read_what_is_gone, W_EXITCODE(STATUS, 0), true, NULL,
	  "/\\u001b]\\u202e\xc3\xa9 input.o\",\"text\":\"cannot be read any more: it was made "
	  "shorter, or its disk failed\"}\n" },
	{ "what is gone, behind JSON", read_what_is_gone, W_EXITCODE(STATUS, 0), true, "]}\n",
	  "]}\n{\"severity\":\"error\",\"code\":\"changed-input\",\"object\":\"/" },
	{ "no descriptor is left", read_without_descriptors, W_EXITCODE(0, SIGBUS), false, NULL,
	  "" },
	{ "somebody else's signal", be_signalled, W_EXITCODE(0, SIGBUS), false, NULL, "" },
	{ "a file becomes too large", write_too_much, W_EXITCODE(0, 0), false, NULL, "" },
};

// In a child: cr_assert() would speak for the parent.
static void act_alone(const struct mapping *mapping, size_t which)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	close(STDERR_FILENO);
	open(mapping->messages, O_WRONLY | O_CREAT | O_EXCL, 0600);
	process_prepare(STATUS);
	if (acts[which].json)
		process_use_json(&acts[which].printed);
	_exit(acts[which].act(mapping));
}

Test(process, tells_which_input_is_gone)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		struct mapping mapping = map_file();
		struct bytes messages;
		int status;
		pid_t child = fork();

		if (child == 0)
			act_alone(&mapping, i);
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_expect_eq(status & ~WCOREFLAG, acts[i].status, "%s: %#x", acts[i].name, status);
		messages = file_read(mapping.messages);
		cr_expect(strstr(messages.data, acts[i].message), "%s: %s", acts[i].name,
			  messages.data);
		cr_expect_eq(*messages.data == '\0', *acts[i].message == '\0', "%s: %s",
			     acts[i].name, messages.data);
		free(messages.data);
		unmap_file(&mapping);
	}
}

// A number that is free would be an input's or the output's, and messages go there.
Test(process, leaves_no_standard_stream_closed)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	int status;
	pid_t child = fork();

	if (child == 0) {
		int wrong = 0;

		for (int fd = 0; fd < 3; fd++)
			close(fd);
		process_prepare(STATUS);
		for (int fd = 0; fd < 3; fd++)
			wrong |= (fcntl(fd, F_GETFL) & O_ACCMODE) != modes[fd] ? 1 << fd : 0;
		_exit(wrong);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0, "%#x", status);
}
