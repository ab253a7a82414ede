/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Defines the roots. By default every atom is a root, except bodies that lost their names and data
 * in doubt. With --gc-sections only atoms that something outside the object asks for are: the
 * kernel for programs and struct_ops, user space for maps and exported symbols, tools for variables
 * or sections that they find by name (docs/loaders.md lists them), the user with -u.
 */
#include "roots.h"

#include "insn.h"
#include "known_names.h"
#include "maps.h"

// More pointers and arrays around a type than any program has. Bounds the walk for each variable.
#define TYPE_DEPTH_MAX 64

static const char *const texts[] = {
	[ROOT_NONE] = "is not live by itself",
	[ROOT_KEPT] = "is kept, as everything is without --gc-sections",
	[ROOT_PROGRAM] = "is an entry program",
	[ROOT_STRUCT_OPS] = "is for struct_ops",
	[ROOT_SINGLETON] = "is the license or version",
	[ROOT_MAP] = "is a map, which user space may look for (--gc-maps)",
	[ROOT_DATA_MAP] = "is in a data section of its own, which is a map to loaders (--gc-maps)",
	[ROOT_SECTION] = "is in a section that only loaders and tools look for",
	[ROOT_NAME] = "has a name that loaders or tools look for",
	[ROOT_TYPE] = "is there for its type, as nothing ever referred to it",
	[ROOT_REQUESTED] = "was asked for (-u, --require-defined, --export)",
	[ROOT_RETAINED] = "is marked to be retained (SHF_GNU_RETAIN)",
};

const char *root_text(enum root root)
{
	return texts[root];
}

// Whether a constant is padding: zeros between aligned strings look like empty strings.
static bool is_padding(const struct atom *atom)
{
	const struct section *section = atom->section;

	return section->flags & SHF_STRINGS && atom->size == section->entsize &&
	       section->align > section->entsize;
}

// Whether code is only padding. Loaders that walk from function to function refuse it (aya).
static bool is_code_padding(const struct atom *atom)
{
	const struct section *section = atom->section;
	bool big_endian = section->object->big_endian;

	if (section->role != ROLE_CODE || atom->symbol || atom->named || atom->referenced)
		return false;
	for (uint32_t at = 0; at < atom->size; at += INSN_SIZE) {
		if (!insn_is_padding(insn_read(section->data + atom->offset + at, big_endian)))
			return false;
	}
	return true;
}

// Whether @atom is a root by default. Jump tables and nameless constants go with what refers to
// them, but constants that nothing ever referred to stay.
static bool is_kept(const struct atom *atom)
{
	if (atom->section->role == ROLE_JUMP_TABLES)
		return false;
	return !atom->constant || atom->named || !(atom->referenced || is_padding(atom));
}

static bool is_struct_ops(const struct section *section)
{
	struct str name = str_of(section->text_name);

	return str_starts_with(name, STR(".struct_ops")) ||
	       str_starts_with(name, STR("?.struct_ops"));
}

// Whether a user made @section a data map of its own, like ".data.mine"; compilers use some such
// names, too.
static bool is_data_map(const struct linker *linker, const struct section *section)
{
	static const struct str prefixes[] = { STR(".data."), STR(".rodata."), STR(".bss.") };
	struct str name = strings_get(&linker->strings, section->output_name);

	if (section->flags & SHF_MERGE || str_starts_with(name, STR(".data.rel.ro")))
		return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (str_starts_with(name, prefixes[i]))
			return true;
	}
	return false;
}

// Whether @section is for tools that read the object: programs cannot use .xdp_run_config of
// libxdp, or .maps.NAME of BPF_ANNOTATE_KV_PAIR().
static bool is_for_tools(const struct section *section)
{
	static const struct str prefixes[] = { STR(".data"), STR(".rodata"), STR(".bss"),
					       STR(".addr_space.") };
	struct str name = str_of(section->text_name);

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (str_starts_with(name, prefixes[i]))
			return false;
	}
	return !section_has_legacy_maps(section);
}

static uint32_t element_type(const struct btf_graph *graph, uint32_t array)
{
	const struct btf_array *tail = btf_record_tail(btf_graph_type(graph, array));

	return tail->type;
}

static bool is_compound(const struct btf_graph *graph, uint32_t node)
{
	uint32_t kind = btf_graph_kind(graph, node);

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION || kind == BTF_KIND_ENUM ||
	       kind == BTF_KIND_ENUM64;
}

// Whether @atom is a variable whose purpose is to keep a type in BTF for code generators, like
// bpf2go's 'const struct event *unused'. Nothing refers to it.
static bool keeps_type(const struct linker *linker, const struct atom *atom)
{
	uint32_t node = atom->declaration ? atom->declaration->node : 0;

	if (atom->referenced)
		return false;
	for (int i = 0; i < TYPE_DEPTH_MAX; i++) {
		node = btf_graph_strip(linker->graph, node);
		switch (btf_graph_kind(linker->graph, node)) {
		case BTF_KIND_PTR:
			node = btf_graph_type(linker->graph, node)->type;
			break;
		case BTF_KIND_ARRAY:
			node = element_type(linker->graph, node);
			break;
		default:
			return is_compound(linker->graph, node);
		}
	}
	return false;
}

static enum root data_root(const struct linker *linker, const struct atom *atom)
{
	const struct section *section = atom->section;

	if (atom->declaration &&
	    name_is_known(strings_get(&linker->strings, atom->declaration->name)))
		return ROOT_NAME;
	if (section->role != ROLE_DATA)
		return ROOT_NONE;
	if (is_struct_ops(section))
		return ROOT_STRUCT_OPS;
	if (!linker->options->gc_maps && is_data_map(linker, section))
		return ROOT_DATA_MAP;
	if (is_for_tools(section))
		return ROOT_SECTION;
	return keeps_type(linker, atom) ? ROOT_TYPE : ROOT_NONE;
}

// Whether @atom is a setting, like 'static volatile const int verbose': user space sets it whether
// or not code reads it.
static bool is_setting(const struct linker *linker, const struct atom *atom)
{
	uint32_t node = atom->declaration ? atom->declaration->node : 0;
	bool is_const = false, is_volatile = false;

	for (int i = 0; i < TYPE_DEPTH_MAX && !(is_const && is_volatile); i++) {
		switch (btf_graph_kind(linker->graph, node)) {
		case BTF_KIND_CONST:
			is_const = true;
			break;
		case BTF_KIND_VOLATILE:
			is_volatile = true;
			break;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_TYPE_TAG:
			break;
		case BTF_KIND_ARRAY:
			node = element_type(linker->graph, node);
			continue;
		default:
			return false;
		}
		node = btf_graph_type(linker->graph, node)->type;
	}
	return is_const && is_volatile;
}

// Who outside the object asks for @atom.
static enum root asked_root(const struct linker *linker, const struct atom *atom)
{
	const struct section *section = atom->section;

	if (atom->requested)
		return ROOT_REQUESTED;
	if (section->flags & SHF_GNU_RETAIN)
		return ROOT_RETAINED;
	if (section->role == ROLE_LICENSE || section->role == ROLE_VERSION)
		return ROOT_SINGLETON;
	if (!linker->options->gc_maps &&
	    (section->role == ROLE_MAPS || section_has_legacy_maps(section)))
		return ROOT_MAP;
	if (section->role == ROLE_DATA || section->role == ROLE_MAPS)
		return data_root(linker, atom);
	if (section_has_programs(linker, section))
		return ROOT_PROGRAM;
	return ROOT_NONE;
}

enum root atom_root(const struct linker *linker, const struct atom *atom)
{
	if (atom->overridden || atom->ownerless || atom->folded || is_code_padding(atom))
		return ROOT_NONE;
	if (linker->options->gc_sections)
		return asked_root(linker, atom);
	if (atom->in_doubt && !is_setting(linker, atom))
		return asked_root(linker, atom);
	return is_kept(atom) ? ROOT_KEPT : ROOT_NONE;
}
