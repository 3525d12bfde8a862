#include "api/etag.h"

#include <string.h>

#define DIGITS 32 /* of a SHA-256: enough that two never meet by chance */

char *
pm_etag_of (const char *bytes, gsize length)
{
  g_autofree char *hash =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, length);
  return g_strdup_printf ("\"%.*s\"", DIGITS, hash);
}

gboolean
pm_etag_is_named (const char *header, const char *etag, gboolean weak_counts)
{
  g_auto (GStrv) tags = g_strsplit (header, ",", -1);
  for (char **tag = tags; *tag != NULL; tag++) {
    const char *text = g_strstrip (*tag);
    if (strcmp (text, "*") == 0)
      return TRUE;
    if (weak_counts && g_str_has_prefix (text, "W/"))
      text += strlen ("W/");
    if (strcmp (text, etag) == 0)
      return TRUE;
  }
  return FALSE;
}
