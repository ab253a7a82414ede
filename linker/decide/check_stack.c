/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warns of programs that need more stack or more frames than kernels give, and of recursion: all
 * that is only found when a program is loaded, and that no single input shows.
 *
 * Kernels do not count the stack of code that they find to be dead, so it is a warning. All code
 * has to be read for it, which takes some percent of a link: it is for those who ask, or who get a
 * report that says the same.
 */
#include <inttypes.h>

#include "atoms.h"
#include "call_trees.h"
#include "passes.h"

#define REMEDY "put large variables into maps, or make the way shorter"

// Whether newer kernels may give each large frame of the program a stack of its own, by the first
// word of the section's name. Source: bpf_enable_priv_stack() of Linux 6.18.
static bool may_have_private_stack(const struct call_trees *trees, uint32_t root)
{
	static const char *const words[] = {
		"fentry",   "fexit",      "fmod_ret", "kprobe",         "kretprobe",  "kretsyscall",
		"ksyscall", "perf_event", "raw_tp",   "raw_tracepoint", "struct_ops", "tp",
		"tp_btf",   "tracepoint", "uprobe",   "uretprobe",      "usdt",
	};
	const char *name = trees->functions.items[root].atom->section->text_name;
	size_t size;

	name += *name == '?';
	size = strcspn(name, "/.+");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strlen(words[i]) == size && memcmp(name, words[i], size) == 0)
			return true;
	}
	return false;
}

// The way from @root on that has the most frames, or the most bytes above a tail call.
static const char *show_way(const struct call_trees *trees, uint32_t root, bool tail)
{
	const struct call_function *functions = trees->functions.items;
	struct text text = { .arena = trees->arena };
	uint32_t shown = 0;

	for (uint32_t at = root; at != CALL_NONE;
	     at = tail ? functions[at].tail : functions[at].longest) {
		if (shown++ == CALL_WAY_MAX) {
			text_string(&text, " > ...");
			break;
		}
		text_format(&text, "%s%s", shown > 1 ? " > " : "", call_name(trees, at));
	}
	text_bytes(&text, "", 1);
	return text.data;
}

static const char *show_deepest(const struct call_trees *trees, uint32_t root)
{
	struct text text = { .arena = trees->arena };

	call_add_way(&text, trees, root);
	text_bytes(&text, "", 1);
	return text.data;
}

static void check_root(struct call_trees *trees, uint32_t root)
{
	const struct call_function *function = &trees->functions.items[root];
	struct diag *diag = trees->linker->diag;
	struct place where = atom_place(trees->linker, function->atom);
	const char *name = call_name(trees, root);

	if (function->frames > CALL_FRAMES_MAX)
		diag_warning(diag, WARN_KERNEL_STACK, where,
			     "'%s' takes %" PRIu32 " frames, of which kernels give %d: %s; call "
			     "less deep, or make functions inline",
			     name, function->frames, CALL_FRAMES_MAX, show_way(trees, root, false));
	if (function->depth > CALL_STACK_MAX)
		diag_warning(diag, WARN_KERNEL_STACK, where,
			     "'%s' takes %" PRIu64 " bytes of stack, of which kernels give %d%s: "
			     "%s; " REMEDY,
			     name, function->depth, CALL_STACK_MAX,
			     may_have_private_stack(trees, root)
				     ? ", unless they have private stacks (since 6.13, on some "
				       "machines)"
				     : "",
			     show_deepest(trees, root));
	if (function->tail != CALL_NONE && function->tail_depth >= CALL_TAIL_STACK)
		diag_warning(diag, WARN_KERNEL_STACK, where,
			     "'%s' has %" PRIu64 " bytes of stack above a function with a tail "
			     "call, where kernels allow less than %d: %s; " REMEDY,
			     name, function->tail_depth, CALL_TAIL_STACK,
			     show_way(trees, root, true));
}

static void report_recursion(struct call_trees *trees, const struct call_back *back)
{
	struct linker *linker = trees->linker;
	const char *name = call_name(trees, back->to), *through = call_name(trees, back->from);

	if (back->from == back->to)
		diag_warning(linker->diag, WARN_KERNEL_STACK,
			     atom_place(linker, trees->functions.items[back->to].atom),
			     "'%s' calls itself, which kernels refuse; use a loop", name);
	else
		diag_warning(linker->diag, WARN_KERNEL_STACK,
			     atom_place(linker, trees->functions.items[back->to].atom),
			     "'%s' calls itself, through '%s', which kernels refuse; use a loop",
			     name, through);
}

static bool is_asked_for(const struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	const char *code = code_name(WARN_KERNEL_STACK);
	bool asked = options->reports[BPFLD_REPORT_MAP] || options->reports[BPFLD_REPORT_STATS] ||
		     options->reports[BPFLD_REPORT_PAGE];

	for (size_t i = 0; i < options->level_count; i++) {
		const struct bpfld_level_rule *rule = &options->levels[i];

		if (!rule->code || strcmp(rule->code, code) == 0)
			asked = rule->level != BPFLD_OFF;
	}
	return asked;
}

/*
 * Needs: places. Gives: warnings, if somebody asks for them.
 */
void check_stack(struct linker *linker)
{
	struct call_trees trees;
	struct arena *arena;

	if (!is_asked_for(linker))
		return;
	arena = arena_nest(linker->arena);
	call_trees_init(&trees, linker, arena);
	array_each(back, &trees.back)
		report_recursion(&trees, back);
	for (uint32_t i = 0; i < trees.functions.count; i++) {
		if (trees.functions.items[i].asynchronous || call_is_entry(&trees, i))
			check_root(&trees, i);
	}
	arena_deinit(arena);
}
