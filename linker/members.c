/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inputs, and which members of archives become objects.
 *
 * A member is taken when an object that is taken refers to a name that only the member defines, and
 * so on until nothing changes. Where archives stand on the command line has no say in that, unlike
 * for ld, which looks at each archive once; of two members that define a name, the first is taken.
 * Weak references take nothing.
 */
#include <stdlib.h>

#include "archive.h"
#include "input.h"
#include "passes.h"
#include "read_object.h"
#include "renames.h"

// What may become an object.
struct member {
	const char *name;
	struct file *file; // the archive, or the object itself
	uint64_t offset;   // in the archive; 0 for an object
	const uint8_t *data;
	uint64_t size;
	const char *path;      // of a thin archive's member; NULL otherwise
	struct object *object; // NULL until it was read
	bool taken;
};

struct extraction {
	struct linker *linker;
	ARRAY(struct member *) lazy; // by name: the first member that defines it, or NULL
	ARRAY(uint8_t) defined;      // by name: some object that was taken defines it
};

static void offer(struct extraction *extraction, uint32_t name, struct member *member)
{
	while (extraction->lazy.count <= name)
		*array_add(extraction->linker->arena, &extraction->lazy) = NULL;
	if (!extraction->lazy.items[name])
		extraction->lazy.items[name] = member;
}

static void mark_defined(struct extraction *extraction, uint32_t name)
{
	while (extraction->defined.count <= name)
		*array_add(extraction->linker->arena, &extraction->defined) = 0;
	extraction->defined.items[name] = 1;
}

static bool load_thin_member(struct linker *linker, struct member *member)
{
	struct bpfld_input *input = arena_new(linker->arena, struct bpfld_input);
	struct file *file;

	input->name = member->name;
	input->path = member->path;
	file = file_open(linker, input, member->file->index);
	if (!file)
		return false;
	member->data = file->data;
	member->size = file->size;
	return true;
}

// Read a member's tables, without taking it.
static bool read_member(struct linker *linker, struct member *member)
{
	struct object *object;

	if (member->object)
		return true;
	if (member->path && !load_thin_member(linker, member))
		return false;
	object = arena_new(linker->arena, struct object);
	*object = (struct object){
		.name = member->name,
		.file = member->file,
		.offset = member->offset,
		.data = member->data,
		.size = member->size,
	};
	member->object = object;
	// Listed before it is read, so that all is closed however the link ends.
	*array_add(linker->arena, &linker->read) = object;
	return object_read(linker, object);
}

static void take(struct extraction *extraction, struct member *member)
{
	struct linker *linker = extraction->linker;
	struct object *object;

	if (member->taken || !read_member(linker, member))
		return;
	member->taken = true;
	object = member->object;
	*array_add(linker->arena, &linker->objects) = object;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (object->symbols[i].binding != STB_LOCAL &&
		    object->symbols[i].home != HOME_UNDEFINED)
			mark_defined(extraction, object->symbols[i].name);
	}
}

static void offer_symbols(struct extraction *extraction, struct member *member)
{
	const struct object *object;

	if (!read_member(extraction->linker, member))
		return;
	object = member->object;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (object->symbols[i].binding != STB_LOCAL &&
		    object->symbols[i].home != HOME_UNDEFINED)
			offer(extraction, object->symbols[i].name, member);
	}
}

static struct member *make_member(struct linker *linker, struct file *file,
				  const struct archive *archive, const struct archive_entry *entry)
{
	struct member *member = arena_new(linker->arena, struct member);
	const char *slash = strrchr(file->name, '/');
	int folder = slash ? (int)(slash - file->name + 1) : 0;

	*member = (struct member){
		.name = arena_format(linker->arena, "%s(%.*s)", file->name, STR_ARGS(entry->name)),
		.file = file,
		.offset = entry->offset,
		.data = entry->data,
		.size = entry->size,
	};
	if (archive->thin && entry->name.size && entry->name.data[0] == '/')
		member->path = arena_strndup(linker->arena, entry->name.data, entry->name.size);
	else if (archive->thin)
		member->path = arena_format(linker->arena, "%.*s%.*s", folder, file->name,
					    STR_ARGS(entry->name));
	return member;
}

// The member whose header is at @offset; NULL when there is none.
static struct member *find_member(struct member **members, size_t count, uint64_t offset)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (members[middle]->offset == offset)
			return members[middle];
		if (members[middle]->offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void offer_index(struct extraction *extraction, const struct archive *archive,
			struct member **members)
{
	struct linker *linker = extraction->linker;

	array_each(symbol, &archive->symbols) {
		struct member *member =
			find_member(members, archive->entries.count, symbol->offset);

		if (member)
			offer(extraction, strings_intern(&linker->strings, symbol->name), member);
	}
}

static bool is_elf(const struct member *member)
{
	return member->path ||
	       str_starts_with((struct str){ (const char *)member->data, member->size },
			       STR(ELFMAG));
}

// --exclude-libs names archives without their folder.
static bool is_excluded(const struct linker *linker, const struct file *file)
{
	const struct bpfld_strings *names = &linker->options->exclude_libs;
	const char *slash = strrchr(file->name, '/');
	const char *name = slash ? slash + 1 : file->name;

	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], "ALL") == 0 || strcmp(names->items[i], name) == 0)
			return true;
	}
	return false;
}

static void add_archive(struct extraction *extraction, struct file *file)
{
	struct linker *linker = extraction->linker;
	struct archive *archive = archive_read(linker, file);
	struct member **members;

	if (!archive)
		return;
	file->archive = true;
	file->member_count = archive->entries.count;
	file->hidden = is_excluded(linker, file);
	members = arena_new_array(linker->arena, struct member *, archive->entries.count);
	for (size_t i = 0; i < archive->entries.count; i++) {
		members[i] = make_member(linker, file, archive, &archive->entries.items[i]);
		if (file->input->whole_archive)
			take(extraction, members[i]);
		else if (!archive->indexed && is_elf(members[i]))
			offer_symbols(extraction, members[i]);
	}
	if (archive->indexed && !file->input->whole_archive)
		offer_index(extraction, archive, members);
}

static void add_object(struct extraction *extraction, struct file *file)
{
	struct member *member = arena_new(extraction->linker->arena, struct member);

	*member = (struct member){
		.name = file->name,
		.file = file,
		.data = file->data,
		.size = file->size,
	};
	if (file->input->lazy)
		offer_symbols(extraction, member);
	else
		take(extraction, member);
}

// Take what defines @name, which @user refers to; NULL for an option.
static void need(struct extraction *extraction, const struct object *user, uint32_t name)
{
	struct linker *linker = extraction->linker;
	struct member *member = name < extraction->lazy.count ? extraction->lazy.items[name] : NULL;

	if (!member || member->taken ||
	    (name < extraction->defined.count && extraction->defined.items[name]))
		return;
	take(extraction, member);
	if (member->taken)
		*array_add(linker->arena, &linker->extracts) =
			(struct extract){ user, member->object, name };
}

static void need_names(struct extraction *extraction, const struct bpfld_strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		need(extraction, NULL,
		     strings_intern(&extraction->linker->strings, str_of(names->items[i])));
}

// The list of objects grows while it is walked.
static void extract(struct extraction *extraction)
{
	struct linker *linker = extraction->linker;

	need_names(extraction, &linker->options->undefined);
	need_names(extraction, &linker->options->required);
	for (size_t i = 0; i < linker->objects.count; i++) {
		const struct object *object = linker->objects.items[i];

		for (uint32_t j = 1; j < object->symbol_count; j++) {
			if (object->symbols[j].binding == STB_GLOBAL &&
			    object->symbols[j].home == HOME_UNDEFINED)
				need(extraction, object,
				     symbol_meaning(linker, &object->symbols[j]));
		}
	}
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
		diag_error(linker->diag, place_in(linker->objects.items[0]->name, NULL),
			   "is %s-endian, but the output is to be %s-endian",
			   linker->big_endian ? "big" : "little",
			   wanted == BPFLD_BIG_ENDIAN ? "big" : "little");
}

// Members stand where their archive does, however they were found.
static void order_objects(struct linker *linker)
{
	if (linker->objects.count == 0) {
		diag_error(
			linker->diag, place_in(NULL, NULL),
			linker->options->input_count
				? "no objects to link: nothing refers to a member of the archives"
				: "no input files");
		return;
	}
	qsort(linker->objects.items, linker->objects.count, sizeof(*linker->objects.items),
	      compare_objects);
	for (size_t i = 0; i < linker->objects.count; i++) {
		linker->objects.items[i]->index = (uint32_t)i;
		object_check_alike(linker, linker->objects.items[i]);
	}
	linker->big_endian = linker->objects.items[0]->big_endian;
	check_byte_order(linker);
}

/*
 * Needs: options. Gives: linker->objects with sections and symbols.
 */
void read_inputs(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	struct extraction extraction = { .linker = linker };

	elf_version(EV_CURRENT);
	prepare_renames(linker);
	for (size_t i = 0; i < options->input_count; i++) {
		struct file *file = file_open(linker, &options->inputs[i], (uint32_t)i);

		if (file && archive_is(file))
			add_archive(&extraction, file);
		else if (file)
			add_object(&extraction, file);
	}
	// What failed so far would only be told again as missing.
	if (linker->diag->error_count)
		return;
	extract(&extraction);
	order_objects(linker);
}
