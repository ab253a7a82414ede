/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Call trees, in three steps.
 *
 * Each function is read once, from its first instruction to its last, as if no jump were taken.
 * What registers hold is followed as far as it is an address of the stack or of a function, and
 * forgotten where no instruction goes on to the next one. Compilers make an address where they use
 * it, so this finds what all paths would find.
 *
 * Then the functions are visited in depth, without recursion, so that what a function needs is
 * known when its callers ask. All programs share this.
 *
 * What only one program has, its instructions, is counted when somebody asks for that program.
 */
#include "call_trees.h"

#include <inttypes.h>

#include "destination.h"
#include "insn.h"

#define FRAME_POINTER 10
#define REGISTERS     16 // that an instruction can name
#define CALLER_SAVED  6  // r0 to r5

// The kernel's limit is far below; so no sum overflows.
#define FRAME_MAX  (1 << 24)
#define NUMBER_MAX ((int64_t)1 << 40)

#define HELPER_TAIL_CALL          12
#define HELPER_TIMER_SET_CALLBACK 170
#define HELPER_LOOP               181

#define INSN_MAY_GOTO (BPF_JMP | 0xe0) // BPF_JCOND of newer headers

// What the kernel puts into frames for bpf_loop() (three registers) and for may_goto (a count, and
// a time in newer kernels).
#define ADDED_BY_LOOP     24
#define ADDED_BY_MAY_GOTO 16

// What a register holds.
struct value {
	enum {
		VALUE_UNKNOWN,
		VALUE_NUMBER,   // `number`, or more
		VALUE_STACK,    // an address, `number` bytes from the frame pointer, or more
		VALUE_FUNCTION, // an address: of function `number`
	} kind;
	int64_t number;
};

struct reader {
	struct call_trees *trees;
	struct call_function *function;
	const struct section *section;
	size_t reference;               // the next one of the section
	struct value values[REGISTERS]; // by register
	int64_t lowest;                 // of the stack, from the frame pointer
	bool loops, may_goto;
};

static void reach(struct reader *reader, struct value value, int64_t offset)
{
	if (value.kind == VALUE_STACK && value.number + offset < reader->lowest)
		reader->lowest = value.number + offset;
}

static void set(struct reader *reader, uint8_t number, struct value value)
{
	if (number == FRAME_POINTER)
		return;
	if (value.number < -NUMBER_MAX || value.number > NUMBER_MAX)
		value.kind = VALUE_UNKNOWN;
	reader->values[number] = value;
	// Whoever is given an address will use it.
	reach(reader, value, 0);
}

static void forget(struct reader *reader, uint8_t number)
{
	set(reader, number, (struct value){ VALUE_UNKNOWN, 0 });
}

static void forget_by_call(struct reader *reader)
{
	for (uint8_t i = 0; i < CALLER_SAVED; i++)
		forget(reader, i);
}

static void forget_all(struct reader *reader)
{
	for (uint8_t i = 0; i < REGISTERS; i++)
		forget(reader, i);
}

// An address plus what is not known leads up from it: arrays are indexed so.
static struct value sum(struct value a, struct value b)
{
	struct value address = a.kind == VALUE_STACK ? a : b;
	struct value other = a.kind == VALUE_STACK ? b : a;

	if (address.kind != VALUE_STACK)
		return (struct value){ VALUE_UNKNOWN, 0 };
	if (other.kind == VALUE_NUMBER)
		address.number += other.number;
	return address;
}

static struct value shifted(struct value value, int64_t by)
{
	if (value.kind == VALUE_STACK || value.kind == VALUE_NUMBER)
		return (struct value){ value.kind, value.number + by };
	return (struct value){ VALUE_UNKNOWN, 0 };
}

static struct value result(const struct reader *reader, struct insn insn)
{
	struct value to = reader->values[insn.dst], from = reader->values[insn.src];

	switch (insn.opcode) {
	case BPF_ALU64 | BPF_MOV | BPF_X:
		return insn.off ? (struct value){ VALUE_UNKNOWN, 0 } : from;
	case BPF_ALU64 | BPF_MOV | BPF_K:
		return (struct value){ VALUE_NUMBER, insn.imm };
	case BPF_ALU64 | BPF_ADD | BPF_X:
		return sum(to, from);
	case BPF_ALU64 | BPF_ADD: // BPF_K is 0, too
		return shifted(to, insn.imm);
	case BPF_ALU64 | BPF_SUB | BPF_K:
		return shifted(to, -(int64_t)insn.imm);
	case BPF_ALU64 | BPF_AND | BPF_K:
		// A number that was cut to few bits.
		if (insn.imm >= 0)
			return (struct value){ VALUE_NUMBER, 0 };
		break;
	}
	return (struct value){ VALUE_UNKNOWN, 0 };
}

static void store(struct reader *reader, struct insn insn)
{
	const int32_t load_acquire = 0x100; // BPF_LOAD_ACQ of newer headers
	bool atomic = BPF_CLASS(insn.opcode) == BPF_STX && BPF_MODE(insn.opcode) == BPF_ATOMIC;

	if (atomic && insn.imm == load_acquire) {
		reach(reader, reader->values[insn.src], insn.off);
		forget(reader, insn.dst);
		return;
	}
	reach(reader, reader->values[insn.dst], insn.off);
	if (atomic && insn.imm & BPF_FETCH)
		forget(reader, insn.imm == BPF_CMPXCHG ? 0 : insn.src);
}

// The function that @atom is in the output; CALL_NONE when it is none.
static uint32_t find_function(const struct call_trees *trees, const struct atom *atom)
{
	uint32_t at;
	const struct output_section *output = atom_output_function(atom, &at);

	return output ? trees->first[output->shndx - 1] + at : CALL_NONE;
}

// The reference of the instruction at @offset; NULL when it has none.
static const struct reference *take_reference(struct reader *reader, uint32_t offset)
{
	const struct reference *items = reader->section->references.items;
	size_t count = reader->section->references.count;

	while (reader->reference < count && items[reader->reference].offset < offset)
		reader->reference++;
	return reader->reference < count && items[reader->reference].offset == offset
		       ? &items[reader->reference]
		       : NULL;
}

// Add a call, or the making of an address, of the function that @reference leads to.
static uint32_t add_call(struct reader *reader, const struct reference *reference, bool address)
{
	struct call_trees *trees = reader->trees;
	uint32_t to = reference ? find_function(trees, reference->atom) : CALL_NONE;
	uint32_t *seen;

	if (to == CALL_NONE)
		return to;
	seen = &(address ? trees->seen_address : trees->seen)[to];
	if (*seen == trees->round)
		return to;
	*seen = trees->round;
	*array_add(trees->arena, &trees->calls) = (struct call){ to, address };
	return to;
}

static bool is_asynchronous(const struct linker *linker, struct insn insn,
			    const struct reference *reference)
{
	const struct symbol *symbol = reference ? reference_symbol(reference) : NULL;
	const char *name;

	if (insn.src == 0)
		return insn.imm == HELPER_TIMER_SET_CALLBACK;
	if (!symbol || symbol->section)
		return false;
	// Kernel functions that remember a callback.
	name = linker_name(linker, symbol->name);
	return strncmp(name, "bpf_wq_set_callback", 19) == 0 ||
	       strncmp(name, "bpf_task_work_schedule_", 23) == 0;
}

static void call(struct reader *reader, struct insn insn, const struct reference *reference)
{
	if (reference)
		add_call(reader, reference, false);
	else if (insn.src == 0 && insn.imm == HELPER_TAIL_CALL)
		reader->function->tail_calls++;
	else if (insn.src == 0 && insn.imm == HELPER_LOOP)
		reader->loops = true;
	if (is_asynchronous(reader->trees->linker, insn, reference)) {
		for (uint8_t i = 1; i < CALLER_SAVED; i++) {
			const struct value *value = &reader->values[i];

			if (value->kind == VALUE_FUNCTION)
				reader->trees->functions.items[value->number].asynchronous = true;
		}
	}
	forget_by_call(reader);
}

static void load(struct reader *reader, struct insn insn, const struct reference *reference)
{
	uint32_t function;

	if (insn.opcode != INSN_LD_IMM64) {
		forget_by_call(reader);
		return;
	}
	function = add_call(reader, reference, true);
	set(reader, insn.dst,
	    (struct value){ function == CALL_NONE ? VALUE_UNKNOWN : VALUE_FUNCTION, function });
}

static void jump(struct reader *reader, struct insn insn, uint32_t offset)
{
	uint8_t op = BPF_OP(insn.opcode);

	if (insn.opcode == INSN_MAY_GOTO)
		reader->may_goto = true;
	else if (insn.opcode == INSN_CALL)
		call(reader, insn, take_reference(reader, offset));
	else if (op == BPF_JA || op == BPF_EXIT)
		forget_all(reader);
}

static void read_insn(struct reader *reader, uint32_t offset)
{
	struct insn insn =
		insn_read(reader->section->data + offset, reader->section->object->big_endian);

	switch (BPF_CLASS(insn.opcode)) {
	case BPF_LD:
		load(reader, insn, take_reference(reader, offset));
		break;
	case BPF_LDX:
		reach(reader, reader->values[insn.src], insn.off);
		forget(reader, insn.dst);
		break;
	case BPF_ST:
	case BPF_STX:
		store(reader, insn);
		break;
	case BPF_ALU:
	case BPF_ALU64:
		set(reader, insn.dst, result(reader, insn));
		break;
	default:
		jump(reader, insn, offset);
	}
}

static void read_function(struct call_trees *trees, struct call_function *function)
{
	const struct atom *atom = function->atom;
	uint32_t end = atom->offset + atom->size;
	struct reader reader = {
		.trees = trees,
		.function = function,
		.section = atom->section,
		.reference = atom->first_reference,
		.values[FRAME_POINTER] = { VALUE_STACK, 0 },
	};

	trees->round++;
	function->first_call = (uint32_t)trees->calls.count;
	for (uint32_t at = atom->offset; at < end; at += insn_size(atom->section->data[at]))
		read_insn(&reader, at);
	if (reader.lowest < -FRAME_MAX)
		reader.lowest = -FRAME_MAX;
	function->stack = (uint32_t)(-reader.lowest + 7) / 8 * 8;
	function->added =
		(reader.loops ? ADDED_BY_LOOP : 0) + (reader.may_goto ? ADDED_BY_MAY_GOTO : 0);
	function->call_count = (uint32_t)trees->calls.count - function->first_call;
}

uint32_t call_frame(const struct call_function *function)
{
	return (function->stack + 15) / 16 * 16;
}

// A visit of all functions: each is closed after those that it calls.
struct visit {
	struct call_trees *trees;
	uint8_t *states;
	uint32_t *next;       // by function: how many of its calls were followed
	ARRAY(uint32_t) open; // the way to where the visit is
};

enum { STATE_NEW, STATE_OPEN, STATE_CLOSED };

// Whether what @call leads to runs on the stack of the caller.
static bool is_on_stack(const struct call_trees *trees, const struct call *call)
{
	return !call->address || !trees->functions.items[call->to].asynchronous;
}

// Take what @function needs if it calls @to, which is closed.
static void take_need(struct call_trees *trees, struct call_function *function, uint32_t to)
{
	const struct call_function *callee = &trees->functions.items[to];

	if (function->deepest == CALL_NONE || callee->depth > function->depth) {
		function->depth = callee->depth;
		function->deepest = to;
	}
	if (function->longest == CALL_NONE || callee->frames > function->frames) {
		function->frames = callee->frames;
		function->longest = to;
	}
	if ((callee->tail_calls || callee->tail != CALL_NONE) &&
	    (function->tail == CALL_NONE || callee->tail_depth > function->tail_depth)) {
		function->tail_depth = callee->tail_depth;
		function->tail = to;
	}
}

static void close_function(struct visit *visit, uint32_t index)
{
	struct call_trees *trees = visit->trees;
	struct call_function *function = &trees->functions.items[index];

	for (uint32_t i = 0; i < function->call_count; i++) {
		const struct call *call = &trees->calls.items[function->first_call + i];

		if (!is_on_stack(trees, call))
			continue;
		if (visit->states[call->to] == STATE_CLOSED) {
			take_need(trees, function, call->to);
			continue;
		}
		trees->functions.items[call->to].recursive = true;
		*array_add(trees->arena, &trees->back) = (struct call_back){ index, call->to };
	}
	function->depth += call_frame(function);
	function->frames++;
	if (function->tail != CALL_NONE)
		function->tail_depth += call_frame(function);
	visit->states[index] = STATE_CLOSED;
	visit->open.count--;
}

static void open_function(struct visit *visit, uint32_t index)
{
	visit->states[index] = STATE_OPEN;
	*array_add(visit->trees->arena, &visit->open) = index;
}

static void visit_from(struct visit *visit, uint32_t start)
{
	const struct call_trees *trees = visit->trees;

	open_function(visit, start);
	while (visit->open.count) {
		uint32_t index = visit->open.items[visit->open.count - 1];
		const struct call_function *function = &trees->functions.items[index];
		const struct call *call;

		if (visit->next[index] == function->call_count) {
			close_function(visit, index);
			continue;
		}
		call = &trees->calls.items[function->first_call + visit->next[index]++];
		if (visit->states[call->to] == STATE_NEW && is_on_stack(trees, call))
			open_function(visit, call->to);
	}
}

static void visit_functions(struct call_trees *trees)
{
	size_t count = trees->functions.count;
	struct visit visit = {
		.trees = trees,
		.states = arena_new_array(trees->arena, uint8_t, count),
		.next = arena_new_array(trees->arena, uint32_t, count),
	};

	for (uint32_t i = 0; i < count; i++) {
		if (visit.states[i] == STATE_NEW)
			visit_from(&visit, i);
	}
}

static void add_functions(struct call_trees *trees)
{
	struct linker *linker = trees->linker;

	trees->first = arena_new_array(trees->arena, uint32_t, linker->sections.count);
	for (size_t i = 0; i < linker->sections.count; i++) {
		const struct output_section *output = linker->sections.items[i];

		trees->first[i] = (uint32_t)trees->functions.count;
		if (output->role != ROLE_CODE)
			continue;
		array_each(atom, &output->atoms)
			*array_add(trees->arena, &trees->functions) = (struct call_function){
				.atom = *atom,
				.deepest = CALL_NONE,
				.longest = CALL_NONE,
				.tail = CALL_NONE,
			};
	}
}

void call_trees_init(struct call_trees *trees, struct linker *linker, struct arena *arena)
{
	*trees = (struct call_trees){ .linker = linker, .arena = arena };
	add_functions(trees);
	trees->seen = arena_new_array(arena, uint32_t, trees->functions.count);
	trees->seen_address = arena_new_array(arena, uint32_t, trees->functions.count);
	array_each(function, &trees->functions)
		read_function(trees, function);
	visit_functions(trees);
}

bool call_is_entry(const struct call_trees *trees, uint32_t function)
{
	const struct atom *atom = trees->functions.items[function].atom;

	return atom->symbol && section_has_programs(trees->linker, atom->section);
}

// The functions of a tree, in depth.
struct collection {
	struct call_trees *trees;
	struct call_tree *tree;
	ARRAY(struct call_step) steps;
};

static void collect(struct collection *collection, uint32_t index)
{
	struct call_trees *trees = collection->trees;
	struct call_tree *tree = collection->tree;
	const struct call_function *function = &trees->functions.items[index];

	if (trees->seen[index] == trees->round)
		return;
	trees->seen[index] = trees->round;
	if (tree->count == CALL_FUNCTIONS_MAX) {
		tree->more = true;
		return;
	}
	tree->functions[tree->count++] = index;
	tree->instructions += function->atom->size / INSN_SIZE;
	tree->tail_calls += function->tail_calls;
	tree->recursive |= function->recursive;
	*array_add(trees->arena, &collection->steps) = (struct call_step){ .function = index };
}

static void collect_from(struct collection *collection, uint32_t start)
{
	const struct call_trees *trees = collection->trees;

	collect(collection, start);
	while (collection->steps.count && !collection->tree->more) {
		struct call_step *step = &collection->steps.items[collection->steps.count - 1];
		const struct call_function *function = &trees->functions.items[step->function];

		if (step->next == function->call_count)
			collection->steps.count--;
		else
			collect(collection,
				trees->calls.items[function->first_call + step->next++].to);
	}
}

// Functions that run on a stack of their own: from one of these may be the deepest way.
static void find_root(const struct call_trees *trees, struct call_tree *tree, uint32_t index)
{
	const struct call_function *root = &trees->functions.items[index];

	if (root->frames > tree->frames)
		tree->frames = root->frames;
	if (root->depth <= tree->depth && index != tree->entry)
		return;
	tree->depth = root->depth;
	tree->root = index;
}

void call_tree_init(struct call_tree *tree, struct call_trees *trees, uint32_t entry)
{
	struct collection collection = { .trees = trees, .tree = tree };
	const struct declaration *declaration = trees->functions.items[entry].atom->declaration;
	const struct callback *callback = declaration ? declaration->callbacks : NULL;

	*tree = (struct call_tree){ .entry = entry };
	trees->round++;
	collect_from(&collection, entry);
	find_root(trees, tree, entry);
	for (; callback; callback = callback->next) {
		uint32_t handler = find_function(trees, callback->atom);

		if (handler == CALL_NONE)
			continue;
		collect_from(&collection, handler);
		find_root(trees, tree, handler);
	}
	for (uint32_t i = 0; i < tree->count; i++) {
		if (trees->functions.items[tree->functions[i]].asynchronous)
			find_root(trees, tree, tree->functions[i]);
	}
	array_release(trees->arena, &collection.steps);
}

const char *call_name(const struct call_trees *trees, uint32_t function)
{
	const struct symbol *symbol = trees->functions.items[function].atom->symbol;

	return symbol ? linker_name(trees->linker, symbol->name) : "";
}

void call_add_way(struct text *text, const struct call_trees *trees, uint32_t root)
{
	uint32_t shown = 0;

	for (uint32_t at = root; at != CALL_NONE; at = trees->functions.items[at].deepest) {
		if (shown++ == CALL_WAY_MAX) {
			text_string(text, " + ...");
			break;
		}
		text_format(text, "%s%s %" PRIu32, shown > 1 ? " + " : "",
			    text_name(text, call_name(trees, at)),
			    call_frame(&trees->functions.items[at]));
	}
}
