#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes JSON (RFC 8259) straight into a GString: no tree, no copy, for lists of any length.
 *
 *   GString *out = g_string_new (NULL);
 *   PmJsonWriter json = pm_json_writer (out);
 *   pm_json_begin_object (&json);
 *   pm_json_key (&json, "port");
 *   pm_json_int (&json, 3000);
 *   pm_json_end_object (&json);
 *
 * Commas are the writer's business; that brackets match and keys precede values is the caller's.
 * Text may be hostile: control characters are escaped, and bytes that are no UTF-8 become U+FFFD,
 * so the result is always valid UTF-8 on one line. */

typedef struct {
  GString *out; /* borrowed */
  gboolean wants_comma;
} PmJsonWriter;

static inline PmJsonWriter
pm_json_writer (GString *out)
{
  return (PmJsonWriter){.out = out, .wants_comma = FALSE};
}

void pm_json_begin_object (PmJsonWriter *json);
void pm_json_end_object (PmJsonWriter *json);
void pm_json_begin_array (PmJsonWriter *json);
void pm_json_end_array (PmJsonWriter *json);

void pm_json_key (PmJsonWriter *json, const char *key);

void pm_json_string (PmJsonWriter *json, const char *text); /* NULL gives null */
void pm_json_string_len (PmJsonWriter *json, const char *text, gsize length);
void pm_json_int (PmJsonWriter *json, gint64 number);
void pm_json_double (PmJsonWriter *json, double number); /* what JSON cannot say gives null */
void pm_json_bool (PmJsonWriter *json, gboolean value);
void pm_json_null (PmJsonWriter *json);
void pm_json_time (PmJsonWriter *json, gint64 time_us); /* RFC 3339; 0 gives null */

/* `text` is JSON already, one whole value. */
void pm_json_raw (PmJsonWriter *json, const char *text);

/* A key and its value in one call. */
void pm_json_member_string (PmJsonWriter *json, const char *key, const char *text);
void pm_json_member_int (PmJsonWriter *json, const char *key, gint64 number);
void pm_json_member_double (PmJsonWriter *json, const char *key, double number);
void pm_json_member_bool (PmJsonWriter *json, const char *key, gboolean value);
void pm_json_member_time (PmJsonWriter *json, const char *key, gint64 time_us);

G_END_DECLS
