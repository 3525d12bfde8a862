#include "discovery/silence.h"

#include <string.h>

#include "base/find-bytes.h"
#include "discovery/glob.h"

#define MARK "port-manager: ignore"
#define OF_FILE "-file"

/* --- marks --- */

typedef struct {
  GHashTable *lines; /* NULL: none */
  gboolean whole;
} Marks;

static void
marks_clear (Marks *marks)
{
  g_clear_pointer (&marks->lines, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Marks, marks_clear)

/* Nothing but what opens a comment stands before it, so it speaks of the line below. */
static gboolean
stands_alone (const char *bytes, const char *mark)
{
  for (const char *at = mark; at > bytes && at[-1] != '\n'; at--)
    if (g_ascii_isalnum (at[-1]) || (guchar) at[-1] >= 0x80)
      return FALSE;
  return TRUE;
}

static gboolean
ends_word (const char *at, const char *end)
{
  return at >= end || !(g_ascii_isalnum (*at) || *at == '-' || *at == '_');
}

static void
add_mark (Marks *marks, const char *bytes, const char *mark, guint line)
{
  if (marks->lines == NULL)
    marks->lines = g_hash_table_new (NULL, NULL);
  guint silenced = stands_alone (bytes, mark) ? line + 1 : line;
  g_hash_table_add (marks->lines, GUINT_TO_POINTER (silenced));
}

static void
find_marks (const char *bytes, gsize length, Marks *marks)
{
  guint line = 1;
  const char *counted = bytes, *end = bytes + length;
  for (const char *at = bytes;
       (at = pm_find_bytes (at, (gsize) (end - at), MARK, strlen (MARK))) != NULL; at++) {
    const char *behind = at + strlen (MARK);
    gsize rest = (gsize) (end - behind);
    for (; counted < at; counted++)
      line += *counted == '\n';
    if (ends_word (behind, end))
      add_mark (marks, bytes, at, line);
    else if (rest >= strlen (OF_FILE) && memcmp (behind, OF_FILE, strlen (OF_FILE)) == 0 &&
             ends_word (behind + strlen (OF_FILE), end))
      marks->whole = TRUE;
  }
}

/* --- taking out --- */

static gboolean
is_silenced (const PmFinding *finding, const Marks *marks, const GArray *silences)
{
  if (finding->confidence < 0)
    return TRUE;
  if (marks->lines != NULL &&
      g_hash_table_contains (marks->lines, GUINT_TO_POINTER (finding->position.line)))
    return TRUE;
  for (guint i = 0; i < silences->len; i++) {
    const PmSilence *silence = &g_array_index (silences, PmSilence, i);
    if (finding->span.start >= silence->span.start && finding->span.start < silence->span.end &&
        (silence->rule[0] == '\0' || pm_glob_match (silence->rule, finding->rule)))
      return TRUE;
  }
  return FALSE;
}

static void
take_out (GArray *findings, const Marks *marks, const GArray *silences)
{
  g_autofree gint32 *moved = g_new (gint32, findings->len + 1);
  guint kept = 0;
  for (guint i = 0; i < findings->len; i++) {
    PmFinding finding = g_array_index (findings, PmFinding, i);
    gboolean is_out = is_silenced (&finding, marks, silences);
    moved[i] = is_out ? -1 : (gint32) kept;
    if (!is_out)
      g_array_index (findings, PmFinding, kept++) = finding;
  }
  g_array_set_size (findings, kept);
  for (guint i = 0; i < kept; i++) {
    PmFinding *finding = &g_array_index (findings, PmFinding, i);
    if (finding->pair >= 0)
      finding->pair = moved[finding->pair];
  }
}

void
pm_silence (PmSighting *sighting, const char *bytes, gsize length, const GArray *silences)
{
  g_auto (Marks) marks = {0};
  if (sighting->findings->len == 0 && sighting->facts->len == 0 && sighting->links->len == 0 &&
      sighting->problems->len == 0)
    return;
  find_marks (bytes, length, &marks);
  if (!marks.whole) {
    take_out (sighting->findings, &marks, silences);
    return;
  }
  g_array_set_size (sighting->findings, 0);
  g_array_set_size (sighting->facts, 0);
  g_array_set_size (sighting->links, 0);
  g_array_set_size (sighting->problems, 0);
}
