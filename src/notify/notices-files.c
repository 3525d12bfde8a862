#include "notify/notices-private.h"

#include <string.h>

#include "model/service.h"

/* --- transactions --- */

/* How a transaction may end (update/outcome.h), by the beginning of its state, the longer one
 * first; and what that means to people. */
static const struct {
  const char *state;
  PmSeverity severity;
  const char *what, *done, *todo;
} endings[] = {
    {"committed", PM_SEVERITY_NOTE, "files were changed", "all of it is written and verified",
     "port-manager undo %s takes it back"},
    {"undone", PM_SEVERITY_NOTE, "a change of files was taken back",
     "the files say again what they said", ""},
    {"refused", PM_SEVERITY_WARNING, "a change of files was refused", "no file was changed",
     "port-manager transactions shows why; a plan that is made again fits the files as they are "
     "now"},
    {"failed verification", PM_SEVERITY_ERROR, "a change of files was rolled back",
     "it was not as planned when it was read again; every file is as it was",
     "port-manager check, then make the plan again"},
    {"failed", PM_SEVERITY_ERROR, "a change of files failed",
     "every file is as it was, unless recovery is needed", "port-manager recover"},
    {"rolled back except", PM_SEVERITY_ERROR, "a change of files needs attention",
     "it was rolled back, but for files that somebody else changed meanwhile",
     "port-manager transactions names the files: look at each"},
    {"rolled-back", PM_SEVERITY_ERROR, "a change of files was rolled back",
     "it was interrupted; every file is as it was", "make the plan again"},
    {"needs", PM_SEVERITY_ERROR, "a change of files needs attention", "it could not be ended",
     "port-manager recover"},
};

/* Of a change of an address the end is told, with what became of its services. What a person has to
 * look at only the transaction names. */
static gboolean
is_told_by_its_change (const char *state, const json_t *data)
{
  return json_object_get (json_object_get (data, "summary"), "changeId") != NULL &&
         !g_str_has_prefix (state, "rolled back except") && !g_str_has_prefix (state, "needs");
}

gboolean
pm_notice_transaction (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *state = event->event + strlen ("transaction.");
  const char *id = pm_notice_member (data, "id");
  const char *wish = pm_notice_member (json_object_get (data, "summary"), "wish");
  gint64 started_us = pm_notice_time (data, "started");
  gsize i = 0;
  while (i < G_N_ELEMENTS (endings) && !g_str_has_prefix (state, endings[i].state))
    i++;
  if (i == G_N_ELEMENTS (endings) || is_told_by_its_change (state, data))
    return FALSE;
  notice->severity = endings[i].severity;
  if (started_us != 0)
    notice->since_us = started_us;
  pm_notice_say (&notice->subject, "transaction/%s", id);
  pm_notice_say (&notice->what, "%s%s%s", endings[i].what, wish[0] == '\0' ? "" : ": ", wish);
  pm_notice_say (&notice->where, "transaction %s, %s edits in %s files", id,
                 pm_notice_member (data, "edits"), pm_notice_member (data, "files"));
  pm_notice_say (&notice->done, "%s", endings[i].done);
  const char *hole = strstr (endings[i].todo, "%s");
  if (hole == NULL)
    pm_notice_say (&notice->todo, "%s", endings[i].todo);
  else
    pm_notice_say (&notice->todo, "%.*s%s%s", (int) (hole - endings[i].todo), endings[i].todo, id,
                   hole + 2);
  return TRUE;
}

/* --- conflicts --- */

/* "web of shop (shop/.env:1) and …", and the project of the first. */
static void
say_claimants (const json_t *claimants, PmNotice *notice)
{
  g_autoptr (GString) where = g_string_new (NULL);
  for (size_t i = 0; i < json_array_size (claimants); i++) {
    const json_t *claimant = json_array_get (claimants, i);
    const char *project = pm_notice_member (claimant, "projectId");
    const char *name = pm_notice_member (claimant, "serviceName");
    const char *file = pm_notice_member (claimant, "file");
    if (notice->project[0] == '\0')
      pm_notice_say (&notice->project, "%s", project);
    g_autofree char *full = pm_full_name (name[0] == '\0' ? "a process" : name, project);
    g_string_append_printf (where, "%s%s", i == 0 ? "" : " and ", full);
    if (file[0] != '\0')
      g_string_append_printf (where, " (%s:%s)", file, pm_notice_member (claimant, "line"));
  }
  pm_notice_say (&notice->where, "%s", where->str);
}

/* Only what keeps somebody from starting is told; what was one of these and is less now is over. */
gboolean
pm_notice_conflict (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  gboolean is_closed = strcmp (event->event, "conflict.closed") == 0;
  gboolean is_error = strcmp (pm_notice_member (data, "severity"), "error") == 0;
  const char *id = pm_notice_member (data, "id"), *port = pm_notice_member (data, "port");
  const json_t *suggestion = json_object_get (data, "suggestion");
  if (strcmp (event->event, "conflict.opened") == 0 && !is_error)
    return FALSE;
  notice->is_over = is_closed || !is_error;
  pm_notice_say (&notice->subject, "conflict/%s", id);
  pm_notice_say (&notice->state, "%s", notice->is_over ? "closed" : "opened");
  if (notice->is_over)
    pm_notice_say (&notice->what, "port %s is no longer contested", port);
  else
    pm_notice_say (&notice->what, "port %s is contested: %s", port,
                   pm_notice_member (data, "reason"));
  say_claimants (json_object_get (data, "claimants"), notice);
  if (notice->is_over)
    return TRUE;
  pm_notice_say (&notice->done, "nothing: a port is moved when a person says so");
  const char *free_port = pm_notice_member (suggestion, "port");
  if (free_port[0] != '\0' && strcmp (free_port, "0") != 0)
    pm_notice_say (&notice->todo, "port-manager resolve --only %s shows the plan (%s is free)", id,
                   free_port);
  else
    pm_notice_say (&notice->todo, "port-manager resolve --only %s shows what can be done", id);
  return TRUE;
}
