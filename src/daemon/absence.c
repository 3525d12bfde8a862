/* DESIGN
 * A timer asks the connection, not the server: it notices by itself that it was closed, and is made
 * again by whoever asks, at most once a second and for a moment (registry/postgres-link.h). */

#include "daemon/absence.h"

#include "daemon/service-manager.h"

#define LOOK_EVERY_MS 500

struct PmAbsence {
  const PmContext *context;
  char *url;
  PmAbsenceChanged changed;
  gpointer data;
  guint timer;     /* 0: it is in a file */
  gint64 since_us; /* monotonic; 0: it is there */
};

char *
pm_absence_status (const PmAbsence *absence)
{
  return g_strdup_printf ("Serving %s%s", absence->url,
                          absence->since_us == 0 ? ""
                                                 : "; the registry's server cannot be reached");
}

static void
tell_status (const PmAbsence *absence)
{
  g_autofree char *status = pm_absence_status (absence);
  pm_service_manager_status (status);
}

static void
look (PmAbsence *absence)
{
  g_autoptr (GError) error = NULL;
  gboolean is_there = pm_registry_reach (absence->context->registry, &error);
  if (is_there == (absence->since_us == 0))
    return;
  gint64 now_us = g_get_monotonic_time ();
  if (is_there)
    g_message ("the registry's server is there again, after %" G_GINT64_FORMAT " s",
               (now_us - absence->since_us) / G_USEC_PER_SEC);
  else
    g_warning ("%s; until then what was known is answered, and nothing is changed", error->message);
  absence->since_us = is_there ? 0 : now_us;
  tell_status (absence);
  absence->changed (is_there ? NULL : error->message, absence->data);
}

static gboolean
on_timer (gpointer data)
{
  look (data);
  return G_SOURCE_CONTINUE;
}

PmAbsence *
pm_absence_new (const PmContext *context, const char *url, PmAbsenceChanged changed, gpointer data)
{
  PmAbsence *absence = g_new0 (PmAbsence, 1);
  absence->context = context;
  absence->url = g_strdup (url);
  absence->changed = changed;
  absence->data = data;
  if (context->config->registry.url[0] == '\0')
    return absence;
  absence->timer = g_timeout_add (LOOK_EVERY_MS, on_timer, absence);
  look (absence);
  return absence;
}

void
pm_absence_free (PmAbsence *absence)
{
  if (absence == NULL)
    return;
  g_clear_handle_id (&absence->timer, g_source_remove);
  g_free (absence->url);
  g_free (absence);
}
