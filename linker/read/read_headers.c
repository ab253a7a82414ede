/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out what a file is, and where its sections are.
 *
 * Source: System V gABI, chapter 4, "ELF Header", "Sections", "String Table".
 */
#include "read_headers.h"

#include <inttypes.h>

#include "base/integers.h"
#include "elf_records.h"
#include "input.h"
#include "reading.h"

// Most objects have the names of sections right before the section headers: reading both at once
// saves a call.
#define NAMES_SIZE 2048

// First bytes of known kinds of files, and what to tell the user.
static const struct signature {
	struct str magic;
	const char *text;
} signatures[] = {
	{ STR("BC\xC0\xDE"),
	  "is LLVM bitcode, not an object; compile without -flto and -emit-llvm, or "
	  "make an object of it with 'llc -march=bpf -filetype=obj'" },
	{ STR("\xDE\xC0\x17\x0B"),
	  "is LLVM bitcode in a wrapper, not an object; compile without -flto" },
	{ STR("\x9f\xeb\x01"), "is raw BTF, not an object" },
	{ STR("\xeb\x9f\x01"), "is raw BTF, not an object" },
	{ STR("\x1f\x8b"), "is compressed (gzip), not an object; gunzip it first" },
	{ STR("\x28\xb5\x2f\xfd"), "is compressed (zstd), not an object; unzstd it first" },
	{ STR("\xfd"
	      "7zXZ"),
	  "is compressed (xz), not an object; unxz it first" },
};

// Files that are known by their names, when their first bytes are nothing known.
static const struct {
	const char *suffix;
	const char *what;    // is it
	const char *compile; // with this command, and its name
} sources[] = {
	{ ".c", "is C source", "clang -g -O2 --target=bpf -c" },
	{ ".i", "is preprocessed C", "clang -g -O2 --target=bpf -c" },
	{ ".s", "is assembly", "clang --target=bpf -c" },
	{ ".S", "is assembly", "clang --target=bpf -c" },
	{ ".ll", "is LLVM IR", "llc -march=bpf -filetype=obj" },
};

static const struct machine {
	uint16_t number;
	const char *name;
} machines[] = {
	{ EM_X86_64, "x86-64" }, { EM_AARCH64, "AArch64" }, { EM_386, "i386" },
	{ EM_ARM, "ARM" },       { EM_RISCV, "RISC-V" },    { EM_S390, "S/390" },
	{ EM_PPC64, "PowerPC" }, { EM_MIPS, "MIPS" },
};

static bool reject(struct linker *linker, const struct object *object, enum code code,
		   const char *text)
{
	diag_error(linker->diag, code, place_in(object->name, NULL), "%s", text);
	return false;
}

static bool is_text(struct str start)
{
	for (size_t i = 0; i < start.size; i++) {
		unsigned char byte = (unsigned char)start.data[i];

		if (byte == 0x7f || (byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r'))
			return false;
	}
	return true;
}

// Report that @object, whose first bytes are @start, is not ELF, and how to make it so where its
// name tells what it is.
static bool reject_foreign(struct linker *linker, const struct object *object, struct str start)
{
	const char *dot = strrchr(object->name, '.');

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && dot; i++) {
		if (strcmp(dot, sources[i].suffix) != 0)
			continue;
		diag_error(linker->diag, ERROR_NOT_AN_OBJECT, place_in(object->name, NULL),
			   "%s, not an object; compile it first: %s %s -o %.*s.o", sources[i].what,
			   sources[i].compile, object->name, (int)(dot - object->name),
			   object->name);
		return false;
	}
	if (is_text(start))
		return reject(linker, object, ERROR_NOT_AN_OBJECT,
			      "is text, not an object; a list of inputs is given as @FILE, and "
			      "there are no linker scripts");
	return reject(linker, object, ERROR_NOT_AN_OBJECT,
		      "is no object: it does not begin as ELF files do; give what the compiler "
		      "wrote");
}

static const char *machine_name(struct linker *linker, uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].number == machine)
			return machines[i].name;
	}
	return arena_format(linker->arena, "machine %u", machine);
}

static bool check_machine(struct linker *linker, const struct object *object, uint16_t machine,
			  uint16_t type)
{
	const char *name;

	if (machine == EM_BPF)
		return true;
	name = machine_name(linker, machine);
	if (type == ET_DYN)
		diag_error(linker->diag, ERROR_NOT_BPF, place_in(object->name, NULL),
			   "is a shared library for %s, of which BPF has none; leave it out", name);
	else
		diag_error(linker->diag, ERROR_NOT_BPF, place_in(object->name, NULL),
			   "is an object for %s, not for BPF; compile with --target=bpf", name);
	return false;
}

// Check that @head is that of a 64-bit object. What comes before the machine has one layout in both
// classes.
static bool check_class(struct linker *linker, const struct object *object, const uint8_t *head)
{
	bool big_endian = head[EI_DATA] == ELFDATA2MSB;
	uint16_t type, machine;

	if (head[EI_CLASS] == ELFCLASS64)
		return true;
	type = (uint16_t)(head[EI_NIDENT + !big_endian] << 8 | head[EI_NIDENT + big_endian]);
	machine = (uint16_t)(head[EI_NIDENT + 2 + !big_endian] << 8 |
			     head[EI_NIDENT + 2 + big_endian]);
	return check_machine(linker, object, machine, type) &&
	       reject(linker, object, ERROR_NOT_BPF, "is not a 64-bit ELF object; BPF objects are");
}

// Check the first bytes.
static bool identify(struct linker *linker, const struct object *object, const uint8_t *head)
{
	struct str start = { (const char *)head, object->size < sizeof(Elf64_Ehdr)
							 ? object->size
							 : sizeof(Elf64_Ehdr) };

	if (object->size == 0)
		return reject(linker, object, ERROR_NOT_AN_OBJECT,
			      "is empty; did the compiler fail?");
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		if (str_starts_with(start, signatures[i].magic))
			return reject(linker, object, ERROR_NOT_AN_OBJECT, signatures[i].text);
	}
	if (!str_starts_with(start, STR("\177ELF")))
		return reject_foreign(linker, object, start);
	if (object->size < sizeof(Elf64_Ehdr))
		return reject(linker, object, ERROR_TRUNCATED,
			      "is truncated: it ends within the ELF header; make it again");
	if (!check_class(linker, object, head))
		return false;
	if (head[EI_DATA] != ELFDATA2LSB && head[EI_DATA] != ELFDATA2MSB)
		return reject(linker, object, ERROR_MALFORMED_ELF,
			      "has neither byte order in its ELF header (EI_DATA)");
	return true;
}

static bool check_type(struct linker *linker, const struct object *object, const Elf64_Ehdr *header)
{
	if (!check_machine(linker, object, header->e_machine, header->e_type))
		return false;
	if (header->e_type != ET_REL) {
		diag_error(linker->diag, ERROR_NOT_RELOCATABLE, place_in(object->name, NULL),
			   "is linked already (e_type is %u, not ET_REL); give the objects that it "
			   "was made of",
			   header->e_type);
		return false;
	}
	if (header->e_shoff == 0)
		return reject(linker, object, ERROR_MALFORMED_ELF, "has no section headers");
	if (header->e_shentsize != sizeof(Elf64_Shdr)) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, place_in(object->name, NULL),
			   "e_shentsize is %u, not %zu", header->e_shentsize, sizeof(Elf64_Shdr));
		return false;
	}
	return true;
}

static bool load_headers(struct linker *linker, const struct object *object,
			 struct headers *headers)
{
	uint64_t before = headers->offset < NAMES_SIZE ? headers->offset : NAMES_SIZE;
	const uint8_t *bytes;

	if (!table_fits(headers->offset, headers->count, sizeof(Elf64_Shdr), object->size)) {
		diag_error(linker->diag, ERROR_TRUNCATED, place_in(object->name, NULL),
			   "is truncated: section headers at 0x%" PRIx64
			   " end past the file's %zu bytes; make it again",
			   headers->offset, object->size);
		return false;
	}
	bytes = object_bytes(linker, object, headers->offset - before,
			     before + headers->count * sizeof(Elf64_Shdr), reading_arena(linker));
	if (!bytes)
		return false;
	headers->bytes = bytes + before;
	headers->before = before;
	return true;
}

bool headers_read(struct linker *linker, struct object *object, struct headers *headers)
{
	const uint8_t *head;
	Elf64_Ehdr header;
	Elf64_Shdr first;

	head = object_bytes(linker, object, 0,
			    object->size < sizeof(header) ? object->size : sizeof(header),
			    reading_arena(linker));
	if (!head || !identify(linker, object, head))
		return false;
	memcpy(&header, head, sizeof(header));
	object->big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
	ehdr_order(&header, object->big_endian);
	if (!check_type(linker, object, &header))
		return false;
	object->flags = header.e_flags;
	*headers = (struct headers){
		.offset = header.e_shoff,
		.count = header.e_shnum ? header.e_shnum : 1,
		.names_shndx = header.e_shstrndx,
	};
	if (!load_headers(linker, object, headers))
		return false;
	// Values that do not fit are in the header of the null section: gABI, "ELF Header".
	first = shdr_get(headers->bytes, 0, object->big_endian);
	if (header.e_shstrndx == SHN_XINDEX)
		headers->names_shndx = first.sh_link;
	if (header.e_shnum)
		return true;
	headers->count = first.sh_size;
	return load_headers(linker, object, headers);
}

static bool reject_strings(struct linker *linker, const struct object *object, uint32_t shndx)
{
	diag_error(linker->diag, ERROR_MALFORMED_ELF, place_in(object->name, NULL),
		   "section %" PRIu32 " is to hold names, but is no string table (SHT_STRTAB)",
		   shndx);
	return false;
}

// The bytes of a string table; NULL when an error was reported.
static const uint8_t *strings_bytes(struct linker *linker, const struct object *object,
				    const struct headers *headers, const Elf64_Shdr *header)
{
	if (header->sh_offset >= headers->offset - headers->before &&
	    header->sh_offset + header->sh_size <= headers->offset)
		return headers->bytes - (headers->offset - header->sh_offset);
	return object_bytes(linker, object, header->sh_offset, header->sh_size,
			    reading_arena(linker));
}

bool headers_strings(struct linker *linker, const struct object *object,
		     const struct headers *headers, uint32_t shndx, struct str *strings)
{
	Elf64_Shdr header = { 0 };

	if (shndx < headers->count)
		header = shdr_get(headers->bytes, shndx, object->big_endian);
	if (header.sh_type != SHT_STRTAB ||
	    !range_fits(header.sh_offset, header.sh_size, object->size))
		return reject_strings(linker, object, shndx);
	strings->data = (const char *)strings_bytes(linker, object, headers, &header);
	if (!strings->data)
		return false;
	strings->size = header.sh_size;
	while (strings->size && strings->data[strings->size - 1])
		strings->size--;
	return strings->size || reject_strings(linker, object, shndx);
}
