/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * own_memory COMMAND ARGUMENT...: run a command; print the most memory that it had of its own at
 * any time, in kilobytes. That is resident memory without the pages of files that it only read:
 * those are the page cache's, and go when memory is short.
 *
 * Linux keeps a peak of all resident memory only. But what a process has of its own shrinks in
 * system calls alone, so its size before each that can do that has all peaks: nothing is sampled.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)

// All resident pages but the clean ones, which a file backs.
static long own_memory(pid_t pid)
{
	char path[64], line[256];
	long total = 0, size;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Rss: %ld", &size) == 1)
			total += size;
		else if (sscanf(line, "Shared_Clean: %ld", &size) == 1 ||
			 sscanf(line, "Private_Clean: %ld", &size) == 1)
			total -= size;
	}
	if (file)
		fclose(file);
	return total;
}

static bool may_shrink(pid_t pid)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return false;
	switch (info.entry.nr) {
	case SYS_brk:
	case SYS_exit:
	case SYS_exit_group:
	case SYS_madvise:
	case SYS_mmap:
	case SYS_mremap:
	case SYS_munmap:
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	pid_t child = argc > 1 ? fork() : -1, pid;
	int status, result = 1;
	long most = 0;

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
		return 1;
	ptrace(PTRACE_SETOPTIONS, child, 0, OPTIONS);
	ptrace(PTRACE_SYSCALL, child, 0, 0);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

		if (!WIFSTOPPED(status)) {
			if (pid == child)
				result = status != 0;
			continue;
		}
		if (signal == (SIGTRAP | 0x80) && may_shrink(pid)) {
			long size = own_memory(pid);

			most = size > most ? size : most;
		}
		if (signal == SIGTRAP || signal == SIGSTOP || signal == (SIGTRAP | 0x80))
			signal = 0;
		ptrace(PTRACE_SYSCALL, pid, 0, signal);
	}
	printf("%ld\n", most);
	return result;
}
