/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which input --bind or --prefix means by the name of a file.
 */
#ifndef BPFLD_BOUND_INPUTS_H
#define BPFLD_BOUND_INPUTS_H

#include "guess.h"

// How well a name fits; more is better.
enum fit {
	FITS_NOT,
	FITS_BASE, // what is after the last slash is the same
	FITS,
};

static inline enum fit name_fits(const char *wanted, const char *name)
{
	if (strcmp(wanted, name) == 0)
		return FITS;
	return strcmp(path_base(wanted), path_base(name)) == 0 ? FITS_BASE : FITS_NOT;
}

/**
 * How well @wanted, NULL for any, fits an object or member @name of @file: it may be the name of
 * either.
 */
static inline enum fit input_fits(const char *wanted, const char *name, const struct file *file)
{
	enum fit fit = wanted ? name_fits(wanted, name) : FITS, other;

	if (fit == FITS || !file->archive)
		return fit;
	other = name_fits(wanted, file->name);
	return other > fit ? other : fit;
}

#endif
