/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest FOLDER...: load and run the objects that make_objects wrote, on the kernel that this is; a
 * folder without a file "expect" is for attach.c.
 *
 * guest --packets WHAT FOLDER: whether a program that is attached already counts packets.
 *
 * Prints a line for each object and for each loaded program, with tabs between the columns:
 *
 *	object <TAB> CASE <TAB> NAME <TAB> runs|wrong|refused <TAB> what is wrong
 *	vary <TAB> CASE: its tags say nothing
 *	tag <TAB> CASE <TAB> NAME <TAB> PROGRAM <TAB> the kernel's digest of its instructions
 *
 * Judging is for whoever sees the lines of all kernels.
 */
#define _GNU_SOURCE // asprintf()
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "attach.h"
#include "support/loader.h"

enum { MAX_LINES = 32, MAX_WORD = 64, LOG_SHOWN = 400 };

struct line {
	char what[MAX_WORD], name[MAX_WORD], value[MAX_WORD], more[MAX_WORD];
};

// The file "expect" of a case.
struct expect {
	char name[128];
	unsigned int libbpf;
	bool tags_vary;
	struct line lines[MAX_LINES];
	size_t count;
};

static bool read_expect(const char *folder, struct expect *expect)
{
	char path[512], text[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/expect", folder);
	file = fopen(path, "r");
	if (!file)
		return false;
	*expect = (struct expect){ 0 };
	while (fgets(text, sizeof(text), file) && expect->count < MAX_LINES) {
		struct line *line = &expect->lines[expect->count];

		*line = (struct line){ 0 };
		if (sscanf(text, "case %127[^\n]", expect->name) == 1 ||
		    sscanf(text, "libbpf %u", &expect->libbpf) == 1)
			continue;
		if (sscanf(text, "tags %63s", line->what) == 1) {
			expect->tags_vary = !strcmp(line->what, "vary");
			continue;
		}
		if (sscanf(text, "%63s %63s %63s %63s", line->what, line->name, line->value,
			   line->more) >= 3)
			expect->count++;
	}
	fclose(file);
	return true;
}

void guest_print_log(void)
{
	const char *log = loader_log();
	size_t size = strlen(log);

	for (const char *at = size > LOG_SHOWN ? log + size - LOG_SHOWN : log; *at; at++)
		putchar(*at == '\n' || *at == '\t' ? ' ' : *at);
}

// What is found instead of what @line expects; false when nothing is wrong.
static bool differs(const struct bpf_object *object, const struct line *line, int64_t *found)
{
	int64_t wanted = strtoll(line->value, NULL, 0);
	int returned = -1;
	bool there = false;

	*found = -1;
	if (!strcmp(line->what, "returns")) {
		there = loader_run(object, line->name, &returned);
		*found = returned;
	} else if (!strcmp(line->what, "element")) {
		wanted = strtoll(line->more, NULL, 0);
		there = loader_get_element(object, line->name,
					   (uint32_t)strtoul(line->value, NULL, 0), found);
	} else {
		if (!strcmp(line->what, "type"))
			wanted = btf__find_by_name_kind(bpf_object__btf(object), line->value,
							BTF_KIND_STRUCT);
		there = loader_get_variable(object, line->name, found);
	}
	return !there || *found != wanted;
}

static void judge_values(const struct expect *expect, const struct bpf_object *object)
{
	bool wrong = false;
	char *text = strdup("");

	for (size_t i = 0; i < expect->count; i++) {
		const struct line *line = &expect->lines[i];
		int64_t found;
		char *longer;

		if (!differs(object, line, &found))
			continue;
		wrong = true;
		if (asprintf(&longer, "%s%s %s is %" PRId64 "; ", text, line->what, line->name,
			     found) < 0)
			err(1, "asprintf");
		free(text);
		text = longer;
	}
	printf("%s\t%s\n", wrong ? "wrong" : "runs", text);
	free(text);
}

static void print_tags(const char *name, const char *file, const struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		if (bpf_program__fd(program) >= 0)
			printf("tag\t%s\t%s\t%s\t%016" PRIx64 "\n", name, file,
			       bpf_program__name(program), loader_tag(program));
	}
}

static void try_object(const struct expect *expect, const char *folder, const char *file)
{
	char path[768];
	struct bpf_object *object;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	object = loader_open(path);
	printf("object\t%s\t%s\t", expect->name, file);
	if (!object || bpf_object__load(object)) {
		printf("refused\t");
		guest_print_log();
		printf("\n");
	} else if (!strncmp(file, "input-", 6)) {
		// What its programs do depends on the others.
		printf("runs\t\n");
		print_tags(expect->name, file, object);
	} else {
		judge_values(expect, object);
		print_tags(expect->name, file, object);
	}
	bpf_object__close(object);
	fflush(stdout);
}

static int is_object(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);

	return size > 2 && !strcmp(entry->d_name + size - 2, ".o");
}

static void try_case(const char *folder)
{
	struct expect expect;
	struct dirent **files;
	int count;

	if (!read_expect(folder, &expect)) {
		guest_try_attach(folder);
		return;
	}
	if (libbpf_major_version() == 1 && libbpf_minor_version() < expect.libbpf) {
		printf("skipped\t%s\t-\twants libbpf 1.%u\t\n", expect.name, expect.libbpf);
		return;
	}
	if (expect.tags_vary)
		printf("vary\t%s\n", expect.name);
	count = scandir(folder, &files, is_object, alphasort);
	for (int i = 0; i < count; i++) {
		try_object(&expect, folder, files[i]->d_name);
		free(files[i]);
	}
	if (count >= 0)
		free(files);
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	if (argc == 4 && !strcmp(argv[1], "--packets")) {
		guest_count_packets(argv[2], argv[3]);
		return 0;
	}
	for (int i = 1; i < argc; i++)
		try_case(argv[i]);
	return 0;
}
