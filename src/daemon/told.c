#include "daemon/told.h"

#include <string.h>

#include "registry/tail.h"
#include "verbs/event-line.h"

#define PAGE 200
#define UNKNOWN (-1) /* the registry has been away since the start */

struct PmTold {
  PmContext *context;
  PmTail *tail;
  gint64 last; /* id of the event that was seen last; UNKNOWN */
  PmToldConfig config_changed;
  gpointer data;
};

/* Services, leases, jobs and scans change all day; those are for `events`. */
static const char *const shown[] = {
    "transaction.",    "ip.",       "assign.",        "resolve.",  "sync.",  "pipeline.",
    "incident.",       "breaker.",  "healing.",       "conflict.", "token.", "source.",
    "service.restart", "registry.", "config.changed", NULL,
};

static gboolean
is_shown (const char *event)
{
  for (const char *const *start = shown; *start != NULL; start++)
    if (g_str_has_prefix (event, *start))
      return TRUE;
  return FALSE;
}

/* A page at a time; what cannot be read now is read at the next change. */
static gboolean
show_page (PmTold *told)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmEvent));
  if (!pm_registry_events (told->context->registry, told->last, PAGE, arena, events, NULL))
    return FALSE;
  for (guint i = 0; i < events->len; i++) {
    const PmEvent *event = &g_array_index (events, PmEvent, i);
    told->last = event->id;
    if (!is_shown (event->event))
      continue;
    g_autofree char *line = pm_event_line (event->event, event->data);
    g_message ("%s %s", event->event, line);
    if (strcmp (event->event, "config.changed") == 0)
      told->config_changed (told->data);
  }
  return events->len == PAGE;
}

static void
on_change (gpointer data)
{
  PmTold *told = data;
  if (told->last == UNKNOWN) {
    pm_registry_last_event (told->context->registry, &told->last, NULL);
    return;
  }
  while (show_page (told))
    ;
}

PmTold *
pm_told_new (const PmContext *context, PmToldConfig config_changed, gpointer data, GError **error)
{
  g_autoptr (PmTold) told = g_new0 (PmTold, 1);
  told->config_changed = config_changed;
  told->data = data;
  told->last = UNKNOWN;
  told->context =
      pm_context_join_with (context->state_dir, context->config, PM_CONTEXT_PATIENT, error);
  if (told->context == NULL ||
      (pm_registry_reach (told->context->registry, NULL) &&
       !pm_registry_last_event (told->context->registry, &told->last, error)))
    return NULL;
  told->tail = pm_tail_new (told->context->registry, on_change, told);
  return g_steal_pointer (&told);
}

void
pm_told_free (PmTold *told)
{
  if (told == NULL)
    return;
  pm_tail_free (told->tail);
  pm_context_free (told->context);
  g_free (told);
}
