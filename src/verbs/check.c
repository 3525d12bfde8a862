#include "verbs/check.h"

#include <string.h>

#include "discovery/edges.h"

void
pm_check_result_clear (PmCheckResult *result)
{
  g_clear_pointer (&result->message, g_free);
  g_clear_pointer (&result->remedy, g_free);
}

static const PmFinding *
finding_at (const PmSnapshot *snapshot, guint index)
{
  return &g_array_index (snapshot->findings, PmFinding, index);
}

static void
add (GArray *results, PmSeverity severity, const char *rule, const PmFinding *f, char *message,
     char *remedy)
{
  PmCheckResult result = {
      .severity = severity,
      .rule = rule,
      .root = f->root,
      .file = f->file,
      .line = f->position.line,
      .column = f->position.column,
      .message = message,
      .remedy = remedy,
  };
  g_array_append_val (results, result);
}

/* --- stale addresses --- */

/* Address → how many references by it are answered by a service of this machine. */
static GHashTable *
own_addresses (const PmSnapshot *snapshot)
{
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const char *host = finding_at (snapshot, edge->finding)->host;
    if (edge->to_service < 0 || !pm_edges_is_public_address (host))
      continue;
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, host));
    g_hash_table_insert (counts, (gpointer) host, GUINT_TO_POINTER (count + 1));
  }
  return counts;
}

static const char *
most_counted (GHashTable *counts)
{
  const char *usual = NULL;
  guint most = 0;
  gboolean tie = FALSE;
  GHashTableIter iter;
  gpointer address, count;
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &address, &count)) {
    tie = GPOINTER_TO_UINT (count) == most || (tie && GPOINTER_TO_UINT (count) < most);
    if (GPOINTER_TO_UINT (count) > most) {
      most = GPOINTER_TO_UINT (count);
      usual = address;
    }
  }
  return tie ? NULL : usual;
}

const char *
pm_check_usual_address (const PmSnapshot *snapshot)
{
  g_autoptr (GHashTable) counts = own_addresses (snapshot);
  return most_counted (counts);
}

static void
check_addresses (const PmSnapshot *snapshot, GArray *results)
{
  g_autoptr (GHashTable) counts = own_addresses (snapshot);
  const char *usual = most_counted (counts);
  for (guint i = 0; usual != NULL && i < snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (snapshot, i);
    if (f->kind != PM_KIND_IP || f->text_class > PM_TEXT_SOURCE ||
        strcmp (f->address, usual) == 0 || !g_hash_table_contains (counts, f->address))
      continue;
    add (results, PM_SEVERITY_ERROR, "stale-address", f,
         g_strdup_printf ("%s is out of date: other projects know this machine as %s", f->address,
                          usual),
         g_strdup_printf ("port-manager ip change %s %s", f->address, usual));
  }
}

/* --- references that nobody answers --- */

static void
check_references (const PmSnapshot *snapshot, GArray *results)
{
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const PmFinding *f = finding_at (snapshot, edge->finding);
    gboolean here = f->host[0] != '\0' && pm_edges_is_this_machine (f->host);
    if (edge->to_service >= 0 || !here || f->scope != PM_SCOPE_HOST || f->confidence < 0.5 ||
        f->text_class != PM_TEXT_CONFIG || strcmp (f->variant, "template") == 0)
      continue;
    add (results, PM_SEVERITY_WARNING, "dangling-reference", f,
         g_strdup_printf ("%s points at %s:%u, which no known project binds", f->service, f->host,
                          f->port),
         g_strdup ("correct the port, or scan the project that it belongs to"));
  }
}

/* --- compose and the service's own files --- */

static gboolean
is_inside (const PmFinding *f)
{
  return f->kind == PM_KIND_PORT && f->confidence >= 0.5 && f->port != 0 &&
         strcmp (f->variant, "template") != 0 && f->text_class == PM_TEXT_CONFIG;
}

static char *
service_key (const PmFinding *f)
{
  return g_strconcat (f->root, "\n", f->project, "\n", f->service, NULL);
}

/* Mapped container ports of each compose service: key → set of ports. */
static GHashTable *
mapped_ports (const PmSnapshot *snapshot)
{
  GHashTable *mapped =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (snapshot, i);
    if (!is_inside (f) || f->role != PM_ROLE_TARGET || strcmp (f->format, "compose") != 0)
      continue;
    g_autofree char *key = service_key (f);
    GHashTable *ports = g_hash_table_lookup (mapped, key);
    if (ports == NULL) {
      ports = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (mapped, g_steal_pointer (&key), ports);
    }
    for (guint port = f->port; port <= MAX (f->port, f->port_end); port++)
      g_hash_table_add (ports, GUINT_TO_POINTER (port));
  }
  return mapped;
}

/* PORT alone says where the one listener of a service is; METRICS_PORT and the like do not. */
static gboolean
says_the_port (const PmFinding *f)
{
  const char *dot = strrchr (f->path, '.');
  return strcmp (dot == NULL ? f->path : dot + 1, "PORT") == 0 && f->role == PM_ROLE_LISTEN;
}

static void
check_consistency (const PmSnapshot *snapshot, GArray *results)
{
  g_autoptr (GHashTable) mapped = mapped_ports (snapshot);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (snapshot, i);
    if (!is_inside (f) || !says_the_port (f))
      continue;
    g_autofree char *key = service_key (f);
    GHashTable *ports = g_hash_table_lookup (mapped, key);
    if (ports == NULL || g_hash_table_contains (ports, GUINT_TO_POINTER (f->port)))
      continue;
    add (results, PM_SEVERITY_ERROR, "inconsistent", f,
         g_strdup_printf ("%s listens on %u here, but its compose file maps another container port",
                          f->service, f->port),
         g_strdup ("make both the same: what compose maps must be what the service listens on"));
  }
}

/* --- what could not be read --- */

static gboolean
is_limit (const char *reason)
{
  static const char *const words[] = {"larger than", "more than",  "deeper than",
                                      "permission",  "Permission", "UTF-16",
                                      "NUL",         "too long",   NULL};
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (reason, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static void
check_problems (const PmSnapshot *snapshot, GArray *results)
{
  for (guint i = 0; i < snapshot->problems->len; i++) {
    const PmProblem *problem = &g_array_index (snapshot->problems, PmProblem, i);
    gboolean syntax = problem->line > 0 && !is_limit (problem->reason);
    PmCheckResult result = {
        .severity = syntax ? PM_SEVERITY_ERROR : PM_SEVERITY_NOTE,
        .rule = syntax ? "unreadable" : "limit",
        .root = problem->root,
        .file = problem->file,
        .line = problem->line,
        .message = g_strdup (problem->reason),
        .remedy = g_strdup (syntax ? "correct the file; values behind this place are less sure"
                                   : "nothing, if the file holds no configuration"),
    };
    g_array_append_val (results, result);
  }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const PmCheckResult *left = a, *right = b;
  if (left->severity != right->severity)
    return left->severity > right->severity ? -1 : 1;
  int order = strcmp (left->file, right->file);
  if (order != 0)
    return order;
  return left->line < right->line ? -1 : left->line > right->line;
}

GArray *
pm_verb_check (const PmSnapshot *snapshot)
{
  GArray *results = g_array_new (FALSE, TRUE, sizeof (PmCheckResult));
  g_array_set_clear_func (results, (GDestroyNotify) pm_check_result_clear);
  check_addresses (snapshot, results);
  check_consistency (snapshot, results);
  check_references (snapshot, results);
  check_problems (snapshot, results);
  g_array_sort (results, compare);
  return results;
}
