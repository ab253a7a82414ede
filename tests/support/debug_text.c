/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE // asprintf()

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "debug_text.h"

// A row of a line table.
struct row {
	uint64_t address;
	Dwarf_Line *line;
	bool end; // of a sequence
};

struct range {
	uint64_t start, end;
};

struct describer {
	struct debug_image *image;
	struct debug_texts texts;
	struct row *rows; // of all units, by address; of one address in the order of the table
	size_t row_count, row_capacity;
	struct range *covered; // by units
	size_t covered_count, covered_capacity;
	uint64_t *bodies; // where DIEs of functions begin
	size_t body_count, body_capacity;
	uint64_t start, size; // of the function in question; size 0: none
};

static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? 2 * *capacity : 64;
	items = realloc(items, *capacity * size);
	if (!items)
		abort();
	return items;
}

static void add_text(struct describer *describer, char *key, char *text, bool gone)
{
	struct debug_texts *texts = &describer->texts;

	texts->items = grow(texts->items, texts->count, &texts->capacity, sizeof(*texts->items));
	texts->items[texts->count++] = (struct debug_text){ key, text, gone };
}

// Print @address: from the start of the function in question where it is in it.
static void print_address(const struct describer *describer, uint64_t address, FILE *out)
{
	if (describer->size && address - describer->start <= describer->size)
		fprintf(out, "%+ld", (long)(address - describer->start));
	else
		debug_image_print_address(describer->image, address, out);
}

/*
 * Lines.
 */

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	// An end says nothing of what begins at its address.
	if (x->end != y->end)
		return x->end ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static void read_rows(struct describer *describer, Dwarf_Die *unit)
{
	Dwarf_Lines *lines;
	size_t count;

	if (!dwarf_hasattr(unit, DW_AT_stmt_list) || dwarf_getsrclines(unit, &lines, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		struct row *row;

		describer->rows = grow(describer->rows, describer->row_count,
				       &describer->row_capacity, sizeof(*describer->rows));
		row = &describer->rows[describer->row_count++];
		row->line = dwarf_onesrcline(lines, i);
		dwarf_lineaddr(row->line, &row->address);
		dwarf_lineendsequence(row->line, &row->end);
	}
}

static void read_ranges(struct describer *describer, Dwarf_Die *unit)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(unit, offset, &base, &start, &end)) > 0) {
		describer->covered =
			grow(describer->covered, describer->covered_count,
			     &describer->covered_capacity, sizeof(*describer->covered));
		describer->covered[describer->covered_count++] = (struct range){ start, end };
	}
}

static void print_row(const struct row *row, FILE *out)
{
	static const struct {
		const char *name;
		int (*get)(Dwarf_Line *line, bool *ret);
	} flags[] = {
		{ "statement", dwarf_linebeginstatement },
		{ "block", dwarf_lineblock },
		{ "prologue_end", dwarf_lineprologueend },
		{ "epilogue_begin", dwarf_lineepiloguebegin },
	};
	unsigned int isa = 0, discriminator = 0;
	int number = 0, column = 0;

	dwarf_lineno(row->line, &number);
	dwarf_linecol(row->line, &column);
	dwarf_lineisa(row->line, &isa);
	dwarf_linediscriminator(row->line, &discriminator);
	fprintf(out, "%s:%d:%d isa %u discriminator %u", dwarf_linesrc(row->line, NULL, NULL),
		number, column, isa, discriminator);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		bool flag = false;

		flags[i].get(row->line, &flag);
		if (flag)
			fprintf(out, " %s", flags[i].name);
	}
}

static size_t first_row_from(const struct describer *describer, uint64_t address)
{
	size_t low = 0, high = describer->row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (describer->rows[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// How many units and DIEs say that they are about @function, and what its frame is.
static void print_owners(const struct describer *describer, const struct image_symbol *function,
			 FILE *out)
{
	Dwarf_CFI *frames = dwarf_getcfi(describer->image->dwarf);
	Dwarf_Frame *frame;
	Dwarf_Addr start, end;
	size_t units = 0, bodies = 0;

	for (size_t i = 0; i < describer->covered_count; i++)
		units += function->address >= describer->covered[i].start &&
			 function->address + function->size <= describer->covered[i].end;
	for (size_t i = 0; i < describer->body_count; i++)
		bodies += describer->bodies[i] == function->address;
	fprintf(out, "  %zu units, %zu entries", units, bodies);
	if (frames && dwarf_cfi_addrframe(frames, function->address, &frame) == 0) {
		dwarf_frame_info(frame, &start, &end, NULL);
		fprintf(out, ", frame %+ld %+ld", (long)(start - function->address),
			(long)(end - function->address));
		free(frame);
	}
	fprintf(out, "\n");
}

// The rows of @function, and where the last of them ends.
static void describe_lines(struct describer *describer, const struct image_symbol *function)
{
	uint64_t end = function->address + function->size, reach = function->address;
	char *key, *text;
	size_t size, i;
	FILE *out;

	if (asprintf(&key, "lines of %s", function->name) < 0)
		abort();
	out = open_memstream(&text, &size);
	fprintf(out, "%s\n", key);
	print_owners(describer, function, out);
	for (i = first_row_from(describer, function->address);
	     i < describer->row_count && describer->rows[i].address < end; i++) {
		const struct row *row = &describer->rows[i];

		reach = i + 1 < describer->row_count ? describer->rows[i + 1].address : UINT64_MAX;
		if (row->end) {
			reach = row->address;
			continue;
		}
		fprintf(out, "  +%#lx ", row->address - function->address);
		print_row(row, out);
		fprintf(out, "\n");
	}
	if (reach != function->address)
		fprintf(out, "  to +%#lx\n", (reach < end ? reach : end) - function->address);
	fclose(out);
	add_text(describer, key, text, false);
}

/*
 * Entries.
 */

static const char *die_name(Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);

	return name ? name : "";
}

// What @die is, without what is in it.
static void print_reference(Dwarf_Die *die, FILE *out)
{
	Dwarf_Word size = 0;
	int line = 0;

	dwarf_decl_line(die, &line);
	dwarf_aggregate_size(die, &size);
	fprintf(out, "-> %#x '%s' line %d size %lu", (unsigned int)dwarf_tag(die), die_name(die),
		line, (unsigned long)size);
}

static bool op_names_entry(unsigned int atom)
{
	return atom == DW_OP_call_ref || atom == DW_OP_convert || atom == DW_OP_reinterpret ||
	       atom == DW_OP_GNU_convert || atom == DW_OP_GNU_reinterpret ||
	       atom == DW_OP_GNU_parameter_ref || atom == DW_OP_implicit_pointer ||
	       atom == DW_OP_GNU_implicit_pointer;
}

static void print_op(const struct describer *describer, Dwarf_Attribute *attribute,
		     const Dwarf_Op *op, FILE *out)
{
	Dwarf_Attribute indexed;
	Dwarf_Addr address;
	Dwarf_Die die;

	fprintf(out, " op %#x", op->atom);
	if (op->atom == DW_OP_addr) {
		print_address(describer, op->number, out);
	} else if (op->atom == DW_OP_addrx || op->atom == DW_OP_GNU_addr_index) {
		if (dwarf_getlocation_attr(attribute, op, &indexed) ||
		    dwarf_formaddr(&indexed, &address))
			fprintf(out, " unreadable");
		else
			print_address(describer, address, out);
	} else if (op_names_entry(op->atom)) {
		if (dwarf_getlocation_die(attribute, op, &die) == 0)
			print_reference(&die, out);
	} else if (op->atom != DW_OP_entry_value && op->atom != DW_OP_GNU_entry_value) {
		fprintf(out, " %lx %lx", (unsigned long)op->number, (unsigned long)op->number2);
	}
}

static bool is_location(unsigned int name)
{
	return name == DW_AT_location || name == DW_AT_frame_base ||
	       name == DW_AT_data_member_location || name == DW_AT_call_value ||
	       name == DW_AT_call_target || name == DW_AT_GNU_call_site_value ||
	       name == DW_AT_GNU_call_site_target || name == DW_AT_string_length ||
	       name == DW_AT_use_location || name == DW_AT_static_link ||
	       name == DW_AT_return_addr || name == DW_AT_vtable_elem_location;
}

static void print_locations(const struct describer *describer, Dwarf_Attribute *attribute,
			    FILE *out)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;
	size_t count;
	Dwarf_Op *ops;

	while ((offset = dwarf_getlocations(attribute, offset, &base, &start, &end, &ops, &count)) >
	       0) {
		// A list may keep entries of what is gone, with nothing in their ranges.
		if (start == end)
			continue;
		if (start != 0 || end != UINT64_MAX) {
			fprintf(out, " [");
			print_address(describer, start, out);
			fprintf(out, " ");
			print_address(describer, end, out);
			fprintf(out, "]");
		}
		for (size_t i = 0; i < count; i++)
			print_op(describer, attribute, &ops[i], out);
	}
	if (offset < 0)
		fprintf(out, " unreadable: %s", dwarf_errmsg(-1));
}

static void print_file(Dwarf_Die *die, Dwarf_Word index, FILE *out)
{
	Dwarf_Files *files;
	Dwarf_Die unit;
	size_t count;
	const char *name = NULL;

	if (dwarf_diecu(die, &unit, NULL, NULL) && dwarf_getsrcfiles(&unit, &files, &count) == 0)
		name = dwarf_filesrc(files, index, NULL, NULL);
	fprintf(out, "%s", name ? name : "no file");
}

static void print_ranges(const struct describer *describer, Dwarf_Die *die, FILE *out)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(die, offset, &base, &start, &end)) > 0) {
		if (start == end)
			continue;
		fprintf(out, " [");
		print_address(describer, start, out);
		fprintf(out, " ");
		print_address(describer, end, out);
		fprintf(out, "]");
	}
	if (offset < 0)
		fprintf(out, " unreadable: %s", dwarf_errmsg(-1));
}

struct entry {
	struct describer *describer;
	Dwarf_Die *die;
	FILE *out;
};

static void print_block(Dwarf_Attribute *attribute, FILE *out)
{
	Dwarf_Block block;

	if (dwarf_formblock(attribute, &block))
		return;
	for (size_t i = 0; i < block.length; i++)
		fprintf(out, "%02x", block.data[i]);
}

static void print_value(struct entry *entry, Dwarf_Attribute *attribute)
{
	unsigned int name = dwarf_whatattr(attribute), form = dwarf_whatform(attribute);
	Dwarf_Addr address;
	Dwarf_Word number;
	Dwarf_Die die;
	bool flag;

	if (name == DW_AT_decl_file || name == DW_AT_call_file) {
		if (dwarf_formudata(attribute, &number) == 0)
			print_file(entry->die, number, entry->out);
	} else if (name == DW_AT_ranges) {
		print_ranges(entry->describer, entry->die, entry->out);
	} else if (is_location(name) && form != DW_FORM_data1 && form != DW_FORM_data2 &&
		   form != DW_FORM_udata && form != DW_FORM_sdata &&
		   form != DW_FORM_implicit_const) {
		print_locations(entry->describer, attribute, entry->out);
	} else if (dwarf_formstring(attribute)) {
		fprintf(entry->out, "\"%s\"", dwarf_formstring(attribute));
	} else if (dwarf_formaddr(attribute, &address) == 0) {
		print_address(entry->describer, address, entry->out);
	} else if (dwarf_formref_die(attribute, &die)) {
		print_reference(&die, entry->out);
	} else if (dwarf_formflag(attribute, &flag) == 0) {
		fprintf(entry->out, "%d", flag);
	} else if (dwarf_formudata(attribute, &number) == 0) {
		fprintf(entry->out, "%lu", (unsigned long)number);
	} else {
		print_block(attribute, entry->out);
	}
}

// Attributes that say where something is in the file, or which DIE comes next.
static bool is_offset(unsigned int name)
{
	return name == DW_AT_sibling || name == DW_AT_stmt_list || name == DW_AT_addr_base ||
	       name == DW_AT_str_offsets_base || name == DW_AT_rnglists_base ||
	       name == DW_AT_loclists_base || name == DW_AT_macros || name == DW_AT_macro_info ||
	       name == DW_AT_GNU_macros || name == DW_AT_GNU_addr_base ||
	       name == DW_AT_GNU_ranges_base || name == DW_AT_GNU_pubnames;
}

static int print_attribute(Dwarf_Attribute *attribute, void *argument)
{
	struct entry *entry = argument;
	unsigned int name = dwarf_whatattr(attribute);

	if (is_offset(name))
		return DWARF_CB_OK;
	fprintf(entry->out, " %#x=", name);
	print_value(entry, attribute);
	return DWARF_CB_OK;
}

// @die with all that is in it. DIEs nest as deeply as blocks of the source: tests' own.
static void print_tree(struct describer *describer, Dwarf_Die *die, int depth, FILE *out)
{
	struct entry entry = { describer, die, out };
	Dwarf_Die child;

	fprintf(out, "%*s%#x", 2 * depth, "", (unsigned int)dwarf_tag(die));
	dwarf_getattrs(die, print_attribute, &entry, 0);
	fprintf(out, "\n");
	if (dwarf_child(die, &child))
		return;
	do
		print_tree(describer, &child, depth + 1, out);
	while (dwarf_siblingof(&child, &child) == 0);
}

// Set the function in question; false when @die is one that is not in the object.
static bool enter_function(struct describer *describer, Dwarf_Die *die)
{
	Dwarf_Addr low = 0, high = 0;

	describer->size = 0;
	if (dwarf_tag(die) != DW_TAG_subprogram || !dwarf_hasattr(die, DW_AT_low_pc))
		return true;
	if (dwarf_lowpc(die, &low) || dwarf_highpc(die, &high) || address_is_gone(low) ||
	    low >= high)
		return false;
	describer->start = low;
	describer->size = high - low;
	describer->bodies = grow(describer->bodies, describer->body_count,
				 &describer->body_capacity, sizeof(*describer->bodies));
	describer->bodies[describer->body_count++] = low;
	return true;
}

// Whether @die is a variable whose place is gone.
static bool is_gone_variable(const char *text)
{
	const char *end = strchr(text, '\n');
	const char *nowhere = strstr(text, "nowhere");

	return nowhere && (!end || nowhere < end);
}

static void describe_entry(struct describer *describer, Dwarf_Die *die)
{
	bool live = enter_function(describer, die);
	Dwarf_Die origin;
	Dwarf_Attribute attribute;
	const char *name = die_name(die);
	char *key, *text;
	size_t size;
	FILE *out;

	if (dwarf_attr(die, DW_AT_abstract_origin, &attribute) &&
	    dwarf_formref_die(&attribute, &origin))
		name = die_name(&origin);
	if (asprintf(&key, "%s %#x '%s'", describer->size ? "body of" : "entry",
		     (unsigned int)dwarf_tag(die), name) < 0)
		abort();
	out = open_memstream(&text, &size);
	fprintf(out, "%s\n", key);
	print_tree(describer, die, 1, out);
	fclose(out);
	add_text(describer, key, text,
		 !live || (dwarf_tag(die) == DW_TAG_variable &&
			   is_gone_variable(text + strlen(key) + 1)));
}

static void describe_unit(struct describer *describer, Dwarf_Die *unit)
{
	Dwarf_Die child;

	describer->texts.units++;
	read_rows(describer, unit);
	read_ranges(describer, unit);
	if (dwarf_child(unit, &child))
		return;
	do
		describe_entry(describer, &child);
	while (dwarf_siblingof(&child, &child) == 0);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(((const struct debug_text *)a)->text, ((const struct debug_text *)b)->text);
}

struct debug_texts debug_texts_make(struct debug_image *image)
{
	struct describer describer = { .image = image };
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;

	while (image->dwarf &&
	       dwarf_get_units(image->dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
		describe_unit(&describer, &die);
	if (describer.row_count)
		qsort(describer.rows, describer.row_count, sizeof(*describer.rows), compare_rows);
	for (size_t i = 0; image->dwarf && i < image->symbol_count; i++) {
		if (image->symbols[i].type == STT_FUNC && image->symbols[i].size)
			describe_lines(&describer, &image->symbols[i]);
	}
	if (describer.texts.count)
		qsort(describer.texts.items, describer.texts.count, sizeof(*describer.texts.items),
		      compare_texts);
	free(describer.rows);
	free(describer.covered);
	free(describer.bodies);
	return describer.texts;
}

void debug_texts_free(struct debug_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		free(texts->items[i].key);
		free(texts->items[i].text);
	}
	free(texts->items);
}
