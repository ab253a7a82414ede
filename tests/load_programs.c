/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_programs [--stack] OBJECT...: which programs of an object the kernel takes.
 *
 * Prints a line for each program, with the kernel's digest of its instructions or the reason why it
 * has none; and before them one for the object, because what is wrong with its maps or externs is
 * wrong for all programs:
 *
 *	object: loads
 *	program handle_exec: 3b185187f1855c4c
 *	program too_large: E2BIG
 *
 * All programs are loaded at once where that works. Where it does not, libbpf would stop at the
 * first that fails, so each is then loaded alone. Nothing is attached, nothing is pinned.
 *
 * With --stack each is loaded alone, and its line has the instructions that libbpf loaded, and the
 * stack of each function as the verifier found it:
 *
 *	program handle_exec: 153 16+32+0
 *	program too_large: E2BIG
 */
#define _GNU_SOURCE // strerrorname_np()
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "support/loader.h"

// Of the kernel's levels this is the shortest. At level 0 libbpf verifies what failed once more,
// with all that the verifier has to say, which takes longer by far.
enum { LOG_STATISTICS = 4 };

static char statistics[1 << 16]; // of the program that is loaded alone

enum selection { NO_PROGRAM = -1, ALL_PROGRAMS = -2 }; // or the index of one

static const char *name_of(int error)
{
	const char *name = strerrorname_np(error < 0 ? -error : error);

	return name ? name : "unknown error";
}

// Load the selected programs of a fresh copy of the object; NULL with the error when that fails.
static struct bpf_object *load(const char *path, int selection, int *error)
{
	struct bpf_object *object = loader_open(path);
	struct bpf_program *program;
	struct bpf_map *map;
	int index = 0;

	*error = (int)libbpf_get_error(object);
	if (*error)
		return NULL;
	bpf_object__for_each_program(program, object)
	{
		bpf_program__set_autoload(program, selection == ALL_PROGRAMS || selection == index);
		bpf_program__set_log_level(program, LOG_STATISTICS);
		if (selection == index)
			bpf_program__set_log_buf(program, statistics, sizeof(statistics));
		index++;
	}
	// A pinned map would be there for the next object.
	bpf_object__for_each_map(map, object) bpf_map__set_pin_path(map, NULL);
	*error = bpf_object__load(object);
	if (!*error)
		return object;
	bpf_object__close(object);
	return NULL;
}

static void print_tag(const struct bpf_program *program)
{
	printf("program %s: %016" PRIx64 "\n", bpf_program__name(program), loader_tag(program));
}

static void print_stack(const struct bpf_program *program)
{
	static const char words[] = "stack depth ";
	size_t size;
	const char *log = bpf_program__log_buf(program, &size);
	const char *depth = log ? strstr(log, words) : NULL;

	printf("program %s: %zu ", bpf_program__name(program), bpf_program__insn_cnt(program));
	if (depth) {
		depth += sizeof(words) - 1;
		printf("%.*s\n", (int)strcspn(depth, " \n"), depth);
	} else {
		printf("unknown\n");
	}
}

static void print_object(const struct bpf_object *object, const char *how)
{
	bool refused = bpf_object__btf(object) && bpf_object__btf_fd(object) < 0;

	printf("object: %s%s\n", how, refused ? ", without BTF" : "");
}

static void load_alone(const char *path, int index, const char *name,
		       void (*print)(const struct bpf_program *program))
{
	int error, at = 0;
	struct bpf_object *object = load(path, index, &error);
	struct bpf_program *program;

	if (!object) {
		printf("program %s: %s\n", name, name_of(error));
		return;
	}
	bpf_object__for_each_program(program, object) if (at++ == index) print(program);
	bpf_object__close(object);
}

static void load_each(const char *path, void (*print)(const struct bpf_program *program))
{
	int error, index = 0;
	struct bpf_object *bare = load(path, NO_PROGRAM, &error);
	struct bpf_program *program;

	if (!bare) {
		printf("object: %s\n", name_of(error));
		return;
	}
	print_object(bare, "loads in parts");
	bpf_object__for_each_program(program, bare)
		load_alone(path, index++, bpf_program__name(program), print);
	bpf_object__close(bare);
}

static void load_object(const char *path)
{
	int error;
	struct bpf_object *object = load(path, ALL_PROGRAMS, &error);
	struct bpf_program *program;

	if (!object) {
		load_each(path, print_tag);
		return;
	}
	print_object(object, "loads");
	bpf_object__for_each_program(program, object) print_tag(program);
	bpf_object__close(object);
}

int main(int argc, char **argv)
{
	bool stack = argc > 1 && strcmp(argv[1], "--stack") == 0;

	if (!loader_can_load()) {
		fprintf(stderr, "nothing is loaded: that needs root and a kernel with BTF\n");
		return 77;
	}
	for (int i = 1 + stack; i < argc; i++) {
		if (stack)
			load_each(argv[i], print_stack);
		else
			load_object(argv[i]);
		fflush(stdout);
	}
	return 0;
}
