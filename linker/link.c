/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link is a list of passes over plain data. This is the list, and the one entry that the library
 * has: it makes the memory, runs the passes under the arena's protection, and takes what they give.
 */
#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "input.h"
#include "locate.h"
#include "passes.h"
#include "reports.h"

const struct pass passes[] = {
	/*
	 * Reading.
	 */
	// From here on everything is in bounds. Symbols tell which members of archives are needed.
	{ "read-inputs", read_inputs, false },
	// Before anything is made of a copy that goes with its group.
	{ "discard-groups", discard_groups, false },
	// All inputs are known, and little work is lost.
	{ "check-destinations", check_destinations, false },
	// All BTF is read. From here on equal types are one node.
	{ "settle-types", settle_types, false },
	// Relocations become references, as do calls and tables that ELF has no relocation for.
	{ "read-references", read_references, false },
	// Relocations and tables of ELF are not needed any more.
	{ "keep-sections", keep_sections, false },
	// References tell what belongs together. From here on the pieces are final.
	{ "cut-atoms", cut_atoms, false },

	/*
	 * Deciding: errors are collected up to check-undefined, so that one run tells all of them.
	 */
	// One license defines the symbol that others of it mean.
	{ "fold-singletons", fold_singletons, true },
	// Each name means one definition, or none.
	{ "resolve-symbols", resolve_symbols, true },
	// Rules are about what names mean. Afterwards some names mean nothing to other objects.
	{ "apply-exports", apply_exports, true },
	// BTF describes names, whose meaning is final now.
	{ "read-declarations", read_declarations, true },
	// It goes by names and types. Metadata that folded is not live.
	{ "fold-metadata", fold_metadata, true },
	// Definitions that are the same as others are not live, either.
	{ "fold-duplicates", fold_duplicates, true },
	// References and tags lead from atom to atom. No check looks at dead atoms.
	{ "mark-live", mark_live, true },
	// Tells what mark-live found, also where a check fails afterwards.
	{ "explain-live", explain_live, true },
	// Declarations of one name have to agree where they are used.
	{ "check-types", check_types, true },
	// An option may name what is only declared, or dead.
	{ "check-options", check_options, true },
	// How kernels and users will see what options renamed.
	{ "check-renamed", check_renamed, true },
	// What loaders refuse in live maps, functions and variables.
	{ "check-loaders", check_loaders, true },
	// What libbpf does not load, of live functions and calls.
	{ "check-programs", check_programs, true },
	// What calls the functions that --bind made of programs.
	{ "check-bound", check_bound, true },
	// What live programs name in tags.
	{ "check-callbacks", check_callbacks, true },
	// What live functions store to.
	{ "check-constants", check_constants, true },
	// What live code reads of metadata that the user replaces.
	{ "check-metadata", check_metadata, true },
	// What is live and has no definition. From here on the first error ends the link.
	{ "check-undefined", check_undefined, false },

	/*
	 * Folding and naming.
	 */
	// Functions are alike when they use the same constants: these first.
	{ "fold-constants", fold_constants, false },
	// From here on it is decided what goes out.
	{ "fold-identical", fold_identical, false },
	// Functions that were folded need no name of their own.
	{ "unique-locals", unique_locals, false },
	// The last change of names that others refer to, after they are unique.
	{ "sanitize-names", sanitize_names, false },
	// Names of files are nobody's but readers' of the output.
	{ "map-prefixes", map_prefixes, false },

	/*
	 * Writing.
	 */
	// From here on each atom that goes out has its place.
	{ "lay-out", lay_out, false },
	// It only needs places, and says which sections need symbols.
	{ "link-debug", link_debug, false },
	// Atoms have places, so it is known which symbols go out. This is the last new name.
	{ "number-symbols", number_symbols, false },
	// DATASECs want places. From here on symbol indices and type ids are final.
	{ "encode-types", encode_types, false },
	// Only the finished BTF has a size.
	{ "check-kernel-limits", check_kernel_limits, false },
	// Only names of types that went out count.
	{ "check-names", check_names, false },
	// Of the output as a whole: what it calls, under which license.
	{ "check-license", check_license, false },
	// Of the output as a whole: what it calls, how deep.
	{ "check-stack", check_stack, false },
	// Of the output as a whole, by its finished BTF: what kernels have of what it asks for.
	{ "check-kernel", check_kernel, false },
	// Of the output as a whole, too: what loaders take that the user names.
	{ "check-chosen-loaders", check_chosen_loaders, false },
	// Fields and relocations want places, symbol indices and type ids.
	{ "relocate", relocate, false },
	// All sections have their bytes.
	{ "write-elf", write_elf, false },

	/*
	 * Delivering: the output is complete in memory.
	 */
	// A report that cannot be written is an error, and leaves no output.
	{ "write-reports", write_reports, false },
	// No pass reads an input any more.
	{ "check-inputs", check_inputs, false },
	// Tells of all passes before.
	{ "write-time-trace", write_time_trace, false },
	// Last of all, because nothing that is delivered can be taken back.
	{ "deliver-output", deliver_output, false },
};

const size_t pass_count = sizeof(passes) / sizeof(passes[0]);

static void run_pass(struct linker *linker, const struct pass *pass)
{
	struct timing *timing = array_add(linker->arena, &linker->timings);

	timing->name = pass->name;
	clock_gettime(CLOCK_MONOTONIC, &timing->start);
	// What a pass tells first belongs to no message of the pass before.
	diag_separate(linker->diag);
	pass->run(linker);
	// A pass does not add timings.
	clock_gettime(CLOCK_MONOTONIC, &timing->end);
}

static void set_levels(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	// Who wants no output wants an answer.
	if (options->output.kind == BPFLD_OUTPUT_NONE)
		diag_set_level(linker->diag, code_name(WARN_KERNEL), DIAG_AS_ERROR);
	for (size_t i = 0; i < options->level_count; i++)
		diag_set_level(linker->diag, options->levels[i].code,
			       (enum diag_level)options->levels[i].level);
}

// A call of the library.
struct call {
	struct linker linker;
	struct adoption adoption;
};

static bool run_passes(struct linker *linker)
{
	// Reports, too, go by options.
	if (!check_request(linker))
		return false;
	set_levels(linker);
	strings_init(&linker->strings, linker->arena);
	linker->graph = btf_graph_create(linker->arena, &linker->strings);
	linker->text_name = strings_intern(&linker->strings, STR(".text"));
	for (size_t i = 0; i < pass_count; i++) {
		run_pass(linker, &passes[i]);
		if (linker->diag->error_count && !passes[i].goes_on) {
			write_reports_of_failure(linker);
			return false;
		}
	}
	return linker->diag->error_count == 0;
}

// What a result holds: the diagnostics and everything that they point to.
struct result_memory {
	struct arena arena;
	ARRAY(struct bpfld_diagnostic) diagnostics;
	const struct bpfld_diagnostic *adopted; // these, as the program knows them
	const struct call *call;                // during the link
	size_t told;                            // bytes of messages
};

// The most bytes of messages in a link: of any, and for each byte of input. Their parts are in
// memory as well, so a message takes a few times its size.
#define TOLD_LEAST ((size_t)1 << 20)
#define TOLD_EACH  8

// With room for members that a program may know and this version does not.
static const union {
	struct bpfld_diagnostic diagnostic;
	char room[512];
} out_of_memory = {
	.diagnostic = {
		.severity = BPFLD_ERROR,
		.offset = UINT64_MAX,
		.code = "out-of-memory",
		.text = "out of memory",
		.message = "bpfld: error: out of memory",
	},
};

static void count_message(struct result_memory *memory, const struct bpfld_diagnostic *diagnostic)
{
	const struct linker *linker = &memory->call->linker;

	memory->told += sizeof(*diagnostic) + strlen(diagnostic->message);
	linker->diag->full = memory->told > TOLD_LEAST + TOLD_EACH * linker->input_size;
}

static void publish(const struct diag_message *message, void *context)
{
	struct result_memory *memory = context;
	const struct bpfld_options *options = memory->call->linker.options;
	struct bpfld_diagnostic *diagnostic = array_add(&memory->arena, &memory->diagnostics);

	*diagnostic = (struct bpfld_diagnostic){
		.severity = (enum bpfld_severity)message->severity,
		.code = code_name(message->code),
		.option = diag_option(message, &memory->arena),
		.input = message->where.input,
		.section = message->where.section,
		.offset = message->where.offset,
		.symbol = message->where.symbol,
		.file = message->position.file,
		.line = message->position.line,
		.column = message->position.column,
		.source = message->position.source,
		.text = message->text,
		.hint = message->hint,
		.message = diag_format(message, &memory->arena),
	};
	count_message(memory, diagnostic);
	if (options->on_diagnostic)
		options->on_diagnostic(
			adopted_diagnostics(&memory->call->adoption, diagnostic, 1, &memory->arena),
			options->context);
}

static bool run_protected(void *argument)
{
	struct call *call = argument;
	struct linker *linker = &call->linker;
	struct result_memory *memory = linker->diag->context;
	bool linked;

	// Memory for messages is memory of the link, and running out of it ends it likewise.
	arena_share_account(linker->diag->arena, linker->arena);
	adopt_arrays(&call->adoption, linker->arena, linker->diag);
	linked = linker->diag->error_count == 0 && run_passes(linker);
	memory->adopted = adopted_diagnostics(&call->adoption, memory->diagnostics.items,
					      memory->diagnostics.count, &memory->arena);
	return linked;
}

// The image outlives the link only as a copy.
static bool take_image(const struct linker *linker, struct bpfld_result *result)
{
	if (linker->options->output.kind != BPFLD_OUTPUT_MEMORY)
		return true;
	if (!arena_has_room(linker->arena, linker->image_size))
		return false;
	result->data = malloc(linker->image_size);
	if (!result->data)
		return false;
	pieces_copy(&linker->image, result->data);
	result->size = linker->image_size;
	return true;
}

static bool report_exhaustion(struct bpfld_result *result, const struct bpfld_options *options)
{
	struct result_memory *memory = result->memory;

	if (options->on_diagnostic)
		options->on_diagnostic(&out_of_memory.diagnostic, options->context);
	// What was said before is still there, but room for one more entry may not be.
	if (memory)
		arena_deinit(&memory->arena);
	result->diagnostics = &out_of_memory.diagnostic;
	result->diagnostic_count = 1;
	result->error_count = 1;
	result->warning_count = 0;
	return false;
}

static bool link_into(struct call *call, struct bpfld_result *result)
{
	struct linker *linker = &call->linker;
	struct result_memory *memory = result->memory;
	bool exhausted;
	bool linked = arena_protect(linker->arena, run_protected, call, &exhausted);

	arena_stand_alone(&memory->arena);
	if (exhausted || (linked && !take_image(linker, result)))
		return report_exhaustion(result, linker->options);
	result->diagnostics = memory->adopted;
	result->diagnostic_count = memory->diagnostics.count;
	result->error_count = linker->diag->error_count;
	result->warning_count = linker->diag->warning_count;
	return linked;
}

static bool run_call(struct call *call, struct bpfld_result *result)
{
	const struct bpfld_options *options = &call->adoption.options;
	struct result_memory *memory = calloc(1, sizeof(*memory));
	struct linker *linker = &call->linker;
	struct arena arena;
	struct diag diag;
	bool linked;

	*result = (struct bpfld_result){ .memory = memory };
	if (!memory)
		return report_exhaustion(result, options);
	*linker = (struct linker){ .options = options, .arena = &arena, .diag = &diag };
	memory->call = call;
	arena_init(&memory->arena, SIZE_MAX);
	arena_init(&arena, options->memory_limit ? options->memory_limit : SIZE_MAX);
	diag_init(&diag, &memory->arena);
	diag.fatal_warnings = options->fatal_warnings;
	diag.no_warnings = options->no_warnings;
	diag.error_limit = options->error_limit;
	diag.warning_limit = options->warning_limit;
	diag.sink = publish;
	diag.context = memory;
	diag.locate = locate;
	diag.locate_context = linker;
	linked = link_into(call, result);
	array_each(file, &linker->files)
		file_close(*file);
	arena_deinit(&arena);
	return linked;
}

bool bpfld_link_sized(const struct bpfld_options *options, struct bpfld_result *result,
		      const struct bpfld_sizes *sizes)
{
	struct call call;
	struct bpfld_result ours;
	bool linked;

	adopt_options(&call.adoption, options, sizes);
	linked = run_call(&call, &ours);
	adopt_result(&call.adoption, &ours, result);
	return linked;
}

// Of a program that knows a smaller struct bpfld_result, too: `memory` is in the smallest.
void bpfld_result_deinit(struct bpfld_result *result)
{
	struct result_memory *memory = result->memory;

	if (memory)
		arena_deinit(&memory->arena);
	free(memory);
	free(result->data);
	memset(result, 0, offsetof(struct bpfld_result, memory) + sizeof(result->memory));
}

const char *bpfld_version(void)
{
	return BPFLD_VERSION;
}
