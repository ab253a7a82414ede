/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE // vasprintf()
#include "toolbox.h"

#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gelf.h>

#include "check.h"
#include "command.h"

enum { MAX_ARGUMENTS = 32 };

const char *const compilers[COMPILER_COUNT] = { CLANG_22, CLANG };

char *text_of(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		err(99, "vasprintf");
	va_end(args);
	return text;
}

char *text_joined(char *text, char *more)
{
	char *joined = text_of("%s%s", text, more);

	free(text);
	free(more);
	return joined;
}

const char *missing_tool(void)
{
	if (!*CLANG_22)
		return "clang-22";
	if (!*BPFTOOL)
		return "bpftool";
	return *ELFLINT ? NULL : "eu-elflint";
}

// GCC and clang call the same things differently; returns how many arguments it added.
static size_t add_flags(const char *argv[], const char *compiler, const char *target)
{
	size_t count = 0;

	argv[count++] = compiler;
	if (!strcmp(compiler, BPF_GCC)) {
		argv[count++] = "-gbtf";
		argv[count++] = "-mco-re";
		argv[count++] = strcmp(target, "bpfeb") ? "-mlittle-endian" : "-mbig-endian";
	} else {
		argv[count++] = "-g";
		argv[count++] = "-target";
		argv[count++] = target;
	}
	return count;
}

bool compile_bpf(const char *compiler, const char *target, const char *source, const char *object,
		 const char *const *arguments)
{
	const char *argv[MAX_ARGUMENTS + 1] = { NULL };
	size_t count = add_flags(argv, compiler, target);
	struct command_result result;
	bool done;

	argv[count++] = "-O2";
	argv[count++] = "-c";
	argv[count++] = source;
	argv[count++] = "-o";
	argv[count++] = object;
	while (arguments && *arguments && count < MAX_ARGUMENTS)
		argv[count++] = *arguments++;
	result = command_run(".", argv);
	done = result.status == 0;
	if (!done)
		fprintf(stderr, "%s", result.err.data);
	command_result_free(&result);
	return done;
}

int link_bpf(enum linker linker, const char *output, const char *const *inputs, size_t input_count,
	     char **messages)
{
	static const char *const commands[][4] = {
		[LINKER_BPFLD] = { BPFLD, "-o" },
		[LINKER_BPFLD_SAME_NAMES] = { BPFLD, "-r", "--no-unique-locals", "-o" },
		[LINKER_BPFTOOL] = { BPFTOOL, "gen", "object" },
	};
	const char *argv[MAX_ARGUMENTS];
	struct command_result result;
	size_t count = 0;

	while (count < 4 && commands[linker][count]) {
		argv[count] = commands[linker][count];
		count++;
	}
	argv[count++] = output;
	for (size_t i = 0; i < input_count && count < MAX_ARGUMENTS - 1; i++)
		argv[count++] = inputs[i];
	argv[count] = NULL;
	result = command_run(".", argv);
	*messages = text_of("%s%s", result.out.data, result.err.data);
	command_result_free(&result);
	return result.status;
}

// elfutils 0.188 knows the relocation types 1 and 10 only, and no flags, which say for GCC 14 and
// later what version of BPF an object is in. It says so of compilers' output, too.
static bool is_unknown_to_lint(const char *line)
{
	return strstr(line, "invalid type") || strstr(line, "invalid machine flags: 0x4");
}

static void lint(const char *path, FILE *report)
{
	const char *const argv[] = { ELFLINT, path, NULL };
	struct command_result result = command_run(".", argv);
	char *rest = result.out.data;

	for (char *line; (line = strsep(&rest, "\n"));)
		if (*line && !is_unknown_to_lint(line) && strcmp(line, "No errors"))
			fprintf(report, "eu-elflint: %s\n", line);
	command_result_free(&result);
}

char *inspect_object(const char *path, unsigned int flags)
{
	char *text = NULL, *problems = check_object_file(path, flags);
	size_t size;
	FILE *report = open_memstream(&text, &size);

	fputs(problems, report);
	lint(path, report);
	fclose(report);
	free(problems);
	return text;
}

uint64_t section_size(const char *path, const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t size = 0;
	size_t names;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && !elf_getshdrstrndx(elf, &names))
		for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));) {
			GElf_Shdr header;

			gelf_getshdr(scn, &header);
			if (!strcmp(elf_strptr(elf, names, header.sh_name), name))
				size = header.sh_size;
		}
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return size;
}

static void exchange(size_t *a, size_t *b)
{
	size_t index = *a;

	*a = *b;
	*b = index;
}

bool next_order(size_t *indices, size_t count)
{
	size_t at = count - 1, swap;

	while (at > 0 && indices[at - 1] >= indices[at])
		at--;
	// The tail from `at` on descends; reversed, it is the smallest of its kind.
	for (size_t low = at, high = count - 1; low < high; low++, high--)
		exchange(&indices[low], &indices[high]);
	if (at == 0)
		return false;
	for (swap = at; indices[swap] < indices[at - 1]; swap++)
		;
	exchange(&indices[at - 1], &indices[swap]);
	return true;
}
