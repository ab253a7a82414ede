/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make_objects [--short] TARGET FOLDER: the programs of kernel_cases.c for a guest, as files.
 *
 * A folder a case, with a file "expect" of what its programs do, one a line:
 *
 *	case NAME
 *	tags same|vary
 *	libbpf 4
 *	returns run_a 35
 *	variable calls 3
 *	type id_a only_a
 *	element tally 0 1
 *
 * and objects: linked-... for each way to link it, input-... for what went in, single-... for all
 * sources as one file. The folders attach-HOW have what attach.c wants. With --short one compiler,
 *one order and no options.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/command.h"
#include "variants.h"

static const char *folder; // of the case
static bool short_form;
static unsigned int failures;

static void copy_file(const char *from, const char *to)
{
	struct bytes bytes = file_read(from);

	if (!bytes.data)
		err(1, "%s", from);
	file_write(to, bytes.data, bytes.size);
	free(bytes.data);
}

static char *object_name(const struct variant *variant)
{
	char *name = text_of("%s/linked-%zu", folder, variant->choice);

	for (size_t i = 0; i < variant->count; i++)
		name = text_joined(name, text_of("-%zu", variant->sequence[i]));
	return text_joined(name, text_of("%s.o", variant->options ? variant->options + 1 : ""));
}

static void write_linked(const struct variant *variant, void *data)
{
	char *output = object_name(variant), *messages;

	(void)data;
	if (variant_link(variant, LINKER_BPFLD, output, &messages)) {
		warnx("%s: %s", variant->label, messages);
		failures++;
	}
	free(messages);
	free(output);
}

static void write_inputs(const struct variant *variant)
{
	for (size_t i = 0; i < variant->count; i++) {
		char *object = variant_object(variant, i);
		char *copy = text_of("%s/input-%zu-%zu.o", folder, variant->choice, i);

		copy_file(object, copy);
		free(object);
		free(copy);
	}
}

static void write_variant(const struct variant *variant, void *data)
{
	bool *inputs_written, **of_choice = data;

	if (short_form && variant->choice)
		return;
	if (!*of_choice)
		*of_choice = calloc(1, sizeof(**of_choice));
	inputs_written = *of_choice;
	if (short_form && *inputs_written)
		return;
	if (!*inputs_written)
		write_inputs(variant);
	*inputs_written = true;
	write_linked(variant, NULL);
	if (!short_form)
		for_each_option(variant, write_linked, NULL);
}

static void write_single_source(const struct kernel_case *c, const char *target)
{
	char *source = path_join(folder, "single.c"), *object = path_join(folder, "single.o");

	kernel_case_single_source(c, source);
	if (!compile_bpf(compilers[0], target, source, object, c->arguments))
		failures++;
	remove(source);
	free(source);
	free(object);
}

static void write_expectations(const struct kernel_case *c)
{
	char *path = path_join(folder, "expect");
	FILE *file = fopen(path, "w");

	if (!file)
		err(1, "%s", path);
	fprintf(file, "case %s\ntags %s\nlibbpf %u\n", c->name, c->tags_vary ? "vary" : "same",
		c->libbpf);
	for (const struct expectation *e = c->returns; e->name; e++)
		fprintf(file, "returns %s %" PRId64 "\n", e->name, e->value);
	for (const struct expectation *e = c->variables; e->name; e++) {
		if (e->type)
			fprintf(file, "type %s %s\n", e->name, e->type);
		else
			fprintf(file, "variable %s %" PRId64 "\n", e->name, e->value);
	}
	for (const struct expectation *e = c->elements; e->name; e++)
		fprintf(file, "element %s %" PRIu32 " %" PRId64 "\n", e->name, e->key, e->value);
	fclose(file);
	free(path);
}

static void write_case(size_t index, const char *target, const char *to)
{
	const struct kernel_case *c = &kernel_cases[index];

	folder = text_of("%s/%02zu", to, index);
	if (mkdir(folder, 0755))
		err(1, "%s", folder);
	write_expectations(c);
	if (!for_each_variant(c, target, write_variant)) {
		warnx("%s: some input does not compile", c->name);
		failures++;
	}
	if (!c->no_single_source)
		write_single_source(c, target);
	free((char *)folder);
}

// The objects that attach.c takes.
static const struct pair {
	const char *object, *sources[2];
	size_t single; // how many of them make the object of one source
} pairs[] = {
	{ "target", { "attach/target_a", "attach/target_b" }, 2 },
	{ "extension", { "attach/extension_a", "attach/extension_b" }, 2 },
	{ "tracer", { "attach/tracer_a", "attach/tracer_b" }, 2 },
	{ "struct_ops", { "kernel/struct_ops/a", "kernel/struct_ops/b" }, 2 },
	{ "network", { "kernel/network/a", "kernel/network/b" }, 1 },
};

static bool link_pair(const struct pair *pair, const char *target, const char *option)
{
	char *objects[2], *output = text_of("%s/%s.o", folder, pair->object), *messages;
	bool done = true;
	int status;

	for (size_t i = 0; i < 2; i++) {
		char *source = text_of(FIXTURES "/%s.c", pair->sources[i]);

		objects[i] = text_of("%s/%s%zu.part", folder, pair->object, i);
		done = compile_bpf(compilers[0], target, source, objects[i], NULL) && done;
		free(source);
	}
	status = link_bpf(LINKER_BPFLD, output,
			  (const char *const[]){ objects[0], objects[1], option },
			  2 + (option != NULL), &messages);
	if (status)
		warnx("%s: %s", output, messages);
	free(messages);
	for (size_t i = 0; i < 2; i++) {
		remove(objects[i]);
		free(objects[i]);
	}
	free(output);
	return done && !status;
}

static bool compile_pair(const struct pair *pair, const char *target)
{
	static const char *const arguments[] = { "-DSINGLE_SOURCE", NULL };
	char *source = text_of("%s/%s.c", folder, pair->object);
	char *output = text_of("%s/%s.o", folder, pair->object);
	FILE *file = fopen(source, "w");
	bool done;

	if (!file)
		err(1, "%s", source);
	for (size_t i = 0; i < pair->single; i++)
		fprintf(file,
			"#undef _license\n#define _license license_%zu\n"
			"#include \"" FIXTURES "/%s.c\"\n",
			i, pair->sources[i]);
	fclose(file);
	done = compile_bpf(compilers[0], target, source, output, arguments);
	remove(source);
	free(source);
	free(output);
	return done;
}

static void write_attach(const char *name, const char *target, const char *to, const char *option)
{
	folder = text_of("%s/attach-%s", to, name);
	if (mkdir(folder, 0755))
		err(1, "%s", folder);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		bool done = strcmp(name, "single") ? link_pair(&pairs[i], target, option)
						   : compile_pair(&pairs[i], target);
		failures += !done;
	}
	free((char *)folder);
}

int main(int argc, char **argv)
{
	short_form = argc > 1 && !strcmp(argv[1], "--short");
	argv += short_form;
	argc -= short_form;
	if (argc != 3)
		errx(2, "usage: make_objects [--short] bpfel|bpfeb FOLDER");
	for (size_t i = 0; i < kernel_case_count; i++)
		write_case(i, argv[1], argv[2]);
	write_attach("linked", argv[1], argv[2], NULL);
	write_attach("gc", argv[1], argv[2], "--gc-sections");
	write_attach("icf", argv[1], argv[2], "--icf=all");
	write_attach("single", argv[1], argv[2], NULL);
	return failures != 0;
}
