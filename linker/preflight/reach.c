/* SPDX-License-Identifier: BSD-2-Clause */
#include "reach_code.h"

#include "atoms.h"
#include "base/bisect.h"

#define REGISTERS    11
#define ARGUMENTS    6 // r1 to r5, from 1
#define CALLER_SAVED 6 // r0 to r5

// What is known before an instruction that several ways lead to.
struct state {
	struct fact registers[REGISTERS];
	uint32_t source; // what decided a branch on some way here that may go otherwise; or 0
	bool waiting;    // it is among walk->waiting
};

// Of a function.
struct visit {
	struct state *entry;   // NULL: not reached
	struct fact result;    // what it returns
	bool returns;          // some way leads to its end
	uint32_t program;      // the entry from which it was reached first
	ARRAY(uint32_t) calls; // instructions that wait for what it returns
};

// What branches on the kernel's configuration do.
enum guess {
	GUESS_BOTH,
	GUESS_TAKEN,
	GUESS_NOT_TAKEN,
};

// A run over all programs.
struct walk {
	struct reach *reach;
	const struct reach_kernel *kernel;
	struct arena *results; // for `ends`
	struct arena *arena;   // for what only this run needs
	bool defaults;         // numbers in .rodata are known, and optional programs are not loaded
	enum guess guess;
	struct state **states;     // by instruction, of those that `joins` says
	struct visit *visits;      // by function
	ARRAY(uint32_t) waiting;   // instructions from which to go on
	struct reached_insn *ends; // by instruction; NULL: none was met
};

// Where a walk is.
struct follower {
	struct walk *walk;
	const struct reach_function *function;
	struct visit *visit;
	uint32_t count; // instructions of the function
	struct state state;
};

// ---------------------------------------------------------------------------------------------
// Following

static struct fact unknown(uint32_t source)
{
	return (struct fact){ .source = source };
}

static void put_off(struct walk *walk, uint32_t insn, struct state *state)
{
	if (state->waiting)
		return;
	state->waiting = true;
	*array_add(walk->arena, &walk->waiting) = insn;
}

// Let the way that is in @state lead to @insn, too.
static void join(struct walk *walk, uint32_t insn, const struct state *state)
{
	struct state **known = &walk->states[insn];
	bool changed = !*known;

	if (changed) {
		*known = arena_new(walk->arena, struct state);
		**known = *state;
		(*known)->waiting = false;
	} else {
		for (size_t i = 0; i < REGISTERS; i++)
			changed |= fact_join(&(*known)->registers[i], state->registers[i]);
	}
	if (changed)
		put_off(walk, insn, *known);
}

static void enter(struct walk *walk, uint32_t function, const struct state *state, uint32_t program)
{
	struct visit *visit = &walk->visits[function];
	uint32_t insn = walk->reach->functions.items[function].first;

	if (walk->reach->functions.items[function].atom->size < INSN_SIZE)
		return;
	if (!visit->entry)
		visit->program = program;
	join(walk, insn, state);
	visit->entry = walk->states[insn];
}

static void end_here(struct follower *follower, uint32_t insn)
{
	struct walk *walk = follower->walk;

	if (!walk->ends)
		walk->ends = arena_new_array(walk->results, struct reached_insn,
					     walk->reach->insn_count);
	if (walk->ends[insn].how == REACHED_NOT)
		walk->ends[insn] = (struct reached_insn){
			.how = REACHED,
			.source = follower->state.source,
			.program = follower->visit->program,
		};
}

// What is known at the start of a function: nothing, or with a call what @caller knows of
// arguments.
static struct state entry_state(const struct state *caller)
{
	struct state state = { .source = caller ? caller->source : 0 };

	for (size_t i = 1; caller && i < ARGUMENTS; i++)
		state.registers[i] = caller->registers[i];
	return state;
}

static void clobber(struct follower *follower, struct fact result)
{
	for (size_t i = 0; i < CALLER_SAVED; i++)
		follower->state.registers[i] = unknown(0);
	follower->state.registers[0] = result;
}

// Whether the kernel lacks what @reference names, and the program can do without.
static bool is_lacking(const struct walk *walk, const struct reference *reference)
{
	const struct symbol *symbol = reference ? reference_symbol(reference) : NULL;

	return symbol && !symbol->section && symbol->name < walk->kernel->lacks_count &&
	       walk->kernel->lacks[symbol->name];
}

// @return whether the way goes on behind the call
static bool follow_call(struct follower *follower, struct insn insn, uint32_t at)
{
	struct walk *walk = follower->walk;
	const struct reference *reference = walk->reach->reference[at];
	uint32_t to = reach_called(walk->reach, insn, reference);
	struct state entry = entry_state(NULL);
	struct visit *visit;

	if (is_lacking(walk, reference)) {
		end_here(follower, at);
		return false;
	}
	if (to == REACH_NONE) {
		clobber(follower, unknown(0));
		return true;
	}
	visit = &walk->visits[to];
	if (walk->reach->functions.items[to].is_static) {
		entry = entry_state(&follower->state);
		*array_add(walk->arena, &visit->calls) = at;
	}
	entry.source = follower->state.source;
	enter(walk, to, &entry, follower->visit->program);
	if (walk->reach->functions.items[to].is_static && !visit->returns)
		return false;
	clobber(follower, walk->reach->functions.items[to].is_static ? visit->result : unknown(0));
	return true;
}

static void return_from(struct follower *follower)
{
	struct visit *visit = follower->visit;
	struct fact result = follower->state.registers[0];
	bool changed = !visit->returns;

	if (changed)
		visit->result = result;
	else
		changed = fact_join(&visit->result, result);
	visit->returns = true;
	if (!changed)
		return;
	array_each(call, &visit->calls)
		put_off(follower->walk, *call, follower->walk->states[*call]);
	visit->calls.count = 0;
}

static uint32_t access_size(uint8_t opcode)
{
	static const uint8_t sizes[] = { 4, 2, 1, 8 }; // of BPF_W, BPF_H, BPF_B, BPF_DW

	return sizes[BPF_SIZE(opcode) >> 3];
}

static bool has_reference_in(const struct section *section, uint64_t offset, uint32_t size)
{
	const struct reference *items = section->references.items;
	size_t at = bisect(section->references.count, i, items[i].offset + 8 <= offset);

	return at < section->references.count && items[at].offset < offset + size;
}

static uint32_t name_of_data(const struct section *section, uint64_t offset)
{
	const struct atom *atom = section_atom(section, (int64_t)offset);

	if (atom && atom->declaration)
		return atom->declaration->name;
	return atom && atom->symbol ? atom->symbol->name : 0;
}

// The number at @from, which is in a read-only section.
static struct fact load_constant(const struct follower *follower, struct insn insn,
				 struct fact from)
{
	const struct section *section = from.section;
	uint64_t offset = from.number + (uint64_t)(int64_t)insn.off;
	uint32_t size = access_size(insn.opcode);
	bool big_endian = section->object->big_endian;
	struct fact loaded = { .kind = FACT_NUMBER };

	if (offset > section->size || size > section->size - offset)
		return unknown(0);
	loaded.source = name_of_data(section, offset);
	if (!follower->walk->defaults || BPF_MODE(insn.opcode) != BPF_MEM ||
	    has_reference_in(section, offset, size))
		return unknown(loaded.source);
	if (!section->data)
		return loaded;
	switch (size) {
	case 1:
		loaded.number = section->data[offset];
		break;
	case 2:
		loaded.number = get16(section->data + offset, big_endian);
		break;
	case 4:
		loaded.number = get32(section->data + offset, big_endian);
		break;
	default:
		loaded.number = get64(section->data + offset, big_endian);
	}
	return loaded;
}

static void load(struct follower *follower, struct insn insn)
{
	struct fact from = follower->state.registers[insn.src];
	struct fact loaded = unknown(0);

	if (from.kind == FACT_ADDRESS)
		loaded = load_constant(follower, insn, from);
	else if (from.kind == FACT_CONFIG)
		loaded = unknown(from.source);
	follower->state.registers[insn.dst] = loaded;
}

// Data that no program writes: maps of these are frozen.
static bool is_read_only(const struct linker *linker, const struct section *section)
{
	return section->role == ROLE_DATA && !(section->flags & SHF_WRITE) &&
	       strncmp(linker_name(linker, section->output_name), ".rodata", 7) == 0;
}

// What an instruction with @reference, and @imm in it, is the address of.
static struct fact address_of(struct follower *follower, const struct reference *reference,
			      int32_t imm)
{
	struct walk *walk = follower->walk;
	const struct linker *linker = walk->reach->linker;
	const struct symbol *symbol = reference_symbol(reference);
	const struct global *global = symbol ? symbol->global : NULL;
	uint32_t function = reach_index(walk->reach, reference->atom);
	struct state entry = entry_state(NULL);

	if (function != REACH_NONE) {
		entry.source = follower->state.source;
		enter(walk, function, &entry, follower->visit->program);
		return unknown(0);
	}
	if (is_lacking(walk, reference))
		return (struct fact){ .kind = FACT_NUMBER };
	if (global && !global->definition && global->declaration && global->declaration->datasec &&
	    strcmp(linker_name(linker, global->declaration->datasec), ".kconfig") == 0)
		return (struct fact){ .kind = FACT_CONFIG, .source = global->name };
	if (reference->atom && is_read_only(linker, reference->atom->section)) {
		if (global)
			symbol = global->definition;
		return (struct fact){
			.kind = FACT_ADDRESS,
			.section = reference->atom->section,
			.number = symbol ? symbol->value + (uint64_t)(int64_t)imm
					 : (uint64_t)reference->addend,
		};
	}
	return unknown(0);
}

// What an instruction of class LD does.
static void load_immediate(struct follower *follower, struct insn insn, uint32_t at,
			   const struct core_result *result)
{
	const struct reference *reference = follower->walk->reach->reference[at];
	struct fact fact = unknown(0);

	if (insn.opcode != INSN_LD_IMM64) {
		// Loads from packets are calls.
		clobber(follower, fact);
		return;
	}
	if (result)
		fact = (struct fact){ .kind = FACT_NUMBER, .number = result->value };
	else if (reference)
		fact = address_of(follower, reference, insn.imm);
	else if (insn.src == 0)
		fact = (struct fact){
			.kind = FACT_NUMBER,
			.number = (uint32_t)insn.imm |
				  (uint64_t)(uint32_t)reach_read(follower->function->atom,
								 at - follower->function->first + 1)
						  .imm
					  << 32,
		};
	follower->state.registers[insn.dst] = fact;
}

static void compute(struct follower *follower, struct insn insn, const struct core_result *result)
{
	struct fact *to = &follower->state.registers[insn.dst];
	struct fact from = BPF_SRC(insn.opcode) == BPF_X ? follower->state.registers[insn.src]
							 : fact_immediate(insn);

	if (result)
		from = (struct fact){ .kind = FACT_NUMBER,
				      .number = (uint64_t)(int64_t)(int32_t)result->value };
	*to = fact_compute(insn, *to, from);
}

static void exchange(struct follower *follower, struct insn insn)
{
	if (BPF_MODE(insn.opcode) != BPF_ATOMIC)
		return;
	// Which register receives the old value depends on the operation.
	follower->state.registers[0] = unknown(0);
	follower->state.registers[insn.src] = unknown(0);
	follower->state.registers[insn.dst] =
		insn.dst == 10 ? follower->state.registers[10] : unknown(0);
}

// Follow both ways out of a branch, or the one that is taken. @return whether it goes on below
static bool follow_branch(struct follower *follower, struct insn insn, uint32_t target)
{
	struct walk *walk = follower->walk;
	struct fact a = follower->state.registers[insn.dst];
	struct fact b = BPF_SRC(insn.opcode) == BPF_X ? follower->state.registers[insn.src]
						      : fact_immediate(insn);
	uint32_t source = a.source ? a.source : b.source;
	enum branch branch = fact_branch(insn, a, b);

	if (branch == BRANCH_BOTH && source && walk->guess != GUESS_BOTH)
		branch = walk->guess == GUESS_TAKEN ? BRANCH_TAKEN : BRANCH_NOT_TAKEN;
	if (source)
		follower->state.source = source;
	if (branch != BRANCH_NOT_TAKEN)
		join(walk, target, &follower->state);
	return branch != BRANCH_TAKEN;
}

// A jump through a table may lead to any instruction of the function.
static void follow_anywhere(struct follower *follower)
{
	const struct reach_function *function = follower->function;
	struct state state = entry_state(NULL);

	state.source = follower->state.source;
	for (uint32_t i = 0; i < follower->count;
	     i += insn_size(reach_read(function->atom, i).opcode) / INSN_SIZE)
		join(follower->walk, function->first + i, &state);
}

static bool follow_jump(struct follower *follower, struct insn insn, uint32_t at)
{
	const struct reach_function *function = follower->function;
	uint8_t op = BPF_OP(insn.opcode);
	int64_t distance, target;

	if (op == BPF_EXIT) {
		return_from(follower);
		return false;
	}
	if (op == BPF_CALL)
		return follow_call(follower, insn, at);
	if (!insn_is_jump(insn, &distance)) {
		follow_anywhere(follower);
		return false;
	}
	target = at + 1 + distance / (int64_t)INSN_SIZE;
	if (target < function->first || target >= function->first + follower->count)
		return false;
	if (op != BPF_JA)
		return follow_branch(follower, insn, (uint32_t)target);
	join(follower->walk, (uint32_t)target, &follower->state);
	return false;
}

// @return whether the way goes on behind the instruction
static bool follow_insn(struct follower *follower, struct insn insn, uint32_t at)
{
	struct walk *walk = follower->walk;
	uint32_t number = walk->reach->relocation[at];
	const struct core_result *result = number ? &walk->kernel->results[number - 1] : NULL;

	if (result && result->verdict != CORE_VALUE) {
		end_here(follower, at);
		return false;
	}
	if (insn.dst >= REGISTERS || insn.src >= REGISTERS)
		return false;
	switch (BPF_CLASS(insn.opcode)) {
	case BPF_LD:
		load_immediate(follower, insn, at, result);
		return true;
	case BPF_LDX:
		load(follower, insn);
		return true;
	case BPF_ST:
	case BPF_STX:
		exchange(follower, insn);
		return true;
	case BPF_ALU:
	case BPF_ALU64:
		compute(follower, insn, result);
		return true;
	default:
		return follow_jump(follower, insn, at);
	}
}

// Go from instruction @at to where the way ends, or meets another.
static void follow(struct walk *walk, uint32_t at)
{
	const struct reach *reach = walk->reach;
	const struct reach_function *function = reach_function_of(reach, at);
	struct follower follower = {
		.walk = walk,
		.function = function,
		.visit = &walk->visits[function - reach->functions.items],
		.state = *walk->states[at],
	};
	uint32_t end;

	follower.count = follower.function->atom->size / INSN_SIZE;
	end = follower.function->first + follower.count;
	walk->states[at]->waiting = false;
	for (bool first = true; at < end; first = false) {
		struct insn insn =
			reach_read(follower.function->atom, at - follower.function->first);

		if (!first && reach->joins[at]) {
			join(walk, at, &follower.state);
			break;
		}
		if (!follow_insn(&follower, insn, at))
			break;
		at += insn_size(insn.opcode) / INSN_SIZE;
	}
}

// Functions of a program that run for it later: exception callbacks, which only a tag names.
static void enter_callbacks(struct walk *walk, uint32_t function)
{
	const struct declaration *declaration =
		walk->reach->functions.items[function].atom->declaration;
	const struct callback *callback = declaration ? declaration->callbacks : NULL;
	struct state entry = entry_state(NULL);

	for (; callback; callback = callback->next) {
		uint32_t to = reach_index(walk->reach, callback->atom);

		if (to != REACH_NONE)
			enter(walk, to, &entry, function);
	}
}

static void enter_programs(struct walk *walk)
{
	struct state entry = entry_state(NULL);

	for (uint32_t i = 0; i < walk->reach->functions.count; i++) {
		const struct reach_function *function = &walk->reach->functions.items[i];

		if (!function->is_program || (walk->defaults && function->is_optional))
			continue;
		enter(walk, i, &entry, i);
		enter_callbacks(walk, i);
	}
}

// @return the ends, by instruction; NULL when the kernel lacks nothing
static struct reached_insn *run(struct reach *reach, const struct reach_kernel *kernel,
				bool defaults, enum guess guess, struct arena *arena)
{
	struct walk walk = {
		.reach = reach,
		.kernel = kernel,
		.results = arena,
		.arena = arena_nest(arena),
		.defaults = defaults,
		.guess = guess,
	};

	walk.states = arena_new_array(walk.arena, struct state *, reach->insn_count);
	walk.visits = arena_new_array(walk.arena, struct visit, reach->functions.count);
	enter_programs(&walk);
	while (walk.waiting.count)
		follow(&walk, walk.waiting.items[--walk.waiting.count]);
	arena_deinit(walk.arena);
	return walk.ends;
}

static bool is_end(const struct reached_insn *ends, uint32_t insn)
{
	return ends && ends[insn].how == REACHED;
}

const struct reached_insn *reach_run(struct reach *reach, const struct reach_kernel *kernel,
				     struct arena *arena)
{
	struct reached_insn *all = run(reach, kernel, false, GUESS_BOTH, arena);
	const struct reached_insn *taken, *not_taken;

	if (!all)
		return NULL;
	taken = run(reach, kernel, true, GUESS_TAKEN, arena);
	not_taken = run(reach, kernel, true, GUESS_NOT_TAKEN, arena);
	for (uint32_t i = 0; i < reach->insn_count; i++) {
		if (is_end(all, i) && (!is_end(taken, i) || !is_end(not_taken, i)))
			all[i].how = REACHED_MAYBE;
	}
	return all;
}
