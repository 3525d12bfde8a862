/* Scans of everything beside others that store something meanwhile. */

#include "rescan-test.h"

#include <string.h>

#include "registry/registry.h"
#include "verbs/scan.h"

typedef struct {
  RescanTest *test;
  guint n;    /* times that somebody is to come between */
  guint port; /* that stands in the file then */
} Other;

static void
write_port (const RescanTest *test, guint port)
{
  g_autofree char *text = g_strdup_printf ("PORT=%u\n", port);
  rescan_test_put (test, "../alone/app/.env", text);
}

/* The one file of the root has been read: it is saved, and scanned by somebody else. */
static void
come_between (const PmSurveyProgress *progress, gpointer data)
{
  Other *other = data;
  if (other->n == 0)
    return;
  other->n--;
  write_port (other->test, ++other->port);
  g_autofree char *root = g_build_filename (other->test->top, "alone", NULL);
  PmContext *context = rescan_test_open (other->test->state);
  rescan_test_scan (context, root);
  pm_context_free (context);
}

static gint64
last_event (RescanTest *test)
{
  gint64 id = 0;
  g_assert_true (pm_registry_last_event (test->context->registry, &id, NULL));
  return id;
}

static gboolean
is_known (RescanTest *test, guint port)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  gboolean found = FALSE;
  g_assert_true (pm_registry_snapshot (test->context->registry, &snapshot, NULL));
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *finding = &g_array_index (snapshot->findings, PmFinding, i);
    found |= strcmp (finding->file, "app/.env") == 0 && finding->port == port;
  }
  return found;
}

static void
scan_beside (Other *other)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_build_filename (other->test->top, "alone", NULL);
  char *roots[] = {root, NULL};
  PmSurveyOptions options = {.progress = come_between, .data = other};
  PmScanReport report;
  pm_verb_scan (other->test->context, roots, &options, &report, NULL, &error);
  g_assert_no_error (error);
}

static void
what_is_older_is_not_stored (RescanTest *test, gconstpointer data)
{
  Other other = {test, 1, 7000};
  write_port (test, 7000);
  gint64 before = last_event (test);
  scan_beside (&other);
  g_assert_true (is_known (test, 7001));
  g_assert_false (is_known (test, 7000));

  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, TRUE, sizeof (PmEvent));
  g_assert_true (pm_registry_events (test->context->registry, before, 1000, arena, events, NULL));
  for (guint i = 0; i < events->len; i++)
    g_assert_null (strstr (g_array_index (events, PmEvent, i).data, "7000"));
}

/* Somebody who scans all the time does not keep others from it for ever. */
static void
it_comes_to_an_end (RescanTest *test, gconstpointer data)
{
  Other other = {test, 100, 7000};
  write_port (test, 7000);
  scan_beside (&other);
  g_assert_cmpuint (other.n, ==, 97);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/verbs/scan/" name, RescanTest, NULL, rescan_test_set_up, function,                 \
              rescan_test_tear_down)
  ADD ("what-is-older-is-not-stored", what_is_older_is_not_stored);
  ADD ("it-comes-to-an-end", it_comes_to_an_end);
  return g_test_run ();
}
