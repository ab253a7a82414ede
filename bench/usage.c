/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usage COMMAND ARGUMENT...: run a command; print its CPU time in microseconds and its peak
 * resident memory in kilobytes. What the command prints is dropped.
 *
 * Linux counts as a process's peak also what it had before exec(), as a copy of its parent. So the
 * parent has to be small: a script would report its own interpreter.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long microseconds(struct timeval time)
{
	return time.tv_sec * 1000000L + time.tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;
	pid_t child = argc > 1 ? vfork() : -1;

	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) < 0 || status)
		return 1;
	printf("%ld %ld\n", microseconds(used.ru_utime) + microseconds(used.ru_stime),
	       used.ru_maxrss);
	return 0;
}
