/* All grammars of the recogniser over arbitrary text. Hits must lie inside the text and in its
 * order, and what they say must read again from their own bytes. */

#include <string.h>

#include "discovery/recogniser.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_port (const char *text, const PmHit *hit)
{
  g_autoptr (GArray) again = g_array_new (FALSE, FALSE, sizeof (PmHit));
  pm_recogniser_scan (PM_GRAMMAR_PORT, text + hit->start, hit->end - hit->start, again);
  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpuint (g_array_index (again, PmHit, 0).port, ==, hit->port);
  g_assert_cmpuint (g_array_index (again, PmHit, 0).port_end, ==, hit->port_end);
  g_assert_cmpuint (hit->port, >, 0);
  g_assert_cmpuint (hit->port, <=, hit->port_end);
  g_assert_cmpstr (hit->address, ==, "");
}

static void
check_address (const PmHit *hit)
{
  g_autoptr (GArray) again = g_array_new (FALSE, FALSE, sizeof (PmHit));
  pm_recogniser_scan (PM_GRAMMAR_HOST, hit->address, strlen (hit->address), again);
  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpstr (g_array_index (again, PmHit, 0).address, ==, hit->address);
}

static void
check_hits (const char *text, gsize length, const GArray *hits)
{
  guint32 behind = 0;
  g_assert_cmpuint (hits->len, <=, 256);
  for (guint i = 0; i < hits->len; i++) {
    const PmHit *hit = &g_array_index (hits, PmHit, i);
    g_assert_cmpuint (hit->start, >=, behind);
    g_assert_cmpuint (hit->start, <, hit->end);
    g_assert_cmpuint (hit->end, <=, length);
    g_assert_cmpuint (hit->host_start, <=, hit->host_end);
    g_assert_cmpuint (hit->host_end, <=, length);
    g_assert_cmpuint (hit->scheme_start, <=, hit->scheme_end);
    g_assert_cmpuint (hit->scheme_end, <=, length);
    g_assert_true (hit->confidence > 0 && hit->confidence <= 1);
    if (hit->pair >= 0) {
      g_assert_cmpint (hit->pair, <, (gint) hits->len);
      g_assert_cmpint (g_array_index (hits, PmHit, hit->pair).pair, ==, (gint) i);
    }
    behind = hit->end;
    if (hit->kind == PM_KIND_PORT)
      check_port (text, hit);
    else
      check_address (hit);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  /* An exact copy on the heap: one byte too many is seen. */
  g_autofree char *text = g_memdup2 (data, size);
  for (PmGrammar grammar = PM_GRAMMAR_PORT; grammar <= PM_GRAMMAR_TEXT; grammar++) {
    g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (PmHit));
    pm_recogniser_scan (grammar, text != NULL ? text : "", size, hits);
    check_hits (text, size, hits);
  }
  return 0;
}
