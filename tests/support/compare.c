/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sections and symbols: each of the inputs is found in the output, and none is there that no input
 * has. What symbols stand for is compared in the files beside this one.
 */
#include "compare.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

void differ(const struct comparison *comparison, const char *format, ...)
{
	va_list args;

	fprintf(comparison->report, "%s: ", comparison->input->name);
	va_start(args, format);
	vfprintf(comparison->report, format, args);
	va_end(args);
	fputc('\n', comparison->report);
}

bool same_function_name(const char *input, const char *linked)
{
	size_t size = strlen(input);

	if (strncmp(linked, input, size))
		return false;
	linked += size;
	if (!strncmp(linked, "__", 2) && isdigit((unsigned char)linked[2]))
		linked += 2 + strspn(linked + 2, "0123456789");
	return !*linked;
}

bool holds_constants(const struct subject_section *section)
{
	return section->header.sh_flags & SHF_MERGE &&
	       (!strncmp(section->name, ".rodata.str", strlen(".rodata.str")) ||
		!strncmp(section->name, ".rodata.cst", strlen(".rodata.cst")));
}

const char *output_name(const struct subject_section *section)
{
	if (holds_constants(section))
		return ".rodata";
	return strncmp(section->name, ".text.", 6) ? section->name : ".text";
}

bool is_singleton(const struct subject_section *section)
{
	return !strcmp(section->name, "license") || !strcmp(section->name, "version");
}

bool others_have(const struct comparison *comparison, const char *name, bool defined)
{
	for (size_t i = 0; i < comparison->input_count; i++) {
		const struct side *other = &comparison->inputs[i];
		const struct subject_symbol *symbol =
			other == comparison->input ? NULL
						   : subject_find_global(&other->subject, name);

		if (symbol && (!defined || symbol->shndx != SHN_UNDEF))
			return true;
	}
	return false;
}

// ---------------------------------------------------------------------------------------------
// Sections

// What loaders read, and an empty .text is nothing to read.
static bool is_contents(const struct subject_section *section)
{
	return section->header.sh_flags & SHF_ALLOC && section->header.sh_size;
}

static void compare_section(struct comparison *comparison, const struct subject_section *input)
{
	const struct subject *output = &comparison->linked.subject;
	const struct subject_section *linked = subject_find_section(output, input->name);
	const GElf_Shdr *from = &input->header, *to;
	uint64_t flags = from->sh_flags & ~(uint64_t)SHF_GROUP;

	if (!linked) {
		linked = subject_find_section(output, output_name(input));
		if (holds_constants(input))
			flags &= ~(uint64_t)(SHF_MERGE | SHF_STRINGS);
	}
	to = linked ? &linked->header : NULL;
	if (!linked)
		differ(comparison, "section %s is not in the output", input->name);
	else if (flags & ~to->sh_flags)
		differ(comparison, "section %s: flags %#lx, in the output %#lx", input->name,
		       from->sh_flags, to->sh_flags);
	else if (to->sh_addralign % from->sh_addralign)
		differ(comparison, "section %s: alignment %lu, in the output %lu", input->name,
		       from->sh_addralign, to->sh_addralign);
	else if (from->sh_type != to->sh_type && from->sh_type != SHT_NOBITS)
		differ(comparison, "section %s: type %u, in the output %u", input->name,
		       from->sh_type, to->sh_type);
	else if (is_singleton(input) &&
		 (strncmp((const char *)input->data, (const char *)linked->data, input->size)))
		differ(comparison, "section %s is another in the output", input->name);
}

// ---------------------------------------------------------------------------------------------
// Symbols

static bool is_compared(const struct subject *subject, const struct subject_symbol *symbol)
{
	const struct subject_section *home = subject_home(subject, symbol);

	if (!*symbol->name || symbol->type == STT_SECTION || symbol->type == STT_FILE)
		return false;
	// Labels in code serve the assembler; jump tables are compared where they are used.
	if (symbol->bind == STB_LOCAL && symbol->type == STT_NOTYPE)
		return false;
	return !home || !(is_singleton(home) || !strcmp(home->name, ".jumptables"));
}

static bool same_home(const struct comparison *comparison, const struct subject_symbol *input,
		      const struct subject_symbol *linked)
{
	const struct subject_section *a = subject_home(&comparison->input->subject, input);
	const struct subject_section *b = subject_home(&comparison->linked.subject, linked);

	return a && b ? !strcmp(output_name(a), output_name(b)) : a == b;
}

static bool same_symbol(struct comparison *comparison, const struct subject_symbol *input,
			const struct subject_symbol *linked)
{
	if (!same_home(comparison, input, linked) || input->type != linked->type ||
	    input->size != linked->size) {
		differ(comparison,
		       "symbol %s: type %u, size %lu in section %u, in the output type %u, size "
		       "%lu in section %u",
		       input->name, input->type, input->size, input->shndx, linked->type,
		       linked->size, linked->shndx);
		return false;
	}
	if ((input->bind != linked->bind || input->visibility != linked->visibility) &&
	    !others_have(comparison, input->name, false)) {
		differ(comparison, "symbol %s: binding %u, visibility %u, in the output %u, %u",
		       input->name, input->bind, input->visibility, linked->bind,
		       linked->visibility);
		return false;
	}
	if (input->type == STT_FUNC)
		return same_function(comparison, input, linked);
	return input->type != STT_OBJECT ||
	       same_bytes(comparison, subject_home(&comparison->input->subject, input),
			  input->value, subject_home(&comparison->linked.subject, linked),
			  linked->value, input->size);
}

static void compare_global(struct comparison *comparison, const struct subject_symbol *input)
{
	const struct subject_symbol *linked =
		subject_find_global(&comparison->linked.subject, input->name);

	if (!linked) {
		differ(comparison, "symbol %s is not in the output", input->name);
		return;
	}
	comparison->taken_symbols[linked - comparison->linked.subject.symbols] = true;
	if (!others_have(comparison, input->name, true))
		same_symbol(comparison, input, linked);
	else if (linked->shndx == SHN_UNDEF)
		differ(comparison, "symbol %s is undefined in the output", input->name);
}

static bool is_candidate(const struct subject_symbol *input, const struct subject_symbol *linked)
{
	return linked->bind == STB_LOCAL && linked->type == input->type &&
	       (input->type == STT_FUNC ? same_function_name(input->name, linked->name)
					: !strcmp(input->name, linked->name));
}

// Several locals may have the name: only if none fits is it of interest why.
static void compare_local(struct comparison *comparison, const struct subject_symbol *input)
{
	const struct subject *linked = &comparison->linked.subject;
	FILE *report = comparison->report;
	char *differences = NULL;
	size_t size;
	bool found = false;

	comparison->report = open_memstream(&differences, &size);
	for (size_t i = 1; i < linked->symbol_count && !found; i++) {
		if (comparison->taken_symbols[i] || !is_candidate(input, &linked->symbols[i]))
			continue;
		found = same_symbol(comparison, input, &linked->symbols[i]);
		comparison->taken_symbols[i] = found;
	}
	fclose(comparison->report);
	comparison->report = report;
	if (!found && is_dead_data(comparison, subject_home(&comparison->input->subject, input),
				   input->value, input->size))
		found = true;
	if (!found && *differences)
		fputs(differences, report);
	else if (!found)
		differ(comparison, "local symbol %s is not in the output", input->name);
	free(differences);
}

static void compare_symbols(struct comparison *comparison)
{
	const struct subject *subject = &comparison->input->subject;

	for (size_t i = 1; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (!is_compared(subject, symbol))
			continue;
		if (symbol->bind == STB_LOCAL)
			compare_local(comparison, symbol);
		else
			compare_global(comparison, symbol);
	}
}

// ---------------------------------------------------------------------------------------------
// What is in no input

static bool inputs_have_section(const struct comparison *comparison,
				const struct subject_section *section)
{
	for (size_t i = 0; i < comparison->input_count; i++) {
		const struct subject *input = &comparison->inputs[i].subject;

		for (size_t k = 1; k < input->section_count; k++)
			if (!strcmp(output_name(&input->sections[k]), output_name(section)))
				return true;
	}
	return false;
}

static void report_surplus(struct comparison *comparison)
{
	const struct subject *linked = &comparison->linked.subject;

	comparison->input = &comparison->linked;
	for (size_t i = 1; i < linked->section_count; i++)
		if (is_contents(&linked->sections[i]) &&
		    !inputs_have_section(comparison, &linked->sections[i]))
			differ(comparison, "section %s is in no input", linked->sections[i].name);
	for (size_t i = 1; i < linked->symbol_count; i++)
		if (!comparison->taken_symbols[i] && is_compared(linked, &linked->symbols[i]))
			differ(comparison, "symbol %s is in no input", linked->symbols[i].name);
	for (uint32_t id = 1; linked->btf && id < btf__type_cnt(linked->btf); id++)
		if (btf_is_var(btf__type_by_id(linked->btf, id)) && !comparison->taken_types[id] &&
		    !subject_find_global(linked, subject_type_name(linked, id)))
			differ(comparison, "variable %s of BTF is in no input",
			       subject_type_name(linked, id));
}

// ---------------------------------------------------------------------------------------------

static bool side_init(struct side *side, const struct compared_file *file, FILE *report)
{
	side->name = file->name;
	side->subject.report = report;
	if (!subject_init(&side->subject, file->image, file->size) || !records_read(side)) {
		fprintf(report, "%s: cannot be read\n", file->name);
		return false;
	}
	index_types(side);
	return true;
}

static void side_deinit(struct side *side)
{
	subject_deinit(&side->subject);
	for (size_t i = 0; i < SEGMENT_COUNT; i++)
		free(side->records[i].items);
	free(side->types_by_name);
}

static void compare_input(struct comparison *comparison, const struct side *input)
{
	const struct subject *subject = &input->subject;

	comparison->input = input;
	for (size_t i = 1; i < subject->section_count; i++)
		if (is_contents(&subject->sections[i]))
			compare_section(comparison, &subject->sections[i]);
	compare_symbols(comparison);
	if (subject->btf && comparison->linked.subject.btf) {
		compare_variables(comparison);
		compare_named_types(comparison);
	} else if (subject->btf) {
		differ(comparison, "the output has no BTF");
	}
	forget_pairs(comparison);
}

static void compare_all(struct comparison *comparison)
{
	const struct subject *linked = &comparison->linked.subject;
	size_t type_count = linked->btf ? btf__type_cnt(linked->btf) : 0;

	comparison->taken_symbols = calloc(linked->symbol_count + 1, sizeof(bool));
	comparison->taken_types = calloc(type_count + 1, sizeof(bool));
	for (size_t i = 0; i < comparison->input_count; i++)
		compare_input(comparison, &comparison->inputs[i]);
	report_surplus(comparison);
	free(comparison->taken_symbols);
	free(comparison->taken_types);
	free(comparison->pairs);
}

char *compare_objects(const struct compared_file *linked, const struct compared_file *inputs,
		      size_t input_count)
{
	struct comparison comparison = { .input_count = input_count };
	char *text = NULL;
	size_t size;
	bool ok;

	comparison.report = open_memstream(&text, &size);
	comparison.inputs = calloc(input_count, sizeof(*comparison.inputs));
	ok = side_init(&comparison.linked, linked, comparison.report);
	for (size_t i = 0; i < input_count; i++)
		ok &= side_init(&comparison.inputs[i], &inputs[i], comparison.report);
	if (ok)
		compare_all(&comparison);
	for (size_t i = 0; i < input_count; i++)
		side_deinit(&comparison.inputs[i]);
	side_deinit(&comparison.linked);
	free(comparison.inputs);
	fclose(comparison.report);
	return text;
}

char *list_type_id_users(const struct compared_file *file)
{
	const struct subject_symbol *last = NULL;
	struct side side = { 0 };
	char *text = NULL;
	size_t size;
	FILE *list = open_memstream(&text, &size);

	if (side_init(&side, file, list))
		for (size_t i = 0; i < side.records[CORE_RELO].count; i++) {
			const struct record *record = &side.records[CORE_RELO].items[i];
			const struct subject_symbol *function = subject_function_around(
				&side.subject, record->shndx, record->words[0]);

			if (record->words[3] == CORE_TYPE_ID_LOCAL && function && function != last)
				fprintf(list, "%s\n", (last = function)->name);
		}
	side_deinit(&side);
	fclose(list);
	return text;
}
