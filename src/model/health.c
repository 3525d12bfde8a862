#include "model/health.h"

#include <string.h>

static const char *const health_names[] = {"unknown", "up", "down"};

const char *
pm_health_name (PmHealth health)
{
  g_return_val_if_fail ((guint) health < G_N_ELEMENTS (health_names), "");
  return health_names[health];
}

gboolean
pm_health_from_name (const char *name, PmHealth *ret_health)
{
  for (guint i = 0; i < G_N_ELEMENTS (health_names); i++)
    if (strcmp (health_names[i], name) == 0) {
      *ret_health = (PmHealth) i;
      return TRUE;
    }
  return FALSE;
}

const char *
pm_check_kind_name (PmCheckKind kind)
{
  static const char *const names[] = {"none", "tcp", "http", "websocket", "process", "container"};
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (names), "");
  return names[kind];
}

static const char *
scheme_of (const PmCheck *check)
{
  if (check->kind == PM_CHECK_TCP)
    return "tcp";
  if (check->kind == PM_CHECK_HTTP)
    return check->is_tls ? "https" : "http";
  return check->is_tls ? "wss" : "ws";
}

char *
pm_check_target (const PmCheck *check)
{
  switch (check->kind) {
  case PM_CHECK_NONE:
    return g_strdup ("");
  case PM_CHECK_PROCESS:
    return check->name[0] != '\0' ? g_strdup_printf ("process %s", check->name)
                                  : g_strdup_printf ("process on udp port %u", check->port);
  case PM_CHECK_CONTAINER:
    return g_strdup_printf ("container %s", check->name);
  default:
    return g_strdup_printf (strchr (check->host, ':') != NULL ? "%s://[%s]:%u%s" : "%s://%s:%u%s",
                            scheme_of (check), check->host, check->port,
                            check->kind == PM_CHECK_TCP ? "" : check->path);
  }
}

/* --- equality --- */

static gboolean
is_same_list (const char *const *a, const char *const *b)
{
  return a == b || (a != NULL && b != NULL && g_strv_equal (a, b));
}

static gboolean
is_same_question (const PmCheck *a, const PmCheck *b)
{
  return a->kind == b->kind && a->is_configured == b->is_configured && a->port == b->port &&
         a->is_tls == b->is_tls && a->is_unverified == b->is_unverified &&
         strcmp (a->host, b->host) == 0 && is_same_list (a->addresses, b->addresses) &&
         strcmp (a->path, b->path) == 0 && strcmp (a->method, b->method) == 0 &&
         strcmp (a->statuses, b->statuses) == 0 && strcmp (a->body, b->body) == 0 &&
         strcmp (a->name, b->name) == 0 && strcmp (a->folder, b->folder) == 0;
}

gboolean
pm_check_equal (const PmCheck *a, const PmCheck *b)
{
  return a->service_id == b->service_id && is_same_question (a, b) &&
         g_strcmp0 (a->obstacle, b->obstacle) == 0 && a->interval_ms == b->interval_ms &&
         a->timeout_ms == b->timeout_ms && a->rise == b->rise && a->fall == b->fall &&
         a->start_period_ms == b->start_period_ms;
}

/* --- statuses --- */

static gboolean
read_status (const char **at, guint *ret_status)
{
  guint status = 0;
  for (guint digits = 0; digits < 3; digits++, (*at)++) {
    if (!g_ascii_isdigit (**at))
      return FALSE;
    status = status * 10 + (guint) g_ascii_digit_value (**at);
  }
  *ret_status = status;
  return status >= 100;
}

gboolean
pm_check_statuses_match (const char *statuses, guint status, gboolean *ret_match)
{
  gboolean match = FALSE;
  for (const char *at = statuses;; at++) {
    guint first, last;
    if (!read_status (&at, &first))
      return FALSE;
    last = first;
    if (*at == '-') {
      at++;
      if (!read_status (&at, &last) || last < first)
        return FALSE;
    }
    match |= status >= first && status <= last;
    if (*at == '\0')
      break;
    if (*at != ',')
      return FALSE;
  }
  *ret_match = match;
  return TRUE;
}

/* --- sets --- */

PmCheckSet *
pm_check_set_new (void)
{
  PmCheckSet *set = g_new0 (PmCheckSet, 1);
  g_atomic_ref_count_init (&set->references);
  set->arena = pm_arena_new ();
  set->checks = g_array_new (FALSE, TRUE, sizeof (PmCheck));
  return set;
}

PmHealth
pm_health_counts_as (const PmCheck *check, gboolean was_up, PmHealth seen)
{
  gboolean tells = seen == PM_HEALTH_UP || was_up || check->is_configured;
  return tells ? seen : PM_HEALTH_UNKNOWN;
}

PmCheckSet *
pm_check_set_ref (PmCheckSet *set)
{
  g_atomic_ref_count_inc (&set->references);
  return set;
}

void
pm_check_set_unref (PmCheckSet *set)
{
  if (set == NULL || !g_atomic_ref_count_dec (&set->references))
    return;
  pm_arena_free (set->arena);
  g_array_unref (set->checks);
  g_free (set);
}
