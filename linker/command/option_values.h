/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options whose row in the table (options.c) is not enough: each has a function that reads its
 * value.
 */
#ifndef BPFLD_OPTION_VALUES_H
#define BPFLD_OPTION_VALUES_H

#include "option_table.h"

// Output.
option_action read_retained, set_compression, set_build_id, set_emulation, set_little_endian,
	set_big_endian;

// Inputs; "start" and "end" hold for the inputs that follow.
option_action add_library, add_excluded_libs, set_runtime, clear_runtime;
option_action start_whole_archive, end_whole_archive, start_lib, end_lib, push_state, pop_state;

// Symbols.
option_action export_symbol, hide_symbol, localize_symbol;
option_action read_export_list, read_dynamic_list, read_versions;
option_action add_alias, add_prefix_map, set_unresolved, set_error_unresolved, set_keyword;

// Size, reports, messages and the rest.
option_action add_loaders, set_fold_identical, set_icf, set_merge_rodata, clear_merge_rodata;
option_action set_map_format, add_trace_symbol, set_time_trace;
option_action set_error_limit, set_warning_limit, set_color, set_warning, set_diagnostics_format,
	set_version, set_help;

#endif
