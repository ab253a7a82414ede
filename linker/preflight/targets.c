/* SPDX-License-Identifier: BSD-2-Clause */
#include "targets.h"

#include "atoms.h"
#include "program_kinds.h"

// What of a kernel's BTF a target is. An empty prefix: the name as it is.
static const struct target_kind {
	const char *word;
	const char *prefix;
	uint32_t btf_kind; // UNKN: BTF knows nothing of it
} kinds[] = {
	{ "fentry", "", BTF_KIND_FUNC },
	{ "fexit", "", BTF_KIND_FUNC },
	{ "fmod_ret", "", BTF_KIND_FUNC },
	{ "lsm", "bpf_lsm_", BTF_KIND_FUNC },
	{ "lsm_cgroup", "bpf_lsm_", BTF_KIND_FUNC },
	{ "tp_btf", "btf_trace_", BTF_KIND_TYPEDEF },
	{ "iter", "bpf_iter_", BTF_KIND_FUNC },
	{ "kprobe", "", BTF_KIND_UNKN },
	{ "kretprobe", "", BTF_KIND_UNKN },
	{ "kprobe.multi", "", BTF_KIND_UNKN },
	{ "kretprobe.multi", "", BTF_KIND_UNKN },
	{ "kprobe.session", "", BTF_KIND_UNKN },
	{ "ksyscall", "", BTF_KIND_UNKN },
	{ "kretsyscall", "", BTF_KIND_UNKN },
	{ "tp", "", BTF_KIND_UNKN },
	{ "tracepoint", "", BTF_KIND_UNKN },
	{ "raw_tp", "", BTF_KIND_UNKN },
	{ "raw_tracepoint", "", BTF_KIND_UNKN },
	{ "freplace", "", BTF_KIND_UNKN },
};

// The kind of a section's name, and its target, behind the slash; NULL when it has none.
static const struct target_kind *find_kind(const char *section, const char **name)
{
	const char *slash = strchr(section, '/');
	size_t size;

	if (!slash || !slash[1])
		return NULL;
	*name = slash + 1;
	size = (size_t)(slash - section);
	// Sleepable programs have the same targets.
	if (size > 2 && memcmp(slash - 2, ".s", 2) == 0)
		size -= 2;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strlen(kinds[i].word) == size && memcmp(kinds[i].word, section, size) == 0)
			return &kinds[i];
	}
	return NULL;
}

static void add_target(struct preflight *preflight, struct targets *targets,
		       const struct reach_function *program)
{
	const char *section = program->atom->section->text_name, *name, *colon;
	const struct target_kind *kind = find_kind(section + (section[0] == '?'), &name);
	struct target *target;

	if (!kind)
		return;
	if (kind->btf_kind == BTF_KIND_UNKN) {
		preflight->unchecked++;
		return;
	}
	target = array_add(preflight->arena, targets);
	target->program = program;
	target->kind = kind->word;
	colon = strchr(name, ':');
	if (colon)
		target->module = arena_strndup(preflight->arena, name, (size_t)(colon - name));
	target->name = colon ? colon + 1 : name;
	target->btf_name = arena_format(preflight->arena, "%s%s", kind->prefix, target->name);
	target->btf_kind = kind->btf_kind;
}

struct targets targets_find(struct preflight *preflight, const struct reach *reach)
{
	struct targets targets = { 0 };

	array_each(function, &reach->functions) {
		if (function->is_program)
			add_target(preflight, &targets, function);
	}
	return targets;
}

// Whether BTF of module @wanted is in @file, by the name of that: "/sys/kernel/btf/nf_nat".
static bool is_module(const struct kernel_file *file, const char *wanted)
{
	const char *name = file->name ? file->name : "vmlinux", *slash = strrchr(name, '/');
	size_t size = strlen(wanted);

	if (slash)
		name = slash + 1;
	return strncmp(name, wanted, size) == 0 &&
	       (!name[size] || strcmp(name + size, ".btf") == 0);
}

// Whether @kernel has the target, as far as its files tell: of a module that is not among them,
// nobody knows.
static bool has_target(const struct kernel *kernel, const struct target *target)
{
	bool known = !target->module;

	for (size_t i = 0; i < kernel->file_count; i++) {
		const struct kernel_file *file = &kernel->files[i];

		if (target->module && !is_module(file, target->module))
			continue;
		if (kernel_find_exact(file, target->btf_name, target->btf_kind))
			return true;
		known = true;
	}
	return !known;
}

static struct problem *take_problem(struct preflight *preflight, struct target *target)
{
	const struct atom *atom = target->program->atom;
	struct problem *problem;

	if (target->problem)
		return &preflight->problems.items[target->problem - 1];
	problem = preflight_add(preflight);
	target->problem = (uint32_t)preflight->problems.count;
	problem->what =
		arena_format(preflight->arena, "%s target '%s'", target->kind, target->name);
	problem->hint = "let user space choose another (bpf_program__set_attach_target()), or "
			"whether to load the program (SEC(\"?...\"))";
	problem->atom = atom;
	problem->function = atom_name(preflight->linker, atom);
	return problem;
}

void targets_check(struct preflight *preflight, struct targets *targets, size_t kernel)
{
	array_each(target, targets) {
		struct kernel_answer answer = {
			.state = target->program->is_optional ? STATE_DEPENDS : STATE_MISSING,
		};

		if (has_target(&preflight->kernels[kernel], target))
			continue;
		answer.program = atom_name(preflight->linker, target->program->atom);
		problem_answer(take_problem(preflight, target), kernel, answer,
			       atom_place(preflight->linker, target->program->atom));
	}
}
