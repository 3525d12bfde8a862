#include "daemon/repeats.h"

typedef struct {
  GLogLevelFlags level;
  guint n;           /* how often it came since it was written, or told of */
  gint64 written_us; /* or told of */
  gint64 last_us;    /* when it came last */
} Line;

struct PmRepeats {
  GHashTable *lines; /* text → Line */
};

PmRepeats *
pm_repeats_new (void)
{
  PmRepeats *repeats = g_new0 (PmRepeats, 1);
  repeats->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return repeats;
}

void
pm_repeats_free (PmRepeats *repeats)
{
  if (repeats == NULL)
    return;
  g_hash_table_unref (repeats->lines);
  g_free (repeats);
}

/* One for which there is no room is written as often as it comes: many different lines tell more
 * than none. */
gboolean
pm_repeats_take (PmRepeats *repeats, GLogLevelFlags level, const char *text, gint64 now_us)
{
  Line *line = g_hash_table_lookup (repeats->lines, text);
  if (line != NULL) {
    line->n++;
    line->last_us = now_us;
    return FALSE;
  }
  if (g_hash_table_size (repeats->lines) >= PM_REPEATS_MOST_LINES)
    return TRUE;
  line = g_new0 (Line, 1);
  *line = (Line){.level = level, .written_us = now_us, .last_us = now_us};
  g_hash_table_insert (repeats->lines, g_strdup (text), line);
  return TRUE;
}

static void
tell_line (Line *line, const char *text, gint64 now_us, PmRepeatsWrite write, gpointer data)
{
  if (line->n == 0)
    return;
  g_autofree char *told =
      g_strdup_printf ("came %u time%s more: %s", line->n, line->n == 1 ? "" : "s", text);
  write (line->level, told, data);
  line->n = 0;
  line->written_us = now_us;
}

void
pm_repeats_tell (PmRepeats *repeats, gint64 now_us, gboolean all, PmRepeatsWrite write,
                 gpointer data)
{
  GHashTableIter iter;
  gpointer text, value;
  g_hash_table_iter_init (&iter, repeats->lines);
  while (g_hash_table_iter_next (&iter, &text, &value)) {
    Line *line = value;
    gboolean is_over = now_us - line->last_us >= PM_REPEATS_OVER_US;
    if (all || is_over || now_us - line->written_us >= PM_REPEATS_EVERY_US)
      tell_line (line, text, now_us, write, data);
    if (is_over)
      g_hash_table_iter_remove (&iter);
  }
}
