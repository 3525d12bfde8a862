#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A 64-bit digest of a sequence of values, to tell "as before" from "changed" without reading what
 * is stored. Not cryptographic: who crafts a file to collide hides a change of that file from the
 * registry, nothing else. The digests are stored: a change of this function makes the next scan
 * write everything once. */

typedef guint64 PmFingerprint;

#define PM_FINGERPRINT_START G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

PmFingerprint pm_fingerprint_integer (PmFingerprint so_far, guint64 integer);
PmFingerprint pm_fingerprint_real (PmFingerprint so_far, double real);
PmFingerprint pm_fingerprint_text (PmFingerprint so_far,
                                   const char *text); /* NULL differs from "" */

G_END_DECLS
