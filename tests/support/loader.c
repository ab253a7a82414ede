/* SPDX-License-Identifier: BSD-2-Clause */
#include "loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static char text[1 << 16];
static size_t length;

static int collect(enum libbpf_print_level level, const char *format, va_list values)
{
	size_t room = sizeof(text) - length;
	int count;

	if (level == LIBBPF_DEBUG)
		return 0;
	count = vsnprintf(text + length, room, format, values);
	if (count > 0)
		length += (size_t)count < room ? (size_t)count : room - 1;
	return count;
}

bool loader_can_load(void)
{
	return geteuid() == 0 && !access("/sys/kernel/btf/vmlinux", R_OK);
}

struct bpf_object *loader_open(const char *path)
{
	length = 0;
	text[0] = '\0';
	libbpf_set_print(collect);
	return bpf_object__open_file(path, NULL);
}

const char *loader_log(void)
{
	return text;
}

bool loader_run(const struct bpf_object *object, const char *program, int *returned)
{
	const struct bpf_program *found = bpf_object__find_program_by_name(object, program);
	char packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, options);

	if (!found)
		return false;
	// A syscall program takes a context and no packet, all others here the reverse.
	if (bpf_program__type(found) != BPF_PROG_TYPE_SYSCALL) {
		options.data_in = packet;
		options.data_size_in = sizeof(packet);
	}
	if (bpf_prog_test_run_opts(bpf_program__fd(found), &options))
		return false;
	*returned = (int)options.retval;
	return true;
}
