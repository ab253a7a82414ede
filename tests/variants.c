/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE // basename()
#include "variants.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/command.h"

// Options that change the output; what it does must stay the same.
static const char *const all_options[] = { "--gc-sections", "--icf=safe", "--icf=all",
					   "--no-merge-rodata" };

// Compilers that take the inputs in turn; those with GCC are the last.
static const char *const choices[][2] = {
	{ CLANG_22, CLANG_22 }, { CLANG, CLANG },      { CLANG_22, CLANG },
	{ BPF_GCC, BPF_GCC },   { BPF_GCC, CLANG_22 }, { CLANG_22, BPF_GCC },
};
enum { CHOICE_OF_GCC = 3, CHOICE_COUNT = sizeof(choices) / sizeof(*choices) };

char *variant_object(const struct variant *variant, size_t input)
{
	const struct kernel_case *c = variant->of;

	return text_of("%s/%s.%s.o", variant->folder, c->inputs[input],
		       basename(variant->compiler[input]));
}

static bool compile_input(const struct variant *variant, size_t input)
{
	const struct kernel_case *c = variant->of;
	char *source = kernel_case_source(c, input);
	char *object = variant_object(variant, input);
	bool done = !access(object, F_OK) || compile_bpf(variant->compiler[input], variant->target,
							 source, object, c->arguments);

	free(source);
	free(object);
	return done;
}

int variant_link(const struct variant *variant, enum linker linker, const char *output,
		 char **messages)
{
	char *arguments[MAX_INPUTS + 2];
	size_t count = variant->count;
	int status;

	for (size_t i = 0; i < variant->count; i++)
		arguments[i] = variant_object(variant, variant->sequence[i]);
	if (variant->options)
		arguments[count++] = (char *)variant->options;
	if (variant->others_follow)
		arguments[count++] = "-r";
	status = link_bpf(linker, output, (const char *const *)arguments, count, messages);
	for (size_t i = 0; i < variant->count; i++)
		free(arguments[i]);
	return status;
}

void variant_label(struct variant *variant)
{
	char *label = text_of("%s (%s):", variant->of->name, variant->target);

	for (size_t i = 0; i < variant->count; i++) {
		size_t input = variant->sequence[i];

		label = text_joined(label, text_of(" %s(%s)", variant->of->inputs[input],
						   basename(variant->compiler[input])));
	}
	if (variant->options)
		label = text_joined(label, text_of(" %s", variant->options));
	free(variant->label);
	variant->label = label;
}

static void for_each_order(struct variant *variant, use_variant_fn *use, void *data)
{
	for (size_t i = 0; i < variant->count; i++)
		variant->sequence[i] = i;
	do {
		variant_label(variant);
		use(variant, data);
	} while (!variant->of->fixed_order && next_order(variant->sequence, variant->count));
}

static bool is_possible(const struct kernel_case *c, size_t choice)
{
	if (choice == 0)
		return true;
	if (c->newest_compiler)
		return false;
	if (choice < CHOICE_OF_GCC)
		return true;
	return *BPF_GCC && !c->gcc_fails && !(choice == CHOICE_OF_GCC && c->gcc_needs_clang);
}

// Once a choice of compilers is enough.
void for_each_option(const struct variant *variant, use_variant_fn *use, void *data)
{
	struct variant other = *variant;

	for (size_t i = 0; i < variant->count; i++) {
		if (variant->sequence[i] != i)
			return;
	}
	other.label = NULL;
	for (size_t i = 0; i < sizeof(all_options) / sizeof(*all_options); i++) {
		other.options = all_options[i];
		variant_label(&other);
		use(&other, data);
	}
	free(other.label);
}

bool for_each_variant(const struct kernel_case *c, const char *target, use_variant_fn *use)
{
	char *folder = folder_create();
	struct variant variant = {
		.of = c, .folder = folder, .target = target, .count = kernel_case_inputs(c)
	};
	bool all_done = true;

	for (size_t choice = 0; choice < CHOICE_COUNT; choice++) {
		void *data = NULL;
		bool done = true;

		if (!is_possible(c, choice))
			continue;
		variant.choice = choice;
		variant.has_gcc = choice >= CHOICE_OF_GCC;
		for (size_t i = 0; i < variant.count; i++) {
			variant.compiler[i] = choices[choice][i % 2];
			done = compile_input(&variant, i) && done;
		}
		all_done = done && all_done;
		if (done)
			for_each_order(&variant, use, &data);
		free(data);
	}
	free(variant.label);
	folder_remove(folder);
	free(folder);
	return all_done;
}
