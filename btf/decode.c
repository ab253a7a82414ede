/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns untrusted .BTF bytes into a unit whose accessors need no checks.
 *
 * There are three steps, each relying on the one before: the header and the bounds of its sections;
 * where each record begins; what each record refers to. The first error ends the reading, because
 * everything after a wrong length is noise. Rules that only kernels have (names must be
 * identifiers, sizes of integers) are not checked: the linker copies such values unchanged.
 */
#include "btf.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/reader.h"
#include "graph.h"
#include "header.h"
#include "records.h"

struct decoder {
	struct btf_unit *unit;
	struct reader section; // all of it
	const uint8_t *kind;   // by type id
	bool once;             // see btf_unit_read_once()
};

// The offset of word @at in the section, in bytes.
static uint64_t word_offset(const struct btf_unit *unit, size_t at)
{
	return unit->words_at + (uint64_t)at * sizeof(*unit->words);
}

// Report an error of the record at word @at.
static bool record_error(struct decoder *decoder, uint32_t id, size_t at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static bool record_error(struct decoder *decoder, uint32_t id, size_t at, const char *format, ...)
{
	const struct btf_unit *unit = decoder->unit;
	const uint32_t *record = unit->words + at;
	const char *name = "?";
	const char *kind = "?";
	va_list arguments;
	char *text;

	if (record[RECORD_NAME] < unit->strings.size)
		name = btf_unit_string(unit, record[RECORD_NAME]).data;
	if (btf_info_kind(record[RECORD_INFO]) <= BTF_KIND_LAST)
		kind = btf_kind_info(btf_info_kind(record[RECORD_INFO]))->name;
	va_start(arguments, format);
	text = arena_vformat(decoder->section.diag->arena, format, arguments);
	va_end(arguments);
	return reader_error(&decoder->section, ERROR_MALFORMED_BTF, word_offset(unit, at),
			    "type [%" PRIu32 "] %s '%.100s': %s", id, kind, name, text);
}

// The words of the record at word @at; 0 when an error was reported.
static size_t check_length(struct decoder *decoder, uint32_t id, size_t at, size_t count)
{
	size_t words;
	uint32_t info;

	if (!range_fits(at, RECORD_TAIL, count))
		return reader_error(&decoder->section, ERROR_MALFORMED_BTF,
				    word_offset(decoder->unit, at),
				    "type [%" PRIu32 "] is cut off by the end of the types", id);
	info = decoder->unit->words[at + RECORD_INFO];
	if (btf_info_kind(info) == BTF_KIND_UNKN || btf_info_kind(info) > BTF_KIND_LAST)
		return record_error(decoder, id, at, "kind %" PRIu32 " is unknown",
				    btf_info_kind(info));
	// For a FUNC vlen is the linkage.
	if (btf_info_vlen(info) && !record_kinds[btf_info_kind(info)].element &&
	    btf_info_kind(info) != BTF_KIND_FUNC)
		return record_error(decoder, id, at,
				    "vlen is %" PRIu32 ", but the kind has no elements",
				    btf_info_vlen(info));
	words = record_words(info);
	if (!range_fits(at, words, count))
		return record_error(decoder, id, at,
				    "has %zu bytes, but only %zu are left of the types", words * 4,
				    (count - at) * 4);
	return words;
}

// Find the place and kind of each record, in scratch memory: their number is only known at the end,
// and few units have to keep them.
static bool find_records(struct decoder *decoder, struct btf_graph *graph)
{
	struct btf_unit *unit = decoder->unit;
	size_t count = unit->word_count;
	size_t most = count / RECORD_TAIL + 1;
	uint32_t *offset = scratch_room(&graph->offsets, graph->scratch, most, sizeof(*offset));
	uint8_t *kind = scratch_room(&graph->kinds, graph->scratch, most, sizeof(*kind));
	uint32_t *declared =
		scratch_room(&graph->declared, graph->scratch, most, sizeof(*declared));

	offset[0] = 0;
	kind[0] = BTF_KIND_UNKN;
	for (size_t at = 0; at < count;) {
		size_t words = check_length(decoder, unit->type_count + 1, at, count);

		if (words == 0)
			return false;
		unit->type_count++;
		offset[unit->type_count] = (uint32_t)at;
		kind[unit->type_count] = (uint8_t)btf_info_kind(unit->words[at + RECORD_INFO]);
		if (record_kinds[kind[unit->type_count]].is_declaration)
			declared[unit->declaration_count++] = unit->type_count;
		at += words;
	}
	unit->offset = offset;
	unit->declarations = declared;
	decoder->kind = kind;
	return true;
}

// A copy of @count words in @arena.
static const uint32_t *keep_words(const uint32_t *words, size_t count, struct arena *arena)
{
	uint32_t *kept = arena_alloc_array(arena, count, sizeof(*kept));

	return count ? memcpy(kept, words, count * sizeof(*kept)) : kept;
}

// Copy the records of a unit in which a name has two meanings: settling needs them.
static void keep_records(const struct decoder *decoder, struct btf_graph *graph)
{
	struct btf_unit *unit = decoder->unit;
	struct arena *arena = decoder->once ? graph->scratch : graph->arena;

	if (decoder->once && !unit->has_rivals)
		return;
	unit->offset = keep_words(unit->offset, (size_t)unit->type_count + 1, arena);
	if (decoder->once)
		unit->words = keep_words(unit->words, unit->word_count, arena);
}

#define KIND(name)   (1u << BTF_KIND_##name)
#define DECLARATIONS (KIND(FUNC) | KIND(VAR) | KIND(DATASEC) | KIND(DECL_TAG))

// The kinds that an id in a record of @kind may refer to; KIND(UNKN) is void.
static uint32_t allowed_targets(uint32_t kind)
{
	static const uint32_t of_declarations[BTF_KIND_LAST + 1] = {
		[BTF_KIND_FUNC] = KIND(FUNC_PROTO),
		[BTF_KIND_DATASEC] = KIND(VAR) | KIND(FUNC),
		[BTF_KIND_DECL_TAG] =
			KIND(STRUCT) | KIND(UNION) | KIND(TYPEDEF) | KIND(FUNC) | KIND(VAR),
	};

	return of_declarations[kind] ? of_declarations[kind] : ~DECLARATIONS;
}

static bool id_error(struct decoder *decoder, uint32_t id, uint32_t target)
{
	const struct btf_unit *unit = decoder->unit;

	if (target > unit->type_count)
		return record_error(decoder, id, unit->offset[id],
				    "refers to type [%" PRIu32 "], the last is [%" PRIu32 "]",
				    target, unit->type_count);
	return record_error(decoder, id, unit->offset[id],
			    "refers to type [%" PRIu32 "], which is %s", target,
			    target ? btf_kind_info(decoder->kind[target])->name : "void");
}

static bool name_error(struct decoder *decoder, uint32_t id, uint32_t name)
{
	const struct btf_unit *unit = decoder->unit;

	return record_error(decoder, id, unit->offset[id],
			    "name_off 0x%" PRIx32 " is beyond the end of the strings, 0x%zx", name,
			    unit->strings.size);
}

// Check the elements of a record. Valid names are marked at once, which saves another visit.
static bool check_elements(struct decoder *decoder, uint32_t id, const uint32_t *record,
			   uint32_t allowed)
{
	const struct btf_unit *unit = decoder->unit;
	const struct btf_kind_info *kind = &record_kinds[decoder->kind[id]];
	const uint32_t *element = record + RECORD_TAIL + kind->tail;
	const uint32_t *end = element + (size_t)btf_info_vlen(record[RECORD_INFO]) * kind->element;
	uint32_t type_count = unit->type_count;
	size_t strings_size = unit->strings.size, words = kind->element;
	int name_word = kind->element_name, type_word = kind->element_type;
	const uint8_t *kinds = decoder->kind;
	struct names names = unit->graph->names;

	for (; element < end; element += words) {
		if (name_word >= 0) {
			if (element[name_word] >= strings_size)
				return name_error(decoder, id, element[name_word]);
			names_mark(&names, element[name_word]);
		}
		if (type_word >= 0 && (element[type_word] > type_count ||
				       !(allowed >> kinds[element[type_word]] & 1)))
			return id_error(decoder, id, element[type_word]);
	}
	return true;
}

static bool check_record(struct decoder *decoder, uint32_t id, const uint32_t *record)
{
	const struct btf_unit *unit = decoder->unit;
	const struct btf_kind_info *kind = &record_kinds[decoder->kind[id]];
	uint32_t allowed = allowed_targets(decoder->kind[id]);
	// Each kind has a type or types in its tail, never both.
	const uint32_t *target = record + (kind->has_type ? RECORD_SIZE : RECORD_TAIL);

	if (record[RECORD_NAME] >= unit->strings.size)
		return name_error(decoder, id, record[RECORD_NAME]);
	// Names of declarations are not needed yet.
	if (!kind->is_declaration)
		names_mark(&unit->graph->names, record[RECORD_NAME]);
	for (int left = kind->has_type + kind->tail_types; left; left--, target++) {
		if (*target > unit->type_count || !(allowed >> decoder->kind[*target] & 1))
			return id_error(decoder, id, *target);
	}
	return !kind->element || check_elements(decoder, id, record, allowed);
}

// How many components @id, the target of a DECL_TAG, has. If it is a FUNC, its own ids may not have
// been checked yet.
static uint32_t component_count(const struct btf_unit *unit, uint32_t id)
{
	const struct btf_type *type = btf_unit_type(unit, id);

	switch (btf_info_kind(type->info)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return btf_info_vlen(type->info);
	case BTF_KIND_FUNC:
		if (type->type && type->type <= unit->type_count &&
		    btf_info_kind(btf_unit_type(unit, type->type)->info) == BTF_KIND_FUNC_PROTO)
			return btf_info_vlen(btf_unit_type(unit, type->type)->info);
		return 0;
	default:
		return 0;
	}
}

// Check a declaration beyond valid ids and names.
static bool check_declaration(struct decoder *decoder, uint32_t id, const uint32_t *record)
{
	const struct btf_unit *unit = decoder->unit;
	uint32_t vlen = btf_info_vlen(record[RECORD_INFO]);
	uint32_t tail;

	switch (btf_info_kind(record[RECORD_INFO])) {
	case BTF_KIND_FUNC:
		if (vlen > BTF_FUNC_EXTERN)
			return record_error(decoder, id, unit->offset[id],
					    "linkage %" PRIu32 " is unknown", vlen);
		return true;
	case BTF_KIND_VAR:
		tail = record[RECORD_TAIL];
		if (tail > BTF_VAR_GLOBAL_EXTERN)
			return record_error(decoder, id, unit->offset[id],
					    "linkage %" PRIu32 " is unknown", tail);
		return true;
	case BTF_KIND_DECL_TAG:
		tail = record[RECORD_TAIL];
		if (tail != UINT32_MAX && tail >= component_count(unit, record[RECORD_SIZE]))
			return record_error(decoder, id, unit->offset[id],
					    "component_idx %" PRId32
					    " does not exist in type [%" PRIu32 "]",
					    (int32_t)tail, record[RECORD_SIZE]);
		return true;
	default:
		return true;
	}
}

static bool check_records(struct decoder *decoder)
{
	const struct btf_unit *unit = decoder->unit;

	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const uint32_t *record = unit->words + unit->offset[id];

		if (!check_record(decoder, id, record) ||
		    (record_kinds[decoder->kind[id]].is_declaration &&
		     !check_declaration(decoder, id, record)))
			return false;
	}
	return true;
}

static bool read_unit(struct decoder *decoder, struct btf_graph *graph)
{
	struct btf_unit *unit = decoder->unit;
	struct reader types, strings;
	uint32_t culprit;

	if (!btf_header_read(decoder->section, &types, &strings))
		return false;
	if (!reader_left(&strings) || strings.position[0] || strings.end[-1])
		return reader_error(&decoder->section, ERROR_MALFORMED_BTF, 0,
				    "strings do not begin and end with a NUL byte");
	unit->strings = (struct str){ (const char *)strings.position, reader_left(&strings) };
	unit->words_at = (uint32_t)reader_offset(&types);
	unit->word_count = reader_left(&types) / sizeof(*unit->words);
	unit->words = reader_words(&types, unit->word_count,
				   decoder->once ? graph->scratch : graph->arena);
	names_begin(&graph->names, unit->strings, graph->scratch);
	if (!find_records(decoder, graph) || !check_records(decoder))
		return false;
	if (!names_intern(&graph->names, graph->strings, false, graph->scratch))
		return reader_error(&decoder->section, ERROR_EXCESSIVE_WORK, 0,
				    "names of types overlap more than any compiler would do");
	// A type adds its own record and a tag's to the graph, and settling writes the graph again.
	graph->unit_words += unit->word_count;
	if (graph->unit_words > UINT32_MAX / 6)
		return reader_error(
			&decoder->section, ERROR_TOO_LARGE, 0,
			"the inputs up to this one have more types than a link can hold");
	culprit = graph_add_unit(graph, unit);
	if (culprit) {
		record_error(decoder, culprit, unit->offset[culprit],
			     "refers to itself without a struct or union in between");
		return false;
	}
	unit->index = (uint32_t)graph->units.count - 1;
	keep_records(decoder, graph);
	return true;
}

static struct btf_unit *read_section(struct btf_graph *graph, struct reader section, bool once)
{
	struct decoder decoder = {
		.unit = arena_new(graph->arena, struct btf_unit),
		.section = section,
		.once = once,
	};

	decoder.unit->graph = graph;
	decoder.unit->where = place_in(section.input, section.section);
	return read_unit(&decoder, graph) ? decoder.unit : NULL;
}

struct btf_unit *btf_unit_read(struct btf_graph *graph, const void *data, size_t size,
			       bool big_endian, struct place where, struct diag *diag)
{
	return read_section(graph, reader_of(data, size, big_endian, where, diag), false);
}

struct btf_unit *btf_unit_read_once(struct btf_graph *graph, const void *data, size_t size,
				    bool big_endian, struct place where, struct diag *diag)
{
	return read_section(graph, reader_of(data, size, big_endian, where, diag), true);
}
