#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* SHA-256 (FIPS 180-4) of bytes: how a file's content is told from another's. */
#define PM_DIGEST_BYTES 32

typedef struct {
  guint8 bytes[PM_DIGEST_BYTES];
} PmDigest;

PmDigest pm_digest_of (const void *bytes, gsize size);
gboolean pm_digest_equal (const PmDigest *a, const PmDigest *b);

/* 64 lower-case hexadecimal digits, a new string. */
char *pm_digest_to_hex (const PmDigest *digest);

G_END_DECLS
