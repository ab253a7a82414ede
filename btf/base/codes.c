/* SPDX-License-Identifier: BSD-2-Clause */
#include "codes.h"

#define IS_WARN                                 true
#define IS_ERROR                                false
#define CODE_ROW(severity, name, text, meaning) [severity##_##name] = { (text), IS_##severity },

static const struct {
	const char *name;
	bool is_warning;
} rows[CODE_COUNT] = { CODES(CODE_ROW) };

const char *code_name(enum code code)
{
	return rows[code].name;
}

enum code code_find(struct str name)
{
	for (enum code code = NO_CODE + 1; code < CODE_COUNT; code++) {
		if (str_equal(str_of(rows[code].name), name))
			return code;
	}
	return NO_CODE;
}

bool code_is_warning(enum code code)
{
	return rows[code].is_warning;
}
