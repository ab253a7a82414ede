/* SPDX-License-Identifier: BSD-2-Clause */
#include "struct_ops.h"

#include "atoms.h"
#include "base/bisect.h"
#include "plain_text.h"

// What the kernel calls the struct that holds one and its state.
#define VALUE_PREFIX "bpf_struct_ops_"

static bool is_struct_ops(const char *section)
{
	section += section[0] == '?';
	return strcmp(section, ".struct_ops") == 0 || strcmp(section, ".struct_ops.link") == 0;
}

static void add_variable(struct preflight *preflight, struct struct_ops_list *list,
			 const struct output_section *output, const struct atom *atom)
{
	const struct plain_btf *btf = preflight->btf;
	const struct declaration *declaration = atom->declaration;
	struct struct_ops *ops;
	uint32_t type;

	if (!declaration || !declaration->output)
		return;
	type = plain_skip(btf, plain_type(btf, declaration->output)->type);
	if (plain_kind(btf, type) != BTF_KIND_STRUCT)
		return;
	ops = array_add(preflight->arena, list);
	ops->atom = atom;
	ops->name = plain_name(btf, declaration->output);
	ops->type = type;
	ops->is_optional = linker_name(preflight->linker, output->name)[0] == '?';
	ops->of_members = arena_new_array(preflight->arena, uint32_t,
					  btf_info_vlen(plain_type(btf, type)->info));
}

struct struct_ops_list struct_ops_find(struct preflight *preflight)
{
	struct linker *linker = preflight->linker;
	struct struct_ops_list list = { 0 };

	array_each(section, &linker->sections) {
		if (!is_struct_ops(linker_name(linker, (*section)->name)))
			continue;
		array_each(atom, &(*section)->atoms)
			add_variable(preflight, &list, *section, *atom);
	}
	return list;
}

static struct problem *take_problem(struct preflight *preflight, const struct struct_ops *ops,
				    uint32_t *index, const char *what, const char *hint)
{
	struct problem *problem;

	if (*index)
		return &preflight->problems.items[*index - 1];
	problem = preflight_add(preflight);
	*index = (uint32_t)preflight->problems.count;
	problem->what = what;
	problem->hint = hint;
	problem->atom = ops->atom;
	problem->function = ops->name;
	return problem;
}

static void answer(struct preflight *preflight, const struct struct_ops *ops, size_t kernel,
		   struct problem *problem, enum kernel_state state, const char *there)
{
	struct kernel_answer answer = {
		.state = ops->is_optional ? STATE_DEPENDS : state,
		.there = there,
	};

	problem_answer(problem, kernel, answer, atom_place(preflight->linker, ops->atom));
}

// Whether the variable sets the @size bytes at @offset: to a number, or to a function.
static bool is_set(const struct atom *atom, uint32_t offset, uint32_t size)
{
	const struct section *section = atom->section;
	const struct reference *items = section->references.items;
	uint32_t start = atom->offset + offset;
	size_t at = bisect(section->references.count, i, items[i].offset < start);

	if (offset > atom->size || size > atom->size - offset)
		return false;
	if (at < section->references.count && items[at].offset < start + size)
		return true;
	for (uint32_t i = 0; section->data && i < size; i++) {
		if (section->data[start + i])
			return true;
	}
	return false;
}

static const struct btf_member *find_member(const struct plain_btf *btf, uint32_t id,
					    const char *name)
{
	const struct btf_type *type = plain_type(btf, id);

	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		const struct btf_member *member = plain_member(type, i);

		if (strcmp(plain_string(btf, member->name_off), name) == 0)
			return member;
	}
	return NULL;
}

// What is wrong with the member of type @here when it is @there in the kernel; NULL: nothing.
static const char *compare_members(const struct preflight *preflight, uint32_t here,
				   const struct plain_btf *btf, uint32_t there)
{
	uint32_t size, other;

	here = plain_skip(preflight->btf, here);
	there = plain_skip(btf, there);
	if (plain_kind(preflight->btf, here) != plain_kind(btf, there))
		return "it is of another kind there";
	if (plain_kind(btf, there) == BTF_KIND_PTR)
		return NULL;
	if (!plain_size(preflight->btf, here, &size) || !plain_size(btf, there, &other) ||
	    size != other)
		return "it is of another size there";
	return NULL;
}

static void check_member(struct preflight *preflight, const struct struct_ops *ops, uint32_t index,
			 const struct kernel_file *file, uint32_t there, size_t kernel)
{
	const struct plain_btf *btf = preflight->btf;
	const struct btf_type *type = plain_type(btf, ops->type);
	const struct btf_member *member = plain_member(type, index), *other;
	const char *name = plain_string(btf, member->name_off), *difference = NULL, *what;
	uint32_t size;

	if (!plain_size(btf, member->type, &size) ||
	    !is_set(ops->atom, plain_member_offset(type, index) / 8, size))
		return;
	other = find_member(file->btf, there, name);
	if (other)
		difference = compare_members(preflight, member->type, file->btf, other->type);
	if (other && !difference)
		return;
	what = arena_format(preflight->arena, "member '%s.%s'",
			    plain_type_text(btf, ops->type, preflight->arena), name);
	answer(preflight, ops, kernel,
	       take_problem(preflight, ops, &ops->of_members[index], what,
			    "let user space clear it where it is missing"),
	       other ? STATE_INCOMPATIBLE : STATE_MISSING, difference);
}

static void check_struct(struct preflight *preflight, struct struct_ops *ops, size_t kernel)
{
	struct arena *arena = preflight->arena;
	const char *full = plain_name(preflight->btf, ops->type);
	const char *name = arena_strndup(arena, full, essential_size(full));
	const struct kernel_file *file = NULL;
	uint32_t id = kernel_look_up(&preflight->kernels[kernel],
				     arena_format(arena, VALUE_PREFIX "%s", name), BTF_KIND_STRUCT,
				     &file);
	uint32_t count = btf_info_vlen(plain_type(preflight->btf, ops->type)->info);

	// What a module registers may be a struct of vmlinux.
	if (id)
		id = kernel_find_exact(file, name, BTF_KIND_STRUCT);
	if (file && !id)
		id = kernel_look_up(&preflight->kernels[kernel], name, BTF_KIND_STRUCT, &file);
	if (!id) {
		answer(preflight, ops, kernel,
		       take_problem(preflight, ops, &ops->problem,
				    arena_format(arena, "struct_ops 'struct %s'", name),
				    "let user space choose whether to register it "
				    "(SEC(\"?.struct_ops.link\"))"),
		       STATE_MISSING, NULL);
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		check_member(preflight, ops, i, file, id, kernel);
}

void struct_ops_check(struct preflight *preflight, struct struct_ops_list *list, size_t kernel)
{
	array_each(ops, list)
		check_struct(preflight, ops, kernel);
}
