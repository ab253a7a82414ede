/* SPDX-License-Identifier: BSD-2-Clause */
/* Links of the command, in processes that the system limits, or that are sent signals meanwhile. */
#define _GNU_SOURCE // unshare()
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "support/command.h"

static uint64_t next_random(struct site *site)
{
	site->random ^= site->random << 13;
	site->random ^= site->random >> 7;
	site->random ^= site->random << 17;
	return site->random;
}

// Start @argv, with its messages going to a file.
static pid_t start(const struct site *site, const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	pid_t child;

	// Whoever started this may have ignored some: nohup(1), a shell in the background.
	sigfillset(&defaults);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, site->messages,
					 O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (posix_spawnp(&child, argv[0], &actions, &attributes, (char *const *)argv, environ))
		err(1, "%s", argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return child;
}

static pid_t start_link(const struct site *site, const struct work *work)
{
	const char *argv[INPUTS_MAX + 4] = { BPFLD, "-o", site->output };

	memcpy(argv + 3, work->paths, sizeof(work->paths));
	return start(site, argv);
}

static int finish(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return status;
}

static bool has_message(const struct site *site)
{
	struct bytes messages = file_read(site->messages);
	bool found = messages.data && strstr(messages.data, ": error: ");

	free(messages.data);
	return found;
}

// What @status of a link of @work and the output's folder say; @number may have ended it.
static enum outcome judge(const struct site *site, const struct work *work, int status, int number)
{
	bool is_new = output_is(site, work->expected);
	bool is_old = output_is(site, old_output);

	if (number != SIGKILL && count_others(site))
		return WRONG;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == number && (is_old || is_new) ? KILLED : WRONG;
	if (WEXITSTATUS(status) == 0)
		return is_new ? LINKED : WRONG;
	return WEXITSTATUS(status) == 1 && is_old && has_message(site) ? REFUSED : WRONG;
}

static void sleep_for(uint64_t nanoseconds)
{
	struct timespec time = { (time_t)(nanoseconds / 1000000000),
				 (long)(nanoseconds % 1000000000) };

	nanosleep(&time, NULL);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// How long an undisturbed link takes.
static uint64_t measure(const struct site *site, const struct work *work)
{
	uint64_t start_time = now();

	finish(start_link(site, work));
	return now() - start_time;
}

static unsigned int remove_others(const struct site *site)
{
	DIR *folder = opendir(site->folder);
	unsigned int count = 0;

	for (struct dirent *entry; (entry = readdir(folder));)
		if (strncmp(entry->d_name, ".bpfld-", 7) == 0)
			count += unlinkat(dirfd(folder), entry->d_name, 0) == 0;
	closedir(folder);
	return count;
}

static bool send_signal(struct site *site, struct tally *tally, int number, unsigned int rounds)
{
	uint64_t time = measure(site, &site->large);

	for (unsigned int i = 0; i < rounds; i++) {
		uint64_t moment = next_random(site) % (time + time / 8);
		int status;
		pid_t child;

		reset_output(site);
		child = start_link(site, &site->large);
		sleep_for(moment);
		kill(child, number);
		status = finish(child);
		count_outcome(site, tally, judge(site, &site->large, status, number),
			      "after %llu of %llu ns: status 0x%x", (unsigned long long)moment,
			      (unsigned long long)time, status);
		tally->left += remove_others(site);
	}
	return true;
}

bool send_kill(struct site *site, struct tally *tally)
{
	return send_signal(site, tally, SIGKILL, site->full ? 1000 : 50);
}

bool send_interrupt(struct site *site, struct tally *tally)
{
	return send_signal(site, tally, SIGINT, site->full ? 1000 : 20);
}

bool send_terminate(struct site *site, struct tally *tally)
{
	return send_signal(site, tally, SIGTERM, site->full ? 1000 : 20);
}

bool send_hangup(struct site *site, struct tally *tally)
{
	return send_signal(site, tally, SIGHUP, site->full ? 1000 : 20);
}

// Link with `ulimit @option @limit`.
static int link_limited(const struct site *site, const struct work *work, const char *option,
			size_t limit)
{
	char number[32];
	const char *argv[INPUTS_MAX + 10] = {
		"sh", "-c",        "ulimit $0 $1; shift; exec \"$@\"", option, number, BPFLD,
		"-o", site->output
	};

	snprintf(number, sizeof(number), "%zu", limit);
	memcpy(argv + 8, work->paths, sizeof(work->paths));
	return finish(start(site, argv));
}

// Less than this and the process does not even start.
static size_t least_memory(const struct site *site)
{
	size_t low = 0, high = 1 << 20;

	while (high - low > 4) {
		size_t middle = (low + high) / 8 * 4;
		char number[32];
		const char *argv[] = { "sh",   "-c",  "ulimit -v $0; exec \"$@\" >/dev/null",
				       number, BPFLD, "--version",
				       NULL };

		snprintf(number, sizeof(number), "%zu", middle);
		if (finish(start(site, argv)))
			low = middle;
		else
			high = middle;
	}
	return high;
}

bool limit_memory(struct site *site, struct tally *tally)
{
#ifdef __SANITIZE_ADDRESS__
	// It takes terabytes of addresses for itself.
	(void)site, (void)tally, (void)least_memory;
	return false;
#else
	unsigned int linked = 0;

	for (size_t limit = least_memory(site); linked < 10; limit += site->full ? 4 : 64) {
		int status;
		enum outcome outcome;

		reset_output(site);
		status = link_limited(site, &site->small, "-v", limit);
		outcome = judge(site, &site->small, status, 0);
		count_outcome(site, tally, outcome, "%zu KiB: status 0x%x", limit, status);
		linked += outcome == LINKED;
	}
	return true;
#endif
}

bool limit_file_size(struct site *site, struct tally *tally)
{
	size_t blocks = (site->small.expected.size + 511) / 512;

	for (size_t limit = 1; limit <= blocks + 1; limit += site->full ? 1 : 8) {
		int status;

		reset_output(site);
		status = link_limited(site, &site->small, "-f", limit);
		count_outcome(site, tally, judge(site, &site->small, status, 0),
			      "%zu blocks: status 0x%x", limit, status);
	}
	return true;
}

// A file system of @size bytes over the output's folder.
static void mount_disk(const struct site *site, size_t size)
{
	char options[64];

	snprintf(options, sizeof(options), "size=%zu", size);
	if (mount("tmpfs", site->folder, "tmpfs", 0, options))
		err(1, "cannot mount a tmpfs of %zu bytes", size);
}

bool fill_disk(struct site *site, struct tally *tally)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = site->small.expected.size / page + 4;

	// Mounts that nobody else sees, and that end with this process.
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return false;
	for (size_t i = 1; i <= pages; i++) {
		int status;

		mount_disk(site, i * page);
		reset_output(site);
		status = finish(start_link(site, &site->small));
		count_outcome(site, tally, judge(site, &site->small, status, 0),
			      "%zu pages: status 0x%x", i, status);
		if (umount(site->folder))
			err(1, "umount");
	}
	return true;
}

static bool is_running(pid_t child)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0;
}

bool link_twice_at_once(struct site *site, struct tally *tally)
{
	const struct work *works[] = { &site->large, &site->other };

	for (unsigned int i = 0; i < (site->full ? 500 : 10); i++) {
		pid_t children[2];
		bool whole = true;
		int status;

		reset_output(site);
		for (int j = 0; j < 2; j++)
			children[j] = start_link(site, works[j]);
		while (is_running(children[0]) || is_running(children[1])) {
			struct bytes seen = file_read(site->output);
			struct str found = { seen.data, seen.size };

			whole &= str_equal(found, old_output) ||
				 str_equal(found, site->large.expected) ||
				 str_equal(found, site->other.expected);
			free(seen.data);
		}
		status = finish(children[0]) | finish(children[1]);
		whole &= output_is(site, site->large.expected) ||
			 output_is(site, site->other.expected);
		count_outcome(site, tally,
			      whole && status == 0 && count_others(site) == 0 ? LINKED : WRONG,
			      "round %u: status 0x%x", i, status);
	}
	return true;
}

bool truncate_inputs(struct site *site, struct tally *tally)
{
	const struct work *work = &site->large;
	uint64_t time = measure(site, work);

	for (unsigned int i = 0; i < (site->full ? 1000 : 50); i++) {
		size_t victim = next_random(site) % INPUTS_MAX;
		size_t size = next_random(site) % work->images[victim].size;
		int status;
		pid_t child;

		reset_output(site);
		child = start_link(site, work);
		sleep_for(next_random(site) % time);
		if (truncate(work->paths[victim], (off_t)size))
			err(1, "%s", work->paths[victim]);
		status = finish(child);
		count_outcome(site, tally, judge(site, work, status, 0),
			      "input %zu to %zu bytes: status 0x%x", victim, size, status);
		file_write(work->paths[victim], work->images[victim].data,
			   work->images[victim].size);
	}
	return true;
}
