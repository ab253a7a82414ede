/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --metadata and --metadata-file. What an option gives counts before what a file gives, wherever
 * they are on the command line; of options and of lines the last with a key counts.
 */
#ifndef BPFLD_METADATA_OPTIONS_H
#define BPFLD_METADATA_OPTIONS_H

#include "option_table.h"

option_action add_metadata, read_metadata;

/** Set the metadata of the options, after all arguments were read. */
void finish_metadata(struct parser *parser);

#endif
