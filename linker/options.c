/* SPDX-License-Identifier: BSD-2-Clause */
/* One row per option drives parsing (arguments.c) and --help. */
#include <stdlib.h>
#include <string.h>

#include "option_table.h"
#include "symbol_files.h"

static void set_output(struct parser *parser, const char *value)
{
	parser->line->options.output.path = value;
}

static void add_library(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->inputs) = (struct bpfld_input){
		.library = value,
		.whole_archive = parser->state.whole_archive,
		.lazy = parser->state.lazy,
	};
}

static void add_library_path(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->library_paths) = value;
}

static void start_whole_archive(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.whole_archive = true;
}

static void end_whole_archive(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.whole_archive = false;
}

static void start_lib(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.lazy = true;
}

static void end_lib(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.lazy = false;
}

static void push_state(struct parser *parser, const char *value)
{
	(void)value;
	*array_add(parser->arena, &parser->pushed) = parser->state;
}

static void pop_state(struct parser *parser, const char *value)
{
	(void)value;
	if (parser->pushed.count) {
		parser->state = parser->pushed.items[--parser->pushed.count];
		return;
	}
	fprintf(parser->errors, "bpfld: error: --pop-state without --push-state\n");
	parser->command = COMMAND_WRONG;
}

static void add_undefined(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->undefined) = value;
}

static void add_required(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->required) = value;
}

static void add_why_live(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->why_live) = value;
}

// Names between commas or colons, as ld has it.
static void add_excluded_libs(struct parser *parser, const char *value)
{
	while (*value) {
		size_t size = strcspn(value, ",:");

		if (size)
			*array_add(parser->arena, &parser->exclude_libs) =
				arena_strndup(parser->arena, value, size);
		value += size + (value[size] != '\0');
	}
}

static void set_icf(struct parser *parser, const char *value)
{
	static const char *const names[] = {
		[BPFLD_ICF_NONE] = "none",
		[BPFLD_ICF_SAFE] = "safe",
		[BPFLD_ICF_ALL] = "all",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(value, names[i]) == 0) {
			parser->line->options.icf = (enum bpfld_icf)i;
			return;
		}
	}
	fprintf(parser->errors, "bpfld: error: --icf=%s is not none, safe or all\n", value);
	parser->command = COMMAND_WRONG;
}

// ld's -z takes keywords of many systems; those without a meaning here are not errors there either.
static void set_keyword(struct parser *parser, const char *value)
{
	if (strcmp(value, "defs") == 0)
		parser->line->options.no_undefined = true;
	else if (strcmp(value, "undefs") == 0)
		parser->line->options.no_undefined = false;
	else if (strcmp(value, "muldefs") == 0)
		parser->line->options.multiple_definitions = true;
	else
		fprintf(parser->errors, "bpfld: warning: -z %s has no meaning for BPF\n", value);
}

static void set_emulation(struct parser *parser, const char *value)
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
	fprintf(parser->errors,
		"bpfld: error: -m %s is no BPF: elf64bpf, elf64_bpfel or elf64_bpfeb\n", value);
	parser->command = COMMAND_WRONG;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) % 16 : -1;
}

// "0x" and an even number of digits; as ld has it, '-' and ':' may stand between bytes.
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

static void set_build_id(struct parser *parser, const char *value)
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
		fprintf(parser->errors,
			"bpfld: error: --build-id is xxh128, sha1, none or 0x and bytes, not "
			"'%s'\n",
			value);
		parser->command = COMMAND_WRONG;
	}
}

static void set_map_format(struct parser *parser, const char *value)
{
	struct bpfld_options *options = &parser->line->options;

	if (strcmp(value, "text") == 0) {
		options->map_format = BPFLD_MAP_TEXT;
	} else if (strcmp(value, "json") == 0) {
		options->map_format = BPFLD_MAP_JSON;
	} else {
		fprintf(parser->errors,
			"bpfld: error: --map-format is 'text' or 'json', not '%s'\n", value);
		parser->command = COMMAND_WRONG;
	}
}

static void add_trace_symbol(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->trace_symbols) = value;
	parser->line->options.reports[BPFLD_REPORT_TRACE_SYMBOLS] = "-";
}

static void set_print_removed(struct parser *parser, const char *value)
{
	parser->line->options.reports[BPFLD_REPORT_REMOVED] = value ? value : "-";
}

static void set_print_folded(struct parser *parser, const char *value)
{
	parser->line->options.reports[BPFLD_REPORT_FOLDED] = value ? value : "-";
}

static void set_archive_stats(struct parser *parser, const char *value)
{
	parser->line->options.reports[BPFLD_REPORT_ARCHIVES] = value ? value : "-";
}

// Without a value its place follows from the output's: finish_reports().
static void set_time_trace(struct parser *parser, const char *value)
{
	parser->line->options.reports[BPFLD_REPORT_TIME_TRACE] = value ? value : "";
}

static void add_scope_rule(struct parser *parser, const char *pattern, enum bpfld_scope scope)
{
	*array_add(parser->arena, &parser->scope_rules) =
		(struct bpfld_scope_rule){ pattern, scope };
}

static void hide_symbol(struct parser *parser, const char *pattern)
{
	add_scope_rule(parser, pattern, BPFLD_HIDE);
}

static void localize_symbol(struct parser *parser, const char *pattern)
{
	add_scope_rule(parser, pattern, BPFLD_LOCALIZE);
}

static void keep_symbol(struct parser *parser, const char *pattern)
{
	add_scope_rule(parser, pattern, BPFLD_EXPORT);
}

// Who says what is exported means that the rest is not.
static void export_symbol(struct parser *parser, const char *pattern)
{
	parser->hide_others = true;
	keep_symbol(parser, pattern);
}

static void add_wrap(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->wrap) = value;
}

static void add_alias(struct parser *parser, const char *value)
{
	const char *equals = strchr(value, '=');
	const char *target = equals ? equals + 1 : "";

	if (!equals || equals == value || !*target || strspn(target, "0123456789+-*/(.") > 0) {
		fprintf(parser->errors,
			"bpfld: error: --defsym needs NAME=SYMBOL, not '%s': there are no "
			"addresses "
			"to compute with\n",
			value);
		parser->command = COMMAND_WRONG;
		return;
	}
	*array_add(parser->arena, &parser->aliases) = (struct bpfld_alias){
		.name = arena_strndup(parser->arena, value, (size_t)(equals - value)),
		.target = target,
	};
}

static void read_export_list(struct parser *parser, const char *path)
{
	parser->hide_others = true;
	read_symbol_list(parser, path, export_symbol);
}

static void read_dynamic_list(struct parser *parser, const char *path)
{
	parser->hide_others = true;
	read_version_script(parser, path, export_symbol, localize_symbol);
}

static void read_versions(struct parser *parser, const char *path)
{
	read_version_script(parser, path, keep_symbol, localize_symbol);
}

static void retain_symbol(struct parser *parser, const char *symbol)
{
	*array_add(parser->arena, &parser->retain_symbols) = symbol;
}

static void read_retained(struct parser *parser, const char *path)
{
	parser->line->options.retain_only = true;
	read_symbol_list(parser, path, retain_symbol);
}

static void reject(struct parser *parser, const char *option, const char *value)
{
	fprintf(parser->errors, "bpfld: error: %s does not know '%s'\n", option, value);
	parser->command = COMMAND_WRONG;
}

// As no shared objects are linked, all symbols are those of object files.
static void set_unresolved(struct parser *parser, const char *value)
{
	bool ignored =
		strcmp(value, "ignore-all") == 0 || strcmp(value, "ignore-in-object-files") == 0;

	if (!ignored && strcmp(value, "report-all") != 0 &&
	    strcmp(value, "ignore-in-shared-libs") != 0)
		reject(parser, "--unresolved-symbols", value);
	parser->line->options.no_undefined = !ignored;
	if (ignored)
		parser->line->options.warn_undefined = false;
}

static void set_error_limit(struct parser *parser, const char *value)
{
	char *end;

	parser->line->options.error_limit = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end)
		reject(parser, "--error-limit", value);
}

static void set_color(struct parser *parser, const char *value)
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
	reject(parser, "--color-diagnostics", value);
}

static void set_help(struct parser *parser, const char *value)
{
	(void)value;
	parser->command = COMMAND_HELP;
}

static void set_version(struct parser *parser, const char *value)
{
	(void)value;
	parser->command = COMMAND_VERSION;
}

// Why options are refused: "option '-pie' ...".
#define NOT_SHARED   "is refused: the kernel loads no shared objects; the output is relocatable"
#define NO_ADDRESSES "is refused: the output is relocatable, its addresses are the loader's"
#define NOTHING_RUNS "is refused: programs run when the kernel calls them, nothing before or after"
#define ONE_FORMAT   "is refused: inputs and output are ELF objects for BPF"

#define FIELD(name)  offsetof(struct bpfld_options, name)
#define REPORT(name) offsetof(struct bpfld_options, reports[BPFLD_REPORT_##name])

// clang-format off
const struct option option_table[] = {
	{ GROUP_OUTPUT, 'o', "output", "FILE", CALL, 0, set_output,
	  "write the linked object to FILE" },
	{ GROUP_OUTPUT, 'r', "relocatable", NULL, NOTHING, 0, NULL,
	  "make a relocatable object (always so)" },
	{ GROUP_OUTPUT, 'S', "strip-debug", NULL, NOTHING, 0, NULL,
	  "leave out debug sections (always so for now)" },
	{ GROUP_OUTPUT, 's', "strip-all", NULL, ENABLE, FIELD(strip_all), NULL,
	  "leave out local symbols that no loader needs, and file names" },
	{ GROUP_OUTPUT, 'x', "discard-all", NULL, ENABLE, FIELD(discard_all), NULL,
	  "leave out local symbols that no loader needs" },
	{ GROUP_OUTPUT, 'X', "discard-locals", NULL, ENABLE, FIELD(discard_labels), NULL,
	  "leave out labels that compilers made (.L*, LBB0_1)" },
	{ GROUP_OUTPUT, 0, "retain-symbols-file", "FILE", CALL, 0, read_retained,
	  "as --strip-all, but keep the symbols that FILE lists" },
	{ GROUP_OUTPUT, 0, "strip-btf-ext-lines", NULL, ENABLE, FIELD(strip_ext_lines), NULL,
	  "leave out line information of .BTF.ext" },

	{ GROUP_OUTPUT, 0, "build-id", "[=STYLE]", CALL, 0, set_build_id,
	  "name the output by its content: xxh128 (default), sha1, 0xBYTES, none" },
	{ GROUP_OUTPUT, 'm', NULL, "EMULATION", CALL, 0, set_emulation,
	  "elf64bpf, or fail unless it is elf64_bpfel or elf64_bpfeb" },

	{ GROUP_INPUTS, 'l', "library", "NAME", CALL, 0, add_library,
	  "link libNAME.a, or FILE with -l:FILE, found by -L" },
	{ GROUP_INPUTS, 'L', "library-path", "FOLDER", CALL, 0, add_library_path,
	  "look for libraries in FOLDER" },
	{ GROUP_INPUTS, 0, "whole-archive", NULL, CALL, 0, start_whole_archive,
	  "link all members of the archives that follow" },
	{ GROUP_INPUTS, 0, "no-whole-archive", NULL, CALL, 0, end_whole_archive,
	  "link only the members that are needed (default)" },
	{ GROUP_INPUTS, 0, "start-lib", NULL, CALL, 0, start_lib,
	  "link the objects that follow only when needed ..." },
	{ GROUP_INPUTS, 0, "end-lib", NULL, CALL, 0, end_lib,
	  "... up to here" },
	{ GROUP_INPUTS, '(', "start-group", NULL, NOTHING, 0, NULL,
	  "accepted: archives are always searched until nothing changes" },
	{ GROUP_INPUTS, ')', "end-group", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_INPUTS, 0, "push-state", NULL, CALL, 0, push_state,
	  "remember --whole-archive and --start-lib" },
	{ GROUP_INPUTS, 0, "pop-state", NULL, CALL, 0, pop_state,
	  "go back to what --push-state remembered" },
	{ GROUP_INPUTS, 'u', "undefined", "SYMBOL", CALL, 0, add_undefined,
	  "look for SYMBOL in archives as if something referred to it" },
	{ GROUP_INPUTS, 0, "require-defined", "SYMBOL", CALL, 0, add_required,
	  "likewise, and fail when nothing defines it" },
	{ GROUP_INPUTS, 0, "exclude-libs", "LIB,...", CALL, 0, add_excluded_libs,
	  "hide the symbols of these archives (file names, or ALL)" },

	{ GROUP_SYMBOLS, 0, "export", "SYMBOL", CALL, 0, export_symbol,
	  "export SYMBOL (or a pattern), and hide what is not exported" },
	{ GROUP_SYMBOLS, 0, "export-list", "FILE", CALL, 0, read_export_list,
	  "likewise, with a symbol or pattern a line of FILE" },
	{ GROUP_SYMBOLS, 0, "dynamic-list", "FILE", CALL, 0, read_dynamic_list,
	  "likewise, as { SYMBOL; ... };" },
	{ GROUP_SYMBOLS, 0, "version-script", "FILE", CALL, 0, read_versions,
	  "{ global: SYMBOL; ... local: SYMBOL; ... };" },
	{ GROUP_SYMBOLS, 0, "hide", "SYMBOL", CALL, 0, hide_symbol,
	  "make SYMBOL (or a pattern) hidden" },
	{ GROUP_SYMBOLS, 0, "localize", "SYMBOL", CALL, 0, localize_symbol,
	  "make SYMBOL (or a pattern) local, and static in BTF" },
	{ GROUP_SYMBOLS, 0, "no-type-check", NULL, ENABLE, FIELD(no_type_check), NULL,
	  "warn where declarations of a symbol differ, instead of failing" },
	{ GROUP_SYMBOLS, 0, "no-undefined", NULL, ENABLE, FIELD(no_undefined), NULL,
	  "fail where a symbol stays undefined that the kernel does not define" },
	{ GROUP_SYMBOLS, 0, "no-unique-locals", NULL, ENABLE, FIELD(no_unique_locals), NULL,
	  "let static functions share a name, which cilium/ebpf refuses" },
	{ GROUP_SYMBOLS, 0, "unique-locals", NULL, DISABLE, FIELD(no_unique_locals), NULL,
	  "call the others of a name NAME__1, NAME__2, ... (default)" },
	{ GROUP_SYMBOLS, 0, "unresolved-symbols", "METHOD", CALL, 0, set_unresolved,
	  "report-all: --no-undefined; ignore-all: the default" },
	{ GROUP_SYMBOLS, 0, "warn-unresolved-symbols", NULL, ENABLE, FIELD(warn_undefined), NULL,
	  "warn of them instead" },
	{ GROUP_SYMBOLS, 0, "error-unresolved-symbols", NULL, DISABLE, FIELD(warn_undefined), NULL,
	  "undo --warn-unresolved-symbols" },
	{ GROUP_SYMBOLS, 0, "license", "TEXT", TEXT, FIELD(license), NULL,
	  "make TEXT the license of the output, whatever the inputs say" },
	{ GROUP_SYMBOLS, 'z', NULL, "KEYWORD", CALL, 0, set_keyword,
	  "defs: --no-undefined; undefs: the default; muldefs: the next" },
	{ GROUP_SYMBOLS, 0, "allow-multiple-definition", NULL, ENABLE,
	  FIELD(multiple_definitions), NULL,
	  "let the first of several definitions count" },
	{ GROUP_SYMBOLS, 0, "wrap", "SYMBOL", CALL, 0, add_wrap,
	  "let references to SYMBOL mean __wrap_SYMBOL, and to __real_SYMBOL it" },
	{ GROUP_SYMBOLS, 0, "defsym", "NAME=SYMBOL", CALL, 0, add_alias,
	  "let references to NAME mean SYMBOL" },

	{ GROUP_SIZE, 0, "gc-sections", NULL, ENABLE, FIELD(gc_sections), NULL,
	  "leave out functions, variables and types that nothing needs" },
	{ GROUP_SIZE, 0, "no-gc-sections", NULL, DISABLE, FIELD(gc_sections), NULL,
	  "keep them (default)" },
	{ GROUP_SIZE, 0, "gc-maps", NULL, ENABLE, FIELD(gc_maps), NULL,
	  "with --gc-sections: leave out maps that no program uses, too" },
	{ GROUP_SIZE, 0, "print-gc-sections", "[=FILE]", CALL, 0, set_print_removed,
	  "list what --gc-sections leaves out" },
	{ GROUP_SIZE, 0, "why-live", "SYMBOL", CALL, 0, add_why_live,
	  "tell by what chain of references SYMBOL is needed" },

	{ GROUP_SIZE, 0, "icf", "none|safe|all", CALL, 0, set_icf,
	  "make one of functions that are the same (safe: local, only called)" },
	{ GROUP_SIZE, 0, "print-icf-sections", "[=FILE]", CALL, 0, set_print_folded,
	  "list what --icf made one with another" },

	{ GROUP_REPORTS, 0, "Map", "FILE", TEXT, REPORT(MAP), NULL,
	  "write what went where, and what did not" },
	{ GROUP_REPORTS, 'M', "print-map", NULL, PRINT, REPORT(MAP), NULL,
	  "print the same" },
	{ GROUP_REPORTS, 0, "map-format", "FORMAT", CALL, 0, set_map_format,
	  "either as text (default) or json" },
	{ GROUP_REPORTS, 0, "cref", NULL, PRINT, REPORT(CROSS_REFERENCES), NULL,
	  "print where each symbol is defined and used" },
	{ GROUP_REPORTS, 't', "trace", NULL, PRINT, REPORT(TRACE), NULL,
	  "print the objects that are linked" },
	{ GROUP_REPORTS, 'y', "trace-symbol", "SYMBOL", CALL, 0, add_trace_symbol,
	  "print the objects that define SYMBOL or refer to it" },
	{ GROUP_REPORTS, 0, "why-extract", "FILE", TEXT, REPORT(WHY_EXTRACT), NULL,
	  "write what needed each member of an archive" },
	{ GROUP_REPORTS, 0, "print-archive-stats", "[=FILE]", CALL, 0, set_archive_stats,
	  "print how many members of each archive are linked" },
	{ GROUP_REPORTS, 0, "stats", NULL, PRINT, REPORT(STATS), NULL,
	  "print counts and sizes, before and after" },
	{ GROUP_REPORTS, 0, "time-trace", "[=FILE]", CALL, 0, set_time_trace,
	  "write the time of each pass (to OUTPUT.time-trace)" },
	{ GROUP_REPORTS, 0, "dependency-file", "FILE", TEXT, REPORT(DEPENDENCIES), NULL,
	  "write the files that were read as a rule of make" },
	{ GROUP_REPORTS, 0, "reproduce", "FILE", TEXT, REPORT(REPRODUCTION), NULL,
	  "write a tar archive that can do this link again" },

	{ GROUP_MESSAGES, 0, "fatal-warnings", NULL, ENABLE, FIELD(fatal_warnings), NULL,
	  "treat warnings as errors" },
	{ GROUP_MESSAGES, 0, "no-fatal-warnings", NULL, DISABLE, FIELD(fatal_warnings), NULL,
	  "let them pass (default)" },
	{ GROUP_MESSAGES, 'w', "no-warnings", NULL, ENABLE, FIELD(no_warnings), NULL,
	  "do not tell warnings" },
	{ GROUP_MESSAGES, 0, "error-limit", "COUNT", CALL, 0, set_error_limit,
	  "tell no more errors than that (default 20; 0: all)" },
	{ GROUP_MESSAGES, 0, "color-diagnostics", "[=WHEN]", CALL, 0, set_color,
	  "always, never, or auto: on a terminal (default)" },

	{ GROUP_OTHER, 'v', "version", NULL, CALL, 0, set_version,
	  "print the version and exit" },
	{ GROUP_OTHER, 'h', "help", NULL, CALL, 0, set_help,
	  "print this help and exit" },

	// What builds pass to any linker, and what is so without asking.
	{ GROUP_UNLISTED, 'O', NULL, "[LEVEL]", NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 'g', NULL, NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 'n', "nmagic", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 'q', "emit-relocs", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 'E', "export-dynamic", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "static", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "Bstatic", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "as-needed", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "no-as-needed", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "nostdlib", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "relax", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "no-relax", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "no-keep-memory", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "sort-common", "[=ORDER]", NOTHING, 0, NULL, NULL },
	{ GROUP_UNLISTED, 0, "warn-common", NULL, NOTHING, 0, NULL, NULL },

	// What has no meaning for an object that a loader will load.
	{ GROUP_UNLISTED, 0, "shared", NULL, REFUSE, 0, NULL, NOT_SHARED },
	{ GROUP_UNLISTED, 0, "Bshareable", NULL, REFUSE, 0, NULL, NOT_SHARED },
	{ GROUP_UNLISTED, 0, "Bdynamic", NULL, REFUSE, 0, NULL, NOT_SHARED },
	{ GROUP_UNLISTED, 0, "soname", "NAME", REFUSE, 0, NULL, NOT_SHARED },
	{ GROUP_UNLISTED, 0, "rpath", "PATH", REFUSE, 0, NULL, NOT_SHARED },
	{ GROUP_UNLISTED, 'I', "dynamic-linker", "PATH", REFUSE, 0, NULL, NOT_SHARED },
	{ GROUP_UNLISTED, 0, "pie", NULL, REFUSE, 0, NULL, NO_ADDRESSES },
	{ GROUP_UNLISTED, 0, "image-base", "ADDRESS", REFUSE, 0, NULL, NO_ADDRESSES },
	{ GROUP_UNLISTED, 0, "section-start", "SECTION=ADDRESS", REFUSE, 0, NULL, NO_ADDRESSES },
	{ GROUP_UNLISTED, 0, "Ttext", "ADDRESS", REFUSE, 0, NULL, NO_ADDRESSES },
	{ GROUP_UNLISTED, 0, "Tdata", "ADDRESS", REFUSE, 0, NULL, NO_ADDRESSES },
	{ GROUP_UNLISTED, 0, "Tbss", "ADDRESS", REFUSE, 0, NULL, NO_ADDRESSES },
	{ GROUP_UNLISTED, 'T', "script", "FILE", REFUSE, 0, NULL,
	  "is refused: loaders know sections by name, which leaves a linker script nothing to say" },
	{ GROUP_UNLISTED, 'e', "entry", "SYMBOL", REFUSE, 0, NULL,
	  "is refused: every program in a section of its own is an entry" },
	{ GROUP_UNLISTED, 0, "init", "SYMBOL", REFUSE, 0, NULL, NOTHING_RUNS },
	{ GROUP_UNLISTED, 0, "fini", "SYMBOL", REFUSE, 0, NULL, NOTHING_RUNS },
	{ GROUP_UNLISTED, 'b', "format", "FORMAT", REFUSE, 0, NULL, ONE_FORMAT },
	{ GROUP_UNLISTED, 0, "oformat", "FORMAT", REFUSE, 0, NULL, ONE_FORMAT },
	{ GROUP_UNLISTED, 0, "plugin", "FILE", REFUSE, 0, NULL,
	  "is refused: inputs are objects; make one of LLVM bitcode with clang first" },
};
// clang-format on

const size_t option_count = sizeof(option_table) / sizeof(option_table[0]);

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
	options->read_files = LIST(parser->read_files);
	text_bytes(&parser->response, "", 1);
	options->response = parser->response.data;
}

void finish_reports(struct parser *parser)
{
	const char **time_trace = &parser->line->options.reports[BPFLD_REPORT_TIME_TRACE];

	if (*time_trace && !**time_trace && parser->line->options.output.path)
		*time_trace = arena_format(parser->arena, "%s.time-trace",
					   parser->line->options.output.path);
}
