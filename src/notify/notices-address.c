#include "notify/notices-private.h"

#include <string.h>

#include "model/service.h"

/* How a change of an address ends (pipeline/change.h). The stages before tell nobody anything. */
static const struct {
  const char *stage;
  PmSeverity severity;
  const char *done;
} stages[] = {
    {"noted", PM_SEVERITY_WARNING, "nothing: the policy is to tell only"},
    {"proposed", PM_SEVERITY_WARNING, "a plan was made, and waits for a person"},
    {"committed", PM_SEVERITY_WARNING, "every file was changed"},
    {"rolled-back", PM_SEVERITY_ERROR, "everything is back as it was"},
    {"failed", PM_SEVERITY_ERROR, "no file was changed"},
    {"abandoned", PM_SEVERITY_WARNING, "it was interrupted before any file was changed"},
    {"dismissed", PM_SEVERITY_NOTE, "nothing: a person put the proposal aside"},
    {"unaffected", PM_SEVERITY_NOTE, "nothing: no file holds the old address"},
    {"refused", PM_SEVERITY_WARNING, "nothing: it cannot be an external address"},
};

static void
say_todo (const char *stage, const json_t *data, PmNotice *notice)
{
  const char *plan = pm_notice_member (data, "planId");
  const char *transaction = pm_notice_member (data, "transactionId");
  const char *old_address = pm_notice_member (data, "oldValue");
  const char *new_address = pm_notice_member (data, "newValue");
  const char *advice = pm_notice_member (data, "advice");
  if (plan[0] != '\0' && strcmp (plan, "0") != 0)
    pm_notice_say (&notice->todo, "port-manager ip change --plan %s applies it", plan);
  else if (strcmp (stage, "noted") == 0 || strcmp (stage, "failed") == 0)
    pm_notice_say (&notice->todo, "port-manager ip change %s %s shows what it would change",
                   old_address, new_address);
  else if (transaction[0] != '\0' && strcmp (transaction, "0") != 0 &&
           notice->severity != PM_SEVERITY_ERROR)
    pm_notice_say (&notice->todo, "port-manager undo %s takes it back", transaction);
  if (advice[0] == '\0')
    return;
  g_autofree char *todo = g_steal_pointer (&notice->todo);
  notice->todo = g_strdup_printf ("%s%s%s", todo, todo[0] == '\0' ? "" : "; ", advice);
}

/* ", 3 of 4 restarted" */
static void
add_restarts (const json_t *restarts, GString *text)
{
  size_t n = json_array_size (restarts), n_done = 0;
  for (size_t i = 0; i < n; i++)
    n_done += strcmp (pm_notice_member (json_array_get (restarts, i), "end"), "restarted") == 0;
  if (n > 0)
    g_string_append_printf (text, ", %zu of %zu restarted", n_done, n);
}

/* ", 3 of 4 services answer; api of shop does not: connection refused" */
static void
add_services (const json_t *services, GString *text)
{
  size_t n = json_array_size (services), n_up = 0;
  g_autoptr (GString) down = g_string_new (NULL);
  for (size_t i = 0; i < n; i++) {
    const json_t *service = json_array_get (services, i);
    const char *after = pm_notice_member (service, "after");
    const char *cause = pm_notice_member (service, "cause");
    n_up += strcmp (after, "up") == 0;
    g_autofree char *name = pm_full_name (pm_notice_member (service, "serviceName"),
                                          pm_notice_member (service, "projectId"));
    if (strcmp (after, "down") == 0)
      g_string_append_printf (down, "; %s does not%s%s", name, cause[0] == '\0' ? "" : ": ", cause);
  }
  if (n_up > 0 || down->len > 0)
    g_string_append_printf (text, ", %zu of %zu services answer%s", n_up, n, down->str);
}

static void
say_done (const char *done, const json_t *data, PmNotice *notice)
{
  const char *cause = PM_NOTICE_ANY (data, "cause", "reason");
  const char *files = pm_notice_member (data, "files"), *edits = pm_notice_member (data, "edits");
  g_autoptr (GString) text = g_string_new (done);
  if (edits[0] != '\0' && strcmp (edits, "0") != 0)
    g_string_append_printf (text, " (%s edits in %s files)", edits, files);
  add_restarts (json_object_get (data, "restarts"), text);
  add_services (json_object_get (data, "services"), text);
  if (cause[0] != '\0')
    g_string_append_printf (text, ": %s", cause);
  pm_notice_say (&notice->done, "%s", text->str);
}

static gboolean
say_end (const char *stage, const json_t *data, PmNotice *notice)
{
  gint64 confirmed_us = pm_notice_time (data, "confirmed");
  gsize i = 0;
  while (i < G_N_ELEMENTS (stages) && strcmp (stage, stages[i].stage) != 0)
    i++;
  if (i == G_N_ELEMENTS (stages))
    return FALSE;
  notice->severity = stages[i].severity;
  if (confirmed_us != 0)
    notice->since_us = confirmed_us;
  /* Each change is one thing, which may be proposed first and committed later. */
  const char *id = pm_notice_member (data, "id");
  if (id[0] != '\0')
    pm_notice_say (&notice->subject, "change/%s", id);
  else
    pm_notice_say (&notice->subject, "change/of-event/%" G_GINT64_FORMAT, notice->event_id);
  say_done (stages[i].done, data, notice);
  say_todo (stage, data, notice);
  return TRUE;
}

gboolean
pm_notice_address (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *stage = event->event + strlen ("ip.");
  const char *old_address = pm_notice_member (data, "oldValue");
  const char *new_address = PM_NOTICE_ANY (data, "newValue", "address");
  const char *source = pm_notice_member (data, "source");
  if (!say_end (stage, data, notice))
    return FALSE;
  if (old_address[0] == '\0')
    pm_notice_say (&notice->what, "the external address is said to be %s", new_address);
  else
    pm_notice_say (&notice->what, "the external address %s has become %s", old_address,
                   new_address);
  if (source[0] != '\0')
    pm_notice_say (&notice->where, "%s says so, of %s", source, pm_notice_member (data, "slot"));
  return TRUE;
}

/* A change of ports by hand, which only its bad ends tell of: who asked for it sees the good one,
 * and its transaction tells the others. */
gboolean
pm_notice_change (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *stage = strchr (event->event, '.') + 1;
  const char *wish = pm_notice_member (data, "wish"), *actor = pm_notice_member (data, "actor");
  if (strcmp (stage, "rolled-back") != 0 && strcmp (stage, "failed") != 0)
    return FALSE;
  pm_notice_say (&notice->what, "a change came to nothing%s%s", wish[0] == '\0' ? "" : ": ", wish);
  if (actor[0] != '\0')
    pm_notice_say (&notice->where, "asked for by %s", actor);
  return say_end (stage, data, notice);
}

gboolean
pm_notice_pause (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *reason = pm_notice_member (data, "reason");
  notice->is_over = strcmp (event->event, "pipeline.resumed") == 0;
  if (notice->is_over) {
    pm_notice_say (&notice->what, "what happens by itself goes on, as %s said",
                   pm_notice_member (data, "by"));
    return TRUE;
  }
  pm_notice_say (&notice->what, "what happens by itself was stopped by %s%s%s",
                 pm_notice_member (data, "by"), reason[0] == '\0' ? "" : ": ", reason);
  pm_notice_say (&notice->done, "a new address is proposed and not applied, nothing is restarted");
  pm_notice_say (&notice->todo, "let it go on when the reason is gone");
  return TRUE;
}

gboolean
pm_notice_source (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *source = pm_notice_member (data, "source");
  notice->is_over = strcmp (event->event, "source.recovered") == 0;
  pm_notice_say (&notice->subject, "source/%s", source);
  pm_notice_say (&notice->where, "the source %s", source);
  if (notice->is_over) {
    pm_notice_say (&notice->what, "the source of addresses %s speaks again", source);
    return TRUE;
  }
  pm_notice_say (&notice->what, "the source of addresses %s is silent: %s", source,
                 pm_notice_member (data, "cause"));
  pm_notice_say (&notice->done, "nothing is changed; it is asked again and again");
  pm_notice_say (&notice->todo, "port-manager ip sources shows what each says; until it speaks, a "
                                "new address may go unnoticed");
  return TRUE;
}
