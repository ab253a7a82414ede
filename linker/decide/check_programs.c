/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds programs that link but that libbpf will not load.
 *
 * For libbpf each function of a section other than .text is a program: it must be global, and must
 * not be called, because only code of .text is appended to a program that calls it. Compilers and
 * other loaders allow both, so a violation within one object is a warning. A call that leads to a
 * program only because objects were linked is an error.
 *
 * Source: bpf_object__add_programs() and bpf_program__record_reloc() in libbpf.
 */
#include "atoms.h"
#include "passes.h"

static void warn_static_programs(struct linker *linker, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->type != STT_FUNC || !symbol->atom || !symbol->atom->live ||
		    symbol_is_global(symbol) || !section_has_programs(linker, symbol->section))
			continue;
		diag_warning(linker->diag, WARN_STATIC_PROGRAM, symbol_place(linker, symbol),
			     "program '%s' is static, which libbpf refuses to load; make it "
			     "global, or leave out its section if it is only called",
			     linker_name(linker, symbol->name));
	}
}

// Whether the reference leads where it does only because objects were linked.
static bool is_bound_by_link(const struct reference *reference)
{
	const struct symbol *symbol = reference_symbol(reference);

	return symbol && symbol->global && symbol->global->definition != symbol;
}

static bool is_of_code(const struct reference *reference)
{
	return reference->kind == REFERENCE_CALL || reference->kind == REFERENCE_LOCAL_CALL ||
	       reference->kind == REFERENCE_LD_IMM64;
}

static void check_reference(struct linker *linker, const struct section *section,
			    const struct reference *reference)
{
	const struct atom *target = reference->atom;
	struct place where = place_at(section_place(section), reference->offset);
	bool error = is_bound_by_link(reference);
	const struct symbol *program =
		error ? reference->symbol->global->definition : target->symbol;

	// A static program was reported already.
	if (!program || (!error && !symbol_is_global(program)))
		return;
	where.symbol = linker_name(linker, program->name);
	diag_report(linker->diag, error ? DIAG_ERROR : DIAG_WARNING, WARN_PROGRAM_CALL, where,
		    "'%s' is a program of section '%s' in '%s', which libbpf lets no code %s; put "
		    "what is needed twice into a function without SEC()",
		    where.symbol, target->section->text_name, target->section->object->name,
		    reference->kind == REFERENCE_LD_IMM64 ? "refer to" : "call");
}

static void check_code(struct linker *linker, const struct section *section)
{
	array_each(reference, &section->references) {
		const struct atom *target = reference->atom;

		// Few lead to a program: what is cheap to know comes first.
		if (target && section_has_programs(linker, target->section) &&
		    is_of_code(reference) && section_atom(section, reference->offset)->live)
			check_reference(linker, section, reference);
	}
}

/*
 * Needs: live atoms. Gives: warnings and errors.
 */
void check_programs(struct linker *linker)
{
	array_each(each, &linker->objects) {
		const struct object *object = *each;

		warn_static_programs(linker, object);
		for (uint32_t i = 1; i < object->section_count; i++) {
			if (object->sections[i].role == ROLE_CODE)
				check_code(linker, &object->sections[i]);
		}
	}
}
