/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warns of writes to constants of another input: 'extern int x' here, 'const int x' there. The map
 * of .rodata is read-only for programs, so kernels refuse the store.
 *
 * The compiler sees only the declaration, and one without const is common and harmless where x is
 * only read. So the code is examined, not BTF. From the load of the address on, the address is
 * followed through registers along all paths of the function, until a store uses it. It is a
 * warning, because the kernel skips paths that it knows to be dead.
 *
 * An address that goes through memory or into another function is not followed.
 */
#include "atoms.h"
#include "insn.h"
#include "note_declaration.h"
#include "passes.h"

#define REGISTERS    11
#define CALLER_SAVED 6 // r0 to r5

// The state before an instruction: by register, the reference whose address it holds.
struct registers {
	const struct reference *held[REGISTERS]; // NULL: none
};

struct tracking {
	struct linker *linker;
	const struct atom *atom;
	struct registers *before; // by instruction
	bool *told;               // likewise
	ARRAY(uint32_t) work;     // offsets, in the atom, of instructions to visit
};

static bool is_constant(const struct section *section)
{
	return str_starts_with(str_of(section->text_name), STR(".rodata"));
}

static inline bool leads_to_constant(const struct reference *reference)
{
	const struct symbol *symbol;

	// Most references lead elsewhere: the cheap checks come first.
	if (reference->kind != REFERENCE_LD_IMM64 || !reference->atom ||
	    reference->atom->section->role != ROLE_DATA)
		return false;
	symbol = reference_symbol(reference);
	return symbol && symbol->global && symbol->global->definition != symbol &&
	       is_constant(reference->atom->section);
}

// Merge @registers, the state on one more path to @offset, into the state there.
static void enter(struct tracking *tracking, int64_t offset, const struct registers *registers)
{
	struct registers *before;
	bool news = false;

	if (offset < 0 || offset >= (int64_t)tracking->atom->size || offset % INSN_SIZE)
		return;
	before = &tracking->before[offset / INSN_SIZE];
	for (int i = 0; i < REGISTERS; i++) {
		if (before->held[i] || !registers->held[i])
			continue;
		before->held[i] = registers->held[i];
		news = true;
	}
	if (news)
		*array_add(tracking->linker->arena, &tracking->work) = (uint32_t)offset;
}

static void report_write(struct tracking *tracking, uint32_t offset,
			 const struct reference *reference)
{
	struct linker *linker = tracking->linker;
	const struct atom *atom = tracking->atom;
	const struct symbol *constant = reference->symbol->global->definition;
	const struct declaration *declaration = reference->symbol->global->declaration;
	struct place where = place_at(section_place(atom->section), atom->offset + offset);

	if (tracking->told[offset / INSN_SIZE])
		return;
	tracking->told[offset / INSN_SIZE] = true;
	where.symbol = linker_name(linker, constant->name);
	diag_warning(linker->diag, WARN_CONSTANT_WRITE, where,
		     "'%s' is written here, but is constant in '%s' (%s), and kernels refuse the "
		     "write; declare it const, or define it without",
		     where.symbol, constant->object->name, constant->section->text_name);
	if (declaration && declaration->object == constant->object)
		note_type(linker, declaration);
}

static bool is_address(const struct registers *registers, uint8_t number)
{
	return number < REGISTERS && registers->held[number];
}

static void set(struct registers *registers, uint8_t number, const struct reference *reference)
{
	if (number < REGISTERS)
		registers->held[number] = reference;
}

static void clobber_by_call(struct registers *registers)
{
	for (uint8_t i = 0; i < CALLER_SAVED; i++)
		registers->held[i] = NULL;
}

// The effect of arithmetic: copies of an address, and sums with it, lead to the same variable.
static void calculate(struct registers *registers, struct insn insn)
{
	bool wide = BPF_CLASS(insn.opcode) == BPF_ALU64;
	bool by_register = BPF_SRC(insn.opcode) == BPF_X;
	const struct reference *source =
		by_register && is_address(registers, insn.src) ? registers->held[insn.src] : NULL;

	if (wide && BPF_OP(insn.opcode) == BPF_MOV && insn.off == 0)
		set(registers, insn.dst, source);
	else if (wide && BPF_OP(insn.opcode) == BPF_ADD && !is_address(registers, insn.dst))
		set(registers, insn.dst, source);
	else if (!wide || (BPF_OP(insn.opcode) != BPF_ADD && BPF_OP(insn.opcode) != BPF_SUB))
		set(registers, insn.dst, NULL);
}

// Atomic instructions store as well, except load-acquire.
static void store(struct tracking *tracking, uint32_t offset, struct insn insn,
		  struct registers *registers)
{
	const int32_t load_acquire = 0x100; // BPF_LOAD_ACQ of newer headers
	bool atomic = BPF_MODE(insn.opcode) == BPF_ATOMIC;

	if (atomic && insn.imm == load_acquire) {
		set(registers, insn.dst, NULL);
		return;
	}
	if (is_address(registers, insn.dst))
		report_write(tracking, offset, registers->held[insn.dst]);
	if (atomic && insn.imm & BPF_FETCH)
		set(registers, insn.imm == BPF_CMPXCHG ? 0 : insn.src, NULL);
}

// Apply @insn, which does not jump.
static void step(struct tracking *tracking, uint32_t offset, struct insn insn,
		 struct registers *registers)
{
	switch (BPF_CLASS(insn.opcode)) {
	case BPF_ALU:
	case BPF_ALU64:
		calculate(registers, insn);
		break;
	case BPF_LDX:
		set(registers, insn.dst, NULL);
		break;
	case BPF_ST:
	case BPF_STX:
		store(tracking, offset, insn, registers);
		break;
	case BPF_LD:
		if (insn.opcode == INSN_LD_IMM64)
			set(registers, insn.dst, NULL);
		else
			clobber_by_call(registers);
		break;
	default:
		clobber_by_call(registers);
	}
}

static void follow(struct tracking *tracking, uint32_t offset)
{
	const struct section *section = tracking->atom->section;
	const uint8_t *bytes = section->data + tracking->atom->offset + offset;
	struct registers registers = tracking->before[offset / INSN_SIZE];
	struct insn insn = insn_read(bytes, section->object->big_endian);
	int64_t next = (int64_t)offset + insn_size(insn.opcode), distance;
	uint8_t insn_class = BPF_CLASS(insn.opcode), op = BPF_OP(insn.opcode);

	if (insn_is_jump(insn, &distance)) {
		enter(tracking, next + distance, &registers);
		if (op == BPF_JA)
			return;
	} else if ((insn_class == BPF_JMP || insn_class == BPF_JMP32) && op != BPF_CALL) {
		return; // exit and gotox end the path
	} else {
		step(tracking, offset, insn, &registers);
	}
	enter(tracking, next, &registers);
}

static void track(struct linker *linker, struct arena *arena, const struct atom *atom)
{
	const struct section *section = atom->section;
	struct tracking tracking = {
		.linker = linker,
		.atom = atom,
		.before = arena_new_array(arena, struct registers, atom->size / INSN_SIZE),
		.told = arena_new_array(arena, bool, atom->size / INSN_SIZE),
	};

	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct reference *reference = &section->references.items[i];
		struct registers registers = { 0 };
		uint8_t dst =
			insn_read(section->data + reference->offset, section->object->big_endian)
				.dst;

		if (!leads_to_constant(reference))
			continue;
		set(&registers, dst, reference);
		enter(&tracking,
		      (int64_t)reference->offset - atom->offset + insn_size(INSN_LD_IMM64),
		      &registers);
	}
	while (tracking.work.count)
		follow(&tracking, tracking.work.items[--tracking.work.count]);
	array_release(linker->arena, &tracking.work);
}

static bool has_constant(const struct section *section)
{
	array_each(reference, &section->references) {
		if (leads_to_constant(reference))
			return true;
	}
	return false;
}

static bool atom_has_constant(const struct atom *atom)
{
	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		if (leads_to_constant(&atom->section->references.items[i]))
			return true;
	}
	return false;
}

static void check_section(struct linker *linker, const struct section *section)
{
	// Few sections have one.
	if (!has_constant(section))
		return;
	array_each(atom, &section->atoms) {
		struct arena *scratch;

		if (!atom->live || atom->folded || !atom_has_constant(atom))
			continue;
		scratch = arena_nest(linker->arena);
		track(linker, scratch, atom);
		arena_deinit(scratch);
	}
}

/*
 * Needs: live atoms. Gives: warnings.
 */
void check_constants(struct linker *linker)
{
	array_each(each, &linker->objects) {
		for (uint32_t i = 1; i < (*each)->section_count; i++) {
			if ((*each)->sections[i].role == ROLE_CODE)
				check_section(linker, &(*each)->sections[i]);
		}
	}
}
