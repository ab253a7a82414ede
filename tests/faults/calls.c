/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links of the library in this process, whose calls of the allocator and the system go through the
 * functions below (ld's --wrap): the first of them fails, then the second, and so on until a link
 * makes fewer calls than that.
 */
#include <dirent.h>
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bpfld.h"
#include "faults.h"
#include "support/command.h"

enum way { FAIL, FAIL_ON, INTERRUPT, SHORTEN };

// There is one link at a time.
static struct {
	bool armed;
	enum way way;
	unsigned int until; // the call that fails; counts down
	long allocated;     // not freed yet
	long mapped;        // pages
	// That were seen at all: the compiler may know other names for them.
	unsigned int allocations, mappings, reads;
} calls;

// Whether this call is the one that fails, or one after it.
static bool fails(int error)
{
	if (!calls.armed || calls.way == SHORTEN || (calls.until == 0 && calls.way != FAIL_ON) ||
	    (calls.until && --calls.until))
		return false;
	errno = error;
	return true;
}

static bool call_fails(int error)
{
	return calls.way != INTERRUPT && fails(error);
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

	calls.allocations++;
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

// Of a mapping parts may go before the rest.
static long count_pages(size_t size)
{
	return (long)((size + 4095) / 4096);
}

WRAP(void *, mmap, void *start, size_t size, int protection, int flags, int fd, off_t offset)
{
	void *memory = call_fails(ENOMEM) ? MAP_FAILED
					  : __real_mmap(start, size, protection, flags, fd, offset);

	calls.mappings++;
	calls.mapped += memory == MAP_FAILED ? 0 : count_pages(size);
	return memory;
}

WRAP(int, munmap, void *start, size_t size)
{
	calls.mapped -= count_pages(size);
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
	calls.reads++;
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

// What came of a report.
enum report_state { ABSENT, SAME, OTHER, BROKEN };

struct trial {
	struct site *site;
	bool in_memory; // output and reports, else they are files
	bool learning;  // what is made when nothing fails
	struct bpfld_input inputs[6];
	struct bpfld_options options;
	struct bytes expected;
	struct bytes expected_reports[BPFLD_REPORTS];
	enum report_state states[BPFLD_REPORTS];
};

// Whether an ELF file ends with its section headers.
static bool ends_with_headers(struct str file)
{
	Elf64_Ehdr header;

	if (file.size < sizeof(header))
		return false;
	memcpy(&header, file.data, sizeof(header));
	return header.e_shoff + header.e_shnum * sizeof(Elf64_Shdr) == file.size;
}

// Whether BTF ends with its strings.
static bool ends_with_strings(struct str file)
{
	struct btf_header header;

	if (file.size < sizeof(header))
		return false;
	memcpy(&header, file.data, sizeof(header));
	return file.size == (size_t)header.hdr_len + header.str_off + header.str_len;
}

// Whether a report was not cut off: texts end with a line, archives with two empty blocks.
static bool ends_well(enum bpfld_report report, struct str text)
{
	static const char blocks[1024];

	if (report == BPFLD_REPORT_DEBUG_FILE)
		return ends_with_headers(text);
	if (report == BPFLD_REPORT_MIN_CORE_BTF)
		return ends_with_strings(text);
	if (report != BPFLD_REPORT_REPRODUCTION)
		return text.size == 0 || text.data[text.size - 1] == '\n';
	return text.size % 512 == 0 && text.size >= sizeof(blocks) &&
	       memcmp(text.data + text.size - sizeof(blocks), blocks, sizeof(blocks)) == 0;
}

static struct str str_of_bytes(struct bytes bytes)
{
	return (struct str){ bytes.data, bytes.size };
}

static struct bytes copy_bytes(const void *data, size_t size)
{
	char *copy = __real_malloc(size + 1);

	return (struct bytes){ memcpy(copy, data, size), size };
}

// What is the same each time: the last line of statistics has the time.
static struct str lasting(enum bpfld_report report, struct str text)
{
	if (report != BPFLD_REPORT_STATS || !text.size)
		return text;
	do
		text.size--;
	while (text.size && text.data[text.size - 1] != '\n');
	return text;
}

static void take_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	struct trial *trial = context;
	struct str found = { text, size };

	if (trial->learning)
		trial->expected_reports[report] = copy_bytes(text, size);
	if (!ends_well(report, found))
		trial->states[report] = BROKEN;
	else if (str_equal(lasting(report, found),
			   lasting(report, str_of_bytes(trial->expected_reports[report]))))
		trial->states[report] = SAME;
	else
		trial->states[report] = OTHER;
}

static void take_report_files(struct trial *trial)
{
	for (int i = 0; !trial->in_memory && i < BPFLD_REPORTS; i++) {
		struct bytes found = file_read(trial->options.reports[i]);

		if (found.data)
			take_report((enum bpfld_report)i, found.data, found.size, trial);
		free(found.data);
	}
}

static void remove_reports(struct trial *trial)
{
	for (int i = 0; i < BPFLD_REPORTS; i++) {
		trial->states[i] = ABSENT;
		if (!trial->in_memory)
			unlink(trial->options.reports[i]);
	}
}

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
static void add_inputs(struct trial *trial)
{
	struct site *site = trial->site;
	const char **folder = arena_alloc(&site->arena, sizeof(*folder));
	const struct bpfld_input inputs[] = {
		{ .path = site->small.paths[0] },
		{ .library = "o", .whole_archive = true },
		{ .fd = open(site->large.paths[0], O_RDONLY) },
		{ .path = make_archive(site, "thin.a", "rcT", site->small.paths[1]),
		  .whole_archive = true },
		{ .path = site->large.paths[1] },
		{ .path = site->large.paths[2] },
	};

	make_archive(site, "libo.a", "rc", site->other.paths[0]);
	*folder = site->inputs;
	trial->options.library_paths = (struct bpfld_strings){ folder, 1 };
	memcpy(trial->inputs, inputs, sizeof(inputs));
	trial->options.inputs = trial->inputs;
	trial->options.input_count = sizeof(inputs) / sizeof(*inputs);
}

static void trial_init(struct trial *trial, struct site *site, bool in_memory)
{
	static const char *const names[] = { "s0", "l1" };
	// The synthetic functions call each other in circles.
	static const struct bpfld_level_rule no_circles = { "kernel-stack", BPFLD_OFF };

	*trial = (struct trial){
		.site = site,
		.in_memory = in_memory,
		.options = {
			.levels = &no_circles,
			.level_count = 1,
			.output = { .kind = in_memory ? BPFLD_OUTPUT_MEMORY : BPFLD_OUTPUT_PATH,
				    .path = site->output },
			.icf = BPFLD_ICF_ALL,
			.gc_sections = true,
			.allow_undefined = true,
			.undefined = { names, 2 },
			.trace_symbols = { names, 2 },
			.build_id = BPFLD_BUILD_ID_SHA1,
			.on_report = take_report,
			.context = trial,
		},
	};
	add_inputs(trial);
	for (int i = 0; i < BPFLD_REPORTS; i++)
		trial->options.reports[i] =
			in_memory ? "-"
				  : arena_format(&site->arena, "%s/report%d", site->folder, i);
}

static void trial_deinit(struct trial *trial)
{
	close(trial->inputs[2].fd);
	remove_reports(trial);
	free(trial->expected.data);
	for (int i = 0; i < BPFLD_REPORTS; i++)
		free(trial->expected_reports[i].data);
}

// Each report is whole, or not there. Of a link that failed some say how far it came, and one
// counts its errors.
static bool reports_are_whole(const struct trial *trial, bool linked)
{
	for (int i = 0; i < BPFLD_REPORTS; i++) {
		bool may_differ =
			i == BPFLD_REPORT_TIME_TRACE ||
			(!linked && (i <= BPFLD_REPORT_REPRODUCTION || i == BPFLD_REPORT_STATS));
		enum report_state state = trial->states[i];

		if (state == BROKEN || (state == ABSENT && linked) ||
		    (state == OTHER && !may_differ))
			return false;
	}
	return true;
}

static bool output_is_right(const struct trial *trial, bool linked,
			    const struct bpfld_result *result)
{
	struct str expected = str_of_bytes(trial->expected);

	if (!trial->in_memory)
		return output_is(trial->site, linked ? expected : old_output);
	return linked ? result->data &&
				str_equal((struct str){ result->data, result->size }, expected)
		      : !result->data && output_is(trial->site, old_output);
}

// What is wrong about the link that just was; NULL when nothing is.
static const char *judge(const struct trial *trial, bool linked, const struct bpfld_result *result)
{
	if (linked != (result->error_count == 0) || linked != (result->diagnostic_count == 0))
		return "an error and no error";
	if (!output_is_right(trial, linked, result))
		return "the output is neither the old nor the new one";
	if (!reports_are_whole(trial, linked))
		return "a report is not whole";
	return count_others(trial->site) ? "a temporary file is left" : NULL;
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
	remove_reports(trial);
	allocated = calls.allocated;
	mapped = calls.mapped;
	calls.until = until;
	calls.way = way;
	calls.armed = true;
	linked = bpfld_link(&trial->options, &result);
	calls.armed = false;
	take_report_files(trial);
	wrong = judge(trial, linked, &result);
	if (calls.until == 0)
		count_outcome(trial->site, tally,
			      wrong    ? WRONG
			      : linked ? LINKED
				       : REFUSED,
			      "call %u: %s: %s", until, wrong,
			      result.diagnostic_count ? result.diagnostics->message : "linked");
	bpfld_result_deinit(&result);
	if (calls.allocated != allocated || calls.mapped != mapped ||
	    count_descriptors() != descriptors)
		count_outcome(trial->site, tally, WRONG,
			      "call %u: leaked: %ld of memory, %ld pages, %d descriptors", until,
			      calls.allocated - allocated, calls.mapped - mapped,
			      (int)(count_descriptors() - descriptors));
	return calls.until == 0;
}

static void learn_expected(struct trial *trial)
{
	struct bpfld_result result;

	trial->learning = true;
	if (!bpfld_link(&trial->options, &result))
		errx(1, "cannot link at all: %s", result.diagnostics->message);
	take_report_files(trial);
	trial->expected = trial->in_memory ? copy_bytes(result.data, result.size)
					   : file_read(trial->site->output);
	trial->learning = false;
	bpfld_result_deinit(&result);
}

static bool make(struct site *site, struct tally *tally, enum way way)
{
	unsigned int step = site->full ? 1 : 7;

	for (int in_memory = 0; in_memory < 2; in_memory++) {
		struct trial trial;

		trial_init(&trial, site, in_memory);
		learn_expected(&trial);
		if (way == SHORTEN)
			link_once(&trial, way, 0, tally);
		else
			for (unsigned int i = 1; link_once(&trial, way, i, tally); i += step)
				;
		trial_deinit(&trial);
	}
	if (!calls.allocations || !calls.mappings || !calls.reads)
		count_outcome(site, tally, WRONG, "no malloc(), no mmap() or no pread() was seen");
	return true;
}

bool fail_calls(struct site *site, struct tally *tally)
{
	return make(site, tally, FAIL);
}

bool fail_calls_on(struct site *site, struct tally *tally)
{
	return make(site, tally, FAIL_ON);
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
