/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpfld.h"
#include "elf_text.h"
#include "support/command.h"
#include "support/sound.h"

// A folder to link in, and the bytes that a link gives.
struct place_of_work {
	struct arena arena;
	char *folder;
	char *path; // "out" in the folder
	struct str object;
	struct str expected;
};

// Link @object (or what is no object, when it is empty) into @output.
static bool link_to(struct str object, struct bpfld_output output, struct bpfld_result *result)
{
	struct bpfld_input input = {
		.name = "a.o",
		.data = object.size ? object.data : "none",
		.size = object.size ? object.size : 4,
	};
	struct bpfld_options options = {
		.inputs = &input,
		.input_count = 1,
		.output = output,
		.allow_undefined = true,
	};

	return bpfld_link(&options, result);
}

static void begin(struct place_of_work *work)
{
	struct bpfld_result result;

	arena_init(&work->arena, SIZE_MAX);
	work->folder = folder_create();
	work->path = path_join(work->folder, "out");
	work->object = elf_text(&work->arena, false,
				"section .text AX | global func f 16 | call g | exit | btf");
	cr_assert(link_to(work->object, (struct bpfld_output){ .kind = BPFLD_OUTPUT_MEMORY },
			  &result));
	work->expected.data = arena_strndup(&work->arena, result.data, result.size);
	work->expected.size = result.size;
	expect_sound(result.data, result.size, CHECK_PARTIAL_BTF, "output");
	bpfld_result_deinit(&result);
}

static void end(struct place_of_work *work)
{
	folder_remove(work->folder);
	free(work->folder);
	free(work->path);
	arena_deinit(&work->arena);
}

static size_t count_files(const char *folder)
{
	DIR *stream = opendir(folder);
	size_t count = 0;

	for (struct dirent *entry; (entry = readdir(stream));)
		count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(stream);
	return count;
}

// Link to @path; @message is the error's line, NULL when there is none.
static void expect_link(const struct place_of_work *work, const char *path, const char *message)
{
	struct bpfld_result result;

	cr_expect_eq(link_to(work->object, (struct bpfld_output){ .path = path }, &result),
		     message == NULL, "%s",
		     result.diagnostic_count ? result.diagnostics->message : "");
	cr_assert_eq(result.diagnostic_count, message != NULL);
	if (message)
		cr_expect_str_eq(result.diagnostics->message, message, "%s",
				 result.diagnostics->message);
	cr_expect_null(result.data);
	bpfld_result_deinit(&result);
}

static void expect_content(const char *path, struct str expected)
{
	struct bytes found = file_read(path);

	cr_assert(found.data, "%s", path);
	cr_expect(str_equal((struct str){ found.data, found.size }, expected), "%s", path);
	free(found.data);
}

static mode_t mode_of(const char *path)
{
	struct stat status;

	cr_assert(stat(path, &status) == 0, "%s", path);
	return status.st_mode & 07777;
}

Test(output, makes_a_file)
{
	struct place_of_work work;

	begin(&work);
	umask(027);
	expect_link(&work, work.path, NULL);
	expect_content(work.path, work.expected);
	cr_expect_eq(mode_of(work.path), 0640);
	cr_expect_eq(count_files(work.folder), 1);
	end(&work);
}

// What the system does in place of what it is asked; see CMakeLists.txt.
static int stat_error;           // of stat(); 0: none
static uint64_t drawn[2];        // the next numbers of getrandom(), from the end
static unsigned int drawn_count; // how many of these; then they are the system's
static int getrandom_error;      // 0: none

int __real_stat(const char *path, struct stat *status);
int __wrap_stat(const char *path, struct stat *status);
ssize_t __real_getrandom(void *data, size_t size, unsigned int flags);
ssize_t __wrap_getrandom(void *data, size_t size, unsigned int flags);

int __wrap_stat(const char *path, struct stat *status)
{
	const char *slash = strrchr(path, '/');

	// But not of folders.
	if (!stat_error || !slash || strcmp(slash, "/out") != 0)
		return __real_stat(path, status);
	errno = stat_error;
	return -1;
}

ssize_t __wrap_getrandom(void *data, size_t size, unsigned int flags)
{
	errno = getrandom_error;
	if (getrandom_error)
		return -1;
	if (size != sizeof(*drawn) || !drawn_count)
		return __real_getrandom(data, size, flags);
	memcpy(data, &drawn[--drawn_count], size);
	return (ssize_t)size;
}

Test(output, leaves_files_of_others_alone)
{
	struct place_of_work work;
	char *others[2];

	begin(&work);
	// Somebody knows the first number, the second is free.
	drawn[1] = 0x123456789abcdef0;
	drawn[0] = 0xf;
	drawn_count = 2;
	others[0] = path_join(work.folder, ".bpfld-123456789abcdef0");
	others[1] = path_join(work.folder, ".bpfld-000000000000000f");
	file_write(others[0], "other", 5);
	expect_link(&work, work.path, NULL);
	cr_expect_eq(drawn_count, 0);
	expect_content(work.path, work.expected);
	expect_content(others[0], STR("other"));
	cr_expect_eq(count_files(work.folder), 2);
	free(others[0]);
	free(others[1]);
	end(&work);
}

// As many as one likes: there are 2^64 numbers, of which no two links have the same.
Test(output, is_not_blocked_by_prepared_names)
{
	struct place_of_work work;

	begin(&work);
	for (int i = 0; i < 1000; i++)
		file_write(arena_format(&work.arena, "%s/.bpfld-%ld-%d", work.folder,
					(long)getpid(), i),
			   "", 0);
	expect_link(&work, work.path, NULL);
	getrandom_error = EAGAIN;
	expect_link(&work, work.path, NULL);
	getrandom_error = 0;
	expect_content(work.path, work.expected);
	cr_expect_eq(count_files(work.folder), 1001);
	end(&work);
}

Test(output, makes_a_file_in_the_working_folder)
{
	struct place_of_work work;

	begin(&work);
	cr_assert(chdir(work.folder) == 0);
	expect_link(&work, "out", NULL);
	expect_content(work.path, work.expected);
	cr_expect_eq(count_files("."), 1);
	cr_assert(chdir("/") == 0);
	end(&work);
}

// As ld does: the file is a new one, whatever the old one was.
Test(output, replaces_a_file)
{
	static const mode_t modes[] = { 0600, 0644, 0755, 0444, 04755 };
	struct place_of_work work;
	char *hard;

	begin(&work);
	umask(022);
	hard = path_join(work.folder, "hard");
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		file_write(work.path, "old", 3);
		cr_assert(chmod(work.path, modes[i]) == 0);
		cr_assert(link(work.path, hard) == 0);
		expect_link(&work, work.path, NULL);
		expect_content(work.path, work.expected);
		expect_content(hard, STR("old"));
		cr_expect_eq(mode_of(work.path), 0644, "%o", modes[i]);
		cr_expect_eq(mode_of(hard), modes[i]);
		cr_expect_eq(count_files(work.folder), 2);
		unlink(work.path);
		unlink(hard);
	}
	free(hard);
	end(&work);
}

Test(output, a_failed_link_changes_nothing)
{
	struct place_of_work work;
	struct bpfld_result result;

	begin(&work);
	file_write(work.path, "old", 3);
	cr_expect_not(
		link_to((struct str){ 0 }, (struct bpfld_output){ .path = work.path }, &result));
	bpfld_result_deinit(&result);
	expect_content(work.path, STR("old"));
	unlink(work.path);
	cr_expect_not(
		link_to((struct str){ 0 }, (struct bpfld_output){ .path = work.path }, &result));
	bpfld_result_deinit(&result);
	cr_expect_eq(count_files(work.folder), 0);
	end(&work);
}

// In a child, as the limit stays. Exits with 0 when the error is the right one.
static void link_with_little_space(const struct place_of_work *work, void (*action)(int))
{
	struct rlimit limit = { 100, 100 };
	struct bpfld_result result;

	if (fork())
		return;
	signal(SIGXFSZ, action);
	setrlimit(RLIMIT_FSIZE, &limit);
	_exit(link_to(work->object, (struct bpfld_output){ .path = work->path }, &result) ||
	      !strstr(result.diagnostics->message, "out: error: cannot write: File too large"));
}

Test(output, a_full_disk_changes_nothing)
{
	struct place_of_work work;
	int status;

	begin(&work);
	file_write(work.path, "old", 3);
	link_with_little_space(&work, SIG_IGN);
	cr_assert(wait(&status) > 0);
	cr_expect_eq(status, 0);
	// A signal that ends the process leaves nothing behind either.
	link_with_little_space(&work, SIG_DFL);
	cr_assert(wait(&status) > 0);
	cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
	expect_content(work.path, STR("old"));
	cr_expect_eq(count_files(work.folder), 1);
	end(&work);
}

Test(output, follows_symbolic_links)
{
	struct place_of_work work;
	struct stat status;
	char *target;

	begin(&work);
	target = path_join(work.folder, "target");
	file_write(target, "old", 3);
	cr_assert(symlink("target", work.path) == 0);
	expect_link(&work, work.path, NULL);
	cr_assert(lstat(work.path, &status) == 0);
	cr_expect(S_ISLNK(status.st_mode));
	expect_content(target, work.expected);
	cr_expect_eq(count_files(work.folder), 2);
	// To what is not there yet.
	unlink(target);
	expect_link(&work, work.path, NULL);
	cr_assert(lstat(work.path, &status) == 0);
	cr_expect(S_ISLNK(status.st_mode));
	expect_content(target, work.expected);
	unlink(target);
	cr_assert(symlink("out", target) == 0);
	expect_link(&work, work.path,
		    arena_format(&work.arena,
				 "%s: error: cannot write: Too many levels of symbolic links",
				 work.path));
	free(target);
	end(&work);
}

Test(output, says_what_cannot_be_written)
{
	struct place_of_work work;
	char *missing;

	begin(&work);
	missing = path_join(work.folder, "missing/out");
	expect_link(&work, missing,
		    arena_format(&work.arena,
				 "%s: error: cannot create: folder '%s/missing' does not exist",
				 missing, work.folder));
	expect_link(&work, work.folder,
		    arena_format(&work.arena, "%s: error: is a folder; name a file in it",
				 work.folder));
	file_write(work.path, "old", 3);
	free(missing);
	missing = path_join(work.folder, "out/out");
	expect_link(&work, missing,
		    arena_format(&work.arena,
				 "%s: error: cannot create: Not a directory (folder '%s/out')",
				 missing, work.folder));
	expect_link(&work, "/dev/full", "/dev/full: error: cannot write: No space left on device");
	expect_link(&work, "",
		    "bpfld: error: the name of the output file is empty; name it with -o FILE");
	expect_link(&work, NULL,
		    "bpfld: error: the name of the output file is empty; name it with -o FILE");
	expect_content(work.path, STR("old"));
	cr_expect_eq(count_files(work.folder), 1);
	free(missing);
	end(&work);
}

// The file could be written, but then not all or nothing.
Test(output, needs_a_folder_that_can_be_written)
{
	struct place_of_work work;

	begin(&work);
	file_write(work.path, "old", 3);
	cr_assert(chmod(work.path, 0666) == 0);
	cr_assert(chmod(work.folder, 0555) == 0);
	// root may write anywhere
	cr_assert(geteuid() || seteuid(65534) == 0);
	expect_link(&work, work.path,
		    arena_format(&work.arena,
				 "%s: error: cannot replace: Permission denied (folder '%s')",
				 work.path, work.folder));
	expect_content(work.path, STR("old"));
	cr_assert(getuid() || seteuid(0) == 0);
	cr_assert(chmod(work.folder, 0755) == 0);
	end(&work);
}

Test(output, writes_into_devices)
{
	struct place_of_work work;
	struct stat status;

	begin(&work);
	expect_link(&work, "/dev/null", NULL);
	cr_assert(stat("/dev/null", &status) == 0);
	cr_expect(S_ISCHR(status.st_mode));
	end(&work);
}

// A file without a name is reached by the link of its descriptor; that link's text is no path.
Test(output, writes_into_files_without_a_name)
{
	struct place_of_work work;
	char *path;
	int fd;

	begin(&work);
	fd = open(work.path, O_RDWR | O_CREAT, 0600);
	cr_assert(ftruncate(fd, 1 << 20) == 0);
	cr_assert(unlink(work.path) == 0);
	path = arena_format(&work.arena, "/proc/self/fd/%d", fd);
	expect_link(&work, path, NULL);
	expect_content(path, work.expected);
	cr_expect_eq(count_files(work.folder), 0);
	close(fd);
	end(&work);
}

// What a child reads from @fd, which then is closed, is the exit status: 0 when it is @expected.
static pid_t expect_stream(int fd, struct str expected)
{
	pid_t child = fork();
	size_t size = 0;
	char buffer[1 << 16];

	if (child)
		return child;
	for (ssize_t count; (count = read(fd, buffer + size, sizeof(buffer) - size)) > 0;)
		size += (size_t)count;
	_exit(!str_equal((struct str){ buffer, size }, expected));
}

Test(output, writes_into_pipes)
{
	struct place_of_work work;
	int pipes[2], status;

	begin(&work);
	cr_assert(mkfifo(work.path, 0600) == 0);
	cr_assert(pipe(pipes) == 0);
	if (fork() == 0)
		_exit(waitpid(expect_stream(open(work.path, O_RDONLY), work.expected), &status, 0) <
			      0 ||
		      status);
	expect_link(&work, work.path, NULL);
	cr_assert(wait(&status) > 0);
	cr_expect_eq(status, 0);
	close(pipes[0]);
	close(pipes[1]);
	end(&work);
}

Test(output, writes_into_descriptors)
{
	struct bpfld_output output = { .kind = BPFLD_OUTPUT_FD };
	struct place_of_work work;
	struct bpfld_result result;
	struct bytes found;

	begin(&work);
	output.fd = open(work.path, O_RDWR | O_CREAT, 0600);
	cr_assert(write(output.fd, "before", 6) == 6);
	cr_expect(link_to(work.object, output, &result));
	bpfld_result_deinit(&result);
	cr_expect_eq(fcntl(output.fd, F_GETFD), 0, "stays open");
	close(output.fd);
	found = file_read(work.path);
	cr_assert_eq(found.size, 6 + work.expected.size);
	cr_expect(str_equal((struct str){ found.data + 6, found.size - 6 }, work.expected));
	free(found.data);

	cr_expect_not(link_to(work.object, output, &result));
	cr_expect_str_eq(result.diagnostics->message,
			 arena_format(&work.arena,
				      "<fd %d>: error: cannot write: Bad file descriptor",
				      output.fd));
	bpfld_result_deinit(&result);
	end(&work);
}

Test(output, is_an_input_only_where_that_is_safe)
{
	struct place_of_work work;
	struct bpfld_input inputs[2];
	struct bpfld_options options = { .inputs = inputs, .input_count = 2 };
	struct bpfld_result result;
	char *hard;

	begin(&work);
	hard = path_join(work.folder, "hard");
	file_write(work.path, work.object.data, work.object.size);
	cr_assert(link(work.path, hard) == 0);
	inputs[0] = (struct bpfld_input){ .data = work.expected.data, .size = work.expected.size };
	inputs[1] = (struct bpfld_input){ .path = hard };
	options.output.path = work.path;
	cr_expect_not(bpfld_link(&options, &result));
	cr_expect_str_eq(result.diagnostics->message,
			 arena_format(&work.arena,
				      "%s: error: is both an input and the output; give the "
				      "output another name",
				      work.path));
	bpfld_result_deinit(&result);
	expect_content(work.path, work.object);

	options.inputs = inputs + 1;
	options.input_count = 1;
	cr_expect(bpfld_link(&options, &result));
	bpfld_result_deinit(&result);
	expect_content(work.path, work.expected);
	expect_content(hard, work.object);
	free(hard);
	end(&work);
}

// Only a file that is not there can be made.
Test(output, needs_to_know_what_is_there)
{
	static const int errors[] = { EACCES, EPERM, EIO, ELOOP, ENAMETOOLONG, ENOMEM, EOVERFLOW };
	static const struct {
		const char *name;
		size_t files;
	} before[] = { { "link", 2 }, { "dangling link", 1 }, { "file", 1 }, { "nothing", 0 } };
	struct place_of_work work;
	char *target;

	begin(&work);
	target = path_join(work.folder, "target");
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors) * 4; i++) {
		unlink(work.path);
		unlink(target);
		if (i % 4 == 0)
			file_write(target, "old", 3);
		if (i % 4 < 2)
			cr_assert(symlink("target", work.path) == 0);
		if (i % 4 == 2)
			file_write(work.path, "old", 3);
		stat_error = errors[i / 4];
		expect_link(&work, work.path,
			    arena_format(&work.arena, "%s: error: cannot write: %s", work.path,
					 strerror(stat_error)));
		stat_error = 0;
		if (i % 4 == 0 || i % 4 == 2)
			expect_content(work.path, STR("old"));
		cr_expect_eq(count_files(work.folder), before[i % 4].files, "%s, %s",
			     before[i % 4].name, strerror(errors[i / 4]));
	}
	free(target);
	end(&work);
}

enum { OWNER = 0, USER = 65534, OTHER = 65533 };

// What is at the output's place, and who made it.
enum planted { LINK, DANGLING_LINK, LINK_TO_LINK, FIFO, FILE_THERE, HARD_LINK, NULL_DEVICE };

#define NOT_FOLLOWED                                                                               \
	"is another user's link in a folder for everybody, and not followed; name another file"
#define NOT_WRITTEN                                                                                \
	"is another user's FIFO or device in a folder for everybody, and not written to; name "    \
	"another file"

static const struct {
	const char *name;
	enum planted planted;
	uid_t by, user;
	mode_t mode;         // of the folder
	const char *message; // NULL: it is written
} plants[] = {
	{ "link", LINK, OTHER, USER, 01777, NOT_FOLLOWED },
	{ "link, by root", LINK, OTHER, OWNER, 01777, NOT_FOLLOWED },
	{ "link to nothing", DANGLING_LINK, OTHER, USER, 01777, NOT_FOLLOWED },
	{ "link to a link", LINK_TO_LINK, OTHER, USER, 01777, NOT_FOLLOWED },
	{ "own link", LINK, USER, USER, 01777, NULL },
	{ "own link to nothing", DANGLING_LINK, USER, USER, 01777, NULL },
	{ "link of the folder's owner", LINK, OWNER, USER, 01777, NULL },
	{ "link in a folder for all", LINK, OTHER, USER, 0777, NULL },
	{ "FIFO", FIFO, OTHER, USER, 01777, NOT_WRITTEN },
	{ "FIFO, by root", FIFO, OTHER, OWNER, 01777, NOT_WRITTEN },
	{ "own FIFO", FIFO, USER, USER, 01777, NULL },
	{ "FIFO in a folder for all", FIFO, OTHER, USER, 0777, NULL },
	{ "device", NULL_DEVICE, OTHER, USER, 01777, NOT_WRITTEN },
	{ "file", FILE_THERE, OTHER, USER, 01777, "cannot replace it: Operation not permitted" },
	{ "file, by root", FILE_THERE, OTHER, OWNER, 01777, NULL },
	{ "hard link to a file of the user", HARD_LINK, OWNER, USER, 01777, NULL },
};

static void become(uid_t user)
{
	cr_assert(seteuid(0) == 0 && seteuid(user) == 0, "user %u", user);
}

// What a file of the user's own, elsewhere, becomes when somebody gets at it.
static void plant(const struct place_of_work *work, size_t i, const char *precious)
{
	int fd;

	become(plants[i].by);
	switch (plants[i].planted) {
	case LINK:
	case DANGLING_LINK:
		cr_assert(symlink(precious, work->path) == 0);
		break;
	case LINK_TO_LINK:
		cr_assert(symlink(precious, arena_format((struct arena *)&work->arena, "%s/second",
							 work->folder)) == 0);
		become(plants[i].user);
		cr_assert(symlink("second", work->path) == 0);
		break;
	case FIFO:
		cr_assert(mkfifo(work->path, 0666) == 0 && chmod(work->path, 0666) == 0);
		break;
	case FILE_THERE:
		fd = open(work->path, O_WRONLY | O_CREAT | O_EXCL, 0666);
		cr_assert(fd >= 0 && write(fd, "old", 3) == 3);
		close(fd);
		break;
	case HARD_LINK:
		cr_assert(link(precious, work->path) == 0);
		break;
	case NULL_DEVICE:
		become(OWNER);
		cr_assert(mknod(work->path, S_IFCHR | 0666, makedev(1, 3)) == 0);
		cr_assert(lchown(work->path, plants[i].by, 0) == 0);
		break;
	}
	become(plants[i].user);
}

static void try_plant(size_t i, bool report)
{
	struct place_of_work work;
	struct bpfld_options options = { .input_count = 1, .allow_undefined = true };
	struct bpfld_input input;
	struct bpfld_result result;
	char *home = folder_create(), *precious = path_join(home, "precious");
	bool linked, kept = plants[i].planted != DANGLING_LINK;
	int fifo = -1;
	char first[4] = "";
	struct bytes found;

	begin(&work);
	cr_assert(chmod(work.folder, plants[i].mode) == 0 && chmod(home, 0777) == 0);
	if (kept) {
		file_write(precious, "old", 3);
		cr_assert(chown(precious, plants[i].user, 0) == 0);
	}
	plant(&work, i, precious);
	if (plants[i].planted == FIFO)
		fifo = open(work.path, O_RDWR | O_NONBLOCK);
	input = (struct bpfld_input){ .data = work.object.data, .size = work.object.size };
	options.inputs = &input;
	options.output.path = work.path;
	if (report) {
		options.output.kind = BPFLD_OUTPUT_MEMORY;
		options.reports[BPFLD_REPORT_CROSS_REFERENCES] = work.path;
	}
	linked = bpfld_link(&options, &result);
	cr_expect_eq(linked, plants[i].message == NULL, "%s: %s", plants[i].name,
		     linked ? "linked" : result.diagnostics->message);
	if (!linked && plants[i].message)
		cr_expect_str_eq(result.diagnostics->text, plants[i].message, "%s: %s",
				 plants[i].name, result.diagnostics->text);
	bpfld_result_deinit(&result);
	become(OWNER);
	found = file_read(precious);
	if (linked && (plants[i].planted == LINK || plants[i].planted == DANGLING_LINK))
		cr_expect(found.size > 3, "%s: the link is not followed", plants[i].name);
	else
		cr_expect(kept ? found.size == 3 : !found.data, "%s: the user's file changed",
			  plants[i].name);
	if (fifo >= 0)
		cr_expect_eq(read(fifo, first, 3) == 3, linked, "%s", plants[i].name);
	close(fifo);
	free(found.data);
	cr_expect_eq(count_files(work.folder), plants[i].planted == LINK_TO_LINK ? 2 : 1, "%s",
		     plants[i].name);
	folder_remove(home);
	free(precious);
	free(home);
	end(&work);
}

Test(output, is_not_what_others_prepared, .timeout = 60)
{
	if (getuid()) {
		fprintf(stderr, "SKIP: output: files of other users need root\n");
		return;
	}
	umask(022);
	for (size_t i = 0; i < 2 * sizeof(plants) / sizeof(*plants); i++)
		try_plant(i / 2, i % 2);
}

// The shell opened it for this process: that it lies among things of others is not the link's to
// say.
Test(output, writes_into_what_is_open, .timeout = 20)
{
	struct place_of_work work;
	int fd;
	char first[4] = "";

	if (getuid()) {
		fprintf(stderr, "SKIP: output: files of other users need root\n");
		return;
	}
	begin(&work);
	cr_assert(chmod(work.folder, 01777) == 0);
	cr_assert(mkfifo(work.path, 0666) == 0 && lchown(work.path, OTHER, 0) == 0);
	fd = open(work.path, O_RDWR | O_NONBLOCK);
	expect_link(&work, arena_format(&work.arena, "/proc/self/fd/%d", fd), NULL);
	cr_expect(read(fd, first, 4) == 4 && memcmp(first, "\177ELF", 4) == 0);
	close(fd);
	end(&work);
}
