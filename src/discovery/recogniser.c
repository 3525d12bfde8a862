/* The entrance of the recogniser, and what its grammars share.
 *
 * DESIGN
 * One file a subject: port.c (numbers, ranges, protocols), address.c and disguise.c (IP literals
 * and names that carry one), endpoint.c (URLs and host:port), mapping.c, command.c with its tables
 * in command-flags.c, text.c (free text), scheme.c. Each grammar is one pass over its range without
 * recursion; look-around is bounded by constants, so that the whole is linear in the text. */

#include "discovery/recogniser.h"

#include <string.h>

#include "discovery/address.h"
#include "discovery/scan.h"

gint
pm_scan_add (PmScan *scan, const PmHit *hit)
{
  if (pm_scan_is_full (scan))
    return -1;
  g_array_append_vals (scan->hits, hit, 1);
  return (gint) scan->hits->len - 1;
}

gboolean
pm_scan_is_full (const PmScan *scan)
{
  return scan->hits->len - scan->first >= PM_SCAN_MOST_HITS;
}

PmHit
pm_scan_port_hit (PmSpan span, guint16 port, const char *grammar, double confidence)
{
  return (PmHit){
      .kind = PM_KIND_PORT,
      .start = span.start,
      .end = span.end,
      .port = port,
      .port_end = port,
      .role = PM_ROLE_LISTEN,
      .pair = -1,
      .confidence = confidence,
      .grammar = grammar,
  };
}

PmSpan
pm_scan_trim (const PmScan *scan, PmSpan range)
{
  while (range.start < range.end &&
         (pm_char_is_blank (scan->text[range.start]) || pm_char_is_quote (scan->text[range.start])))
    range.start++;
  while (range.end > range.start && (pm_char_is_blank (scan->text[range.end - 1]) ||
                                     pm_char_is_quote (scan->text[range.end - 1])))
    range.end--;
  return range;
}

gboolean
pm_scan_is_word (const PmScan *scan, PmSpan range, const char *word)
{
  gsize length = strlen (word);
  return pm_span_length (range) == length &&
         g_ascii_strncasecmp (scan->text + range.start, word, length) == 0;
}

gboolean
pm_scan_ends_with (const PmScan *scan, PmSpan range, const char *ending)
{
  gsize length = strlen (ending);
  return pm_span_length (range) >= length &&
         g_ascii_strncasecmp (scan->text + range.end - length, ending, length) == 0;
}

gboolean
pm_scan_is_any (const PmScan *scan, PmSpan range, const char *const *words)
{
  for (; *words != NULL; words++)
    if (pm_scan_is (scan, range, *words))
      return TRUE;
  return FALSE;
}

gboolean
pm_recogniser_may_hit (const char *text, gsize length)
{
  guint colons = 0;
  for (gsize i = 0; i < length; i++)
    if ((guchar) (text[i] - '0') <= ':' - '0' && (text[i] != ':' || ++colons == 2))
      return TRUE; /* ':' stands behind the digits */
  return length > strlen ("ip.io") && pm_disguise_is_in (text, length);
}

void
pm_recogniser_scan (PmGrammar grammar, const char *text, gsize length, GArray *hits)
{
  static void (*const grammars[]) (PmScan *, PmSpan) = {
      [PM_GRAMMAR_PORT] = pm_grammar_port,       [PM_GRAMMAR_PORTS] = pm_grammar_ports,
      [PM_GRAMMAR_HOST] = pm_grammar_host,       [PM_GRAMMAR_ENDPOINT] = pm_grammar_endpoint,
      [PM_GRAMMAR_MAPPING] = pm_grammar_mapping, [PM_GRAMMAR_COMMAND] = pm_grammar_command,
      [PM_GRAMMAR_TEXT] = pm_grammar_text,
  };
  g_return_if_fail ((guint) grammar < G_N_ELEMENTS (grammars));
  if (!pm_recogniser_may_hit (text, length))
    return;

  /* Half the range of an offset, so that adding to one cannot overflow. */
  guint32 bounded = (guint32) MIN (length, G_MAXUINT32 / 2);
  PmScan scan = {.text = text, .length = bounded, .hits = hits, .first = hits->len};
  grammars[grammar](&scan, (PmSpan){0, bounded});
}
