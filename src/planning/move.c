/* DESIGN
 * What a service's own values are depends on how it runs:
 *   mapping  a file publishes its port: only the host side moves. Should the container's side stand
 *            in the same bytes (one variable for both), it moves too, and with it whoever listens
 *            and points there;
 *   host     a process on the host: everything of its own that says the port;
 *   inside   only a container or a cluster sees it: the same.
 * References follow the side that they point at: by a name of the inside, or by this machine. */

#include "planning/move.h"

#include <string.h>

#include "model/candidates.h"

static const PmFinding *
finding_at (const PmMove *move, guint index)
{
  return &g_array_index (move->snapshot->findings, PmFinding, index);
}

static gboolean
is_own (const PmMove *move, const PmFinding *f)
{
  const PmService *s = move->service;
  return f->kind == PM_KIND_PORT && f->role != PM_ROLE_REFERENCE && f->transport == s->transport &&
         strcmp (f->owner, s->name) == 0 && strcmp (f->project, s->project_id) == 0 &&
         strcmp (f->root, s->root) == 0;
}

static const PmFinding *
partner_of (const PmMove *move, const PmFinding *f)
{
  if (f->pair < 0 || (guint) f->pair >= move->snapshot->findings->len)
    return NULL;
  const PmFinding *partner = finding_at (move, (guint) f->pair);
  return partner->kind == PM_KIND_PORT && strcmp (partner->file, f->file) == 0 ? partner : NULL;
}

static gboolean
is_published_side (const PmMove *move, const PmFinding *f)
{
  const PmFinding *target = partner_of (move, f);
  return f->role == PM_ROLE_PUBLISH && target != NULL && f->port == move->service->external_port &&
         target->port == move->service->internal_port;
}

/* Where it runs as a rule decides: what only a mode (production) maps does not make it a
 * container's. */
static gboolean
has_mapping (const PmMove *move)
{
  gboolean listens_on_host = FALSE, maps = FALSE, maps_every_day = FALSE;
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (move, i);
    if (!is_own (move, f))
      continue;
    if (is_published_side (move, f)) {
      maps = TRUE;
      maps_every_day |= strcmp (f->variant, move->service->variant) == 0;
    }
    if (f->role == PM_ROLE_LISTEN && f->scope == PM_SCOPE_HOST &&
        f->port == move->service->external_port)
      listens_on_host = TRUE;
  }
  return maps_every_day || (maps && !listens_on_host);
}

static void
add (PmMove *move, guint finding, double confidence, const char *why)
{
  PmMoveItem item = {finding, confidence, why,
                     pm_aliases_place (move->aliases, finding_at (move, finding))};
  g_array_append_val (move->items, item);
  g_hash_table_add (move->places, item.place);
}

static void
add_own (PmMove *move, guint finding, const char *why)
{
  add (move, finding, finding_at (move, finding)->confidence, why);
  move->n_own++;
}

static void
find_own (PmMove *move, PmArena *arena)
{
  const char *why = pm_arena_printf (arena, "%s's own port", move->service->name);
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (move, i);
    if (is_own (move, f) &&
        (move->is_mapping ? is_published_side (move, f) : f->port == move->old_port))
      add_own (move, i, why);
  }
}

/* One variable for both sides of a mapping: the inside moves as well. */
static void
follow_inside (PmMove *move, PmArena *arena)
{
  if (!move->is_mapping) {
    move->inside_moves = TRUE;
    return;
  }
  guint16 inside = move->service->internal_port;
  if (inside != move->old_port)
    return;
  for (guint i = 0; i < move->snapshot->findings->len && !move->inside_moves; i++) {
    const PmFinding *f = finding_at (move, i);
    if (!is_own (move, f) || f->role == PM_ROLE_PUBLISH || f->port != inside)
      continue;
    g_autofree char *place = pm_aliases_place (move->aliases, f);
    move->inside_moves = g_hash_table_contains (move->places, place);
  }
  if (!move->inside_moves)
    return;
  const char *why = pm_arena_printf (arena, "%s listens on the same variable", move->service->name);
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (move, i);
    if (is_own (move, f) && f->role != PM_ROLE_PUBLISH && f->port == inside)
      add_own (move, i, why);
  }
}

static gboolean
is_loopback (const char *host)
{
  return strcmp (host, "localhost") == 0 || strcmp (host, "::1") == 0 ||
         strcmp (host, "[::1]") == 0 || g_str_has_prefix (host, "127.");
}

/* A container that says localhost means itself: its health check does. A URL in its environment is
 * more often the one that browsers come by (NEXTAUTH_URL), and is so surely if nothing inside has
 * its port. */
static gboolean
means_itself (const PmMove *move, const PmFinding *f)
{
  return f->scope != PM_SCOPE_HOST && f->port == move->service->internal_port &&
         !g_str_has_prefix (f->rule, "compose.environment") &&
         strcmp (f->owner, move->service->name) == 0 &&
         strcmp (f->project, move->service->project_id) == 0;
}

/* A name without dots is resolved by a container network or a cluster; so is a cluster's own. */
static gboolean
points_inside (const PmMove *move, const PmFinding *f)
{
  if (f->host[0] == '\0' || strcmp (f->host, "host.docker.internal") == 0)
    return FALSE;
  if (is_loopback (f->host))
    return means_itself (move, f);
  return strchr (f->host, ':') == NULL &&
         (strchr (f->host, '.') == NULL || strstr (f->host, ".svc") != NULL);
}

static void
find_references (PmMove *move, PmArena *arena)
{
  for (guint i = 0; i < move->snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (move->snapshot->edges, PmEdge, i);
    if (edge->to_service != (gint32) move->index || edge->finding >= move->snapshot->findings->len)
      continue;
    const PmFinding *f = finding_at (move, edge->finding);
    gboolean inside = points_inside (move, f);
    if (f->port != move->old_port || f->port != f->port_end || (inside && !move->inside_moves))
      continue;
    const char *from = f->owner[0] == '\0' ? f->project : f->owner;
    add (move, edge->finding, MIN (f->confidence, edge->confidence),
         pm_arena_printf (arena, "%s points at %s", from, move->service->name));
  }
}

static gboolean
is_among (const GArray *candidates, guint service)
{
  for (guint i = 0; i < candidates->len; i++)
    if (g_array_index (candidates, guint, i) == service)
      return TRUE;
  return FALSE;
}

/* Somebody's who may mean this service: several answer to that, so nobody knows. */
static void
find_doubtful (PmMove *move)
{
  for (guint i = 0; i < move->snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (move->snapshot->edges, PmEdge, i);
    if (edge->to_service >= 0 || edge->finding >= move->snapshot->findings->len)
      continue;
    const PmFinding *f = finding_at (move, edge->finding);
    if (f->port != move->old_port || f->port != f->port_end ||
        (points_inside (move, f) && !move->inside_moves))
      continue;
    g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (guint));
    pm_candidates_find (move->snapshot, f, f->host, candidates);
    if (!is_among (candidates, move->index))
      continue;
    PmMoveDoubt doubt = {edge->finding, g_steal_pointer (&candidates)};
    g_array_append_val (move->doubtful, doubt);
  }
}

/* The name of the variable that a value is written as in a dotenv file, and that file; NULL: in
 * none. */
static const char *
variable_of (const PmFinding *f, char **ret_directory)
{
  const char *colon = strrchr (f->origin, ':');
  gboolean has_origin = colon != NULL && f->variable[0] != '\0';
  g_autofree char *file =
      has_origin ? g_strndup (f->origin, (gsize) (colon - f->origin)) : g_strdup (f->file);
  g_autofree char *name = g_path_get_basename (file);
  if (!g_str_has_prefix (name, ".env"))
    return NULL;
  *ret_directory = g_path_get_dirname (file);
  return has_origin ? f->variable : f->path;
}

/* A template (.env.example) that gives a moved variable the same value says it to whoever copies
 * it. */
static void
find_templates (PmMove *move, PmArena *arena)
{
  guint n_items = move->items->len;
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *t = finding_at (move, i);
    g_autofree char *directory = NULL;
    if (t->kind != PM_KIND_PORT || t->port != move->old_port || t->origin[0] != '\0' ||
        strcmp (t->variant, "template") != 0 || strcmp (t->root, move->service->root) != 0 ||
        variable_of (t, &directory) == NULL)
      continue;
    for (guint k = 0; k < n_items; k++) {
      g_autofree char *other = NULL;
      const PmFinding *f = finding_at (move, g_array_index (move->items, PmMoveItem, k).finding);
      const char *variable = variable_of (f, &other);
      if (variable == NULL || f == t || strcmp (variable, t->path) != 0 ||
          strcmp (directory, other) != 0)
        continue;
      add (move, i, t->confidence, pm_arena_printf (arena, "the template of %s", variable));
      break;
    }
  }
}

static void
item_clear (gpointer data)
{
  g_free (((PmMoveItem *) data)->place);
}

static void
doubt_clear (gpointer data)
{
  g_array_unref (((PmMoveDoubt *) data)->several);
}

void
pm_move_find (PmMove *move, const PmPlanBuilder *builder, const PmResolution *wish)
{
  const PmSnapshot *snapshot = builder->snapshot;
  PmArena *arena = builder->plan->arena;
  *move = (PmMove){
      .snapshot = snapshot,
      .aliases = builder->aliases,
      .service = &g_array_index (snapshot->services, PmService, wish->service),
      .index = wish->service,
      .new_port = wish->port,
      .items = g_array_new (FALSE, TRUE, sizeof (PmMoveItem)),
      .doubtful = g_array_new (FALSE, TRUE, sizeof (PmMoveDoubt)),
      .places = g_hash_table_new (g_str_hash, g_str_equal),
  };
  g_array_set_clear_func (move->items, item_clear);
  g_array_set_clear_func (move->doubtful, doubt_clear);
  const PmService *s = move->service;
  move->old_port = s->external_port != 0 ? s->external_port : s->internal_port;
  if (move->old_port == 0)
    return;
  move->is_mapping = has_mapping (move);
  find_own (move, arena);
  if (move->n_own == 0)
    return;
  follow_inside (move, arena);
  find_references (move, arena);
  find_templates (move, arena);
  find_doubtful (move);
}

void
pm_move_clear (PmMove *move)
{
  g_clear_pointer (&move->places, g_hash_table_unref);
  g_clear_pointer (&move->items, g_array_unref);
  g_clear_pointer (&move->doubtful, g_array_unref);
}

gboolean
pm_move_is_alone (const PmMove *move, const PmMoveDoubt *doubt)
{
  for (guint i = 0; i < doubt->several->len; i++) {
    guint index = g_array_index (doubt->several, guint, i);
    PmLive live = g_array_index (move->snapshot->services, PmService, index).live;
    if ((live == PM_LIVE_LISTENING) != (index == move->index) || live == PM_LIVE_UNKNOWN ||
        live == PM_LIVE_HIDDEN)
      return FALSE;
  }
  return TRUE;
}

/* The row of the service that a finding is of, by the port that moves; -1: none. */
static gint
row_of (const PmMove *move, const PmFinding *f)
{
  for (guint i = 0; i < move->snapshot->services->len; i++) {
    const PmService *s = &g_array_index (move->snapshot->services, PmService, i);
    if ((s->external_port == f->port || s->internal_port == f->port) &&
        strcmp (s->name, f->owner) == 0 && strcmp (s->project_id, f->project) == 0 &&
        strcmp (s->root, f->root) == 0)
      return (gint) i;
  }
  return -1;
}

void
pm_move_tell_of_sharers (const PmMove *move, const gint *move_of, PmPlan *plan)
{
  g_autofree char *name = pm_service_full_name (move->service);
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (move, i);
    if (f->kind != PM_KIND_PORT || f->role == PM_ROLE_REFERENCE || is_own (move, f) ||
        f->port != move->old_port)
      continue;
    g_autofree char *place = pm_aliases_place (move->aliases, f);
    gint row = row_of (move, f);
    if (!g_hash_table_contains (move->places, place) || (row >= 0 && move_of[row] >= 0))
      continue;
    g_autofree char *other =
        row < 0 ? g_strdup (f->owner)
                : pm_service_full_name (&g_array_index (move->snapshot->services, PmService, row));
    pm_plan_also (plan, "%s:%u: %s reads the same value and moves with %s", f->file,
                  f->position.line, other, name);
  }
}
