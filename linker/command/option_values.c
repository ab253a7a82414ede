/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_values.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/similar.h"
#include "complain.h"
#include "metadata_options.h"
#include "symbol_files.h"

void add_library(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->inputs) = (struct bpfld_input){
		.library = value,
		.whole_archive = parser->state.whole_archive,
		.lazy = parser->state.lazy,
	};
}

void set_runtime(struct parser *parser, const char *value)
{
	parser->line->runtime.folder = value;
	parser->line->options.runtime = find_runtime;
}

void clear_runtime(struct parser *parser, const char *value)
{
	(void)value;
	parser->line->options.runtime = NULL;
}

void start_whole_archive(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.whole_archive = true;
}

void end_whole_archive(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.whole_archive = false;
}

void start_lib(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.lazy = true;
}

void end_lib(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.lazy = false;
}

void push_state(struct parser *parser, const char *value)
{
	(void)value;
	*array_add(parser->arena, &parser->pushed) = parser->state;
}

void pop_state(struct parser *parser, const char *value)
{
	(void)value;
	if (parser->pushed.count) {
		parser->state = parser->pushed.items[--parser->pushed.count];
		return;
	}
	complain(parser, ERROR_UNPAIRED_OPTION, "--pop-state has no --push-state before it");
}

// Names separated by commas or colons, as with ld.
void add_excluded_libs(struct parser *parser, const char *value)
{
	while (*value) {
		size_t size = strcspn(value, ",:");

		if (size)
			*array_add(parser->arena, &parser->exclude_libs) =
				arena_strndup(parser->arena, value, size);
		value += size + (value[size] != '\0');
	}
}

void set_icf(struct parser *parser, const char *value)
{
	static const char *const names[] = {
		[BPFLD_ICF_NONE] = "none",
		[BPFLD_ICF_SAFE] = "safe",
		[BPFLD_ICF_ALL] = "all",
		[BPFLD_ICF_HIDDEN] = "hidden",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(value, names[i]) == 0) {
			parser->line->options.icf = (enum bpfld_icf)i;
			return;
		}
	}
	complain(parser, ERROR_OPTION_VALUE, "--icf is none, safe, hidden or all, not '%s'", value);
}

void set_merge_rodata(struct parser *parser, const char *value)
{
	struct bpfld_options *options = &parser->line->options;

	if (!value)
		options->merge_rodata = BPFLD_MERGE_RODATA_CONSTANTS;
	else if (strcmp(value, "all") == 0)
		options->merge_rodata = BPFLD_MERGE_RODATA_ALL;
	else
		complain(parser, ERROR_OPTION_VALUE,
			 "--merge-rodata has no value, or is 'all', not '%s'", value);
}

void clear_merge_rodata(struct parser *parser, const char *value)
{
	(void)value;
	parser->line->options.merge_rodata = BPFLD_MERGE_RODATA_NONE;
}

void add_loaders(struct parser *parser, const char *value)
{
	for (const char *end; value; value = *end ? end + 1 : NULL) {
		end = value + strcspn(value, ",");
		*array_add(parser->arena, &parser->loaders) =
			arena_strndup(parser->arena, value, (size_t)(end - value));
	}
}

// Each word adds to what the option may fold.
void set_fold_identical(struct parser *parser, const char *value)
{
	static const struct {
		const char *name;
		unsigned int kinds;
	} words[] = {
		{ "maps", BPFLD_FOLD_MAPS },
		{ "vars", BPFLD_FOLD_VARIABLES },
		{ "all", BPFLD_FOLD_ALL },
	};

	for (const char *end; value; value = *end ? end + 1 : NULL) {
		unsigned int kinds = 0;

		end = value + strcspn(value, ",");
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			if (strlen(words[i].name) == (size_t)(end - value) &&
			    memcmp(words[i].name, value, (size_t)(end - value)) == 0)
				kinds = words[i].kinds;
		}
		if (!kinds)
			complain(parser, ERROR_OPTION_VALUE,
				 "--fold-identical is maps, vars or all, not '%.*s'",
				 (int)(end - value), value);
		parser->line->options.fold_identical |= kinds;
	}
}

// Of the options about undefined symbols the last counts, but -r only when there is no other.
static void set_undefined(struct parser *parser, bool allowed)
{
	parser->line->options.allow_undefined = allowed;
	parser->line->options.no_undefined = !allowed;
	if (allowed)
		parser->line->options.warn_undefined = false;
}

// -z takes keywords of many systems; like ld, ignore those without a meaning here.
void set_keyword(struct parser *parser, const char *value)
{
	if (strcmp(value, "defs") == 0)
		parser->line->options.no_undefined = true;
	else if (strcmp(value, "undefs") == 0)
		set_undefined(parser, true);
	else if (strcmp(value, "muldefs") == 0)
		parser->line->options.multiple_definitions = true;
	else
		complain_later(parser, WARN_IGNORED_OPTION, "",
			       "-z %s is ignored: it has no meaning for BPF", value);
}

void set_emulation(struct parser *parser, const char *value)
{
	static const struct {
		const char *name;
		enum bpfld_byte_order order;
	} emulations[] = {
		{ "elf64bpf", BPFLD_ANY_ENDIAN },
		{ "elf64_bpfel", BPFLD_LITTLE_ENDIAN },
		{ "elf64_bpfeb", BPFLD_BIG_ENDIAN },
	};

	for (size_t i = 0; i < sizeof(emulations) / sizeof(emulations[0]); i++) {
		if (strcmp(value, emulations[i].name) == 0) {
			parser->line->options.byte_order = emulations[i].order;
			return;
		}
	}
	if (strncmp(value, "cpu=", 4) == 0)
		complain(parser, ERROR_REFUSED_OPTION,
			 "option '-m%s' is the compiler's; leave it out", value);
	else
		complain(parser, ERROR_OPTION_VALUE,
			 "-m %s is not for BPF; give elf64bpf, elf64_bpfel or "
			 "elf64_bpfeb",
			 value);
}

void set_little_endian(struct parser *parser, const char *value)
{
	(void)value;
	parser->line->options.byte_order = BPFLD_LITTLE_ENDIAN;
}

void set_big_endian(struct parser *parser, const char *value)
{
	(void)value;
	parser->line->options.byte_order = BPFLD_BIG_ENDIAN;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) % 16 : -1;
}

// "0x" and an even number of digits; as with ld, '-' and ':' may separate bytes.
static bool read_bytes(const char *text, struct arena *arena, struct bpfld_bytes *bytes)
{
	uint8_t *data = arena_alloc(arena, strlen(text));
	size_t size = 0;

	if (strncmp(text, "0x", 2) != 0 && strncmp(text, "0X", 2) != 0)
		return false;
	for (text += 2; *text; text += 2) {
		if (size && (*text == '-' || *text == ':'))
			text++;
		if (hex_digit(text[0]) < 0 || hex_digit(text[1]) < 0)
			return false;
		data[size++] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
	}
	*bytes = (struct bpfld_bytes){ data, size };
	return size > 0;
}

void set_compression(struct parser *parser, const char *value)
{
	struct bpfld_options *options = &parser->line->options;

	if (strcmp(value, "none") == 0)
		options->compress_debug = BPFLD_COMPRESS_NONE;
	else if (strcmp(value, "zlib") == 0 || strcmp(value, "zlib-gabi") == 0)
		options->compress_debug = BPFLD_COMPRESS_ZLIB;
	else
		complain(parser, ERROR_OPTION_VALUE,
			 "--compress-debug-sections is none or zlib, not '%s'", value);
}

void set_build_id(struct parser *parser, const char *value)
{
	struct bpfld_options *options = &parser->line->options;

	if (!value || strcmp(value, "xxh128") == 0) {
		options->build_id = BPFLD_BUILD_ID_XXH128;
	} else if (strcmp(value, "sha1") == 0) {
		options->build_id = BPFLD_BUILD_ID_SHA1;
	} else if (strcmp(value, "none") == 0) {
		options->build_id = BPFLD_BUILD_ID_NONE;
	} else if (read_bytes(value, parser->arena, &options->build_id_bytes)) {
		options->build_id = BPFLD_BUILD_ID_BYTES;
	} else {
		complain(parser, ERROR_OPTION_VALUE,
			 "--build-id is xxh128, sha1, none or 0x and bytes, not "
			 "'%s'",
			 value);
	}
}

void set_map_format(struct parser *parser, const char *value)
{
	struct bpfld_options *options = &parser->line->options;

	if (strcmp(value, "text") == 0) {
		options->map_format = BPFLD_MAP_TEXT;
	} else if (strcmp(value, "json") == 0) {
		options->map_format = BPFLD_MAP_JSON;
	} else {
		complain(parser, ERROR_OPTION_VALUE, "--map-format is 'text' or 'json', not '%s'",
			 value);
	}
}

void add_trace_symbol(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->trace_symbols) = value;
	parser->line->options.reports[BPFLD_REPORT_TRACE_SYMBOLS] = "-";
}

// Without a value the path follows from the output's: finish_reports().
void set_time_trace(struct parser *parser, const char *value)
{
	parser->line->options.reports[BPFLD_REPORT_TIME_TRACE] = value ? value : "";
}

static void add_scope_rule(struct parser *parser, const char *pattern, enum bpfld_scope scope)
{
	*array_add(parser->arena, &parser->scope_rules) =
		(struct bpfld_scope_rule){ pattern, scope, parser->list };
}

void hide_symbol(struct parser *parser, const char *pattern)
{
	add_scope_rule(parser, pattern, BPFLD_HIDE);
}

void localize_symbol(struct parser *parser, const char *pattern)
{
	add_scope_rule(parser, pattern, BPFLD_LOCALIZE);
}

static void keep_symbol(struct parser *parser, const char *pattern)
{
	add_scope_rule(parser, pattern, BPFLD_EXPORT);
}

// A list of exported symbols implies that all others are not.
void export_symbol(struct parser *parser, const char *pattern)
{
	parser->hide_others = true;
	keep_symbol(parser, pattern);
}

// Whether @text is a name. ld reads an expression here: characters of operators are not part of
// names.
static bool is_symbol(const char *text)
{
	static const char others[] = "+-*/%&|^~!<>=?:;,()[]{}\"'\\ \t\r\n";

	return *text && !strchr("0123456789", *text) && strcmp(text, ".") != 0 &&
	       !text[strcspn(text, others)];
}

void add_alias(struct parser *parser, const char *value)
{
	size_t size = strcspn(value, "=");
	const char *name = arena_strndup(parser->arena, value, size);
	const char *target = value[size] ? value + size + 1 : "";

	if (is_symbol(name) && is_symbol(target)) {
		*array_add(parser->arena, &parser->aliases) = (struct bpfld_alias){ name, target };
		return;
	}
	complain(parser, ERROR_OPTION_VALUE,
		 "--defsym needs NAME=SYMBOL, not '%s': there are no addresses to "
		 "compute with",
		 value);
}

void add_prefix_map(struct parser *parser, const char *value)
{
	const char *equals = strchr(value, '=');

	if (equals) {
		*array_add(parser->arena, &parser->prefix_maps) = (struct bpfld_prefix_map){
			arena_strndup(parser->arena, value, (size_t)(equals - value)), equals + 1
		};
		return;
	}
	complain(parser, ERROR_OPTION_VALUE, "--file-prefix-map needs OLD=NEW, not '%s'", value);
}

void read_export_list(struct parser *parser, const char *path)
{
	parser->hide_others = true;
	parser->list = path;
	read_symbol_list(parser, path, export_symbol);
	parser->list = NULL;
}

void read_dynamic_list(struct parser *parser, const char *path)
{
	parser->hide_others = true;
	parser->list = path;
	read_version_script(parser, path, export_symbol, localize_symbol);
	parser->list = NULL;
}

void read_versions(struct parser *parser, const char *path)
{
	parser->list = path;
	read_version_script(parser, path, keep_symbol, localize_symbol);
	parser->list = NULL;
}

static void retain_symbol(struct parser *parser, const char *symbol)
{
	*array_add(parser->arena, &parser->retain_symbols) = symbol;
}

void read_retained(struct parser *parser, const char *path)
{
	parser->line->options.retain_only = true;
	read_symbol_list(parser, path, retain_symbol);
}

// The values about shared objects have no effect: none are linked.
void set_unresolved(struct parser *parser, const char *value)
{
	bool ignored =
		strcmp(value, "ignore-all") == 0 || strcmp(value, "ignore-in-object-files") == 0;

	if (!ignored && strcmp(value, "report-all") != 0 &&
	    strcmp(value, "ignore-in-shared-libs") != 0)
		complain(parser, ERROR_OPTION_VALUE,
			 "--unresolved-symbols is report-all or ignore-all, not '%s'", value);
	set_undefined(parser, ignored);
}

void set_error_unresolved(struct parser *parser, const char *value)
{
	(void)value;
	parser->line->options.no_undefined = true;
	parser->line->options.warn_undefined = false;
}

static void set_limit(struct parser *parser, const char *option, const char *value, size_t *limit)
{
	char *end;

	*limit = strtoul(value, &end, 10);
	if (*value >= '0' && *value <= '9' && !*end)
		return;
	complain(parser, ERROR_OPTION_VALUE, "%s needs a number (0: no limit), not '%s'", option,
		 value);
}

void set_error_limit(struct parser *parser, const char *value)
{
	set_limit(parser, "--error-limit", value, &parser->line->options.error_limit);
}

void set_warning_limit(struct parser *parser, const char *value)
{
	set_limit(parser, "--warning-limit", value, &parser->line->options.warning_limit);
}

void set_color(struct parser *parser, const char *value)
{
	static const char *const names[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};

	if (!value)
		value = names[COLOR_ALWAYS];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) == 0) {
			parser->line->color = (enum color)i;
			return;
		}
	}
	complain(parser, ERROR_OPTION_VALUE,
		 "--color-diagnostics is auto, always or never, not '%s'", value);
}

void set_diagnostics_format(struct parser *parser, const char *value)
{
	if (strcmp(value, "text") == 0)
		parser->line->format = DIAGNOSTICS_TEXT;
	else if (strcmp(value, "json") == 0)
		parser->line->format = DIAGNOSTICS_JSON;
	else
		complain(parser, ERROR_OPTION_VALUE,
			 "--diagnostics-format is 'text' or 'json', not '%s'", value);
}

// The code that @value names behind @prefix, such as "no-error="; "all" is NULL in *@name.
static bool take_code(const char *value, const char *prefix, const char **name)
{
	size_t size = strlen(prefix);

	if (strncmp(value, prefix, size) != 0)
		return false;
	*name = strcmp(value + size, "all") == 0 ? NULL : value + size;
	return !*name || code_find(str_of(*name));
}

static void remark_unknown_warning(struct parser *parser, const char *value)
{
	static const char *const prefixes[] = { "no-error=", "error=", "no-", "" };
	size_t which = 0;
	struct similar similar;

	while (strncmp(value, prefixes[which], strlen(prefixes[which])) != 0)
		which++;
	similar_begin(&similar, str_of(value + strlen(prefixes[which])));
	for (enum code code = NO_CODE + 1; code < CODE_COUNT; code++) {
		if (code_is_warning(code))
			similar_try(&similar, str_of(code_name(code)));
	}
	complain_later(parser, WARN_UNKNOWN_WARNING,
		       similar.found.data ? arena_format(parser->arena, "did you mean '-W%s%s'?",
							 prefixes[which], similar.found.data)
					  : "bpfld(1) lists all",
		       "'-W%s' names no warning", value);
}

void set_warning(struct parser *parser, const char *value)
{
	static const struct {
		const char *prefix;
		enum bpfld_level level;
	} forms[] = {
		{ "", BPFLD_AS_REPORTED }, // before "no-": some codes begin so
		{ "no-", BPFLD_OFF },
		{ "error=", BPFLD_AS_ERROR },
		{ "no-error=", BPFLD_AS_WARNING },
	};
	const char *name;
	size_t i = 0;

	if (!value) {
		complain(parser, ERROR_OPTION_VALUE, "option '-W' needs the name of a warning");
		return;
	}
	if (strcmp(value, "error") == 0 || strcmp(value, "no-error") == 0) {
		parser->line->options.fatal_warnings = *value == 'e';
		return;
	}
	while (i < sizeof(forms) / sizeof(*forms) && !take_code(value, forms[i].prefix, &name))
		i++;
	if (i == sizeof(forms) / sizeof(*forms))
		remark_unknown_warning(parser, value);
	else if (!name || code_is_warning(code_find(str_of(name))))
		*array_add(parser->arena, &parser->levels) =
			(struct bpfld_level_rule){ name, forms[i].level };
	else if (forms[i].level != BPFLD_AS_ERROR)
		complain(parser, ERROR_REFUSED_OPTION,
			 "option '-W%s' is refused: '%s' is always an error", value, name);
}

void set_help(struct parser *parser, const char *value)
{
	(void)value;
	parser->command = COMMAND_HELP;
}

void set_version(struct parser *parser, const char *value)
{
	(void)value;
	parser->command = COMMAND_VERSION;
}

void add_input(struct parser *parser, const char *path)
{
	*array_add(parser->arena, &parser->inputs) = (struct bpfld_input){
		.path = path,
		.whole_archive = parser->state.whole_archive,
		.lazy = parser->state.lazy,
	};
}

#define LIST(array) ((struct bpfld_strings){ (array).items, (array).count })

void finish_lists(struct parser *parser)
{
	struct bpfld_options *options = &parser->line->options;

	if (parser->hide_others)
		hide_symbol(parser, "*");
	options->wrap = LIST(parser->wrap);
	options->aliases = parser->aliases.items;
	options->alias_count = parser->aliases.count;
	options->renames = parser->renames.items;
	options->rename_count = parser->renames.count;
	if (options->reports[BPFLD_REPORT_MIN_CORE_BTF] && parser->kernels.count != 1)
		complain(parser, ERROR_OPTION_VALUE,
			 "--min-core-btf is of one kernel, not %zu; name it by --check-kernel",
			 parser->kernels.count);
	options->kernels = parser->kernels.items;
	options->kernel_count = parser->kernels.count;
	options->prefixes = parser->prefixes.items;
	options->prefix_count = parser->prefixes.count;
	options->bindings = parser->bindings.items;
	options->binding_count = parser->bindings.count;
	options->slots = parser->slots.items;
	options->slot_count = parser->slots.count;
	options->prefix_maps = parser->prefix_maps.items;
	options->prefix_map_count = parser->prefix_maps.count;
	options->levels = parser->levels.items;
	options->level_count = parser->levels.count;
	finish_metadata(parser);
	options->scope_rules = parser->scope_rules.items;
	options->scope_rule_count = parser->scope_rules.count;
	options->retain_symbols = LIST(parser->retain_symbols);
	options->inputs = parser->inputs.items;
	options->input_count = parser->inputs.count;
	options->library_paths = LIST(parser->library_paths);
	options->undefined = LIST(parser->undefined);
	options->required = LIST(parser->required);
	options->exclude_libs = LIST(parser->exclude_libs);
	options->why_live = LIST(parser->why_live);
	options->trace_symbols = LIST(parser->trace_symbols);
	options->loaders = LIST(parser->loaders);
	options->read_files = LIST(parser->read_files);
	if (parser->response.size)
		text_bytes(&parser->response, "", 1);
	options->response = parser->response.data;
}

// The path of the output behind links; NULL when it is not a regular file, so that a report cannot
// be put beside it.
static const char *output_file(const struct parser *parser, const char *path)
{
	char real[PATH_MAX];
	struct stat status;

	if (stat(path, &status) < 0 || S_ISDIR(status.st_mode))
		return path;
	if (!S_ISREG(status.st_mode) || !realpath(path, real))
		return NULL;
	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode)
		       ? arena_strndup(parser->arena, real, strlen(real))
		       : path;
}

void finish_reports(struct parser *parser)
{
	const char **time_trace = &parser->line->options.reports[BPFLD_REPORT_TIME_TRACE];
	const char *path = parser->line->options.output.path;

	bool no_output = parser->line->options.output.kind == BPFLD_OUTPUT_NONE;

	if (!*time_trace || **time_trace || (!path && !no_output))
		return;
	path = no_output ? NULL : output_file(parser, path);
	if (path) {
		*time_trace = arena_format(parser->arena, "%s.time-trace", path);
		return;
	}
	complain(parser, ERROR_OPTION_VALUE,
		 "--time-trace writes beside the output, which is no file; name one "
		 "with "
		 "--time-trace=FILE");
}
