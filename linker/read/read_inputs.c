/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the inputs, and decides which members of archives become objects.
 *
 * A member is taken when a taken object refers to a name that only the member defines, and so on
 * until nothing changes. The position of archives on the command line does not matter, unlike for
 * ld, which looks at each archive once. Of two members that define a name, the first is taken. Weak
 * references take no member, nor do names that are declared to be the kernel's. The runtime archive
 * (runtime.h) is opened when that leaves something undefined.
 */
#include <assert.h>

#include "archive.h"
#include "base/bisect.h"
#include "bound_inputs.h"
#include "callbacks.h"
#include "follow_symbols.h"
#include "guess.h"
#include "input.h"
#include "metadata_object.h"
#include "new_names.h"
#include "overlap.h"
#include "passes.h"
#include "read_object.h"
#include "read_types.h"
#include "renames.h"
#include "runtime.h"
#include "slot_object.h"

// An input, or a member of an archive, that may become an object.
struct member {
	struct file *file; // the archive, or the object itself
	uint64_t offset;   // bytes from the start of the archive; 0 for an object
	const char *name;  // NULL: only the offset is known, from the index
	// Where its bytes are, once that is known.
	struct file *source;
	uint64_t start, size;
	const char *path;      // path of a member of a thin archive; NULL otherwise
	struct object *object; // NULL until it was read
	bool broken;           // an error was reported
	bool taken;
};

struct members {
	ARRAY_FIELDS(struct member *);
};

// A further member that, by the index, defines a name.
struct spare {
	struct member *member;
	struct spare *next;
};

struct spares {
	struct spare *first, *last;
};

struct extraction {
	struct linker *linker;
	ARRAY(struct member *)
	lazy; // by name: the first member that defines it by the index, or NULL
	ARRAY(struct spares) spares; // by name: further members that define it by the index
	ARRAY(bool) defined;         // by name: a taken object defines it
	ARRAY(uint32_t)
	kernels;      // by name: 1 + index of the last object that declares it the kernel's
	bool missing; // some name that is needed is defined nowhere
	struct scope scope;
};

static void add_spare(struct extraction *extraction, uint32_t name, struct member *member)
{
	struct spare *spare = arena_new(extraction->linker->arena, struct spare);
	struct spares *spares = array_at(extraction->linker->arena, &extraction->spares, name);

	spare->member = member;
	*(spares->first ? &spares->last->next : &spares->first) = spare;
	spares->last = spare;
}

static void offer(struct extraction *extraction, uint32_t name, struct member *member)
{
	struct member **first = array_at(extraction->linker->arena, &extraction->lazy, name);

	if (!*first)
		*first = member;
	else if (*first != member)
		add_spare(extraction, name, member);
}

// The next member that defines @name by the index, or NULL.
static struct member *next_member(struct extraction *extraction, uint32_t name)
{
	const struct spare *spare = array_get(&extraction->spares, name).first;

	if (!spare)
		return NULL;
	extraction->lazy.items[name] = spare->member;
	extraction->spares.items[name].first = spare->next;
	return spare->member;
}

static void mark_defined(struct extraction *extraction, uint32_t name)
{
	*array_at(extraction->linker->arena, &extraction->defined, name) = true;
}

static void describe_member(struct linker *linker, struct member *member,
			    const struct archive_entry *entry)
{
	const char *file = member->file->name, *slash = strrchr(file, '/');
	int folder = slash ? (int)(slash - file + 1) : 0;

	member->name = arena_format(linker->arena, "%s(%.*s)", file, STR_ARGS(entry->name));
	if (!member->file->archive->thin) {
		member->source = member->file;
		member->start = (uint64_t)(entry->data - member->file->data);
		member->size = entry->size;
		return;
	}
	if (entry->name.size && entry->name.data[0] == '/')
		folder = 0;
	member->path = arena_format(linker->arena, "%.*s%.*s", folder, file, STR_ARGS(entry->name));
}

static struct member *make_member(struct linker *linker, struct file *file, uint64_t offset)
{
	struct member *member = arena_new(linker->arena, struct member);

	*member = (struct member){ .file = file, .offset = offset };
	return member;
}

// Read the header of a member that the index lists.
static bool locate_member(struct linker *linker, struct member *member)
{
	struct archive *archive = member->file->archive;
	struct archive_entry entry;

	if (!archive_member_at(linker, archive, member->offset, &entry) ||
	    !overlap_add_member(linker, archive, &entry))
		return false;
	describe_member(linker, member, &entry);
	return true;
}

static bool load_thin_member(struct linker *linker, struct member *member)
{
	struct bpfld_input *input;
	struct file *file;

	// No further files are opened for a broken archive.
	if (member->file->archive->broken)
		return false;
	input = arena_new(linker->arena, struct bpfld_input);
	input->name = member->name;
	input->path = member->path;
	file = file_open(linker, input, member->file->index, true);
	if (!file || !overlap_add_file(linker, member->file->archive, member->offset, file))
		return false;
	member->source = file;
	member->size = file->size;
	return true;
}

// Read the tables of a member, which is taken now (@at_once) or perhaps later.
static bool read_member(struct linker *linker, struct member *member, bool at_once)
{
	struct object *object;

	if (member->object)
		return !member->broken;
	if (!member->name && !locate_member(linker, member))
		return false;
	if (member->path && !load_thin_member(linker, member))
		return false;
	object = arena_new(linker->arena, struct object);
	*object = (struct object){
		.name = member->name,
		.file = member->file,
		.offset = member->offset,
		.source = member->source,
		.start = member->start,
		.size = member->size,
	};
	member->object = object;
	*array_add(linker->arena, &linker->read) = object;
	member->broken =
		!object_read(linker, object, at_once) || !file_finish(linker, object->source);
	// A member must not be left out silently.
	assert(!member->broken || linker->diag->error_count);
	return !member->broken;
}

static void take(struct extraction *extraction, struct member *member)
{
	struct linker *linker = extraction->linker;
	struct object *object;

	if (member->taken || !read_member(linker, member, true))
		return;
	member->taken = true;
	object = member->object;
	if (object_read_types(linker, object))
		complete_symbols(&extraction->scope, object);
	if (has_new_names(linker))
		object_rename(linker, object);
	*array_add(linker->arena, &linker->objects) = object;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (object->symbols[i].binding != STB_LOCAL &&
		    object->symbols[i].home != HOME_UNDEFINED)
			mark_defined(extraction, object->symbols[i].name);
	}
}

// Offer @member as the definition of @name, by the name that it will have.
static void offer_by_new_name(struct extraction *extraction, uint32_t name, struct member *member)
{
	struct linker *linker = extraction->linker;

	if (has_new_names(linker) && (member->name || locate_member(linker, member)))
		name = new_name(linker, member->name, member->file, name);
	offer(extraction, name, member);
}

static void offer_symbols(struct extraction *extraction, struct member *member)
{
	const struct object *object;

	if (!read_member(extraction->linker, member, false))
		return;
	object = member->object;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (object->symbols[i].binding != STB_LOCAL &&
		    object->symbols[i].home != HOME_UNDEFINED)
			offer_by_new_name(extraction, object->symbols[i].name, member);
	}
}

static int compare_offsets(const void *a, const void *b)
{
	const struct member *const *x = a, *const *y = b;

	return (*x)->offset < (*y)->offset ? -1 : (*x)->offset > (*y)->offset;
}

// Add a member for each offset in the index, sorted; an index usually is.
static void index_members(struct linker *linker, struct file *file, struct members *members)
{
	size_t count = 0;

	array_each(symbol, &file->archive->symbols) {
		uint64_t last = members->count ? members->items[members->count - 1]->offset : 0;

		if (members->count == 0 || symbol->offset != last)
			*array_add(linker->arena, members) =
				make_member(linker, file, symbol->offset);
	}
	array_sort(members, compare_offsets);
	for (size_t i = 0; i < members->count; i++) {
		if (count == 0 || members->items[count - 1]->offset != members->items[i]->offset)
			members->items[count++] = members->items[i];
	}
	members->count = count;
}

// The member at @offset, which must exist.
static struct member *find_member(const struct members *members, uint64_t offset)
{
	return members->items[bisect(members->count, i, members->items[i]->offset < offset)];
}

static void offer_index(struct extraction *extraction, struct file *file)
{
	struct linker *linker = extraction->linker;
	struct members members = { 0 };

	index_members(linker, file, &members);
	array_each(symbol, &file->archive->symbols)
		offer_by_new_name(extraction, strings_intern(&linker->strings, symbol->name),
				  find_member(&members, symbol->offset));
}

static bool is_elf(const struct member *member)
{
	return member->path ||
	       str_starts_with((struct str){ (const char *)member->file->data + member->start,
					     member->size },
			       STR(ELFMAG));
}

// As with ld, ".a" may be left out.
bool archive_is_called(const struct file *file, const char *name)
{
	struct str base = str_of(path_base(file->name)), wanted = str_of(name);

	return str_starts_with(base, wanted) &&
	       (base.size == wanted.size || strcmp(base.data + wanted.size, ".a") == 0);
}

// Whether --exclude-libs names the archive of @file; it names archives without their folder.
static bool is_excluded(const struct linker *linker, const struct file *file)
{
	const struct bpfld_strings *names = &linker->options->exclude_libs;

	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], "ALL") == 0 || archive_is_called(file, names->items[i]))
			return true;
	}
	return false;
}

// Read all members, for an archive without index or with --whole-archive.
static void walk_members(struct extraction *extraction, struct file *file)
{
	struct linker *linker = extraction->linker;
	uint64_t at = file->archive->first;
	struct archive_entry entry;
	bool all = file->input->whole_archive;
	// What others define says what the references of each mean.
	bool later = all && archive_has_prefix(linker, file);
	struct members members = { 0 };

	while (archive_next(linker, file->archive, &at, &entry)) {
		struct member *member;

		if (!overlap_add_member(linker, file->archive, &entry))
			return;
		member = make_member(linker, file, entry.offset);
		describe_member(linker, member, &entry);
		if (all && !later)
			take(extraction, member);
		else if (is_elf(member))
			offer_symbols(extraction, member);
		if (later)
			*array_add(linker->arena, &members) = member;
	}
	array_each(member, &members)
		take(extraction, *member);
}

static void add_archive(struct extraction *extraction, struct file *file)
{
	file->archive = archive_read(extraction->linker, file);
	if (!file->archive)
		return;
	file->hidden = is_excluded(extraction->linker, file);
	if (file->archive->indexed && !file->input->whole_archive)
		offer_index(extraction, file);
	else
		walk_members(extraction, file);
}

static void add_object(struct extraction *extraction, struct file *file)
{
	struct member *member = arena_new(extraction->linker->arena, struct member);

	*member = (struct member){
		.name = file->name,
		.file = file,
		.source = file,
		.size = file->size,
	};
	if (file->input->lazy)
		offer_symbols(extraction, member);
	else
		take(extraction, member);
}

static bool is_defined(const struct extraction *extraction, uint32_t name)
{
	return array_get(&extraction->defined, name);
}

// Take the member that defines @name. @user refers to it; NULL for an option. The index may be
// wrong: libbpf's linker writes externs like definitions (complete_symbols()).
static void need(struct extraction *extraction, const struct object *user, uint32_t name)
{
	struct linker *linker = extraction->linker;

	while (!is_defined(extraction, name)) {
		struct member *member = array_get(&extraction->lazy, name);

		while (member && member->taken)
			member = next_member(extraction, name);
		extraction->missing |= !member;
		if (!member)
			return;
		take(extraction, member);
		if (!member->taken)
			return;
		*array_add(linker->arena, &linker->extracts) =
			(struct extract){ user, member->object, name };
	}
}

static void need_names(struct extraction *extraction, const struct bpfld_strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		need(extraction, NULL,
		     strings_intern(&extraction->linker->strings, str_of(names->items[i])));
}

// Take the member of the archive or of the name that @option says, which defines its function.
static void need_function(struct extraction *extraction, const struct bpfld_binding *option)
{
	struct linker *linker = extraction->linker;
	uint32_t name = strings_intern(&linker->strings, str_of(option->symbol));
	const struct spare *spare = array_get(&extraction->spares, name).first;
	struct member *member = array_get(&extraction->lazy, name);

	while (member) {
		bool found = (member->name || locate_member(linker, member)) &&
			     input_fits(option->file, member->name, member->file) != FITS_NOT;

		if (found && !member->taken) {
			take(extraction, member);
			*array_add(linker->arena, &linker->extracts) =
				(struct extract){ NULL, member->object, name };
		}
		if (found)
			return;
		member = spare ? spare->member : NULL;
		spare = spare ? spare->next : NULL;
	}
}

static void need_bindings(struct extraction *extraction)
{
	const struct bpfld_options *options = extraction->linker->options;

	for (size_t i = 0; i < options->binding_count; i++) {
		const struct bpfld_binding *option = &options->bindings[i];
		const struct bpfld_strings symbol = { &option->symbol, 1 };

		// No member need define what is bound.
		mark_defined(extraction,
			     strings_intern(&extraction->linker->strings, str_of(option->name)));
		if (option->file)
			need_function(extraction, option);
		else
			need_names(extraction, &symbol);
	}
}

// Let no member of the runtime archive be needed for slots that no other archive defines.
static void skip_slots(struct extraction *extraction)
{
	const struct bpfld_options *options = extraction->linker->options;

	for (size_t i = 0; i < options->slot_count; i++) {
		uint32_t name = strings_intern(&extraction->linker->strings,
					       str_of(options->slots[i].name));

		if (!array_get(&extraction->lazy, name))
			mark_defined(extraction, name);
	}
}

static void need_callbacks(struct extraction *extraction, const struct object *object)
{
	array_each(callback, &object->callbacks) {
		uint32_t name = callback_wants(extraction->linker, callback);

		if (name)
			need(extraction, object, name);
	}
}

// Note the names that an object declares __ksym or __kconfig: they are the kernel's, even if an
// archive defines them.
static void note_kernels(struct extraction *extraction, const struct object *object, uint32_t mark)
{
	array_each(datasec, &object->datasecs) {
		if (!datasec_is_kernels(extraction->linker, datasec))
			continue;
		for (uint32_t i = 0; i < datasec->count; i++) {
			const struct declaration *declaration = datasec->entries[i].declaration;

			if (declaration)
				*array_at(extraction->linker->arena, &extraction->kernels,
					  declaration->name) = mark;
		}
	}
}

static bool wants_definition(const struct extraction *extraction, const struct symbol *symbol,
			     uint32_t mark)
{
	return symbol->binding == STB_GLOBAL && symbol->home == HOME_UNDEFINED &&
	       array_get(&extraction->kernels, symbol->name) != mark;
}

// Take members until nothing changes; the list of objects grows while it is walked.
static void extract(struct extraction *extraction)
{
	struct linker *linker = extraction->linker;

	need_names(extraction, &linker->options->undefined);
	need_names(extraction, &linker->options->required);
	need_bindings(extraction);
	skip_slots(extraction);
	for (size_t i = 0; i < linker->objects.count; i++) {
		const struct object *object = linker->objects.items[i];
		uint32_t mark = (uint32_t)i + 1;

		note_kernels(extraction, object, mark);
		for (uint32_t j = 1; j < object->symbol_count; j++) {
			if (wants_definition(extraction, &object->symbols[j], mark))
				need(extraction, object,
				     symbol_meaning(linker, &object->symbols[j]));
		}
		need_callbacks(extraction, object);
	}
}

// Take what is still missing from the runtime archive.
static void extract_runtime(struct extraction *extraction)
{
	struct file *file = runtime_open(extraction->linker);

	if (!file)
		return;
	add_archive(extraction, file);
	file->hidden = true;
	extract(extraction);
}

static int compare_objects(const void *a, const void *b)
{
	const struct object *x = *(struct object *const *)a, *y = *(struct object *const *)b;

	if (x->file->index != y->file->index)
		return x->file->index < y->file->index ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void check_byte_order(struct linker *linker)
{
	enum bpfld_byte_order wanted = linker->options->byte_order;

	if (wanted != BPFLD_ANY_ENDIAN && linker->big_endian != (wanted == BPFLD_BIG_ENDIAN))
		diag_error(linker->diag, ERROR_MIXED_BYTE_ORDER,
			   place_in(linker->objects.items[0]->name, NULL),
			   "is %s-endian, but -m elf64_bpfe%c (-E%c) wants %s-endian inputs; "
			   "leave it out, or compile with --target=bpfe%c",
			   linker->big_endian ? "big" : "little", linker->big_endian ? 'l' : 'b',
			   linker->big_endian ? 'L' : 'B', linker->big_endian ? "little" : "big",
			   linker->big_endian ? 'l' : 'b');
}

// Sort objects by their place on the command line; members are at the place of their archive.
static void order_objects(struct linker *linker)
{
	if (linker->objects.count == 0) {
		diag_error(
			linker->diag, ERROR_NO_INPUT, place_in(NULL, NULL),
			linker->options->input_count
				? "no objects to link: nothing refers to a member of the archives"
				: "no input files");
		return;
	}
	array_sort(&linker->objects, compare_objects);
	for (size_t i = 0; i < linker->objects.count; i++) {
		linker->objects.items[i]->index = (uint32_t)i;
		object_check_alike(linker, linker->objects.items[i]);
	}
	linker->big_endian = linker->objects.items[0]->big_endian;
	check_byte_order(linker);
}

/*
 * Needs: options. Gives: linker->objects with sections and symbols, and what their BTF says.
 */
void read_inputs(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	struct extraction extraction = { .linker = linker, .scope.linker = linker };

	prepare_renames(linker);
	prepare_new_names(linker);
	for (size_t i = 0; i < options->input_count; i++) {
		struct file *file = file_open(linker, &options->inputs[i], (uint32_t)i, false);

		if (file && archive_is(file))
			add_archive(&extraction, file);
		else if (file)
			add_object(&extraction, file);
	}
	// Names that failed inputs define would only be reported as missing.
	if (linker->diag->error_count)
		return;
	extract(&extraction);
	if (extraction.missing)
		extract_runtime(&extraction);
	order_objects(linker);
	check_new_names(linker);
	if (options->slot_count && linker->objects.count)
		add_slot_object(linker);
	add_metadata_object(linker);
	scope_deinit(&extraction.scope);
}
