#include "update/outcome.h"

#include <stdarg.h>
#include <string.h>

#define MOST_DESCRIBED 3

G_DEFINE_QUARK (pm - update - error - quark, pm_update_error)

int
pm_outcome_exit_status (PmOutcome outcome)
{
  static const int statuses[] = {
      [PM_OUTCOME_COMMITTED] = 0,
      [PM_OUTCOME_FAILED] = 3,
      [PM_OUTCOME_REFUSED] = 4,
      [PM_OUTCOME_VERIFICATION] = 5,
      [PM_OUTCOME_ROLLED_BACK_EXCEPT] = 6,
  };
  return statuses[outcome];
}

const char *
pm_outcome_name (PmOutcome outcome)
{
  static const char *const names[] = {
      [PM_OUTCOME_COMMITTED] = "committed",
      [PM_OUTCOME_FAILED] = "failed",
      [PM_OUTCOME_REFUSED] = "refused",
      [PM_OUTCOME_VERIFICATION] = "failed verification, rolled back",
      [PM_OUTCOME_ROLLED_BACK_EXCEPT] = "rolled back except for files changed by others",
  };
  return names[outcome];
}

static void
file_note_free (gpointer data)
{
  PmFileNote *note = data;
  g_free (note->path);
  g_free (note->reason);
  g_free (note);
}

GPtrArray *
pm_file_notes_new (void)
{
  return g_ptr_array_new_with_free_func (file_note_free);
}

void
pm_file_notes_add (GPtrArray *notes, const char *path, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  PmFileNote *note = g_new0 (PmFileNote, 1);
  note->path = g_strdup (path);
  note->reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (notes, note);
}

static void
append_escaped (GString *text, const char *raw)
{
  for (const guchar *byte = (const guchar *) raw; *byte != 0; byte++) {
    if (*byte < 0x20 || *byte == 0x7f)
      g_string_append_printf (text, "\\x%02x", *byte);
    else
      g_string_append_c (text, (char) *byte);
  }
}

char *
pm_file_notes_describe (const GPtrArray *notes)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < MIN (notes->len, MOST_DESCRIBED); i++) {
    const PmFileNote *note = g_ptr_array_index (notes, i);
    if (i > 0)
      g_string_append (text, "; ");
    append_escaped (text, note->path);
    g_string_append (text, ": ");
    append_escaped (text, note->reason);
  }
  if (notes->len > MOST_DESCRIBED)
    g_string_append_printf (text, "; and %u more", notes->len - MOST_DESCRIBED);
  return g_string_free (text, FALSE);
}

gboolean
pm_file_note_is_told (const PmFileNote *note, const char *said)
{
  g_autoptr (GString) path = g_string_new (NULL);
  append_escaped (path, note->path);
  g_string_append (path, ": "); /* another name may begin like it */
  return said != NULL && strstr (said, path->str) != NULL;
}

char *
pm_file_notes_describe_others (const GPtrArray *notes, const char *said)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  for (guint i = 0; i < notes->len; i++)
    if (!pm_file_note_is_told (g_ptr_array_index (notes, i), said))
      g_ptr_array_add (others, g_ptr_array_index (notes, i));
  return pm_file_notes_describe (others);
}
