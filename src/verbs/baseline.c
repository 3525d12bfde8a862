#include "verbs/baseline.h"

#include <string.h>

#include "base/escape.h"

G_DEFINE_QUARK (pm - baseline - error - quark, pm_baseline_error)

#define DIGITS 32
#define HEADER                                                                                     \
  "# Results of “port-manager check” that are accepted: fingerprint, rule, file.\n"            \
  "# Written by “port-manager check --write-baseline”; lines may be taken away by hand.\n"

static gboolean
add_line (GHashTable *accepted, const char *line)
{
  gsize length = strcspn (line, " \t\r");
  if (length != DIGITS || strspn (line, "0123456789abcdef") != length)
    return FALSE;
  g_hash_table_add (accepted, g_strndup (line, length));
  return TRUE;
}

static GHashTable *
read_accepted (const char *file, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  if (!g_file_get_contents (file, &text, NULL, &cause)) {
    g_set_error (error, PM_BASELINE_ERROR, PM_BASELINE_ERROR_READ,
                 "the baseline cannot be read: %s; --write-baseline makes one", cause->message);
    return NULL;
  }
  g_autoptr (GHashTable) accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (lines[i][strspn (lines[i], " \t\r")] == '\0' || lines[i][0] == '#')
      continue;
    if (!add_line (accepted, lines[i])) {
      g_set_error (error, PM_BASELINE_ERROR, PM_BASELINE_ERROR_SYNTAX,
                   "%s:%u: this is no line of a baseline: it starts with no fingerprint", file,
                   i + 1);
      return NULL;
    }
  }
  return g_steal_pointer (&accepted);
}

gboolean
pm_baseline_apply (const char *file, GArray *results, guint *ret_gone, GError **error)
{
  g_autoptr (GHashTable) accepted = read_accepted (file, error);
  if (accepted == NULL)
    return FALSE;
  guint used = 0;
  for (guint i = 0; i < results->len; i++) {
    PmCheckResult *result = &g_array_index (results, PmCheckResult, i);
    result->accepted = g_hash_table_contains (accepted, result->fingerprint);
    used += result->accepted;
  }
  *ret_gone = g_hash_table_size (accepted) - used;
  return TRUE;
}

gboolean
pm_baseline_write (const char *file, const GArray *results, GError **error)
{
  g_autoptr (GString) text = g_string_new (HEADER);
  for (guint i = 0; i < results->len; i++) {
    const PmCheckResult *result = &g_array_index (results, PmCheckResult, i);
    g_autofree char *shown = pm_escape_terminal (result->file);
    g_string_append_printf (text, "%s %s %s\n", result->fingerprint, result->rule, shown);
  }
  return g_file_set_contents (file, text->str, (gssize) text->len, error);
}
