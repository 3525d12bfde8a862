#pragma once

#include <glib.h>

#include "base/digest.h"

G_BEGIN_DECLS

/* Numbers and byte strings in a journal's payload: little-endian, strings after a 32-bit length.
 *
 * Writing appends to a GByteArray. Reading is from a PmWireReader, which remembers that something
 * did not fit: read everything, then ask pm_wire_is_good once. After a failure every read gives 0
 * or an empty string, so hostile lengths lead nowhere. */

void pm_wire_put_u32 (GByteArray *to, guint32 value);
void pm_wire_put_u64 (GByteArray *to, guint64 value);
void pm_wire_put_bytes (GByteArray *to, const void *bytes, gsize length);
void pm_wire_put_text (GByteArray *to, const char *text); /* NULL as "" */
void pm_wire_put_digest (GByteArray *to, const PmDigest *digest);

typedef struct {
  const guint8 *next;
  gsize left;
  gboolean failed;
} PmWireReader;

guint32 pm_wire_get_u32 (PmWireReader *reader);
guint64 pm_wire_get_u64 (PmWireReader *reader);
char *pm_wire_get_bytes (PmWireReader *reader, gsize *ret_length); /* a NUL behind its length */
char *pm_wire_get_text (PmWireReader *reader);                     /* fails on a NUL inside */
PmDigest pm_wire_get_digest (PmWireReader *reader);

/* Everything fitted, and nothing is left. */
gboolean pm_wire_is_good (const PmWireReader *reader);

G_END_DECLS
