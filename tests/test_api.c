/* SPDX-License-Identifier: BSD-2-Clause */
/* What callers of the library get wrong, and what they may do although it looks wrong. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bpfld.h"
#include "elf_text.h"
#include "support/command.h"
#include "support/sound.h"

#define OBJECT(name) FIXTURES "/recorded/" name "-clang14-el.o"

static const struct bpfld_input good[] = { { .path = OBJECT("externs-a") },
					   { .path = OBJECT("externs-b") } };

#define GOOD_INPUTS .inputs = good, .input_count = 2
#define TO_MEMORY   .output = { .kind = BPFLD_OUTPUT_MEMORY }
#define GOOD        GOOD_INPUTS, TO_MEMORY
#define INPUT(...)  .inputs = &(const struct bpfld_input){ __VA_ARGS__ }, .input_count = 1, TO_MEMORY
#define LEVEL(code, level)                                                                         \
	GOOD, .levels = &(const struct bpfld_level_rule){ code, level }, .level_count = 1
#define RULE(...)                                                                                  \
	GOOD, .scope_rules = &(const struct bpfld_scope_rule){ __VA_ARGS__ }, .scope_rule_count = 1
#define PREFIX_MAP(...)                                                                            \
	GOOD, .prefix_maps = &(const struct bpfld_prefix_map){ __VA_ARGS__ }, .prefix_map_count = 1
#define METADATA(...)                                                                              \
	GOOD, .metadata = &(const struct bpfld_metadata){ __VA_ARGS__ }, .metadata_count = 1
#define ALIAS(...) GOOD, .aliases = &(const struct bpfld_alias){ __VA_ARGS__ }, .alias_count = 1

#define VMLINUX                                                                                    \
	{                                                                                          \
		"a", "b", 1                                                                        \
	}
#define KERNEL(label, ...)                                                                         \
	GOOD, .kernels = &(const struct bpfld_kernel){ label, __VA_ARGS__ }, .kernel_count = 1

#define NO_VALUE 1000 // of no enumeration

#define NONE  ((const char *const[]){ NULL })
#define EMPTY ((const char *const[]){ "" })

// Of arrays whose end would be behind the last address.
#define TOO_MANY    (SIZE_MAX / 8 + 1)
#define FAR_TOO     "which no memory holds"
#define IS_ENDLESS  " has a count of 18446744073709551615, " FAR_TOO
#define IS_TOO_MANY " has a count of 2305843009213693952, " FAR_TOO

struct row {
	const char *name;
	struct bpfld_options options;
	const char *message; // the first one, without the severity; NULL: none
};

// clang-format off
static const struct row wrong[] = {
	{ "all zero", { 0 }, "no input files" },
	{ "no inputs", { TO_MEMORY }, "no input files" },
	{ "inputs, but none of them", { .inputs = good, TO_MEMORY }, "no input files" },
	{ "inputs that are NULL", { .input_count = 2, TO_MEMORY }, "inputs is NULL, but its count is 2" },
	{ "endless inputs", { .inputs = good, .input_count = SIZE_MAX, TO_MEMORY }, "inputs" IS_ENDLESS },
	{ "too many inputs", { .inputs = good, .input_count = SIZE_MAX / sizeof(*good), TO_MEMORY }, "inputs has a count of 384307168202282325, " FAR_TOO },
	{ "endless data", { INPUT(.data = good, .size = SIZE_MAX) }, "inputs[0] has a size of 18446744073709551615, " FAR_TOO },
	{ "data past the last address", { INPUT(.data = (void *)-4096, .size = 8192) }, "inputs[0] has a size of 8192, " FAR_TOO },
	{ "a size alone", { INPUT(.size = 1) }, "inputs[0] has a size, but no data" },
	{ "a size with a path", { INPUT(.path = OBJECT("externs-a"), .size = 1) }, "inputs[0] has a size, but no data" },
	{ "no bytes", { INPUT(.data = "") }, "<memory>: error: is empty; did the compiler fail?" },
	{ "an empty path", { INPUT(.path = "") }, ": error: cannot open: No such file or directory" },
	{ "an empty library", { INPUT(.library = "") }, "-l: error: 'lib.a' is not found; name its folder with -L" },
	{ "no file to a library", { INPUT(.library = ":") }, "-l:: error: '' is not found; name its folder with -L" },
	{ "a descriptor below 0", { INPUT(.fd = INT_MIN) }, "<fd -2147483648>: error: cannot read: Bad file descriptor" },
	{ "a descriptor that is not open", { INPUT(.fd = INT_MAX) }, "<fd 2147483647>: error: cannot read: Bad file descriptor" },

	{ "no output path", { GOOD_INPUTS }, "the name of the output file is empty; name it with -o FILE" },
	{ "an empty output path", { GOOD_INPUTS, .output = { .path = "" } }, "the name of the output file is empty; name it with -o FILE" },
	{ "an output descriptor below 0", { GOOD_INPUTS, .output = { .kind = BPFLD_OUTPUT_FD, .fd = -1 } }, "<fd -1>: error: cannot write: Bad file descriptor" },
	{ "an output descriptor that is not open", { GOOD_INPUTS, .output = { .kind = BPFLD_OUTPUT_FD, .fd = INT_MAX } }, "<fd 2147483647>: error: cannot write: Bad file descriptor" },
	{ "an output kind", { GOOD_INPUTS, .output = { .kind = 4 } }, "output.kind is 4, which enum bpfld_output_kind does not have" },
	{ "a negative one", { GOOD_INPUTS, .output = { .kind = -1 } }, "output.kind is -1, which enum bpfld_output_kind does not have" },
	{ "the largest", { GOOD_INPUTS, .output = { .kind = INT_MAX } }, "output.kind is 2147483647, which enum bpfld_output_kind does not have" },
	{ "fold_identical", { GOOD, .fold_identical = 8 }, "fold_identical is 8, which enum bpfld_fold does not have" },
	{ "merge_rodata", { GOOD, .merge_rodata = 4 }, "merge_rodata is 4, which enum bpfld_merge_rodata does not have" },
	{ "icf", { GOOD, .icf = 4 }, "icf is 4, which enum bpfld_icf does not have" },
	{ "compress_debug", { GOOD, .compress_debug = 2 }, "compress_debug is 2, which enum bpfld_compression does not have" },
	{ "compression without a function", { GOOD, .keep_debug = true, .compress_debug = BPFLD_COMPRESS_ZLIB }, "compress_debug is for compress, which is NULL" },
	{ "byte_order", { GOOD, .byte_order = 3 }, "byte_order is 3, which enum bpfld_byte_order does not have" },
	{ "build_id", { GOOD, .build_id = 4 }, "build_id is 4, which enum bpfld_build_id does not have" },
	{ "map_format", { GOOD, .map_format = 2 }, "map_format is 2, which enum bpfld_map_format does not have" },

	{ "library_paths, NULL", { GOOD, .library_paths = { NULL, 1 } }, "library_paths is NULL, but its count is 1" },
	{ "undefined, NULL", { GOOD, .undefined = { NULL, 1 } }, "undefined is NULL, but its count is 1" },
	{ "required, NULL", { GOOD, .required = { NULL, 1 } }, "required is NULL, but its count is 1" },
	{ "exclude_libs, NULL", { GOOD, .exclude_libs = { NULL, 1 } }, "exclude_libs is NULL, but its count is 1" },
	{ "why_live, NULL", { GOOD, .why_live = { NULL, 1 } }, "why_live is NULL, but its count is 1" },
	{ "wrap, NULL", { GOOD, .wrap = { NULL, 1 } }, "wrap is NULL, but its count is 1" },
	{ "retain_symbols, NULL", { GOOD, .retain_symbols = { NULL, 1 } }, "retain_symbols is NULL, but its count is 1" },
	{ "trace_symbols, NULL", { GOOD, .trace_symbols = { NULL, 1 } }, "trace_symbols is NULL, but its count is 1" },
	{ "read_files, NULL", { GOOD, .read_files = { NULL, 1 } }, "read_files is NULL, but its count is 1" },
	{ "library_paths of NULL", { GOOD, .library_paths = { NONE, 1 } }, "library_paths[0] is NULL" },
	{ "undefined of NULL", { GOOD, .undefined = { NONE, 1 } }, "undefined[0] is NULL" },
	{ "required of NULL", { GOOD, .required = { NONE, 1 } }, "required[0] is NULL" },
	{ "exclude_libs of NULL", { GOOD, .exclude_libs = { NONE, 1 } }, "exclude_libs[0] is NULL" },
	{ "why_live of NULL", { GOOD, .why_live = { NONE, 1 } }, "why_live[0] is NULL" },
	{ "wrap of NULL", { GOOD, .wrap = { NONE, 1 } }, "wrap[0] is NULL" },
	{ "retain_symbols of NULL", { GOOD, .retain_symbols = { NONE, 1 } }, "retain_symbols[0] is NULL" },
	{ "trace_symbols of NULL", { GOOD, .trace_symbols = { NONE, 1 } }, "trace_symbols[0] is NULL" },
	{ "read_files of NULL", { GOOD, .read_files = { NONE, 1 } }, "read_files[0] is NULL" },
	{ "endless library_paths", { GOOD, .library_paths = { NONE, SIZE_MAX } }, "library_paths" IS_ENDLESS },
	{ "too many trace_symbols", { GOOD, .trace_symbols = { NONE, TOO_MANY } }, "trace_symbols" IS_TOO_MANY },

	{ "aliases, NULL", { GOOD, .alias_count = 1 }, "aliases is NULL, but its count is 1" },
	{ "endless aliases", { GOOD, .aliases = &(const struct bpfld_alias){ "a", "b" }, .alias_count = SIZE_MAX }, "aliases" IS_ENDLESS },
	{ "bindings, NULL", { GOOD, .binding_count = 1 }, "bindings is NULL, but its count is 1" },
	{ "endless bindings", { GOOD, .bindings = &(const struct bpfld_binding){ "a", NULL, "b" }, .binding_count = SIZE_MAX }, "bindings" IS_ENDLESS },
	{ "a binding of nothing", { GOOD, .bindings = &(const struct bpfld_binding){ .symbol = "b" }, .binding_count = 1 }, "bindings[0].name is NULL" },
	{ "a binding to nothing", { GOOD, .bindings = &(const struct bpfld_binding){ .name = "a" }, .binding_count = 1 }, "bindings[0].symbol is NULL" },
	{ "renames, NULL", { GOOD, .rename_count = 1 }, "renames is NULL, but its count is 1" },
	{ "endless renames", { GOOD, .renames = &(const struct bpfld_alias){ "a", "b" }, .rename_count = SIZE_MAX }, "renames" IS_ENDLESS },
	{ "a rename of nothing", { GOOD, .renames = &(const struct bpfld_alias){ .target = "b" }, .rename_count = 1 }, "renames[0] has no name" },
	{ "slots, NULL", { GOOD, .slot_count = 1 }, "slots is NULL, but its count is 1" },
	{ "endless slots", { GOOD, .slots = &(const struct bpfld_slot){ "a", 0, false }, .slot_count = SIZE_MAX }, "slots" IS_ENDLESS },
	{ "a slot without a name", { GOOD, .slots = &(const struct bpfld_slot){ .value = 1 }, .slot_count = 1 }, "slots[0].name is NULL" },
	{ "a slot of a wrong sign", { GOOD, .slots = &(const struct bpfld_slot){ "a", 1, true }, .slot_count = 1 }, "slots[0].value is not negative" },
	{ "prefixes, NULL", { GOOD, .prefix_count = 1 }, "prefixes is NULL, but its count is 1" },
	{ "endless prefixes", { GOOD, .prefixes = &(const struct bpfld_input_prefix){ "a", "b" }, .prefix_count = SIZE_MAX }, "prefixes" IS_ENDLESS },
	{ "a prefix of nothing", { GOOD, .prefixes = &(const struct bpfld_input_prefix){ .prefix = "b" }, .prefix_count = 1 }, "prefixes[0].file is NULL" },
	{ "no prefix", { GOOD, .prefixes = &(const struct bpfld_input_prefix){ "a", NULL }, .prefix_count = 1 }, "prefixes[0].prefix is NULL" },
	{ "prefix maps, NULL", { GOOD, .prefix_map_count = 1 }, "prefix_maps is NULL, but its count is 1" },
	{ "a prefix map of nothing", { PREFIX_MAP(NULL, "a") }, "prefix_maps[0].from is NULL" },
	{ "a prefix map to nothing", { PREFIX_MAP("a", NULL) }, "prefix_maps[0].to is NULL" },
	{ "kernels, NULL", { GOOD, .kernel_count = 1 }, "kernels is NULL, but its count is 1" },
	{ "endless kernels", { GOOD, .kernels = &(const struct bpfld_kernel){ "a", VMLINUX, NULL, 0 }, .kernel_count = SIZE_MAX }, "kernels" IS_ENDLESS },
	{ "a kernel without a label", { KERNEL(NULL, VMLINUX, NULL, 0) }, "kernels[0].label is NULL" },
	{ "without a name", { KERNEL("a", { NULL, "b", 1 }, NULL, 0) }, "kernels[0].vmlinux.name is NULL" },
	{ "without BTF", { KERNEL("a", { "a", NULL, 1 }, NULL, 0) }, "kernels[0].vmlinux.data is NULL" },
	{ "of endless BTF", { KERNEL("a", { "a", "b", SIZE_MAX }, NULL, 0) }, "kernels[0].vmlinux has 18446744073709551615 bytes, more than any memory" },
	{ "BTF of two kernels", { GOOD, .kernels = (const struct bpfld_kernel[]){ { "a", VMLINUX, NULL, 0 }, { "b", VMLINUX, NULL, 0 } },
	  .kernel_count = 2, .reports[BPFLD_REPORT_MIN_CORE_BTF] = "none" }, "reports[BPFLD_REPORT_MIN_CORE_BTF] is of one kernel, not 2" },
	{ "modules, NULL", { KERNEL("a", VMLINUX, NULL, 1) }, "kernels[0].modules is NULL, but its count is 1" },
	{ "a module without BTF", { KERNEL("a", VMLINUX, &(const struct bpfld_kernel_file){ "m", NULL, 0 }, 1) }, "kernels[0].modules[0].data is NULL" },
	{ "metadata, NULL", { GOOD, .metadata_count = 1 }, "metadata is NULL, but its count is 1" },
	{ "endless metadata", { GOOD, .metadata = &(const struct bpfld_metadata){ "a", "b" }, .metadata_count = SIZE_MAX }, "metadata" IS_ENDLESS },
	{ "metadata without a key", { METADATA(NULL, "a") }, "metadata[0].key is NULL" },
	{ "metadata without a value", { METADATA("a", NULL) }, "metadata[0].value is NULL" },
	{ "an empty key of metadata", { METADATA("", "a") }, "metadata[0]: a key must not be empty" },
	{ "a key that is no name", { METADATA("a/b", "a") }, "metadata[0]: the key 'a/b' may have letters, digits, '_' and '.' only: kernels refuse other names in BTF" },
	{ "metadata that is no text", { METADATA("a", "\x7f") }, "metadata[0]: the value of 'a' has the byte 0x7f, but bpftool shows only printable ASCII as text" },
	{ "an alias of nothing", { ALIAS("a", NULL) }, "aliases[0] has no target" },
	{ "an alias without a name", { ALIAS(NULL, "a") }, "aliases[0] has no name" },
	{ "scope_rules, NULL", { GOOD, .scope_rule_count = 1 }, "scope_rules is NULL, but its count is 1" },
	{ "endless scope_rules", { GOOD, .scope_rules = &(const struct bpfld_scope_rule){ .pattern = "*" }, .scope_rule_count = SIZE_MAX }, "scope_rules" IS_ENDLESS },
	{ "a rule without a pattern", { RULE(.pattern = NULL) }, "scope_rules[0] has no pattern" },
	{ "a scope", { RULE(.pattern = "*", .scope = 3) }, "scope_rules[0].scope is 3, which enum bpfld_scope does not have" },

	{ "levels, NULL", { GOOD, .level_count = 1 }, "levels is NULL, but its count is 1" },
	{ "a level of no warning", { LEVEL("no-btf", BPFLD_OFF) }, "levels[0].code is 'no-btf', which is no warning" },
	{ "a level of nothing", { LEVEL("", BPFLD_OFF) }, "levels[0].code is '', which is no warning" },
	{ "a level", { LEVEL("undefined", 4) }, "levels[0].level is 4, which enum bpfld_level does not have" },
	{ "an error that was a warning", { LEVEL("unknown-symbol", BPFLD_AS_ERROR), .undefined = { EMPTY, 1 } }, "'' is asked for (-u), but no input defines it [-Werror=unknown-symbol]" },
	{ "a build id of NULL", { GOOD, .build_id = BPFLD_BUILD_ID_BYTES, .build_id_bytes = { NULL, 20 } }, "build_id_bytes has no bytes" },
	{ "a build id of no bytes", { GOOD, .build_id = BPFLD_BUILD_ID_BYTES, .build_id_bytes = { "x", 0 } }, "build_id_bytes has no bytes" },
	{ "an endless build id", { GOOD, .build_id = BPFLD_BUILD_ID_BYTES, .build_id_bytes = { "x", SIZE_MAX } }, "build_id_bytes has 18446744073709551615 bytes; a note holds 4294967279 at most" },

	{ "a report for nobody", { GOOD, .reports = { [BPFLD_REPORT_MAP] = "-" } }, "reports[6] is for on_report, which is NULL" },
	{ "a report without a name", { GOOD, .reports = { [BPFLD_REPORT_TRACE] = "" } }, "reports[0] is empty; name a file" },
	{ "a report of a later version", { GOOD, .reports = { [BPFLD_REPORTS_MAX - 1] = "-" } }, "reports[31] is none of libbpfld " BPFLD_VERSION },
	{ "required, no name", { GOOD, .required = { EMPTY, 1 } }, "'' is required (--require-defined), but no input defines it" },
	{ "one byte of memory", { GOOD, .memory_limit = 1 }, "out of memory" },
};

// Odd, but what it asks for can be done.
static const struct row odd[] = {
	{ "nothing odd", { GOOD }, NULL },
	{ "no limit of errors", { GOOD, .error_limit = SIZE_MAX }, NULL },
	{ "all the memory that there is", { GOOD, .memory_limit = SIZE_MAX }, NULL },
	{ "lists without strings", { GOOD, .wrap = { NONE, 0 }, .undefined = { NONE, 0 }, .library_paths = { NONE, 0 } }, NULL },
	{ "bytes for another build id", { GOOD, .build_id = BPFLD_BUILD_ID_SHA1, .build_id_bytes = { NULL, SIZE_MAX } }, NULL },
	{ "library_paths, no name", { GOOD, .library_paths = { EMPTY, 1 } }, NULL },
	{ "undefined, no name", { GOOD, .undefined = { EMPTY, 1 } }, "'' is asked for (-u), but no input defines it [-Wunknown-symbol]" },
	{ "exclude_libs, no name", { GOOD, .exclude_libs = { EMPTY, 1 } }, "'' (--exclude-libs) is no archive of this link [-Wunused-option]" },
	{ "wrap, no name", { GOOD, .wrap = { EMPTY, 1 } }, "'' is to be wrapped, but no input refers to it [-Wunknown-symbol]" },
	{ "retain_symbols, no name", { GOOD, .retain_only = true, .retain_symbols = { EMPTY, 1 } }, NULL },
	{ "trace_symbols, no name", { GOOD, .trace_symbols = { EMPTY, 1 } }, NULL },
	{ "read_files, no name", { GOOD, .read_files = { EMPTY, 1 } }, NULL },
	{ "metadata without letters", { METADATA(".", "") }, NULL },
	{ "an alias without letters", { ALIAS("", "") }, "'' is to mean '' (--defsym), but no input refers to it [-Wunknown-symbol]" },
	{ "no warning", { LEVEL("unknown-symbol", BPFLD_OFF), .undefined = { EMPTY, 1 } }, NULL },
	{ "no warning at all", { LEVEL(NULL, BPFLD_OFF), .undefined = { EMPTY, 1 } }, NULL },
	{ "no error", { LEVEL("unknown-symbol", BPFLD_AS_WARNING), .undefined = { EMPTY, 1 }, .fatal_warnings = true }, "'' is asked for (-u), but no input defines it [-Wunknown-symbol]" },
	{ "a pattern without letters", { RULE(.pattern = "") }, "'' is to be exported, but no input defines it [-Wunknown-symbol]" },
	{ "half a pattern", { RULE(.pattern = "[", .scope = BPFLD_LOCALIZE) }, "'[' is to be local, but no input defines anything like it [-Wunknown-symbol]" },
	{ "a license without letters", { GOOD, .license = "" }, NULL },
	{ "an empty response", { GOOD, .response = "" }, NULL },
	{ "an input's empty name", { INPUT(.name = "", .path = OBJECT("externs-a")) }, NULL },
	{ "lazy, whole, and no archive", { .inputs = (const struct bpfld_input[]){ { .path = OBJECT("externs-a"), .whole_archive = true }, { .path = OBJECT("externs-b"), .lazy = true } }, .input_count = 2, TO_MEMORY }, NULL },
};
// clang-format on

static void hear(const struct bpfld_diagnostic *diagnostic, void *context)
{
	size_t *heard = context;

	cr_expect(*diagnostic->message);
	++*heard;
}

static const char *first_message(const struct bpfld_result *result)
{
	const char *line = result->diagnostic_count ? result->diagnostics->message : "nothing";
	static const char *const prefixes[] = { "bpfld: error: ", "bpfld: warning: " };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (strncmp(line, prefixes[i], strlen(prefixes[i])) == 0)
			return line + strlen(prefixes[i]);
	}
	return line;
}

static void expect_row(const struct row *row, bool succeeds)
{
	struct bpfld_options options = row->options;
	struct bpfld_result result;
	size_t heard = 0;

	options.allow_undefined = true;
	options.on_diagnostic = hear;
	options.context = &heard;
	memset(&result, 0xff, sizeof(result));
	cr_expect_eq(bpfld_link(&options, &result), succeeds, "%s: %s", row->name,
		     first_message(&result));
	cr_expect_eq(result.error_count, !succeeds, "%s: %zu", row->name, result.error_count);
	cr_expect_eq(result.data != NULL, succeeds, "%s", row->name);
	cr_expect_str_eq(first_message(&result), row->message ? row->message : "nothing", "%s: %s",
			 row->name, first_message(&result));
	cr_expect_eq(heard, result.diagnostic_count, "%s", row->name);
	if (result.data)
		expect_sound(result.data, result.size, CHECK_PARTIAL_BTF, row->name);
	bpfld_result_deinit(&result);
}

Test(api, says_what_it_cannot_do)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		expect_row(&wrong[i], false);
}

Test(api, does_what_it_can)
{
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		expect_row(&odd[i], true);
}

Test(api, needs_options)
{
	struct bpfld_result result;

	cr_expect_not(bpfld_link(NULL, &result));
	cr_expect_str_eq(first_message(&result), "no input files");
	bpfld_result_deinit(&result);
}

// All that is wrong about a request is told at once, and nothing is written.
Test(api, refuses_before_it_writes)
{
	char *folder = folder_create(), *output = path_join(folder, "out");
	char *map = path_join(folder, "map"), *tar = path_join(folder, "tar");
	struct bpfld_options options = {
		GOOD_INPUTS,
		.output = { .path = output },
		.icf = NO_VALUE,
		.map_format = NO_VALUE,
		.wrap = { NONE, 1 },
		.reports = { [BPFLD_REPORT_MAP] = map, [BPFLD_REPORT_REPRODUCTION] = tar },
	};
	struct bpfld_result result;

	cr_expect_not(bpfld_link(&options, &result));
	cr_expect_eq(result.error_count, 3);
	cr_expect_eq(result.diagnostic_count, 3);
	bpfld_result_deinit(&result);
	cr_expect(access(output, F_OK) && access(map, F_OK) && access(tar, F_OK));
	folder_remove(folder);
	free(folder);
	free(output);
	free(map);
	free(tar);
}

// An archive of @object as ar writes it, by name alone: of the index nothing is needed.
static struct str make_archive(struct arena *arena, struct str object)
{
	char *data = arena_alloc(arena, object.size + 70);
	int head = sprintf(data, "!<arch>\n%-16s%-12d%-6d%-6d%-8d%-10zu`\n", "x.o/", 0, 0, 0, 0,
			   object.size);

	memcpy(data + head, object.data, object.size);
	return (struct str){ data, (size_t)head + object.size };
}

static struct bpfld_result link_memory(const struct bpfld_input *inputs, size_t count)
{
	const struct bpfld_options options = {
		.inputs = inputs,
		.input_count = count,
		TO_MEMORY,
		.gc_sections = true,
		.icf = BPFLD_ICF_ALL,
		.build_id = BPFLD_BUILD_ID_SHA1,
	};
	struct bpfld_result result;

	cr_assert(bpfld_link(&options, &result), "%s", first_message(&result));
	return result;
}

// Link @images, the last of them an archive, each @shift bytes behind where malloc() would put it.
static struct bpfld_result link_shifted(const struct str images[3], size_t shift)
{
	struct bpfld_input inputs[3] = { 0 };
	struct bpfld_result result;
	char *rooms[3];

	for (int i = 0; i < 3; i++) {
		rooms[i] = malloc(images[i].size + shift);
		inputs[i].data = memcpy(rooms[i] + shift, images[i].data, images[i].size);
		inputs[i].size = images[i].size;
		inputs[i].whole_archive = i == 2;
	}
	result = link_memory(inputs, 3);
	for (int i = 0; i < 3; i++)
		free(rooms[i]);
	return result;
}

static void expect_same(const struct bpfld_result *found, const struct bpfld_result *expected,
			const char *name, size_t number)
{
	cr_assert_eq(found->size, expected->size, "%s %zu", name, number);
	cr_expect_arr_eq(found->data, expected->data, found->size, "%s %zu", name, number);
}

#define PROGRAM                                                                                    \
	"section xdp AX | global func p 32 | line p | call f | load x | exit | section license "   \
	"WA | global object _license 4 | string GPL | section .maps WA | global object m 8 | "     \
	"quad 0 | btf"
#define LIBRARY                                                                                    \
	"section .text AX | global func f 24 | line f | call g | typeid 6 struct t 8 { a 0 int ; " \
	"b 32 int ; } | section .data WA | global object x 16 | quad g | quad 0 | btf"
#define MEMBER                                                                                     \
	"section .text AX | global func g 16 | line g | mov | exit | local func s 8 | exit | "     \
	"section .rodata.str1.1 AMS 1 1 | string text | section .bss WAN | global object b 8 | "   \
	"zero 8 | btf"

Test(api, takes_memory_wherever_it_is)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct bpfld_result expected;
		struct arena arena;
		struct str images[3];

		arena_init(&arena, SIZE_MAX);
		images[0] = elf_text(&arena, big_endian, PROGRAM);
		images[1] = elf_text(&arena, big_endian, LIBRARY);
		images[2] = make_archive(&arena, elf_text(&arena, big_endian, MEMBER));
		expected = link_shifted(images, 0);
		for (size_t shift = 1; shift < 16; shift++) {
			struct bpfld_result result = link_shifted(images, shift);

			expect_same(&result, &expected, "bytes:", shift);
			bpfld_result_deinit(&result);
		}
		bpfld_result_deinit(&expected);
		arena_deinit(&arena);
	}
}

// Links within links.
struct nest {
	const struct bpfld_result *expected;
	unsigned int depth;
	unsigned int links;
};

static void link_in_diagnostic(const struct bpfld_diagnostic *diagnostic, void *context);
static void link_in_report(enum bpfld_report report, const char *text, size_t size, void *context);

// A link with a warning, all reports, and as many links within as there are of both.
static void link_nested(struct nest *nest)
{
	struct bpfld_options options = {
		GOOD,
		.allow_undefined = true,
		.gc_sections = true,
		.icf = BPFLD_ICF_ALL,
		.wrap = { EMPTY, 1 },
		.on_diagnostic = link_in_diagnostic,
		.on_report = link_in_report,
		.context = nest,
	};
	struct bpfld_result result;

	if (nest->depth == 2)
		return;
	for (size_t i = 0; i < BPFLD_REPORTS; i++)
		options.reports[i] = "-";
	nest->depth++;
	cr_assert(bpfld_link(&options, &result), "%s", first_message(&result));
	nest->depth--;
	nest->links++;
	cr_expect_eq(result.diagnostic_count, 1);
	cr_expect_str_eq(first_message(&result),
			 "'' is to be wrapped, but no input refers to it [-Wunknown-symbol]");
	expect_same(&result, nest->expected, "link:", nest->links);
	bpfld_result_deinit(&result);
}

static void link_in_diagnostic(const struct bpfld_diagnostic *diagnostic, void *context)
{
	char *before = strdup(diagnostic->message);

	link_nested(context);
	cr_expect_str_eq(diagnostic->message, before);
	free(before);
}

static void link_in_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	char *before = memcpy(malloc(size + 1), text, size);

	(void)report;
	link_nested(context);
	cr_expect_arr_eq(text, before, size);
	free(before);
}

Test(api, callbacks_may_link)
{
	const struct bpfld_options options = { GOOD, .gc_sections = true, .icf = BPFLD_ICF_ALL };
	struct bpfld_result expected;
	struct nest nest = { .expected = &expected };

	cr_assert(bpfld_link(&options, &expected));
	link_nested(&nest);
	cr_expect_eq(nest.links, 1 + 1 + BPFLD_REPORTS);
	bpfld_result_deinit(&expected);
}

// What fails for want of memory tells it through the callback, too.
static void link_after_failure(const struct bpfld_diagnostic *diagnostic, void *context)
{
	const struct bpfld_options options = { GOOD };
	struct bpfld_result result;

	cr_expect_str_eq(diagnostic->message, "bpfld: error: out of memory");
	cr_expect(bpfld_link(&options, &result));
	bpfld_result_deinit(&result);
	*(bool *)context = true;
}

Test(api, callbacks_may_link_out_of_memory)
{
	bool called = false;
	const struct bpfld_options options = {
		GOOD,
		.memory_limit = 1,
		.on_diagnostic = link_after_failure,
		.context = &called,
	};
	struct bpfld_result result;

	cr_expect_not(bpfld_link(&options, &result));
	cr_expect(called);
	bpfld_result_deinit(&result);
}

#define SIZE_UNTIL(type, last) (offsetof(struct type, last) + sizeof(((struct type *)NULL)->last))

static const struct bpfld_sizes our_sizes = BPFLD_SIZES;

// Copies of @count elements of @size bytes, which have @other bytes each, and nothing behind them.
static void *resized(const void *elements, size_t count, size_t size, size_t other)
{
	char *copies = calloc(count, other);

	for (size_t i = 0; i < count; i++)
		memcpy(copies + i * other, (const char *)elements + i * size,
		       size < other ? size : other);
	return copies;
}

// Link the good inputs for a program that knows structs of @sizes, and sets @option_byte and
// @input_byte of them as well, where these are not 0. Its result is cut to ours.
static bool link_as(const struct bpfld_sizes *sizes, struct bpfld_options options,
		    size_t option_byte, size_t input_byte, struct bpfld_result *ret)
{
	char *inputs = resized(good, 2, sizeof(*good), sizes->input);
	char *result = malloc(sizes->result);
	char *theirs;
	bool linked;

	options.inputs = (void *)inputs;
	theirs = resized(&options, 1, sizeof(options), sizes->options);
	theirs[option_byte] |= option_byte != 0;
	inputs[input_byte] |= input_byte != 0;
	memset(result, 0xff, sizes->result);
	linked = bpfld_link_sized((void *)theirs, (void *)result, sizes);
	memcpy(ret, result, sizeof(*ret));
	for (size_t i = sizeof(*ret); i < sizes->result; i++)
		cr_expect_eq(result[i], 0, "byte %zu of a result", i);
	free(theirs);
	free(inputs);
	free(result);
	return linked;
}

// The diagnostics are those of @expected, as far as structs of @size bytes have them.
static void expect_diagnostics(const struct bpfld_result *got, const struct bpfld_result *expected,
			       size_t size)
{
	const char *diagnostics = (const void *)got->diagnostics;

	cr_assert_eq(got->diagnostic_count, expected->diagnostic_count);
	cr_assert_geq(expected->diagnostic_count, 2, "no test of an array");
	for (size_t i = 0; i < got->diagnostic_count; i++) {
		const struct bpfld_diagnostic *diagnostic = (const void *)(diagnostics + i * size);

		cr_expect_str_eq(diagnostic->text, expected->diagnostics[i].text);
		for (size_t k = sizeof(*diagnostic); k < size; k++)
			cr_expect_eq(((const char *)diagnostic)[k], 0);
	}
}

// A program that knows less does not have more, whatever lies behind it; one that knows more gets
// what this version has. (Sanitizers look at what is read and written.)
Test(api, programs_of_other_versions)
{
	const struct bpfld_options options = { GOOD };
	struct bpfld_sizes older = our_sizes, later = our_sizes;
	struct bpfld_result expected, result;
	size_t *members = (size_t *)&later;

	older.options = SIZE_UNTIL(bpfld_options, output);
	older.input = SIZE_UNTIL(bpfld_input, library);
	older.diagnostic = SIZE_UNTIL(bpfld_diagnostic, text);
	older.sizes = SIZE_UNTIL(bpfld_sizes, input);
	older.alias = 0;
	for (size_t i = 1; i < sizeof(later) / sizeof(*members); i++)
		members[i] += 64;
	cr_assert(bpfld_link(&options, &expected));

	cr_assert(link_as(&older, options, 0, 0, &result));
	expect_same(&result, &expected, "older:", 0);
	expect_diagnostics(&result, &expected, older.diagnostic);
	bpfld_result_deinit(&result);
	cr_expect_null(result.memory);

	cr_assert(link_as(&later, options, 0, 0, &result), "%s", first_message(&result));
	expect_same(&result, &expected, "later:", 0);
	expect_diagnostics(&result, &expected, later.diagnostic);
	bpfld_result_deinit(&result);
	bpfld_result_deinit(&expected);
}

static bool locate_nothing(const struct bpfld_question *question, struct bpfld_position *position,
			   void *context)
{
	(void)question;
	(void)position;
	(void)context;
	return false;
}

Test(api, members_of_later_versions)
{
	static const char has_no[] = ": the program sets a member that libbpfld " BPFLD_VERSION
				     " does not have; install the version that the program is "
				     "compiled for";
	const struct {
		struct bpfld_options options;
		size_t option_byte, input_byte;
		const char *what;
	} cases[] = {
		{ { GOOD }, sizeof(struct bpfld_options), 0, "bpfld_options" },
		{ { GOOD }, sizeof(struct bpfld_options) + 63, 0, "bpfld_options" },
		{ { GOOD }, 0, sizeof(struct bpfld_input), "inputs[0]" },
		{ { GOOD }, 0, 2 * sizeof(struct bpfld_input) + 64 + 63, "inputs[1]" },
		{ { GOOD, .locate = locate_nothing }, 0, 0, "bpfld_options.locate" },
	};
	struct bpfld_sizes later = our_sizes;
	struct bpfld_result result;
	char message[256];

	later.options += 64;
	later.input += 64;
	later.position += 64;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		cr_expect_not(link_as(&later, cases[i].options, cases[i].option_byte,
				      cases[i].input_byte, &result));
		snprintf(message, sizeof(message), "%s%s", cases[i].what, has_no);
		cr_expect_str_eq(first_message(&result), message);
		bpfld_result_deinit(&result);
	}
}

Test(api, sizes_that_are_missing)
{
	const struct bpfld_options options = { GOOD };
	struct bpfld_sizes sizes = our_sizes;
	struct bpfld_result result;

	sizes.input = 0;
	cr_expect_not(bpfld_link_sized(&options, &result, &sizes));
	cr_expect_str_eq(first_message(&result),
			 "bpfld_sizes.input is 0; set it to the size of struct bpfld_input");
	bpfld_result_deinit(&result);
}

Test(api, tells_its_version)
{
	cr_expect_str_eq(bpfld_version(), BPFLD_VERSION);
}
