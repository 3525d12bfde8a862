#include "notify/notices-private.h"

#include <string.h>

#include "model/service.h"

/* "api of shop", or whatever of it is known. */
static char *
service_of (const json_t *data)
{
  const char *name = PM_NOTICE_ANY (data, "serviceName", "service", "name");
  const char *project = pm_notice_member (data, "projectId");
  if (name[0] == '\0')
    name = PM_NOTICE_ANY (data, "serviceId", "id");
  return pm_full_name (name, project);
}

static guint
count_of (const json_t *data, const char *key)
{
  const json_t *value = json_object_get (data, key);
  return json_is_array (value) ? (guint) json_array_size (value)
                               : (guint) MAX (json_integer_value (value), 0);
}

static void
say_where (const json_t *data, PmNotice *notice)
{
  const char *target = PM_NOTICE_ANY (data, "target", "url", "address", "check");
  guint dependants = MAX (count_of (data, "dependants"), count_of (data, "affected"));
  g_autoptr (GString) where = g_string_new (target);
  if (dependants > 0)
    g_string_append_printf (where, "%s%u that depend on it", where->len > 0 ? "; " : "",
                            dependants);
  pm_notice_say (&notice->where, "%s", where->str);
}

/* Somebody who is muted is not told of; nor is the end of what nobody was told of. */
static gboolean
is_muted (const PmEvent *event, const json_t *data)
{
  return pm_notice_time (data, "mutedUntil") > event->time_us;
}

gboolean
pm_notice_incident (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *kind = event->event + strlen ("incident.");
  const char *id = pm_notice_member (data, "id");
  const char *cause = PM_NOTICE_ANY (data, "cause", "reason");
  g_autofree char *service = service_of (data);
  gint64 since_us = pm_notice_time (data, "since");
  if (strcmp (kind, "opened") != 0 && strcmp (kind, "closed") != 0)
    return FALSE;
  notice->is_over = strcmp (kind, "closed") == 0;
  if (!notice->is_over && is_muted (event, data))
    return FALSE;
  pm_notice_say (&notice->subject, "incident/%s", id[0] != '\0' ? id : service);
  say_where (data, notice);
  if (notice->is_over) {
    const char *ended = pm_notice_member (data, "ended");
    pm_notice_say (&notice->what, "%s is no longer down%s%s", service, ended[0] == '\0' ? "" : ": ",
                   ended);
    return TRUE;
  }
  if (since_us == 0)
    since_us = pm_notice_time (data, "opened");
  if (since_us != 0)
    notice->since_us = since_us;
  pm_notice_say (&notice->what, "%s is down%s%s", service, cause[0] == '\0' ? "" : ": ", cause);
  pm_notice_say (&notice->done, "%s", PM_NOTICE_ANY (data, "done", "action"));
  pm_notice_say (&notice->todo, "port-manager health shows its checks; port-manager port who N who "
                                "has its port");
  return TRUE;
}

gboolean
pm_notice_restart (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const json_t *service = json_array_get (json_object_get (data, "services"), 0);
  const char *cause = PM_NOTICE_ANY (data, "cause", "reason");
  const char *actor = pm_notice_member (data, "actor");
  g_autofree char *name = service_of (service == NULL ? data : service);
  pm_notice_say (&notice->subject, "restart/%s/%" G_GINT64_FORMAT, name, event->id);
  if (notice->project[0] == '\0' && service != NULL)
    pm_notice_say (&notice->project, "%s", pm_notice_member (service, "projectId"));
  pm_notice_say (&notice->what, "a restart did not help%s%s%s%s", name[0] == '\0' ? "" : " ", name,
                 cause[0] == '\0' ? "" : ": ", cause);
  if (actor[0] != '\0')
    pm_notice_say (&notice->where, "asked for by %s", actor);
  pm_notice_say (&notice->todo, "look at its own log; port-manager health shows its checks");
  return TRUE;
}

static void
say_names (const json_t *names, PmNotice *notice)
{
  g_autoptr (GString) where = g_string_new (NULL);
  for (size_t i = 0; i < json_array_size (names); i++) {
    const char *name = json_string_value (json_array_get (names, i));
    if (name != NULL)
      g_string_append_printf (where, "%s%s", where->len == 0 ? "" : ", ", name);
  }
  pm_notice_say (&notice->where, "%s", where->str);
}

gboolean
pm_notice_gave_up (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *target = pm_notice_member (data, "target");
  gint64 since_us = pm_notice_time (data, "since");
  if (since_us != 0)
    notice->since_us = since_us;
  pm_notice_say (&notice->subject, "restart/%s/%" G_GINT64_FORMAT, target, event->id);
  pm_notice_say (&notice->what, "%s stays down: %s restarts within an hour did not help",
                 target[0] == '\0' ? "a service" : target, pm_notice_member (data, "attempts"));
  say_names (json_object_get (data, "names"), notice);
  pm_notice_say (&notice->done, "it is left alone until heal.budget allows another restart");
  pm_notice_say (&notice->todo, "look at its own log; port-manager health shows its checks");
  return TRUE;
}

gboolean
pm_notice_breaker (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *kind = event->event + strlen ("breaker.");
  const char *cause = PM_NOTICE_ANY (data, "cause", "reason");
  notice->is_over = strcmp (kind, "closed") == 0;
  notice->leads = TRUE;
  if (!notice->is_over && strcmp (kind, "opened") != 0)
    return FALSE;
  if (notice->is_over) {
    pm_notice_say (&notice->what, "services are restarted again: no more of them fail at once");
    return TRUE;
  }
  pm_notice_say (&notice->what, "many services fail at once%s%s", cause[0] == '\0' ? "" : ": ",
                 cause);
  pm_notice_say (&notice->done, "nothing is restarted until they are fewer: the cause is likely to "
                                "be one they share");
  pm_notice_say (&notice->todo,
                 "look at the machine, its network and its disk; port-manager health "
                 "lists the services");
  return TRUE;
}
