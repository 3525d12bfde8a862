/* DESIGN
 * The configuration's word comes first; of several tables that match, the one with the longest
 * filter, since `project:p1` matches p10 as well. Discovered is only what needs no content of a
 * project to be run: the unit that the listening process lives in, and the container that holds the
 * port.
 *
 * A turn is a level of the graph of references: who is pointed at goes first. */

#include "pipeline/restartees.h"

#include <string.h>

#include "heal/order.h"
#include "model/filter-set.h"

static void
target_free (gpointer data)
{
  PmRestartee *target = data;
  g_free (target->key);
  g_free ((char *) target->what.unit);
  g_free ((char *) target->what.container);
  g_free ((char *) target->what.directory);
  g_free ((char *) target->what.file);
  g_array_unref (target->services);
  g_free (target);
}

void
pm_restartees_clear (PmRestartees *targets)
{
  g_clear_pointer (&targets->targets, g_ptr_array_unref);
  g_clear_pointer (&targets->without, g_array_unref);
}

static const PmService *
service_at (const PmRestartees *targets, guint index)
{
  return &g_array_index (targets->snapshot->services, PmService, index);
}

/* --- what the configuration says --- */

static gboolean
restarts (const PmConfigService *said)
{
  return said->restart_provider[0] != '\0' || said->restart_command[0] != NULL;
}

/* Those that say how something is restarted. `ret_said`: what each filter is of. */
static PmFilterSet *
read_filters (const PmConfig *config, GPtrArray *ret_said, GError **error)
{
  g_autoptr (PmFilterSet) filters = pm_filter_set_new ();
  for (guint i = 0; i < config->services->len; i++) {
    PmConfigService *said = &g_array_index (config->services, PmConfigService, i);
    if (!restarts (said))
      continue;
    if (!pm_filter_set_add (filters, said->match, error))
      return NULL;
    g_ptr_array_add (ret_said, said);
  }
  return g_steal_pointer (&filters);
}

/* `numbers` is scratch. */
static const PmConfigService *
said_of (const PmFilterSet *filters, const GPtrArray *said, const PmService *service,
         GArray *numbers)
{
  const PmConfigService *best = NULL;
  pm_filter_set_match (filters, service, numbers);
  for (guint i = 0; i < numbers->len; i++) {
    const PmConfigService *one = said->pdata[g_array_index (numbers, guint, i)];
    if (best == NULL || strlen (one->match) >= strlen (best->match))
      best = one;
  }
  return best;
}

/* The file of this format that has a say in the service; relative to its root. */
static const char *
file_of (const PmService *service, const char *format)
{
  for (guint i = 0; i < service->n_config_files; i++)
    if (strcmp (service->config_files[i].format, format) == 0)
      return service->config_files[i].path;
  return NULL;
}

static char *
folder_of (const PmService *service)
{
  return g_build_filename (service->root, service->project_id, NULL);
}

/* The folder that the file is in, and its name there. */
static void
place_at (PmRestartTarget *what, const PmService *service, const char *file)
{
  g_autofree char *path = file == NULL ? NULL : g_build_filename (service->root, file, NULL);
  what->directory = path == NULL ? folder_of (service) : g_path_get_dirname (path);
  what->file = path == NULL ? NULL : g_path_get_basename (path);
}

static const char *
or_name (const char *text, const PmService *service)
{
  return text[0] != '\0' ? text : service->name;
}

/* A command alone is a provider enough. */
static void
take_said (PmRestartTarget *what, const PmConfigService *said, const PmService *service)
{
  what->provider = said->restart_provider[0] != '\0' ? said->restart_provider : "command";
  what->unit = g_strdup (said->restart_unit);
  what->command = (const char *const *) said->restart_command;
  if (strcmp (what->provider, "compose") == 0) {
    what->container = g_strdup (or_name (said->restart_container, service));
    place_at (what, service, file_of (service, "compose"));
  } else if (strcmp (what->provider, "pm2") == 0) {
    what->process = or_name (said->restart_process, service);
    place_at (what, service, file_of (service, "pm2"));
  } else {
    what->container = g_strdup (said->restart_container);
    what->directory = strcmp (what->provider, "command") == 0 ? folder_of (service) : NULL;
  }
}

/* --- what there is --- */

/* Units that are no single service: a session, a container engine, whatever starts others. */
static gboolean
is_own_unit (const char *unit)
{
  static const char *const hosts[] = {"docker.service", "containerd.service", "podman.service",
                                      "cron.service",   "ssh.service",        "sshd.service"};
  if (!g_str_has_suffix (unit, ".service") || g_str_has_prefix (unit, "user@"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    if (strcmp (unit, hosts[i]) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
take_found (PmRestartTarget *what, const PmService *service)
{
  const PmSocket *socket = service->live == PM_LIVE_LISTENING ? service->socket : NULL;
  if (socket == NULL)
    return FALSE;
  if (socket->container_id[0] != '\0') {
    what->provider = "docker";
    what->container =
        g_strdup (socket->container[0] != '\0' ? socket->container : socket->container_id);
    return TRUE;
  }
  if (!is_own_unit (socket->unit))
    return FALSE;
  what->provider = "systemd";
  what->unit = g_strdup (socket->unit);
  return TRUE;
}

/* --- one target for all that share it --- */

static PmRestartee *
target_with (PmRestartees *targets, PmRestartee *made)
{
  made->key = pm_restart_key (&made->what);
  for (guint i = 0; i < targets->targets->len; i++) {
    PmRestartee *other = g_ptr_array_index (targets->targets, i);
    if (strcmp (other->key, made->key) != 0)
      continue;
    target_free (made);
    return other;
  }
  g_ptr_array_add (targets->targets, made);
  return made;
}

static void
place_service (PmRestartees *targets, const PmConfigService *said, guint index)
{
  const PmService *service = service_at (targets, index);
  PmRestartee *made = g_new0 (PmRestartee, 1);
  made->services = g_array_new (FALSE, FALSE, sizeof (guint));
  if (said != NULL)
    take_said (&made->what, said, service);
  made->is_discovered = said == NULL;
  if (said == NULL && !take_found (&made->what, service)) {
    target_free (made);
    g_array_append_val (targets->without, index);
    return;
  }
  g_array_append_val (target_with (targets, made)->services, index);
}

/* --- turns --- */

static GArray *
edges_between (const PmRestartees *targets)
{
  GArray *edges = g_array_new (FALSE, FALSE, sizeof (PmOrderEdge));
  g_autoptr (GHashTable) owner = g_hash_table_new (NULL, NULL); /* service + 1 → target + 1 */
  for (guint i = 0; i < targets->targets->len; i++) {
    const PmRestartee *target = g_ptr_array_index (targets->targets, i);
    for (guint k = 0; k < target->services->len; k++)
      g_hash_table_insert (owner, GUINT_TO_POINTER (g_array_index (target->services, guint, k) + 1),
                           GUINT_TO_POINTER (i + 1));
  }
  for (guint i = 0; i < targets->snapshot->edges->len; i++) {
    const PmEdge *e = &g_array_index (targets->snapshot->edges, PmEdge, i);
    guint from =
        GPOINTER_TO_UINT (g_hash_table_lookup (owner, GINT_TO_POINTER (e->from_service + 1)));
    guint to = GPOINTER_TO_UINT (g_hash_table_lookup (owner, GINT_TO_POINTER (e->to_service + 1)));
    PmOrderEdge edge = {from - 1, to - 1};
    if (from != 0 && to != 0)
      g_array_append_val (edges, edge);
  }
  return edges;
}

static int
by_turn (gconstpointer a, gconstpointer b)
{
  const PmRestartee *x = *(PmRestartee *const *) a, *y = *(PmRestartee *const *) b;
  return x->level != y->level ? (x->level > y->level ? 1 : -1) : strcmp (x->key, y->key);
}

static void
set_turns (PmRestartees *targets)
{
  g_autoptr (GArray) edges = edges_between (targets);
  g_autofree guint *levels = g_new0 (guint, targets->targets->len + 1);
  pm_order_levels (targets->targets->len, (const PmOrderEdge *) (void *) edges->data, edges->len,
                   levels);
  for (guint i = 0; i < targets->targets->len; i++)
    ((PmRestartee *) g_ptr_array_index (targets->targets, i))->level = levels[i];
  g_ptr_array_sort (targets->targets, by_turn);
}

/* --- public --- */

static gboolean
is_wanted (const PmContext *context, const PmService *service)
{
  return strcmp (service->host, pm_registry_host (context->registry)) == 0;
}

gboolean
pm_restartees_find (PmRestartees *targets, const PmContext *context, const PmSnapshot *snapshot,
                    const GArray *services, GError **error)
{
  *targets = (PmRestartees){.snapshot = snapshot,
                            .targets = g_ptr_array_new_with_free_func (target_free),
                            .without = g_array_new (FALSE, FALSE, sizeof (guint))};
  g_autoptr (GPtrArray) said = g_ptr_array_new ();
  g_autoptr (PmFilterSet) filters = read_filters (context->config, said, error);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  if (filters == NULL)
    return FALSE;
  guint n = services == NULL ? snapshot->services->len : services->len;
  for (guint i = 0; i < n; i++) {
    guint index = services == NULL ? i : g_array_index (services, guint, i);
    const PmService *service = service_at (targets, index);
    if (is_wanted (context, service))
      place_service (targets, said_of (filters, said, service, numbers), index);
  }
  set_turns (targets);
  return TRUE;
}

void
pm_restartees_recall (PmRestartees *targets, const char *key)
{
  gboolean is_unit = g_str_has_prefix (key, "systemd ");
  if (targets->without->len == 0 || (!is_unit && !g_str_has_prefix (key, "docker ")))
    return;
  PmRestartee *target = g_new0 (PmRestartee, 1);
  const char *subject = strchr (key, ' ') + 1;
  target->key = g_strdup (key);
  target->is_discovered = TRUE;
  target->what.provider = is_unit ? "systemd" : "docker";
  *(is_unit ? &target->what.unit : &target->what.container) = g_strdup (subject);
  target->services = g_steal_pointer (&targets->without);
  targets->without = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (targets->targets, target);
}

/* What the provider itself keeps running is no stranger, wherever it was started. */
static gboolean
is_named (const char *name, const char *found)
{
  return name != NULL && name[0] != '\0' && strcmp (name, found) == 0;
}

static gboolean
is_of_target (const PmRestartee *target, const PmSocket *socket)
{
  const PmRestartTarget *what = &target->what;
  return is_named (what->unit, socket->unit) || is_named (what->container, socket->container) ||
         is_named (what->container, socket->compose_service);
}

char *
pm_restartee_obstacle (const PmRestartees *targets, const PmRestartee *target)
{
  for (guint i = 0; i < target->services->len; i++) {
    const PmService *service = service_at (targets, g_array_index (target->services, guint, i));
    const PmSocket *socket = service->socket;
    if (service->live != PM_LIVE_FOREIGN || socket == NULL || is_of_target (target, socket))
      continue;
    return g_strdup_printf ("port %u is held by %s (process %" G_GINT64_FORMAT
                            "), which is not this service; “port-manager port who %u” tells more",
                            socket->port,
                            socket->program[0] != '\0' ? socket->program : "a stranger",
                            socket->pid, socket->port);
  }
  return NULL;
}
