/* DESIGN
 * One entry a check: it is being looked at, waits to be looked at again, or is over. The round is
 * over when all entries are, or the deadline comes. Pauses between two looks grow from PAUSE_FIRST
 * by half to PAUSE_MOST: what is starting is seen soon, and not disturbed. */

#include "health/round.h"

#define PAUSE_FIRST_MS 50
#define PAUSE_MOST_MS 1000

typedef struct {
  PmProbeRound *round;
  guint index;
  PmProbe *probe; /* NULL: none is under way */
  GSource *pause; /* NULL: it waits for none */
  guint pause_ms;
} Entry;

struct PmProbeRound {
  PmProber *prober;
  PmCheckSet *checks;
  PmProbeRoundOptions options;
  PmProbeRoundDone done;
  gpointer data;
  gint64 began_us;
  GSource *end;       /* the deadline, or the next turn of the main loop; NULL: over */
  GPtrArray *entries; /* of Entry */
  GPtrArray *causes;
  PmProbed *results;
  guint n_open;
};

static void look (Entry *entry);

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
later (guint ms, GSourceFunc callback, gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GSource *source = g_timeout_source_new (ms);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, callback, data, NULL);
  g_source_attach (source, context);
  return source;
}

static void
stop (PmProbeRound *round)
{
  drop_source (&round->end);
  for (guint i = 0; i < round->entries->len; i++) {
    Entry *entry = round->entries->pdata[i];
    drop_source (&entry->pause);
    g_clear_pointer (&entry->probe, pm_probe_cancel);
  }
}

static gboolean
on_end (gpointer data)
{
  PmProbeRound *round = data;
  stop (round);
  round->done (round->results, round->checks->checks->len, round->data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_pause (gpointer data)
{
  Entry *entry = data;
  drop_source (&entry->pause);
  look (entry);
  return G_SOURCE_REMOVE;
}

static void
note (PmProbeRound *round, guint index, const PmProbeResult *result)
{
  PmProbed *probed = &round->results[index];
  char *cause = g_strdup (result->cause);
  g_ptr_array_add (round->causes, cause);
  probed->health = result->health;
  probed->latency_us = result->latency_us;
  probed->certificate_expiry = result->certificate_expiry;
  probed->cause = cause;
  probed->n_looks++;
  if (result->health == PM_HEALTH_UP)
    probed->up_after_us = MAX (1, g_get_monotonic_time () - round->began_us);
}

static void
on_probed (const PmProbeResult *result, gpointer data)
{
  Entry *entry = data;
  PmProbeRound *round = entry->round;
  entry->probe = NULL;
  note (round, entry->index, result);
  gboolean can_be_asked =
      g_array_index (round->checks->checks, PmCheck, entry->index).kind != PM_CHECK_NONE;
  if (round->options.until_up && result->health != PM_HEALTH_UP && can_be_asked) {
    entry->pause = later (entry->pause_ms, on_pause, entry);
    entry->pause_ms = MIN (entry->pause_ms * 3 / 2, PAUSE_MOST_MS);
    return;
  }
  if (--round->n_open > 0)
    return;
  drop_source (&round->end);
  round->end = later (0, on_end, round);
}

static void
look (Entry *entry)
{
  PmProbeRound *round = entry->round;
  const PmCheck *check = &g_array_index (round->checks->checks, PmCheck, entry->index);
  entry->probe = pm_prober_probe (round->prober, check, on_probed, entry);
}

static void
add (PmProbeRound *round, guint index)
{
  Entry *entry = g_new0 (Entry, 1);
  *entry = (Entry){.round = round, .index = index, .pause_ms = PAUSE_FIRST_MS};
  g_ptr_array_add (round->entries, entry);
  round->results[index] = (PmProbed){
      .check = &g_array_index (round->checks->checks, PmCheck, index),
      .health = PM_HEALTH_DOWN,
      .cause = "no answer until the deadline",
  };
  look (entry);
}

PmProbeRound *
pm_probe_round_new (PmProber *prober, PmCheckSet *checks, const PmProbeRoundOptions *options,
                    PmProbeRoundDone done, gpointer data)
{
  PmProbeRound *round = g_new0 (PmProbeRound, 1);
  guint n = checks->checks->len;
  round->prober = prober;
  round->checks = pm_check_set_ref (checks);
  round->options = *options;
  round->done = done;
  round->data = data;
  round->began_us = g_get_monotonic_time ();
  round->entries = g_ptr_array_new_with_free_func (g_free);
  round->causes = g_ptr_array_new_with_free_func (g_free);
  round->results = g_new0 (PmProbed, n);
  round->n_open = n;
  for (guint i = 0; i < n; i++)
    add (round, i);
  if (n == 0)
    round->end = later (0, on_end, round);
  else if (options->deadline_ms > 0)
    round->end = later (options->deadline_ms, on_end, round);
  return round;
}

void
pm_probe_round_free (PmProbeRound *round)
{
  if (round == NULL)
    return;
  stop (round);
  g_ptr_array_unref (round->entries);
  g_ptr_array_unref (round->causes);
  pm_check_set_unref (round->checks);
  g_free (round->results);
  g_free (round);
}
