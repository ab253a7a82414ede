/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of messages. Each is one kind of mistake with one remedy, and has a code, by which
 * users select and look up messages. A code never changes, and is
 * never given to another kind.
 *
 * WARN: a warning, which users may switch off or make an error. Some are errors by default, and
 * users may make them warnings. ERROR: the link cannot go on, whatever the user wishes.
 */
#ifndef BPFLD_BASE_CODES_H
#define BPFLD_BASE_CODES_H

#include "str.h"

// The row X(WARN, NAME, CODE, MEANING) is WARN_NAME.
#define CODES(X)                                                                                   \
	/* Files. */                                                                               \
	X(ERROR, CANNOT_READ, "cannot-read", "a file cannot be opened or read")                    \
	X(ERROR, CANNOT_WRITE, "cannot-write", "a file cannot be created or written")              \
	X(ERROR, CHANGED_INPUT, "changed-input", "an input was changed while it was linked")       \
	X(ERROR, INPUT_TWICE, "input-twice", "an input is given twice")                            \
	X(ERROR, LIBRARY_NOT_FOUND, "library-not-found",                                           \
	  "-l names a library that -L does not find")                                              \
	X(ERROR, PATH_CONFLICT, "path-conflict",                                                   \
	  "an output would replace an input or another output")                                    \
	X(ERROR, UNSUITABLE_PATH, "unsuitable-path",                                               \
	  "a path has a character that a report cannot hold")                                      \
	/* Inputs that are something else. */                                                      \
	X(ERROR, NOT_AN_OBJECT, "not-an-object", "an input is no ELF object and no archive")       \
	X(ERROR, NOT_BPF, "not-bpf", "an input is for another machine")                            \
	X(ERROR, NOT_RELOCATABLE, "not-relocatable", "an input is ELF, but linked already")        \
	X(ERROR, MIXED_BYTE_ORDER, "mixed-byte-order", "inputs have different byte orders")        \
	X(ERROR, MIXED_ELF_FLAGS, "mixed-elf-flags", "inputs have different ELF flags")            \
	X(ERROR, NO_INPUT, "no-input", "there is nothing to link")                                 \
	/* Inputs that are broken. */                                                              \
	X(ERROR, TRUNCATED, "truncated", "an input ends early")                                    \
	X(ERROR, MALFORMED_ELF, "malformed-elf", "an input breaks the rules of ELF")               \
	X(ERROR, MALFORMED_ARCHIVE, "malformed-archive",                                           \
	  "an archive breaks the rules of its format")                                             \
	X(ERROR, MALFORMED_BTF, "malformed-btf", "BTF breaks its rules")                           \
	X(ERROR, MISPLACED_TARGET, "misplaced-target",                                             \
	  "code or data leads to where no instruction is")                                         \
	X(ERROR, JUMP_TABLE, "jump-table", "a jump table is unlike those of compilers")            \
	X(ERROR, EXCESSIVE_WORK, "excessive-work",                                                 \
	  "an input would take more work than any compiler's")                                     \
	/* Inputs that lack or have what a link cannot do with. */                                 \
	X(ERROR, NO_BTF, "no-btf", "maps need BTF, which is missing")                              \
	X(ERROR, STRIPPED, "stripped", "symbols that BTF needs were stripped")                     \
	X(ERROR, AMBIGUOUS_SECTION, "ambiguous-section",                                           \
	  "BTF names one of several sections of one name")                                         \
	X(ERROR, UNKNOWN_BTF, "unknown-btf", "BTF is of a version or kind that is not known")      \
	X(ERROR, UNSUPPORTED_SECTION, "unsupported-section",                                       \
	  "a section is of a kind that cannot be linked")                                          \
	X(ERROR, UNSUPPORTED_RELOCATION, "unsupported-relocation",                                 \
	  "a relocation has an unknown type")                                                      \
	X(ERROR, UNSUPPORTED_SYMBOL, "unsupported-symbol",                                         \
	  "a symbol has a type or binding that BPF has not")                                       \
	/* Definitions. */                                                                         \
	X(ERROR, DUPLICATE_DEFINITION, "duplicate-definition",                                     \
	  "a symbol is defined more than once")                                                    \
	X(ERROR, KIND_MISMATCH, "kind-mismatch",                                                   \
	  "one name means a function here, a variable there")                                      \
	X(ERROR, SECTION_MISMATCH, "section-mismatch",                                             \
	  "one name is in different kinds of sections")                                            \
	X(ERROR, COMMON_SIZE, "common-size",                                                       \
	  "a definition is smaller than a common symbol of its name")                              \
	X(ERROR, BOUND_PROGRAM, "bound-program",                                                   \
	  "--bind makes a function of what has to be a program")                                   \
	X(ERROR, BOUND_RETURN, "bound-return",                                                     \
	  "--bind-return has no number for what the function returns")                             \
	X(ERROR, BOUND_SYMBOL, "bound-symbol", "--bind names what no input has, or several have")  \
	X(ERROR, BOUND_TWICE, "bound-twice", "--bind names what is bound or defined already")      \
	X(ERROR, PINNED_MAP, "pinned-map", "a map that --bind would rename is pinned by its name") \
	X(ERROR, PREFIXED_INPUT, "prefixed-input",                                                 \
	  "--prefix names what is no object of the link, or several")                              \
	X(ERROR, REQUIRED_SYMBOL, "required-symbol",                                               \
	  "nothing defines what --require-defined names")                                          \
	X(ERROR, LICENSE_MISMATCH, "license-mismatch", "inputs have different licenses")           \
	X(ERROR, VERSION_MISMATCH, "version-mismatch", "inputs have different versions")           \
	X(ERROR, METADATA_MISMATCH, "metadata-mismatch", "inputs have different metadata")         \
	X(ERROR, METADATA_USE, "metadata-use", "code uses metadata that --metadata replaces")      \
	X(ERROR, LEGACY_MAP_LAYOUT, "legacy-map-layout", "map definitions in 'maps' are no array") \
	X(ERROR, MAP_CYCLE, "map-cycle", "the slots of a map of maps lead back to it")             \
	X(ERROR, DISCARDED_REFERENCE, "discarded-reference",                                       \
	  "something refers to what is not in the output")                                         \
	/* Outputs that cannot be. */                                                              \
	X(ERROR, TOO_LARGE, "too-large", "the output would be larger than its format can tell")    \
	X(ERROR, PADDING, "padding", "a section would be zeroes for the most part")                \
	X(ERROR, RELOCATION_OVERFLOW, "relocation-overflow", "a reference does not fit its field") \
	X(ERROR, OUT_OF_MEMORY, "out-of-memory", "memory, or the memory limit, is used up")        \
	/* What the user asks for. */                                                              \
	X(ERROR, UNKNOWN_OPTION, "unknown-option", "an option is not known")                       \
	X(ERROR, REFUSED_OPTION, "refused-option", "an option asks for what no BPF object can be") \
	X(ERROR, BPFTOOL_COMMAND, "bpftool-command", "bpftool is asked for, not a linker")         \
	X(ERROR, OPTION_VALUE, "option-value", "an option has a wrong value, or none")             \
	X(ERROR, UNPAIRED_OPTION, "unpaired-option", "an option needs another one before it")      \
	X(ERROR, NO_OUTPUT, "no-output", "no option names the output")                             \
	X(ERROR, LIST_SYNTAX, "list-syntax", "a list of symbols has a syntax error")               \
	X(ERROR, RESPONSE_FILE, "response-file",                                                   \
	  "response files are too many, or within each other")                                     \
	X(ERROR, REQUEST, "request",                                                               \
	  "a program calls bpfld_link() with values that are not allowed")                         \
	/* Warnings. */                                                                            \
	X(WARN, AMBIGUOUS_TAG, "ambiguous-tag", "a declaration tag may mean several structs")      \
	X(WARN, BOUND_EXCEPTION, "bound-exception",                                                \
	  "a program throws exceptions that --bind makes a function of")                           \
	X(WARN, BTF_NAME, "btf-name", "BTF has a name that kernels refuse")                        \
	X(WARN, CONSTANT_WRITE, "constant-write", "code writes to a constant")                     \
	X(WARN, DEBUG_INFORMATION, "debug-information", "debug information cannot be kept")        \
	X(WARN, DROPPED_SECTION, "dropped-section", "a section is left out")                       \
	X(WARN, EXCEPTION_CALLBACK, "exception-callback",                                          \
	  "an exception callback is no global function")                                           \
	X(WARN, GPL_ONLY, "gpl-only", "something needs a GPL-compatible license")                  \
	X(WARN, HIDDEN_MAP, "hidden-map", "a map is hidden")                                       \
	X(WARN, HIDDEN_METADATA, "hidden-metadata", "bpftool may show other metadata")             \
	X(WARN, IGNORED_OPTION, "ignored-option", "an option means nothing for BPF")               \
	X(WARN, KERNEL, "kernel", "a kernel lacks what the output needs")                          \
	X(WARN, KERNEL_LIMITS, "kernel-limits", "the output has more BTF than kernels take")       \
	X(WARN, KERNEL_STACK, "kernel-stack", "calls need more stack or frames than kernels give") \
	X(WARN, LEGACY_MAPS, "legacy-maps", "maps are defined by struct bpf_map_def")              \
	X(WARN, LICENSE_STRINGS, "license-strings", "a license goes on after its end")             \
	X(WARN, LOADER, "loader", "a loader of --check-loader refuses or misreads something")      \
	X(WARN, PROGRAM_CALL, "program-call", "code calls a program")                              \
	X(WARN, NO_LICENSE, "no-license", "no input has a license")                                \
	X(WARN, NO_PROGRAM, "no-program", "--gc-sections leaves no code")                          \
	X(WARN, ODR, "odr", "files mean different structs by one name")                            \
	X(WARN, REPLACED_KSYM, "replaced-ksym",                                                    \
	  "an archive defines what is declared the kernel's")                                      \
	X(WARN, RENAMED, "renamed", "a map or program has another name in the output")             \
	X(WARN, CUT_MAP_NAME, "cut-map-name", "renamed maps share what kernels keep of names")     \
	X(WARN, SECOND_FIELD, "second-field", "a section has two locks, timers or the like")       \
	X(WARN, SHARED_PLACE, "shared-place", "a function got several names")                      \
	X(WARN, SHAPELESS_FUNCTION, "shapeless-function", "a function has no type or size")        \
	X(WARN, STATIC_MAP, "static-map", "a map is static")                                       \
	X(WARN, STATIC_PROGRAM, "static-program", "a program is static")                           \
	X(WARN, STAYS_GLOBAL, "stays-global", "an option would hide what loaders look for")        \
	X(WARN, TYPE_MISMATCH, "type-mismatch", "declarations of a symbol differ")                 \
	X(WARN, UNCHECKED_TYPE, "unchecked-type", "a definition has no BTF to compare with")       \
	X(WARN, UNDEFINED, "undefined", "nothing defines a symbol")                                \
	X(WARN, UNKNOWN_SYMBOL, "unknown-symbol", "an option names a symbol that does not exist")  \
	X(WARN, UNKNOWN_WARNING, "unknown-warning", "-W names no warning")                         \
	X(WARN, UNMAPPED_DATA, "unmapped-data", "an option hides all variables of a section")      \
	X(WARN, UNUSED_OPTION, "unused-option", "an option does nothing")

#define CODE_CONSTANT(severity, name, text, meaning) severity##_##name,

enum code {
	NO_CODE, // of notes
	CODES(CODE_CONSTANT) CODE_COUNT,
};

#undef CODE_CONSTANT

/** The code as users write it, such as "no-btf"; NULL for NO_CODE. */
const char *code_name(enum code code);

/** The code of that name; NO_CODE when there is none. */
enum code code_find(struct str name);

/** Whether it is one that users may switch off. */
bool code_is_warning(enum code code);

#endif
