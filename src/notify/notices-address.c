#include "notify/notices-private.h"

#include <string.h>

/* What becomes of a change of an address (pipeline/). Steps in between tell nobody anything. */
static const struct {
  const char *stage;
  PmSeverity severity;
  const char *done;
} stages[] = {
    {"noted", PM_SEVERITY_WARNING, "nothing: the policy is to tell only"},
    {"proposed", PM_SEVERITY_WARNING, "a plan was made, and waits for a person"},
    {"applied", PM_SEVERITY_WARNING, "every file was changed"},
    {"committed", PM_SEVERITY_WARNING,
     "every file was changed, what runs was restarted, and answers"},
    {"rolledBack", PM_SEVERITY_ERROR, "everything is back as it was"},
    {"rolled-back", PM_SEVERITY_ERROR, "everything is back as it was"},
    {"failed", PM_SEVERITY_ERROR, "no file was changed"},
    {"unaffected", PM_SEVERITY_NOTE, "nothing: no file holds the old address"},
    {"refused", PM_SEVERITY_WARNING, "nothing: it cannot be an external address"},
    {"held", PM_SEVERITY_WARNING, "nothing: changes of addresses are paused"},
    {"paused", PM_SEVERITY_WARNING, "nothing: changes of addresses are paused"},
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

static void
say_done (const char *done, const json_t *data, PmNotice *notice)
{
  const char *cause = PM_NOTICE_ANY (data, "cause", "reason");
  const char *files = pm_notice_member (data, "files"), *edits = pm_notice_member (data, "edits");
  g_autoptr (GString) text = g_string_new (done);
  if (edits[0] != '\0' && strcmp (edits, "0") != 0)
    g_string_append_printf (text, " (%s edits in %s files)", edits, files);
  if (cause[0] != '\0')
    g_string_append_printf (text, ": %s", cause);
  pm_notice_say (&notice->done, "%s", text->str);
}

gboolean
pm_notice_address (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *stage = event->event + strlen ("ip.");
  const char *old_address = pm_notice_member (data, "oldValue");
  const char *new_address = PM_NOTICE_ANY (data, "newValue", "address");
  gint64 confirmed_us = pm_notice_time (data, "confirmed");
  gsize i = 0;
  while (i < G_N_ELEMENTS (stages) && strcmp (stage, stages[i].stage) != 0)
    i++;
  if (i == G_N_ELEMENTS (stages))
    return FALSE;
  notice->severity = stages[i].severity;
  if (confirmed_us != 0)
    notice->since_us = confirmed_us;
  /* A change and its outcome are told once; the next change of this slot is another one. */
  pm_notice_say (&notice->subject, "address/%s/%s/%s/%" G_GINT64_FORMAT,
                 pm_notice_member (data, "source"), pm_notice_member (data, "slot"), new_address,
                 confirmed_us != 0 ? confirmed_us : event->id);
  if (old_address[0] == '\0')
    pm_notice_say (&notice->what, "the external address is said to be %s", new_address);
  else
    pm_notice_say (&notice->what, "the external address %s has become %s", old_address,
                   new_address);
  pm_notice_say (&notice->where, "%s %s", pm_notice_member (data, "source"),
                 pm_notice_member (data, "slot"));
  say_done (stages[i].done, data, notice);
  say_todo (stage, data, notice);
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
