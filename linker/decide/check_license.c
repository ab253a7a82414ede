/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks whether the output's license lets the kernel load its programs. A program whose license is
 * not compatible with the GPL may call neither kernel functions nor some helpers, and some kinds of
 * program always need such a license.
 *
 * Outputs without a program (libraries) or with undefined symbols are not checked: what is linked
 * later may bring the license. aya loads a program without a license as "GPL", other loaders
 * without any.
 *
 * Source: Linux 6.12: license_is_gpl_compatible(), check_helper_call(), add_kfunc_call(),
 * check_struct_ops_btf_id(), bpf_lsm_verify_prog().
 */
#include <inttypes.h>

#include "atoms.h"
#include "check_undefined.h"
#include "insn.h"
#include "passes.h"

// As `scripts/gpl-helpers LINUX` prints them for Linux 6.12, ascending.
// clang-format off
static const struct helper {
	int32_t number;
	const char *name;
} gpl_helpers[] = {
	{ 4, "bpf_probe_read" },
	{ 6, "bpf_trace_printk" },
	{ 22, "bpf_perf_event_read" },
	{ 25, "bpf_perf_event_output" },
	{ 35, "bpf_get_current_task" },
	{ 36, "bpf_probe_write_user" },
	{ 45, "bpf_probe_read_str" },
	{ 55, "bpf_perf_event_read_value" },
	{ 56, "bpf_perf_prog_read_value" },
	{ 58, "bpf_override_return" },
	{ 67, "bpf_get_stack" },
	{ 69, "bpf_fib_lookup" },
	{ 77, "bpf_rc_repeat" },
	{ 78, "bpf_rc_keydown" },
	{ 92, "bpf_rc_pointer_rel" },
	{ 100, "bpf_tcp_check_syncookie" },
	{ 110, "bpf_tcp_gen_syncookie" },
	{ 111, "bpf_skb_output" },
	{ 112, "bpf_probe_read_user" },
	{ 113, "bpf_probe_read_kernel" },
	{ 114, "bpf_probe_read_user_str" },
	{ 115, "bpf_probe_read_kernel_str" },
	{ 119, "bpf_read_branch_records" },
	{ 121, "bpf_xdp_output" },
	{ 126, "bpf_seq_printf" },
	{ 127, "bpf_seq_write" },
	{ 150, "bpf_seq_printf_btf" },
	{ 158, "bpf_get_current_task_btf" },
	{ 163, "bpf_check_mtu" },
	{ 165, "bpf_snprintf" },
	{ 169, "bpf_timer_init" },
	{ 170, "bpf_timer_set_callback" },
	{ 171, "bpf_timer_start" },
	{ 172, "bpf_timer_cancel" },
	{ 175, "bpf_task_pt_regs" },
	{ 176, "bpf_get_branch_snapshot" },
	{ 177, "bpf_trace_vprintk" },
	{ 191, "bpf_copy_from_user_task" },
	{ 204, "bpf_tcp_raw_gen_syncookie_ipv4" },
	{ 205, "bpf_tcp_raw_gen_syncookie_ipv6" },
	{ 206, "bpf_tcp_raw_check_syncookie_ipv4" },
	{ 207, "bpf_tcp_raw_check_syncookie_ipv6" },
};
// clang-format on

static const char *find_gpl_helper(int32_t number)
{
	for (size_t i = 0; i < sizeof(gpl_helpers) / sizeof(*gpl_helpers); i++) {
		if (gpl_helpers[i].number == number)
			return gpl_helpers[i].name;
	}
	return NULL;
}

static bool is_gpl_compatible(const char *license)
{
	static const char *const licenses[] = {
		"GPL",          "GPL v2",       "GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};

	for (size_t i = 0; i < sizeof(licenses) / sizeof(*licenses); i++) {
		if (strcmp(license, licenses[i]) == 0)
			return true;
	}
	return false;
}

struct license_check {
	struct linker *linker;
	const char *license; // NULL: none
	bool has_programs;
	uint32_t uses;      // uses of what is only for the GPL
	struct place where; // the first of them
	const char *what;
};

static void add_use(struct license_check *check, struct place where, const char *what)
{
	if (check->uses++ > 0)
		return;
	check->where = where;
	check->what = what;
}

static bool is_kernel_function(const struct linker *linker, const struct reference *reference)
{
	const struct symbol *symbol = reference_symbol(reference);
	const struct declaration *declaration =
		symbol && symbol->global && !symbol->global->definition
			? symbol->global->declaration
			: NULL;

	return declaration && declaration->kind == BTF_KIND_FUNC && declaration->datasec &&
	       strcmp(linker_name(linker, declaration->datasec), ".ksyms") == 0;
}

static void check_kernel_functions(struct license_check *check, const struct atom *atom)
{
	const struct section *section = atom->section;

	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct reference *reference = &section->references.items[i];

		if (reference->kind == REFERENCE_CALL &&
		    is_kernel_function(check->linker, reference))
			add_use(check, place_at(section_place(section), reference->offset),
				arena_format(check->linker->arena, "'%s' of the kernel",
					     linker_name(check->linker,
							 reference->symbol->global->name)));
	}
}

static void check_helpers(struct license_check *check, const struct atom *atom)
{
	const struct section *section = atom->section;
	uint32_t end = atom->offset + atom->size;

	for (uint32_t at = atom->offset; at < end; at += insn_size(section->data[at])) {
		struct insn insn = insn_read(section->data + at, section->object->big_endian);
		const char *name;

		if (insn.opcode != INSN_CALL || insn.src != 0)
			continue;
		name = find_gpl_helper(insn.imm);
		if (name)
			add_use(check, place_at(section_place(section), at),
				arena_format(check->linker->arena, "helper '%s'", name));
	}
}

// Whether the kind of program, by the first word of the section's name, needs the GPL.
static bool is_gpl_section(const struct section *section)
{
	const char *name = section->text_name + (section->text_name[0] == '?');
	size_t size = strcspn(name, "/.+");

	return (size == 3 && strncmp(name, "lsm", size) == 0) ||
	       (size == 10 &&
		(strncmp(name, "lsm_cgroup", size) == 0 || strncmp(name, "struct_ops", size) == 0));
}

static void check_code(struct license_check *check, const struct section *section)
{
	array_each(atom, &section->atoms) {
		bool programs = section_has_programs(check->linker, atom->section);

		if (!atom->live || atom->folded)
			continue;
		if (programs && is_gpl_section(section))
			add_use(check, atom_place(check->linker, atom),
				arena_format(check->linker->arena, "section '%s'",
					     section->text_name));
		check->has_programs |= programs;
		check_kernel_functions(check, atom);
		check_helpers(check, atom);
	}
}

// The license that stays; fold_singletons() checked that it is text.
static const char *find_license(const struct linker *linker)
{
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++) {
			const struct section *section = &(*object)->sections[i];

			if (section->role == ROLE_LICENSE && section->size)
				return arena_strndup(
					linker->arena, (const char *)section->data,
					strnlen((const char *)section->data, section->size));
		}
	}
	return NULL;
}

static bool is_partial(const struct linker *linker)
{
	array_each(global, &linker->undefined) {
		if (global_is_missing(linker, *global))
			return true;
	}
	return false;
}

static void report(const struct license_check *check)
{
	struct diag *diag = check->linker->diag;
	const char *advice =
		"define 'char LICENSE[] SEC(\"license\") = \"GPL\"', or give --license";
	struct place where = check->where;

	where.noted = check->uses > 1;
	if (check->uses) {
		diag_warning(
			diag, WARN_GPL_ONLY, where,
			"%s is only for programs of a GPL-compatible license, but the output "
			"has %s%s%s; %s",
			check->what, check->license ? "\"" : "none, which only aya takes for GPL",
			check->license ? check->license : "", check->license ? "\"" : "", advice);
		if (check->uses > 1)
			diag_note(diag, where, "the first of %" PRIu32 " uses like that",
				  check->uses);
	} else if (!check->license) {
		diag_warning(diag, WARN_NO_LICENSE, place_in(NULL, NULL),
			     "no input has a license, which only aya takes for GPL, other loaders "
			     "for none; %s",
			     advice);
	}
}

/*
 * Needs: live atoms, global->declaration. Gives: warnings.
 */
void check_license(struct linker *linker)
{
	struct license_check check = { .linker = linker, .license = find_license(linker) };

	if ((check.license && is_gpl_compatible(check.license)) || is_partial(linker))
		return;
	array_each(each, &linker->objects) {
		for (uint32_t i = 1; i < (*each)->section_count; i++) {
			if ((*each)->sections[i].role == ROLE_CODE)
				check_code(&check, &(*each)->sections[i]);
		}
	}
	if (check.has_programs)
		report(&check);
}
