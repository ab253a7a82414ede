/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-1, for build ids: it tells outputs apart, but protects nothing. Source: FIPS 180-4. */
#ifndef BPFLD_SHA1_H
#define BPFLD_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_SIZE 20

void sha1(const void *data, size_t size, uint8_t digest[SHA1_SIZE]);

#endif
