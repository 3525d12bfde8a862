/* DESIGN
 * The service manager's D-Bus interface, org.freedesktop.systemd1(5): RestartUnit queues a job and
 * answers at once; that it was done, and how, is told by the signal JobRemoved, which is only sent
 * to who has called Subscribe. The signal may come before the answer, so it is listened for first,
 * and what was heard is kept until the job's path is known.
 *
 * The connection is private to the call and dispatched on a main context of this thread alone. The
 * bus is the system's (DBUS_SYSTEM_BUS_ADDRESS overrides it, as everywhere). */

#include <string.h>

#include "heal/provider.h"

#define BUS_NAME "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"
#define UNIT "org.freedesktop.systemd1.Unit"

typedef struct {
  GDBusConnection *bus;
  GMainContext *context;
  gint64 deadline_us;
  GCancellable *cancellable;
  GHashTable *ended; /* path of a job → its result */
  guint listener;
} Session;

static void
on_removed (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *signal, GVariant *parameters, gpointer data)
{
  Session *session = data;
  const char *job, *result;
  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uoss)")))
    return;
  g_variant_get (parameters, "(u&o&s&s)", NULL, &job, NULL, &result);
  g_hash_table_insert (session->ended, g_strdup (job), g_strdup (result));
}

static void
session_clear (Session *session)
{
  if (session->listener != 0)
    g_dbus_connection_signal_unsubscribe (session->bus, session->listener);
  if (session->bus != NULL)
    g_dbus_connection_close_sync (session->bus, NULL, NULL);
  g_clear_object (&session->bus);
  while (session->context != NULL && g_main_context_iteration (session->context, FALSE))
    continue;
  if (session->context != NULL)
    g_main_context_pop_thread_default (session->context);
  g_clear_pointer (&session->context, g_main_context_unref);
  g_clear_pointer (&session->ended, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Session, session_clear)

static int
left_ms (const Session *session)
{
  gint64 left_us = session->deadline_us - g_get_monotonic_time ();
  return (int) (MAX (left_us, 1000) / 1000);
}

static gboolean
open_session (Session *session, GError **error)
{
  session->context = g_main_context_new ();
  session->ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_main_context_push_thread_default (session->context);
  g_autofree char *address =
      g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, session->cancellable, error);
  if (address == NULL)
    return FALSE;
  session->bus =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, session->cancellable, error);
  if (session->bus == NULL)
    return FALSE;
  session->listener = g_dbus_connection_signal_subscribe (
      session->bus, BUS_NAME, MANAGER, "JobRemoved", MANAGER_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      on_removed, session, NULL);
  return TRUE;
}

static GVariant *
call (Session *session, const char *path, const char *interface, const char *method,
      GVariant *parameters, const char *type, GError **error)
{
  return g_dbus_connection_call_sync (session->bus, BUS_NAME, path, interface, method, parameters,
                                      type == NULL ? NULL : G_VARIANT_TYPE (type),
                                      G_DBUS_CALL_FLAGS_NONE, left_ms (session),
                                      session->cancellable, error);
}

/* --- the job --- */

static gboolean
queue (Session *session, const char *unit, char **ret_job, GError **error)
{
  g_autoptr (GVariant) subscribed =
      call (session, MANAGER_PATH, MANAGER, "Subscribe", NULL, NULL, error);
  if (subscribed == NULL)
    return FALSE;
  g_autoptr (GVariant) answer = call (session, MANAGER_PATH, MANAGER, "RestartUnit",
                                      g_variant_new ("(ss)", unit, "replace"), "(o)", error);
  if (answer != NULL)
    g_variant_get (answer, "(o)", ret_job);
  return answer != NULL;
}

static gboolean
on_time (gpointer data)
{
  return G_SOURCE_CONTINUE; /* wakes the loop, nothing more */
}

/* NULL: the time was over. */
static const char *
await_result (Session *session, const char *job)
{
  g_autoptr (GSource) timer = g_timeout_source_new (100);
  g_source_set_callback (timer, on_time, NULL, NULL);
  g_source_attach (timer, session->context);
  const char *result;
  while ((result = g_hash_table_lookup (session->ended, job)) == NULL &&
         g_get_monotonic_time () < session->deadline_us &&
         !g_cancellable_is_cancelled (session->cancellable))
    g_main_context_iteration (session->context, TRUE);
  g_source_destroy (timer);
  return result;
}

/* --- what became of it --- */

static char *
unit_property (Session *session, const char *unit, const char *name)
{
  g_autoptr (GVariant) found =
      call (session, MANAGER_PATH, MANAGER, "GetUnit", g_variant_new ("(s)", unit), "(o)", NULL);
  if (found == NULL)
    return g_strdup ("unknown");
  const char *path;
  g_variant_get (found, "(&o)", &path);
  g_autoptr (GVariant) answer = call (session, path, "org.freedesktop.DBus.Properties", "Get",
                                      g_variant_new ("(ss)", UNIT, name), "(v)", NULL);
  g_autoptr (GVariant) value = NULL;
  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
             ? g_variant_dup_string (value, NULL)
             : g_strdup ("unknown");
}

static gboolean
judge (Session *session, const char *unit, const char *result, GError **error)
{
  if (result == NULL) {
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_TIMEOUT,
                 "systemd has not restarted %s in time; “systemctl status %s” tells more", unit,
                 unit);
    return FALSE;
  }
  if (strcmp (result, "done") == 0)
    return TRUE;
  g_autofree char *active = unit_property (session, unit, "ActiveState");
  g_autofree char *sub = unit_property (session, unit, "SubState");
  g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FAILED,
               "systemd could not restart %s: its job ended as “%s”, the unit is %s (%s); "
               "“journalctl -u %s” tells more",
               unit, result, active, sub, unit);
  return FALSE;
}

static PmHealError
code_of (const GError *failure)
{
  g_autofree char *name = g_dbus_error_get_remote_error (failure);
  if (g_strcmp0 (name, BUS_NAME ".NoSuchUnit") == 0 ||
      g_error_matches (failure, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      failure->domain == G_IO_ERROR)
    return g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ? PM_HEAL_ERROR_TIMEOUT
                                                                       : PM_HEAL_ERROR_ABSENT;
  return g_error_matches (failure, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED) ||
                 g_strcmp0 (name, "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired") ==
                     0
             ? PM_HEAL_ERROR_FORBIDDEN
             : PM_HEAL_ERROR_FAILED;
}

static gboolean
fail (const char *unit, GError *failure, GError **error)
{
  PmHealError code = code_of (failure);
  g_dbus_error_strip_remote_error (failure);
  g_set_error (error, PM_HEAL_ERROR, (int) code, "systemd, asked to restart %s: %s%s", unit,
               failure->message,
               code == PM_HEAL_ERROR_FORBIDDEN
                   ? "; let this user manage the unit by a polkit rule (docs/OPERATIONS.md)"
                   : "");
  g_error_free (failure);
  return FALSE;
}

/* "shop-api" is "shop-api.service", as for systemctl. */
static char *
subject (const PmRestartTarget *target)
{
  if (!pm_heal_is_set (target->unit))
    return NULL;
  return strchr (target->unit, '.') != NULL ? g_strdup (target->unit)
                                            : g_strconcat (target->unit, ".service", NULL);
}

static gboolean
restart (const PmRestartTarget *target, const PmRestartOptions *options, gint64 deadline_us,
         GError **error)
{
  g_autofree char *unit = subject (target), *job = NULL;
  g_auto (Session) session = {.deadline_us = deadline_us, .cancellable = options->cancellable};
  GError *failure = NULL;
  if (!open_session (&session, &failure) || !queue (&session, unit, &job, &failure))
    return fail (unit, failure, error);
  return judge (&session, unit, await_result (&session, job), error);
}

const PmRestartProvider pm_provider_systemd = {"systemd", "restart.unit", subject, restart};
