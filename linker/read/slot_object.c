/* SPDX-License-Identifier: BSD-2-Clause */
#include "slot_object.h"

#include "insn.h"
#include "option_object.h"
#include "renames.h"

// What messages and reports call the object.
#define OBJECT_NAME "<bind-return>"

// What is known of a name.
enum {
	REFERRED = 1, // some object refers to it
	DEFINED = 2,  // an object or an option says what it is
	FILLED = 4,   // it got a function
};

struct slots {
	struct linker *linker;
	ARRAY(uint8_t) known; // by name
	ARRAY(const struct bpfld_slot *) empty;
};

static uint32_t name_of(struct linker *linker, const char *text)
{
	return strings_intern(&linker->strings, str_of(text));
}

static void note(struct slots *slots, uint32_t name, uint8_t what)
{
	*array_at(slots->linker->arena, &slots->known, name) |= what;
}

static void note_symbols(struct slots *slots, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->binding != STB_LOCAL)
			note(slots, symbol_meaning(slots->linker, symbol),
			     symbol->home == HOME_UNDEFINED ? REFERRED : DEFINED);
	}
}

static void note_names(struct slots *slots)
{
	const struct bpfld_options *options = slots->linker->options;

	array_each(object, &slots->linker->objects)
		note_symbols(slots, *object);
	for (size_t i = 0; i < options->binding_count; i++)
		note(slots, name_of(slots->linker, options->bindings[i].name), DEFINED);
}

// Report a slot that is filled already, unless that was with the same number.
static void check_again(const struct slots *slots, const struct bpfld_slot *slot)
{
	array_each(each, &slots->empty) {
		if (strcmp((*each)->name, slot->name) == 0 &&
		    ((*each)->value != slot->value || (*each)->negative != slot->negative))
			diag_error(slots->linker->diag, ERROR_BOUND_TWICE, place_in(NULL, NULL),
				   "--bind-return: '%s' is to return two different numbers; "
				   "leave one out",
				   slot->name);
	}
}

static void find_empty(struct slots *slots)
{
	const struct bpfld_options *options = slots->linker->options;

	for (size_t i = 0; i < options->slot_count; i++) {
		const struct bpfld_slot *slot = &options->slots[i];
		uint32_t name = name_of(slots->linker, slot->name);
		uint8_t known = array_get(&slots->known, name);

		if (known & FILLED)
			check_again(slots, slot);
		else if (known == REFERRED)
			*array_add(slots->linker->arena, &slots->empty) = slot;
		if (known == REFERRED)
			note(slots, name, FILLED);
	}
}

// Whether an instruction with an immediate of 32 bits, which it extends by the sign, sets @slot.
static bool is_short(const struct bpfld_slot *slot)
{
	return slot->negative ? slot->value >= (uint64_t)INT32_MIN : slot->value <= INT32_MAX;
}

static uint32_t function_size(const struct bpfld_slot *slot)
{
	return INSN_SIZE + (is_short(slot) ? INSN_SIZE : 2 * INSN_SIZE);
}

// Write the function at @code, which is zero.
static void write_function(uint8_t *code, const struct bpfld_slot *slot, bool big_endian)
{
	code[function_size(slot) - INSN_SIZE] = BPF_JMP | BPF_EXIT;
	put32(code + INSN_IMM, (uint32_t)slot->value, big_endian);
	code[0] = is_short(slot) ? BPF_ALU64 | BPF_MOV | BPF_K : INSN_LD_IMM64;
	if (!is_short(slot))
		put32(code + INSN_SIZE + INSN_IMM, (uint32_t)(slot->value >> 32), big_endian);
}

static struct str write_code(const struct slots *slots)
{
	size_t size = 0;
	uint8_t *code, *end;

	array_each(slot, &slots->empty)
		size += function_size(*slot);
	code = end = arena_new_array(slots->linker->arena, uint8_t, size);
	array_each(slot, &slots->empty) {
		write_function(end, *slot, slots->linker->big_endian);
		end += function_size(*slot);
	}
	return (struct str){ (const char *)code, size };
}

static void make_symbols(const struct slots *slots, struct object *object)
{
	uint64_t offset = 0;

	for (size_t i = 0; i < slots->empty.count; i++) {
		const struct bpfld_slot *slot = slots->empty.items[i];

		object->symbols[i + 1] = (struct symbol){
			.object = object,
			.section = &object->sections[1],
			.value = offset,
			.size = function_size(slot),
			.name = name_of(slots->linker, slot->name),
			.binding = STB_GLOBAL,
			.type = STT_FUNC,
			.home = HOME_SECTION,
		};
		offset += function_size(slot);
	}
}

void add_slot_object(struct linker *linker)
{
	struct slots slots = { .linker = linker };
	struct object *object;
	struct section *code;

	note_names(&slots);
	find_empty(&slots);
	if (slots.empty.count == 0)
		return;
	object = add_option_object(linker, OBJECT_NAME, ".text", write_code(&slots),
				   (uint32_t)slots.empty.count);
	code = &object->sections[1];
	code->role = ROLE_CODE;
	code->flags |= SHF_EXECINSTR;
	code->align = INSN_SIZE;
	make_symbols(&slots, object);
	linker->slots = object;
	linker->empty_slots.items = slots.empty.items;
	linker->empty_slots.count = slots.empty.count;
}
