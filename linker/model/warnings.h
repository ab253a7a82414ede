/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of warnings, by which users select them; bpfld(1) lists them. A name never changes, and
 * is never given to another warning. A test compares this list with the manual.
 */
#ifndef BPFLD_WARNINGS_H
#define BPFLD_WARNINGS_H

#define WARN_AMBIGUOUS_TAG      "ambiguous-tag"
#define WARN_BTF_NAME           "btf-name"
#define WARN_CONSTANT_WRITE     "constant-write"
#define WARN_DROPPED_SECTION    "dropped-section"
#define WARN_EXCEPTION_CALLBACK "exception-callback"
#define WARN_GPL_ONLY           "gpl-only"
#define WARN_HIDDEN_MAP         "hidden-map"
#define WARN_KERNEL_LIMITS      "kernel-limits"
#define WARN_LEGACY_MAPS        "legacy-maps"
#define WARN_LICENSE_STRINGS    "license-strings"
#define WARN_PROGRAM_CALL       "program-call"
#define WARN_NO_LICENSE         "no-license"
#define WARN_NO_PROGRAM         "no-program"
#define WARN_REPLACED_KSYM      "replaced-ksym"
#define WARN_SECOND_FIELD       "second-field"
#define WARN_SHARED_PLACE       "shared-place"
#define WARN_SHAPELESS_FUNCTION "shapeless-function"
#define WARN_STATIC_MAP         "static-map"
#define WARN_STATIC_PROGRAM     "static-program"
#define WARN_STAYS_GLOBAL       "stays-global"
#define WARN_TYPE_MISMATCH      "type-mismatch"
#define WARN_UNCHECKED_TYPE     "unchecked-type"
#define WARN_UNDEFINED          "undefined"
#define WARN_UNKNOWN_SYMBOL     "unknown-symbol"
#define WARN_UNMAPPED_DATA      "unmapped-data"
#define WARN_UNUSED_OPTION      "unused-option"

#endif
