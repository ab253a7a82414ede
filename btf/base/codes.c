/* SPDX-License-Identifier: BSD-2-Clause */
#include "codes.h"

#include <stddef.h>

#define CODE_NAME(severity, name, text, meaning) [severity##_##name] = (text),

static const char *const names[CODE_COUNT] = { CODES(CODE_NAME) };

const char *code_name(enum code code)
{
	return names[code];
}
