/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What attaches to linked programs, and what is registered: fixtures/attach and struct_ops.
 *
 * A line each, with tabs between the columns:
 *
 *	attach <TAB> WHAT <TAB> NAME <TAB> runs|wrong|refused <TAB> what is wrong
 *
 * NAME is that of the folder of objects, which says how they were linked.
 */
#define _GNU_SOURCE // basename()
#include "attach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "support/loader.h"

// entry() calls policy(ctx, mix(5)): mix(5) is 5 * 3 + base, policy's own mix() adds the call's
// number to seven times that.
enum { LEVEL = 115, POLICY = LEVEL * 7, NEW_POLICY = LEVEL * 2 };

static struct bpf_object *open_in(const char *folder, const char *file)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return loader_open(path);
}

// What a shell adds to a folder's name does not count.
static const char *name_of(const char *folder)
{
	static char name[128];
	size_t size = strlen(folder);

	while (size && folder[size - 1] == '/')
		size--;
	snprintf(name, sizeof(name), "%.*s", (int)size, folder);
	return basename(name);
}

static void print_verdict(const char *what, const char *folder, const char *verdict)
{
	printf("attach\t%s\t%s\t%s\t", what, name_of(folder), verdict);
	if (!strcmp(verdict, "refused"))
		guest_print_log();
	printf("\n");
	fflush(stdout);
}

static int run_entry(const struct bpf_object *target)
{
	int returned = -1;

	return loader_run(target, "entry", &returned) ? returned : -1;
}

static int entry_fd(const struct bpf_object *target)
{
	return bpf_program__fd(bpf_object__find_program_by_name(target, "entry"));
}

static void try_freplace(const char *folder, const struct bpf_object *target)
{
	struct bpf_object *extension = open_in(folder, "extension.o");
	struct bpf_program *program = bpf_object__find_program_by_name(extension, "new_policy");
	struct bpf_link *link = NULL;
	int64_t replaced = 0;
	bool before, during, after;

	bpf_program__set_attach_target(program, entry_fd(target), "policy");
	if (!bpf_object__load(extension))
		link = bpf_program__attach_freplace(program, entry_fd(target), "policy");
	if (!link) {
		print_verdict("freplace", folder, "refused");
		bpf_object__close(extension);
		return;
	}
	during = run_entry(target) == NEW_POLICY;
	loader_get_variable(extension, "replaced", &replaced);
	bpf_link__destroy(link);
	after = run_entry(target) > POLICY;
	before = replaced == 1;
	print_verdict("freplace", folder, before && during && after ? "runs" : "wrong");
	bpf_object__close(extension);
}

static bool get_arguments(const struct bpf_object *tracer, int32_t arguments[4])
{
	struct bpf_map *map;
	uint32_t key = 0;

	bpf_object__for_each_map(map, tracer)
	{
		if (strstr(bpf_map__name(map), ".bss"))
			return bpf_map__value_size(map) == 16 &&
			       !bpf_map_lookup_elem(bpf_map__fd(map), &key, arguments);
	}
	return false;
}

// All tracers at once, as their user would have them.
static void try_tracing(const char *folder, const struct bpf_object *target)
{
	struct bpf_object *tracer = open_in(folder, "tracer.o");
	struct bpf_program *program;
	struct bpf_link *links[3] = { 0 };
	int32_t arguments[4] = { 0 };
	size_t count = 0;
	int returned;
	bool attached;

	bpf_object__for_each_program(program, tracer) bpf_program__set_attach_target(
		program, entry_fd(target), strchr(bpf_program__section_name(program), '/') + 1);
	attached = !bpf_object__load(tracer);
	bpf_object__for_each_program(program, tracer)
	{
		if (attached && count < 3)
			links[count] = bpf_program__attach(program);
		attached = attached && links[count++];
	}
	returned = run_entry(target);
	if (!attached)
		print_verdict("fentry and fexit", folder, "refused");
	else
		print_verdict("fentry and fexit", folder,
			      get_arguments(tracer, arguments) && arguments[0] == LEVEL &&
					      arguments[1] == returned && arguments[2] == returned
				      ? "runs"
				      : "wrong");
	for (size_t i = 0; i < count && i < 3; i++)
		bpf_link__destroy(links[i]);
	bpf_object__close(tracer);
}

static bool is_registered(const char *name)
{
	char text[512] = "";
	int file = open("/proc/sys/net/ipv4/tcp_available_congestion_control", O_RDONLY);
	ssize_t size = file < 0 ? -1 : read(file, text, sizeof(text) - 1);

	if (file >= 0)
		close(file);
	return size > 0 && strstr(text, name);
}

static void try_struct_ops(const char *folder)
{
	static const char *const names[] = { "bpfld_a", "bpfld_b" };
	struct bpf_object *object = open_in(folder, "struct_ops.o");
	struct bpf_link *links[2] = { 0 };
	struct bpf_map *map;
	size_t count = 0;
	bool right = true;

	if (object && !bpf_object__load(object)) {
		bpf_object__for_each_map(map, object)
		{
			if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS && count < 2)
				links[count++] = bpf_map__attach_struct_ops(map);
		}
	}
	if (!links[0] || !links[1]) {
		print_verdict("struct_ops, registered", folder, "refused");
	} else {
		for (size_t i = 0; i < 2; i++)
			right = right && is_registered(names[i]);
		print_verdict("struct_ops, registered", folder, right ? "runs" : "wrong");
	}
	for (size_t i = 0; i < 2; i++)
		bpf_link__destroy(links[i]);
	bpf_object__close(object);
}

void guest_count_packets(const char *what, const char *folder)
{
	uint32_t id = 0, key = 0;
	uint64_t packets = 0;

	while (!bpf_map_get_next_id(id, &id)) {
		int fd = bpf_map_get_fd_by_id(id);
		struct bpf_map_info info = { 0 };
		uint32_t size = sizeof(info);

		if (!bpf_obj_get_info_by_fd(fd, &info, &size) && !strcmp(info.name, "packets"))
			bpf_map_lookup_elem(fd, &key, &packets);
		close(fd);
	}
	print_verdict(what, folder, packets ? "runs" : "wrong");
}

void guest_try_attach(const char *folder)
{
	struct bpf_object *target = open_in(folder, "target.o");

	if (!target || bpf_object__load(target)) {
		print_verdict("target", folder, "refused");
	} else {
		try_freplace(folder, target);
		try_tracing(folder, target);
	}
	bpf_object__close(target);
	try_struct_ops(folder);
}
