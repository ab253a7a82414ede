/* SPDX-License-Identifier: BSD-2-Clause */
#include "metadata_object.h"

#include "base/metadata_text.h"
#include "btf_bytes.h"
#include "option_object.h"
#include "read_types.h"

// What messages and reports call the object.
#define OBJECT_NAME "<metadata>"

struct entries {
	ARRAY_FIELDS(const struct bpfld_metadata *);
};

// The entries by first appearance of their keys; of those with one key the last.
static struct entries find_entries(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	ARRAY(uint32_t) numbers = { 0 }; // by name: index in entries, plus 1
	struct entries entries = { 0 };

	for (size_t i = 0; i < options->metadata_count; i++) {
		const struct bpfld_metadata *entry = &options->metadata[i];
		uint32_t name = strings_intern(&linker->strings, str_of(entry->key));
		uint32_t *number = array_at(linker->arena, &numbers, name);

		if (*number) {
			entries.items[*number - 1] = entry;
			continue;
		}
		*array_add(linker->arena, &entries) = entry;
		*number = (uint32_t)entries.count;
	}
	return entries;
}

static const char *variable_name(struct linker *linker, const struct bpfld_metadata *entry)
{
	return arena_format(linker->arena, METADATA_PREFIX "%s", entry->key);
}

static uint32_t value_size(const struct bpfld_metadata *entry)
{
	return (uint32_t)strlen(entry->value) + 1;
}

// The values, one after another.
static struct str join_values(struct linker *linker, const struct entries *entries, size_t size)
{
	char *data = arena_alloc(linker->arena, size), *end = data;

	array_each(entry, entries) {
		memcpy(end, (*entry)->value, value_size(*entry));
		end += value_size(*entry);
	}
	return (struct str){ data, size };
}

static void make_symbols(struct linker *linker, struct object *object,
			 const struct entries *entries)
{
	uint64_t offset = 0;

	for (size_t i = 0; i < entries->count; i++) {
		const struct bpfld_metadata *entry = entries->items[i];

		object->symbols[i + 1] = (struct symbol){
			.object = object,
			.section = &object->sections[1],
			.value = offset,
			.size = value_size(entry),
			.name = strings_intern(&linker->strings,
					       str_of(variable_name(linker, entry))),
			.binding = STB_LOCAL,
			.type = STT_OBJECT,
			.home = HOME_SECTION,
		};
		offset += value_size(entry);
	}
}

// Add the VAR of a static variable 'const char NAME[SIZE]'; return its id.
static uint32_t add_variable(struct btf_bytes *bytes, const char *name, uint32_t size,
			     uint32_t element, uint32_t index)
{
	uint32_t type = btf_bytes_type(bytes, "", BTF_KIND_ARRAY, 0, 0);

	btf_bytes_word(bytes, element);
	btf_bytes_word(bytes, index);
	btf_bytes_word(bytes, size);
	type = btf_bytes_type(bytes, name, BTF_KIND_VAR, 0, type);
	btf_bytes_word(bytes, BTF_VAR_STATIC);
	return type;
}

// Types as clang writes them, so that they are those of the inputs. bpftool prints an array as text
// if its elements are called "char".
static void describe(struct linker *linker, struct object *object, const struct entries *entries)
{
	struct btf_bytes bytes = btf_bytes_begin(linker);
	uint32_t element = btf_bytes_type(&bytes, "char", BTF_KIND_INT, 0, sizeof(char));
	uint32_t index, first = 0, offset = 0;

	btf_bytes_word(&bytes, BTF_INT_SIGNED << 24 | 8);
	element = btf_bytes_type(&bytes, "", BTF_KIND_CONST, 0, element);
	index = btf_bytes_type(&bytes, "__ARRAY_SIZE_TYPE__", BTF_KIND_INT, 0, sizeof(uint32_t));
	btf_bytes_word(&bytes, 32);
	array_each(entry, entries) {
		uint32_t variable = add_variable(&bytes, variable_name(linker, *entry),
						 value_size(*entry), element, index);

		first = first ? first : variable;
	}
	btf_bytes_type(&bytes, ".rodata", BTF_KIND_DATASEC, (uint32_t)entries->count,
		       (uint32_t)object->size);
	array_each(entry, entries) {
		// Each VAR follows its array.
		btf_bytes_word(&bytes, first);
		btf_bytes_word(&bytes, offset);
		btf_bytes_word(&bytes, value_size(*entry));
		first += 2;
		offset += value_size(*entry);
	}
	object->btf = btf_bytes_read(&bytes, object);
	if (object->btf)
		object_note_declarations(linker, object);
}

// Whether a section and its DATASEC can hold @entries.
static bool check_size(struct linker *linker, const struct entries *entries, size_t *size)
{
	uint64_t total = 0;

	array_each(entry, entries)
		total += strlen((*entry)->value) + 1;
	*size = (size_t)total;
	if (total <= UINT32_MAX && entries->count <= BTF_VLEN_MAX)
		return true;
	diag_error(linker->diag, ERROR_TOO_LARGE, place_in(OBJECT_NAME, NULL),
		   "there are %zu keys, with values of %zu bytes; BTF can describe %u variables "
		   "in a section of 4 GiB",
		   entries->count, *size, BTF_VLEN_MAX);
	return false;
}

void add_metadata_object(struct linker *linker)
{
	struct entries entries = find_entries(linker);
	struct object *object;
	size_t size;

	if (entries.count == 0 || !check_size(linker, &entries, &size))
		return;
	object = add_option_object(linker, OBJECT_NAME, ".rodata",
				   join_values(linker, &entries, size), (uint32_t)entries.count);
	make_symbols(linker, object, &entries);
	describe(linker, object, &entries);
	linker->metadata = object;
}
