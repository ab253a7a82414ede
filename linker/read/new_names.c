/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A prefix is for names that a file chose: not for those that loaders and tools look for, which all
 * files have in common, nor for licenses. What --rename says counts for these, too, and before any
 * prefix.
 */
#include "new_names.h"

#include "archive.h"
#include "bound_inputs.h"
#include "callbacks.h"
#include "known_names.h"
#include "reading.h"

static uint32_t name_of(struct linker *linker, const char *text)
{
	return strings_intern(&linker->strings, str_of(text));
}

// Whether an input is called exactly so; then no other of that base name is meant.
static bool is_exact(const struct bpfld_options *options, const char *file)
{
	for (size_t i = 0; i < options->input_count; i++) {
		const struct bpfld_input *input = &options->inputs[i];
		const char *name = input->name ? input->name : input->path;

		if (name && strcmp(name, file) == 0)
			return true;
	}
	return false;
}

void prepare_new_names(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	struct new_names *names = &linker->new_names;

	for (size_t i = 0; i < options->rename_count; i++)
		*array_at(linker->arena, &names->of, name_of(linker, options->renames[i].name)) =
			name_of(linker, options->renames[i].target);
	for (size_t i = 0; i < options->prefix_count; i++)
		*array_add(linker->arena, &names->prefixes) = (struct prefix_use){
			.exact = is_exact(options, options->prefixes[i].file),
		};
}

static bool prefix_fits(const struct linker *linker, size_t index, const char *name)
{
	enum fit fit = name_fits(linker->options->prefixes[index].file, name);

	return fit == FITS || (fit == FITS_BASE && !linker->new_names.prefixes.items[index].exact);
}

// What of an object or member called @object of @file the prefix @index is for: the name of it, or
// of its archive; NULL when it is for neither.
static const char *prefixed_input(const struct linker *linker, size_t index, const char *object,
				  const struct file *file)
{
	if (prefix_fits(linker, index, object))
		return object;
	return file->archive && prefix_fits(linker, index, file->name) ? file->name : NULL;
}

// The last prefix for the object called @object of @file; NULL for none.
static const char *find_prefix(const struct linker *linker, const char *object,
			       const struct file *file)
{
	for (size_t i = linker->options->prefix_count; object && i-- > 0;) {
		if (prefixed_input(linker, i, object, file))
			return linker->options->prefixes[i].prefix;
	}
	return NULL;
}

bool archive_has_prefix(const struct linker *linker, const struct file *file)
{
	for (size_t i = 0; i < linker->options->prefix_count; i++) {
		if (prefix_fits(linker, i, file->name))
			return true;
	}
	return false;
}

static uint32_t prefixed_name(struct linker *linker, const char *prefix, uint32_t name)
{
	struct str text = strings_get(&linker->strings, name);

	if (!prefix || name_is_known(text))
		return name;
	return name_of(linker, arena_format(linker->arena, "%s%.*s", prefix, STR_ARGS(text)));
}

// --rename before --prefix.
static uint32_t fresh_name(struct linker *linker, const char *prefix, uint32_t name)
{
	uint32_t renamed = array_get(&linker->new_names.of, name);

	return renamed ? renamed : prefixed_name(linker, prefix, name);
}

uint32_t new_name(struct linker *linker, const char *object, const struct file *file, uint32_t name)
{
	uint32_t fresh = fresh_name(linker, find_prefix(linker, object, file), name);

	if (file->archive) {
		uint32_t *called = array_at(linker->arena, &file->archive->called, name);

		*called = *called ? *called : fresh;
	}
	return fresh;
}

uint32_t new_meaning(const struct linker *linker, const struct object *object, uint32_t name)
{
	const struct archive *archive = object->file->archive;
	uint32_t called = 0;

	if (archive && archive_has_prefix(linker, object->file))
		called = array_get(&archive->called, name);
	if (!called)
		called = array_get(&linker->new_names.of, name);
	return called ? called : name;
}

// Note the names that @object declares __ksym or __kconfig, which are the kernel's.
static void note_kernels(struct linker *linker, const struct object *object)
{
	array_each(datasec, &object->datasecs) {
		if (!datasec_is_kernels(linker, datasec))
			continue;
		for (uint32_t i = 0; i < datasec->count; i++) {
			const struct declaration *declaration = datasec->entries[i].declaration;

			if (declaration)
				*array_at(linker->arena, &linker->new_names.kernels,
					  declaration->name) = object;
		}
	}
}

// What an undefined symbol is called: nobody renames what is the kernel's.
static uint32_t new_reference_name(const struct linker *linker, const struct symbol *symbol)
{
	if (array_get(&linker->new_names.kernels, symbol->name) == symbol->object)
		return symbol->name;
	return new_meaning(linker, symbol->object, symbol->name);
}

static uint32_t new_symbol_name(struct linker *linker, const char *prefix,
				const struct symbol *symbol)
{
	const struct section *section = symbol->section;
	const char *text = linker_name(linker, symbol->name);
	uint32_t program;

	if (symbol->home == HOME_UNDEFINED)
		return new_reference_name(linker, symbol);
	if (section && (section->role == ROLE_LICENSE || section->role == ROLE_VERSION))
		return symbol->name;
	if (!section || *text != '_' || strcmp(section->text_name, RUN_CONFIG) != 0)
		return fresh_name(linker, prefix, symbol->name);
	program = fresh_name(linker, prefix, name_of(linker, text + 1));
	return name_of(linker, arena_format(linker->arena, "_%s", linker_name(linker, program)));
}

void note_new_name(struct linker *linker, const struct symbol *symbol, uint32_t old,
		   const struct symbol *rival)
{
	*array_add(linker->arena, &linker->new_names.done) =
		(struct new_name){ symbol, old, rival };
}

// Rename @symbol; return whether it has a new name.
static bool rename_symbol(struct linker *linker, const char *prefix, struct symbol *symbol)
{
	struct new_names *names = &linker->new_names;
	uint32_t fresh = new_symbol_name(linker, prefix, symbol);

	if (fresh == symbol->name)
		return false;
	*array_at(linker->arena, &names->old, fresh) = symbol->name;
	*array_at(linker->arena, &names->here, symbol->name) =
		(struct renamed_here){ symbol->object, fresh };
	if (symbol->home != HOME_UNDEFINED)
		note_new_name(linker, symbol, symbol->name, NULL);
	symbol->name = fresh;
	return true;
}

// BTF has the names of what ELF has, but for static variables and functions, which are placed.
static void rename_declarations(struct linker *linker, struct object *object)
{
	array_each(each, &object->declarations) {
		struct declaration *declaration = *each;
		struct renamed_here here = array_get(&linker->new_names.here, declaration->name);

		if (here.object == object &&
		    (declaration->kind == BTF_KIND_FUNC || declaration->linkage != BTF_VAR_STATIC))
			declaration->name = here.name;
	}
}

void object_rename(struct linker *linker, struct object *object)
{
	const char *prefix = find_prefix(linker, object->name, object->file);
	bool renamed = false;

	note_kernels(linker, object);
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->binding != STB_LOCAL)
			renamed |= rename_symbol(linker, prefix, symbol);
	}
	if (renamed)
		rename_declarations(linker, object);
	for (size_t i = 0; i < linker->options->prefix_count; i++) {
		struct prefix_use *use = &linker->new_names.prefixes.items[i];
		const char *input = prefixed_input(linker, i, object->name, object->file);

		if (input && use->input && strcmp(use->input, input) != 0)
			use->other = use->input;
		if (input)
			use->input = input;
	}
	callbacks_follow(linker, object);
}

static const struct file *find_archive(const struct linker *linker, const char *name)
{
	array_each(file, &linker->files) {
		if ((*file)->archive && name_fits(name, (*file)->name) != FITS_NOT)
			return *file;
	}
	return NULL;
}

static void report_unused(struct linker *linker, const struct bpfld_input_prefix *option)
{
	const struct file *archive = find_archive(linker, option->file);
	struct place nowhere = place_in(NULL, NULL);

	if (archive)
		diag_warning(linker->diag, WARN_UNUSED_OPTION, nowhere,
			     "--prefix=%s=%s: no member of '%s' is linked; refer to what it "
			     "defines by names that begin with '%s'",
			     option->file, option->prefix, archive->name, option->prefix);
	else
		diag_error(linker->diag, ERROR_PREFIXED_INPUT, nowhere,
			   "--prefix=%s=%s: no input of this link is called '%s'; %s", option->file,
			   option->prefix, option->file, guess_input(linker, option->file));
}

void check_new_names(struct linker *linker)
{
	for (size_t i = 0; i < linker->options->prefix_count; i++) {
		const struct bpfld_input_prefix *option = &linker->options->prefixes[i];
		const struct prefix_use *use = &linker->new_names.prefixes.items[i];

		if (!use->input)
			report_unused(linker, option);
		else if (use->other)
			diag_error(linker->diag, ERROR_PREFIXED_INPUT, place_in(NULL, NULL),
				   "--prefix=%s=%s: '%s' and '%s' are called so; name one as on "
				   "the command line",
				   option->file, option->prefix, use->other, use->input);
	}
}
