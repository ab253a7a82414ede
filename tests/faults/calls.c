/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links of the library in this process, whose calls of the allocator and the system go through the
 * functions below (ld's --wrap): the first of them fails, then the second, and so on until a link
 * makes fewer calls than that.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bpfld.h"
#include "faults.h"
#include "support/command.h"

enum way { FAIL, INTERRUPT, SHORTEN };

// There is one link at a time.
static struct {
	bool armed;
	enum way way;
	unsigned int until; // the call that fails; counts down
	long allocated;     // not freed yet
	long mapped;
} calls;

// Whether this call is the one that fails.
static bool fails(int error)
{
	if (!calls.armed || calls.way == SHORTEN || calls.until == 0 || --calls.until)
		return false;
	errno = error;
	return true;
}

static bool call_fails(int error)
{
	return calls.way == FAIL && fails(error);
}

// Those that a signal may interrupt.
static bool slow_call_fails(int error)
{
	return fails(calls.way == INTERRUPT ? EINTR : error);
}

static size_t shortened(size_t size)
{
	return calls.armed && calls.way == SHORTEN && size ? 1 : size;
}

#define WRAP(type, name, ...)                                                                      \
	type __real_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__)

WRAP(void *, malloc, size_t size)
{
	void *memory = call_fails(ENOMEM) ? NULL : __real_malloc(size);

	calls.allocated += memory != NULL;
	return memory;
}

WRAP(void *, calloc, size_t count, size_t size)
{
	void *memory = call_fails(ENOMEM) ? NULL : __real_calloc(count, size);

	calls.allocated += memory != NULL;
	return memory;
}

WRAP(void, free, void *memory)
{
	calls.allocated -= memory != NULL;
	__real_free(memory);
}

WRAP(void *, mmap, void *start, size_t size, int protection, int flags, int fd, off_t offset)
{
	void *memory = call_fails(ENOMEM) ? MAP_FAILED
					  : __real_mmap(start, size, protection, flags, fd, offset);

	calls.mapped += memory != MAP_FAILED;
	return memory;
}

WRAP(int, munmap, void *start, size_t size)
{
	calls.mapped--;
	return __real_munmap(start, size);
}

WRAP(int, open, const char *path, int flags, mode_t mode)
{
	return slow_call_fails(EMFILE) ? -1 : __real_open(path, flags, mode);
}

// The descriptor is closed even so.
WRAP(int, close, int fd)
{
	bool failed = call_fails(EIO);
	int error = errno, result = __real_close(fd);

	if (!failed)
		return result;
	errno = error;
	return -1;
}

WRAP(int, stat, const char *path, struct stat *status)
{
	return call_fails(EIO) ? -1 : __real_stat(path, status);
}

WRAP(int, fstat, int fd, struct stat *status)
{
	return call_fails(EIO) ? -1 : __real_fstat(fd, status);
}

WRAP(int, access, const char *path, int mode)
{
	return call_fails(EIO) ? -1 : __real_access(path, mode);
}

WRAP(ssize_t, readlink, const char *path, char *target, size_t size)
{
	return call_fails(EIO) ? -1 : __real_readlink(path, target, size);
}

WRAP(ssize_t, read, int fd, void *data, size_t size)
{
	return slow_call_fails(EIO) ? -1 : __real_read(fd, data, shortened(size));
}

WRAP(ssize_t, pread, int fd, void *data, size_t size, off_t offset)
{
	return slow_call_fails(EIO) ? -1 : __real_pread(fd, data, shortened(size), offset);
}

WRAP(ssize_t, write, int fd, const void *data, size_t size)
{
	return slow_call_fails(ENOSPC) ? -1 : __real_write(fd, data, shortened(size));
}

WRAP(ssize_t, writev, int fd, const struct iovec *vector, int count)
{
	struct iovec first = { vector->iov_base, shortened(vector->iov_len) };

	if (slow_call_fails(ENOSPC))
		return -1;
	return first.iov_len < vector->iov_len ? __real_writev(fd, &first, 1)
					       : __real_writev(fd, vector, count);
}

WRAP(int, rename, const char *from, const char *to)
{
	return call_fails(EIO) ? -1 : __real_rename(from, to);
}

// Old kernels have it not, and early ones of a start have no numbers to give.
WRAP(ssize_t, getrandom, void *data, size_t size, unsigned int flags)
{
	return call_fails(EAGAIN) ? -1 : __real_getrandom(data, size, flags);
}

static unsigned int count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned int count = 0;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

// Reports are files like the output.
static const enum bpfld_report reports[] = { BPFLD_REPORT_MAP, BPFLD_REPORT_DEPENDENCIES };
#define REPORT_COUNT (sizeof(reports) / sizeof(*reports))

struct trial {
	struct site *site;
	struct bpfld_input inputs[4];
	struct bpfld_options options;
	struct bytes expected;
	struct bytes expected_reports[REPORT_COUNT];
};

// An archive of one object, as ar makes it with @operation.
static const char *make_archive(struct site *site, const char *name, const char *operation,
				const char *object)
{
	const char *path = arena_format(&site->arena, "%s/%s", site->inputs, name);
	const char *argv[] = { "ar", operation, path, object, NULL };
	struct command_result result;

	unlink(path);
	result = command_run(site->inputs, argv);
	if (result.status)
		errx(1, "ar: %s", result.err.data);
	command_result_free(&result);
	return path;
}

// Every way in which bytes come in: files that are read and that are mapped, found in a folder, or
// open already, members of archives.
static void trial_init(struct trial *trial, struct site *site)
{
	const char **folder = arena_alloc(&site->arena, sizeof(*folder));

	*trial = (struct trial){
		.site = site,
		.inputs = { { .path = site->small.paths[0] },
			    { .library = "o", .whole_archive = true },
			    { .fd = open(site->large.paths[0], O_RDONLY) } },
		.options = { .input_count = 4, .output = { .path = site->output } },
	};
	trial->inputs[3].path = make_archive(site, "thin.a", "rcT", site->small.paths[1]);
	trial->inputs[3].whole_archive = true;
	make_archive(site, "libo.a", "rc", site->other.paths[0]);
	*folder = site->inputs;
	trial->options.inputs = trial->inputs;
	trial->options.library_paths = (struct bpfld_strings){ folder, 1 };
	for (size_t i = 0; i < REPORT_COUNT; i++)
		trial->options.reports[reports[i]] =
			arena_format(&site->arena, "%s/report%zu", site->folder, i);
}

static void trial_deinit(struct trial *trial)
{
	close(trial->inputs[2].fd);
	free(trial->expected.data);
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		unlink(trial->options.reports[reports[i]]);
		free(trial->expected_reports[i].data);
	}
}

// Each report is whole, or not there.
static bool reports_are_whole(const struct trial *trial, bool wanted)
{
	bool whole = true;

	for (size_t i = 0; i < REPORT_COUNT; i++) {
		struct bytes found = file_read(trial->options.reports[reports[i]]);

		if (found.data)
			whole &= found.size == trial->expected_reports[i].size &&
				 memcmp(found.data, trial->expected_reports[i].data, found.size) ==
					 0;
		else
			whole &= !wanted;
		free(found.data);
	}
	return whole;
}

// What is wrong about the link that just was; NULL when nothing is.
static const char *judge(const struct trial *trial, bool linked, const struct bpfld_result *result)
{
	const struct site *site = trial->site;

	if (linked != (result->error_count == 0) || linked != (result->diagnostic_count == 0))
		return "an error and no error";
	if (!output_is(site, linked ? (struct str){ trial->expected.data, trial->expected.size }
				    : old_output))
		return "the output is neither the old nor the new one";
	if (!reports_are_whole(trial, linked))
		return "a report is not whole";
	return count_others(site) ? "a temporary file is left" : NULL;
}

// One link of which call number @until goes wrong; false when there is none.
static bool link_once(struct trial *trial, enum way way, unsigned int until, struct tally *tally)
{
	unsigned int descriptors = count_descriptors();
	const char *wrong;
	struct bpfld_result result;
	long allocated, mapped;
	bool linked;

	reset_output(trial->site);
	for (size_t i = 0; i < REPORT_COUNT; i++)
		unlink(trial->options.reports[reports[i]]);
	allocated = calls.allocated;
	mapped = calls.mapped;
	calls.until = until;
	calls.way = way;
	calls.armed = true;
	linked = bpfld_link(&trial->options, &result);
	calls.armed = false;
	wrong = judge(trial, linked, &result);
	if (calls.until == 0)
		count_outcome(trial->site, tally,
			      wrong    ? WRONG
			      : linked ? LINKED
				       : REFUSED,
			      "call %u: %s: %s", until, wrong,
			      linked ? "linked" : result.diagnostics->line);
	bpfld_result_deinit(&result);
	if (calls.allocated != allocated || calls.mapped != mapped ||
	    count_descriptors() != descriptors)
		count_outcome(trial->site, tally, WRONG, "call %u: something is leaked", until);
	return calls.until == 0;
}

static void learn_expected(struct trial *trial)
{
	struct bpfld_result result;

	if (!bpfld_link(&trial->options, &result))
		abort();
	bpfld_result_deinit(&result);
	trial->expected = file_read(trial->site->output);
	for (size_t i = 0; i < REPORT_COUNT; i++)
		trial->expected_reports[i] = file_read(trial->options.reports[reports[i]]);
}

static bool make(struct site *site, struct tally *tally, enum way way)
{
	struct trial trial;

	trial_init(&trial, site);
	learn_expected(&trial);
	if (way == SHORTEN)
		link_once(&trial, way, 0, tally);
	else
		for (unsigned int i = 1; link_once(&trial, way, i, tally); i++)
			;
	trial_deinit(&trial);
	return true;
}

bool fail_calls(struct site *site, struct tally *tally)
{
	return make(site, tally, FAIL);
}

bool interrupt_calls(struct site *site, struct tally *tally)
{
	unsigned int refused;

	make(site, tally, INTERRUPT);
	// A link does not fail for that.
	refused = tally->counts[REFUSED];
	tally->counts[REFUSED] = 0;
	tally->counts[WRONG] += refused;
	return true;
}

bool shorten_calls(struct site *site, struct tally *tally)
{
	return make(site, tally, SHORTEN);
}
