#include "notify/notices-private.h"

#include <string.h>

#include "base/timestamp.h"

typedef struct {
  const char *event; /* what ends in a dot stands for all that begin with it */
  const char *grouping;
  const char *subject; /* its beginning; the rest is the maker's */
  PmSeverity severity;
  const char *page;
  PmNoticeMaker make;
} Row;

#define ERROR PM_SEVERITY_ERROR
#define WARNING PM_SEVERITY_WARNING
#define NOTE PM_SEVERITY_NOTE

/* The first that fits. */
/* clang-format off */
static const Row rows[] = {
    {"incident.", PM_GROUPING_HEALTH, "incident",    ERROR,   "/health",    pm_notice_incident},
    {"breaker.",  PM_GROUPING_HEALTH, "breaker",      ERROR,   "/health",    pm_notice_breaker},
    {"ip.",                 "change",   "address",     WARNING, "/ip",        pm_notice_address},
    {"assign.",             "change",   "change",      ERROR,   "/history",   pm_notice_change},
    {"resolve.",            "change",   "change",      ERROR,   "/history",   pm_notice_change},
    {"sync.",               "change",   "change",      ERROR,   "/history",   pm_notice_change},
    {"pipeline.paused",     "pause",    "pause",       WARNING, "/ip",        pm_notice_pause},
    {"pipeline.resumed",    "pause",    "pause",       WARNING, "/ip",        pm_notice_pause},
    {"service.restart-failed", "restart", "restart",   ERROR,   "/health",    pm_notice_restart},
    {"healing.gave-up",     "restart",  "restart",     ERROR,   "/health",    pm_notice_gave_up},
    {"transaction.",        "change",   "transaction", NOTE,    "/history",   pm_notice_transaction},
    {"source.failed",       "source",   "source",      WARNING, "/ip",        pm_notice_source},
    {"source.recovered",    "source",   "source",      WARNING, "/ip",        pm_notice_source},
    {"conflict.",           "conflict", "conflict",    ERROR,   "/conflicts", pm_notice_conflict},
    {"token.",              "security", "token",       WARNING, "/settings",  pm_notice_token},
    {"backup.failed",       "registry", "backup",      WARNING, "/settings",  pm_notice_registry},
    {"registry.",           "registry", "registry",    WARNING, "/settings",  pm_notice_registry},
    {"config.refused",      "config",   "config",      WARNING, "/settings",  pm_notice_config},
    {"root.missing",        "root",     "root",        WARNING, "/settings",  pm_notice_root},
    {"root.returned",       "root",     "root",        WARNING, "/settings",  pm_notice_root},
};
/* clang-format on */

const char *const *
pm_notice_events (void)
{
  static const char *names[G_N_ELEMENTS (rows) + 1];
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    names[i] = rows[i].event;
  return names;
}

static const Row *
find_row (const char *event)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gboolean is_prefix = g_str_has_suffix (rows[i].event, ".");
    if (is_prefix ? g_str_has_prefix (event, rows[i].event) : strcmp (event, rows[i].event) == 0)
      return &rows[i];
  }
  return NULL;
}

PmNotice *
pm_notice_of_event (const PmEvent *event, const char **ret_grouping)
{
  const Row *row = find_row (event->event);
  if (row == NULL)
    return NULL;
  json_t *data = json_loads (event->data, 0, NULL);
  g_autoptr (PmNotice) notice = pm_notice_new ();
  notice->event_id = event->id;
  notice->severity = row->severity;
  notice->page = row->page;
  notice->since_us = event->time_us;
  pm_notice_say (&notice->event, "%s", event->event);
  pm_notice_say (&notice->subject, "%s", row->subject);
  pm_notice_say (&notice->state, "%s", strchr (event->event, '.') + 1);
  pm_notice_say (&notice->project, "%s", pm_notice_member (data, "projectId"));
  gboolean is_any = row->make (event, data, notice);
  json_decref (data);
  *ret_grouping = row->grouping;
  return is_any ? g_steal_pointer (&notice) : NULL;
}

/* --- for the makers --- */

const char *
pm_notice_member (const json_t *data, const char *key)
{
  json_t *value = json_object_get (data, key);
  if (json_is_integer (value)) {
    g_autofree char *digits = g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
    return g_intern_string (digits);
  }
  const char *text = json_string_value (value);
  return text == NULL ? "" : text;
}

const char *
pm_notice_any (const json_t *data, const char *const *keys)
{
  for (; *keys != NULL; keys++) {
    const char *text = pm_notice_member (data, *keys);
    if (text[0] != '\0')
      return text;
  }
  return "";
}

gint64
pm_notice_time (const json_t *data, const char *key)
{
  gint64 time_us = 0;
  return pm_timestamp_parse (pm_notice_member (data, key), &time_us) ? time_us : 0;
}

void
pm_notice_say (char **place, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_free (*place);
  *place = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}
