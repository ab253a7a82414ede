/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables are found as skeletons find them: BTF has a DATASEC with the VAR, libbpf a map of that
 * section. So a linker whose BTF and code disagree on a place is caught.
 */
#include "loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

static char text[1 << 16];
static size_t length;

static int collect(enum libbpf_print_level level, const char *format, va_list values)
{
	size_t room = sizeof(text) - length;
	int count;

	if (level != LIBBPF_WARN)
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
	uint64_t context[8] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, options);

	if (!found)
		return false;
	// A tracepoint takes arguments, a syscall program a context if any, all others here a
	// packet.
	if (bpf_program__type(found) == BPF_PROG_TYPE_RAW_TRACEPOINT) {
		options.ctx_in = context;
		options.ctx_size_in = sizeof(context);
	} else if (bpf_program__type(found) != BPF_PROG_TYPE_SYSCALL) {
		options.data_in = packet;
		options.data_size_in = sizeof(packet);
	}
	if (bpf_prog_test_run_opts(bpf_program__fd(found), &options))
		return false;
	*returned = (int)options.retval;
	return true;
}

struct variable {
	struct bpf_map *map;
	uint32_t offset;
	uint32_t size;
};

// libbpf names the maps of .data, .rodata and .bss after the object too: "linked.bss".
static struct bpf_map *find_section_map(const struct bpf_object *object, const char *section)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *name = bpf_map__name(map);
		size_t size = strlen(name), wanted = strlen(section);

		if (bpf_map__is_internal(map) && size >= wanted &&
		    !strcmp(name + size - wanted, section))
			return map;
	}
	return NULL;
}

static bool find_variable(const struct bpf_object *object, const char *name,
			  struct variable *variable)
{
	const struct btf *btf = bpf_object__btf(object);

	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!btf_is_datasec(type))
			continue;
		for (uint16_t i = 0; i < btf_vlen(type); i++) {
			const struct btf_var_secinfo *entry = &btf_var_secinfos(type)[i];
			const struct btf_type *var = btf__type_by_id(btf, entry->type);

			if (strcmp(btf__name_by_offset(btf, var->name_off), name))
				continue;
			variable->offset = entry->offset;
			variable->size = entry->size;
			variable->map =
				find_section_map(object, btf__name_by_offset(btf, type->name_off));
			return variable->map;
		}
	}
	return false;
}

static bool number_at(const void *bytes, uint32_t size, int64_t *value)
{
	union {
		int8_t one;
		int16_t two;
		int32_t four;
		int64_t eight;
	} number;

	if (size > sizeof(number))
		return false;
	memcpy(&number, bytes, size);
	*value = size == 1   ? number.one
		 : size == 2 ? number.two
		 : size == 4 ? number.four
			     : number.eight;
	return true;
}

bool loader_get_variable(const struct bpf_object *object, const char *name, int64_t *value)
{
	struct variable variable;
	uint32_t key = 0, size;
	char *bytes;
	bool found;

	if (!find_variable(object, name, &variable))
		return false;
	size = bpf_map__value_size(variable.map);
	bytes = calloc(1, size);
	found = variable.offset <= size && variable.size <= size - variable.offset &&
		!bpf_map_lookup_elem(bpf_map__fd(variable.map), &key, bytes) &&
		number_at(bytes + variable.offset, variable.size, value);
	free(bytes);
	return found;
}

bool loader_set_variable(const struct bpf_object *object, const char *name, int64_t value)
{
	struct variable variable;
	size_t size;
	char *bytes;

	if (!find_variable(object, name, &variable) || variable.size > sizeof(value))
		return false;
	// What it returns is const in some versions of libbpf only.
	bytes = (char *)bpf_map__initial_value(variable.map, &size);
	if (!bytes || variable.offset > size || variable.size > size - variable.offset)
		return false;
	// Programs run on this machine, so the value has its byte order; little endian ones keep
	// the low bytes first.
	memcpy(bytes + variable.offset, &value, variable.size);
	return true;
}

bool loader_get_element(const struct bpf_object *object, const char *name, uint32_t key,
			int64_t *value)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	uint64_t bytes = 0;

	return map && bpf_map__key_size(map) == sizeof(key) &&
	       bpf_map__value_size(map) <= sizeof(bytes) &&
	       !bpf_map_lookup_elem(bpf_map__fd(map), &key, &bytes) &&
	       number_at(&bytes, bpf_map__value_size(map), value);
}

uint64_t loader_tag(const struct bpf_program *program)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	uint64_t tag = 0;

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		return 0;
	memcpy(&tag, info.tag, sizeof(tag));
	return tag;
}
