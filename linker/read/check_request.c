/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The caller's request is checked before anything uses it: a missing pointer would end the caller's
 * process, and an unknown value of an enumeration would pass for a known one.
 */
#include "base/metadata_text.h"
#include "loaders.h"
#include "passes.h"

#define refuse(linker, ...)                                                                        \
	diag_error((linker)->diag, ERROR_REQUEST, place_in(NULL, NULL), __VA_ARGS__)

// Whether memory can hold @count elements of @size bytes at @start.
static bool fits_memory(const void *start, size_t count, size_t size)
{
	return count <= PTRDIFF_MAX / size && count * size <= UINTPTR_MAX - (uintptr_t)start;
}

static void check_enumerations(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	const struct {
		const char *field;
		const char *type;
		unsigned int value;
		unsigned int last;
	} fields[] = {
		{ "output.kind", "bpfld_output_kind", options->output.kind, BPFLD_OUTPUT_NONE },
		{ "icf", "bpfld_icf", options->icf, BPFLD_ICF_HIDDEN },
		{ "fold_identical", "bpfld_fold", options->fold_identical, BPFLD_FOLD_ALL },
		{ "merge_rodata", "bpfld_merge_rodata", options->merge_rodata,
		  BPFLD_MERGE_RODATA_ALL },
		{ "compress_debug", "bpfld_compression", options->compress_debug,
		  BPFLD_COMPRESS_ZLIB },
		{ "byte_order", "bpfld_byte_order", options->byte_order, BPFLD_BIG_ENDIAN },
		{ "build_id", "bpfld_build_id", options->build_id, BPFLD_BUILD_ID_BYTES },
		{ "map_format", "bpfld_map_format", options->map_format, BPFLD_MAP_JSON },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i].value > fields[i].last)
			refuse(linker, "%s is %d, which enum %s does not have", fields[i].field,
			       (int)fields[i].value, fields[i].type);
	}
}

// Check that the array @items of @count elements of @size bytes can be read.
static bool check_array(struct linker *linker, const char *field, const void *items, size_t count,
			size_t size)
{
	if (count && !items)
		refuse(linker, "%s is NULL, but its count is %zu", field, count);
	else if (!fits_memory(items, count, size))
		refuse(linker, "%s has a count of %zu, which no memory holds", field, count);
	else
		return true;
	return false;
}

static void check_lists(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	const struct {
		const char *field;
		const struct bpfld_strings *strings;
	} lists[] = {
		{ "library_paths", &options->library_paths },
		{ "undefined", &options->undefined },
		{ "required", &options->required },
		{ "exclude_libs", &options->exclude_libs },
		{ "why_live", &options->why_live },
		{ "wrap", &options->wrap },
		{ "retain_symbols", &options->retain_symbols },
		{ "trace_symbols", &options->trace_symbols },
		{ "read_files", &options->read_files },
		{ "loaders", &options->loaders },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const struct bpfld_strings *strings = lists[i].strings;

		if (!check_array(linker, lists[i].field, strings->items, strings->count,
				 sizeof(*strings->items)))
			continue;
		for (size_t j = 0; j < strings->count; j++) {
			if (!strings->items[j])
				refuse(linker, "%s[%zu] is NULL", lists[i].field, j);
		}
	}
}

static void check_loader_names(struct linker *linker)
{
	const struct bpfld_strings *loaders = &linker->options->loaders;

	for (size_t i = 0; i < loaders->count; i++) {
		struct loader_version version;
		const char *wrong = loader_parse(loaders->items[i], &version, linker->arena);

		if (wrong)
			diag_error(linker->diag, ERROR_OPTION_VALUE, place_in(NULL, NULL),
				   "'%s' is no loader that can be checked: %s", loaders->items[i],
				   wrong);
	}
}

static void check_aliases(struct linker *linker, const char *field,
			  const struct bpfld_alias *aliases, size_t count)
{
	if (!check_array(linker, field, aliases, count, sizeof(*aliases)))
		return;
	for (size_t i = 0; i < count; i++) {
		if (!aliases[i].name || !aliases[i].target)
			refuse(linker, "%s[%zu] has no %s", field, i,
			       aliases[i].name ? "target" : "name");
	}
}

static void check_prefixes(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "prefixes", options->prefixes, options->prefix_count,
			 sizeof(*options->prefixes)))
		return;
	for (size_t i = 0; i < options->prefix_count; i++) {
		if (!options->prefixes[i].file || !options->prefixes[i].prefix)
			refuse(linker, "prefixes[%zu].%s is NULL", i,
			       options->prefixes[i].file ? "prefix" : "file");
	}
}

static void check_kernel_file(struct linker *linker, const char *field,
			      const struct bpfld_kernel_file *file)
{
	if (!file->name || !file->data)
		refuse(linker, "%s.%s is NULL", field, file->name ? "data" : "name");
	else if (!fits_memory(file->data, file->size, 1))
		refuse(linker, "%s has %zu bytes, more than any memory", field, file->size);
}

static void check_kernels(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (options->reports[BPFLD_REPORT_MIN_CORE_BTF] && options->kernel_count > 1)
		refuse(linker, "reports[BPFLD_REPORT_MIN_CORE_BTF] is of one kernel, not %zu",
		       options->kernel_count);
	if (!check_array(linker, "kernels", options->kernels, options->kernel_count,
			 sizeof(*options->kernels)))
		return;
	for (size_t i = 0; i < options->kernel_count; i++) {
		const struct bpfld_kernel *kernel = &options->kernels[i];
		const char *field = arena_format(linker->arena, "kernels[%zu].modules", i);

		if (!kernel->label)
			refuse(linker, "kernels[%zu].label is NULL", i);
		check_kernel_file(linker, arena_format(linker->arena, "kernels[%zu].vmlinux", i),
				  &kernel->vmlinux);
		if (!check_array(linker, field, kernel->modules, kernel->module_count,
				 sizeof(*kernel->modules)))
			continue;
		for (size_t j = 0; j < kernel->module_count; j++)
			check_kernel_file(linker, arena_format(linker->arena, "%s[%zu]", field, j),
					  &kernel->modules[j]);
	}
}

static void check_bindings(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "bindings", options->bindings, options->binding_count,
			 sizeof(*options->bindings)))
		return;
	for (size_t i = 0; i < options->binding_count; i++) {
		if (!options->bindings[i].name || !options->bindings[i].symbol)
			refuse(linker, "bindings[%zu].%s is NULL", i,
			       options->bindings[i].name ? "symbol" : "name");
	}
}

static void check_slots(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "slots", options->slots, options->slot_count,
			 sizeof(*options->slots)))
		return;
	for (size_t i = 0; i < options->slot_count; i++) {
		const struct bpfld_slot *slot = &options->slots[i];

		if (!slot->name)
			refuse(linker, "slots[%zu].name is NULL", i);
		if (slot->negative && slot->value <= INT64_MAX)
			refuse(linker, "slots[%zu].value is not negative", i);
	}
}

static void check_prefix_maps(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "prefix_maps", options->prefix_maps, options->prefix_map_count,
			 sizeof(*options->prefix_maps)))
		return;
	for (size_t i = 0; i < options->prefix_map_count; i++) {
		if (!options->prefix_maps[i].from || !options->prefix_maps[i].to)
			refuse(linker, "prefix_maps[%zu].%s is NULL", i,
			       options->prefix_maps[i].from ? "to" : "from");
	}
}

static void check_metadata_list(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "metadata", options->metadata, options->metadata_count,
			 sizeof(*options->metadata)))
		return;
	for (size_t i = 0; i < options->metadata_count; i++) {
		const struct bpfld_metadata *entry = &options->metadata[i];
		const char *fault;

		if (!entry->key || !entry->value) {
			refuse(linker, "metadata[%zu].%s is NULL", i, entry->key ? "value" : "key");
			continue;
		}
		fault = metadata_fault(entry->key, entry->value, linker->arena);
		if (fault)
			refuse(linker, "metadata[%zu]: %s", i, fault);
	}
}

static void check_scope_rules(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "scope_rules", options->scope_rules, options->scope_rule_count,
			 sizeof(*options->scope_rules)))
		return;
	for (size_t i = 0; i < options->scope_rule_count; i++) {
		const struct bpfld_scope_rule *rule = &options->scope_rules[i];

		if (!rule->pattern)
			refuse(linker, "scope_rules[%zu] has no pattern", i);
		if ((unsigned int)rule->scope > BPFLD_LOCALIZE)
			refuse(linker,
			       "scope_rules[%zu].scope is %d, which enum bpfld_scope does not have",
			       i, (int)rule->scope);
	}
}

static void check_levels(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "levels", options->levels, options->level_count,
			 sizeof(*options->levels)))
		return;
	for (size_t i = 0; i < options->level_count; i++) {
		const struct bpfld_level_rule *rule = &options->levels[i];

		if (rule->code && !code_is_warning(code_find(str_of(rule->code))))
			refuse(linker, "levels[%zu].code is '%s', which is no warning", i,
			       rule->code);
		if ((unsigned int)rule->level > BPFLD_AS_ERROR)
			refuse(linker,
			       "levels[%zu].level is %d, which enum bpfld_level does not have", i,
			       (int)rule->level);
	}
}

// The size of a section has 32 bits, of which the head of the note takes 16 bytes.
#define BUILD_ID_SIZE_MAX (UINT32_MAX - 16)

static void check_build_id(struct linker *linker)
{
	const struct bpfld_bytes *bytes = &linker->options->build_id_bytes;

	if (linker->options->build_id != BPFLD_BUILD_ID_BYTES)
		return;
	if (!bytes->data || bytes->size == 0)
		refuse(linker, "build_id_bytes has no bytes");
	else if (bytes->size > BUILD_ID_SIZE_MAX)
		refuse(linker, "build_id_bytes has %zu bytes; a note holds %u at most", bytes->size,
		       BUILD_ID_SIZE_MAX);
}

static void check_input_list(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (!check_array(linker, "inputs", options->inputs, options->input_count,
			 sizeof(*options->inputs)))
		return;
	for (size_t i = 0; i < options->input_count; i++) {
		const struct bpfld_input *input = &options->inputs[i];

		// Without this check standard input would be read.
		if (!input->data && input->size)
			refuse(linker, "inputs[%zu] has a size, but no data", i);
		else if (!fits_memory(input->data, input->size, 1))
			refuse(linker, "inputs[%zu] has a size of %zu, which no memory holds", i,
			       input->size);
	}
}

static void check_reports(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	for (size_t i = 0; i < BPFLD_REPORTS; i++) {
		const char *place = options->reports[i];

		if (!place)
			continue;
		if (!*place)
			refuse(linker, "reports[%zu] is empty; name a file", i);
		else if (strcmp(place, "-") == 0 && !options->on_report)
			refuse(linker, "reports[%zu] is for on_report, which is NULL", i);
	}
	for (size_t i = BPFLD_REPORTS; i < BPFLD_REPORTS_MAX; i++) {
		if (options->reports[i])
			refuse(linker, "reports[%zu] is none of libbpfld " BPFLD_VERSION, i);
	}
}

static void check_compression(struct linker *linker)
{
	if (linker->options->compress_debug == BPFLD_COMPRESS_ZLIB && !linker->options->compress)
		refuse(linker, "compress_debug is for compress, which is NULL");
}

bool check_request(struct linker *linker)
{
	check_enumerations(linker);
	check_lists(linker);
	check_aliases(linker, "aliases", linker->options->aliases, linker->options->alias_count);
	check_aliases(linker, "renames", linker->options->renames, linker->options->rename_count);
	check_prefixes(linker);
	check_kernels(linker);
	check_bindings(linker);
	check_slots(linker);
	check_prefix_maps(linker);
	check_metadata_list(linker);
	check_scope_rules(linker);
	check_loader_names(linker);
	check_levels(linker);
	check_build_id(linker);
	check_input_list(linker);
	check_reports(linker);
	check_compression(linker);
	return linker->diag->error_count == 0;
}
