/* DESIGN
 * What a service's own values are depends on how it runs:
 *   mapping  a file publishes its port: only the host side moves. Should the container's side stand
 *            in the same bytes (one variable for both), it moves too, and with it whoever listens
 *            and points there;
 *   host     a process on the host: everything of its own that says the port;
 *   inside   only a container or a cluster sees it: the same.
 * References follow the side that they point at: by a name of the inside, or by this machine. */

#include <string.h>

#include "planning/builder.h"

typedef struct {
  PmPlanBuilder *builder;
  const PmSnapshot *snapshot;
  const PmService *service;
  guint index;
  guint old_port; /* of the side that moves */
  guint new_port;
  gboolean is_mapping;
  gboolean inside_moves;
  GHashTable *places; /* where the moved values stand */
  guint n_own;
} Move;

static const PmFinding *
finding_at (const Move *move, guint index)
{
  return &g_array_index (move->snapshot->findings, PmFinding, index);
}

static gboolean
is_own (const Move *move, const PmFinding *f)
{
  const PmService *s = move->service;
  return f->kind == PM_KIND_PORT && f->role != PM_ROLE_REFERENCE && f->transport == s->transport &&
         strcmp (f->service, s->name) == 0 && strcmp (f->project, s->project_id) == 0 &&
         strcmp (f->root, s->root) == 0;
}

static const PmFinding *
partner_of (const Move *move, const PmFinding *f)
{
  if (f->pair < 0 || (guint) f->pair >= move->snapshot->findings->len)
    return NULL;
  const PmFinding *partner = finding_at (move, (guint) f->pair);
  return partner->kind == PM_KIND_PORT && strcmp (partner->file, f->file) == 0 ? partner : NULL;
}

static gboolean
is_published_side (const Move *move, const PmFinding *f)
{
  const PmFinding *target = partner_of (move, f);
  return f->role == PM_ROLE_PUBLISH && target != NULL && f->port == move->service->external_port &&
         target->port == move->service->internal_port;
}

/* Where it runs as a rule decides: what only a mode (production) maps does not make it a
 * container's. */
static gboolean
has_mapping (const Move *move)
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
move_finding (Move *move, const PmFinding *f, double confidence, const char *why)
{
  g_autofree char *old_value = g_strdup_printf ("%u", move->old_port);
  g_autofree char *new_value = g_strdup_printf ("%u", move->new_port);
  PmPlanMove wish = {
      .form = PM_PLAN_FORM_PORT,
      .old_value = old_value,
      .new_value = new_value,
      .confidence = confidence,
      .why = why,
  };
  pm_plan_builder_move (move->builder, f, &wish);
  g_hash_table_add (move->places, pm_plan_builder_place (f));
}

static gboolean
should_move (const Move *move, const PmFinding *f)
{
  return move->is_mapping ? is_published_side (move, f) : f->port == move->old_port;
}

static void
move_own (Move *move)
{
  g_autofree char *why = g_strdup_printf ("%s's own port", move->service->name);
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (move, i);
    if (is_own (move, f) && should_move (move, f)) {
      move_finding (move, f, f->confidence, why);
      move->n_own++;
    }
  }
}

/* One variable for both sides of a mapping: the inside moves as well. */
static void
follow_inside (Move *move)
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
    g_autofree char *place = pm_plan_builder_place (f);
    move->inside_moves = g_hash_table_contains (move->places, place);
  }
  if (!move->inside_moves)
    return;
  g_autofree char *why = g_strdup_printf ("%s listens on the same variable", move->service->name);
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (move, i);
    if (is_own (move, f) && f->role != PM_ROLE_PUBLISH && f->port == inside)
      move_finding (move, f, f->confidence, why);
  }
}

static gboolean
is_loopback (const char *host)
{
  return strcmp (host, "localhost") == 0 || strcmp (host, "::1") == 0 ||
         strcmp (host, "[::1]") == 0 || g_str_has_prefix (host, "127.");
}

/* A name without dots is resolved by a container network or a cluster; so is a cluster's own. */
static gboolean
points_inside (const Move *move, const PmFinding *f)
{
  if (f->host[0] == '\0' || strcmp (f->host, "host.docker.internal") == 0)
    return FALSE;
  if (is_loopback (f->host))
    return f->scope != PM_SCOPE_HOST && strcmp (f->service, move->service->name) == 0 &&
           strcmp (f->project, move->service->project_id) == 0;
  return strchr (f->host, ':') == NULL &&
         (strchr (f->host, '.') == NULL || strstr (f->host, ".svc") != NULL);
}

static void
move_references (Move *move)
{
  for (guint i = 0; i < move->snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (move->snapshot->edges, PmEdge, i);
    if (edge->to_service != (gint32) move->index || edge->finding >= move->snapshot->findings->len)
      continue;
    const PmFinding *f = finding_at (move, edge->finding);
    gboolean inside = points_inside (move, f);
    if (f->port != move->old_port || f->port != f->port_end || (inside && !move->inside_moves))
      continue;
    g_autofree char *why = g_strdup_printf (
        "%s points at %s", f->service[0] == '\0' ? f->project : f->service, move->service->name);
    move_finding (move, f, MIN (f->confidence, edge->confidence), why);
  }
}

/* Values of others that stand in the same bytes move whether they like it or not. */
static void
tell_of_sharers (Move *move)
{
  for (guint i = 0; i < move->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (move, i);
    if (f->kind != PM_KIND_PORT || f->role == PM_ROLE_REFERENCE || is_own (move, f) ||
        strcmp (f->root, move->service->root) != 0 || f->port != move->old_port)
      continue;
    g_autofree char *place = pm_plan_builder_place (f);
    if (g_hash_table_contains (move->places, place))
      pm_plan_also (move->builder->plan, "%s:%u: %s reads the same value and moves with %s",
                    f->file, f->position.line, f->service, move->service->name);
  }
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED, message);
  return FALSE;
}

static gboolean
is_free (const Move *move, GError **error)
{
  const PmService *s = move->service;
  if (s->scope != PM_SCOPE_HOST)
    return TRUE;
  for (guint i = 0; i < move->snapshot->services->len; i++) {
    const PmService *other = &g_array_index (move->snapshot->services, PmService, i);
    if (i == move->index || other->external_port != move->new_port ||
        other->scope != PM_SCOPE_HOST || other->transport != s->transport ||
        strcmp (other->host, s->host) != 0)
      continue;
    return refuse (error, "port %u is declared by %s of %s (%s); choose another one",
                   move->new_port, other->name, other->project_id, other->origin);
  }
  for (guint i = 0; i < move->builder->plan->decisions->len; i++) {
    const PmPlanDecision *d = &g_array_index (move->builder->plan->decisions, PmPlanDecision, i);
    if (d->service_id != s->id && g_ascii_strtoull (d->value, NULL, 10) == move->new_port)
      return refuse (error, "port %u is given to another service by the same plan", move->new_port);
  }
  return TRUE;
}

static gboolean
may_move (const Move *move, GError **error)
{
  const PmService *s = move->service;
  if (move->new_port == 0 || move->new_port > 65535) {
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
                 "%u is no port; ports are 1 to 65535", move->new_port);
    return FALSE;
  }
  if (s->pinned[0] != '\0')
    return refuse (error, "%s of %s is pinned: %s", s->name, s->project_id, s->pinned);
  if (move->old_port == 0)
    return refuse (error, "no file says which port %s of %s has", s->name, s->project_id);
  if (move->old_port == move->new_port)
    return refuse (error, "%s of %s has port %u already", s->name, s->project_id, move->new_port);
  return is_free (move, error);
}

gboolean
pm_plan_builder_assign (PmPlanBuilder *builder, guint service, guint port, GError **error)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Move move = {
      .builder = builder,
      .snapshot = builder->snapshot,
      .service = &g_array_index (builder->snapshot->services, PmService, service),
      .index = service,
      .new_port = port,
      .places = places,
  };
  const PmService *s = move.service;
  move.old_port = s->external_port != 0 ? s->external_port : s->internal_port;
  if (!may_move (&move, error))
    return FALSE;
  move.is_mapping = has_mapping (&move);
  move_own (&move);
  if (move.n_own == 0)
    return refuse (error,
                   "the port of %s of %s is %s: no file says it; write it into its configuration "
                   "and scan again",
                   s->name, s->project_id, s->origin);
  follow_inside (&move);
  move_references (&move);
  tell_of_sharers (&move);
  g_autofree char *value = g_strdup_printf ("%u", port);
  pm_plan_decide (builder->plan, s->id, "", s->external_port != 0 ? "externalPort" : "internalPort",
                  value);
  if (!move.is_mapping && s->scope == PM_SCOPE_HOST)
    pm_plan_also (builder->plan, "restart %s of %s", s->name, s->project_id);
  return TRUE;
}

PmPlan *
pm_plan_assign (const PmSnapshot *snapshot, guint service, guint port, const PmPlanOptions *options,
                GError **error)
{
  g_auto (PmPlanBuilder) builder;
  pm_plan_builder_init (&builder, snapshot, PM_PLAN_ASSIGN, options);
  const PmService *s = &g_array_index (snapshot->services, PmService, service);
  builder.plan->wish =
      pm_arena_printf (builder.plan->arena, "%s of %s moves from %u to %u", s->name, s->project_id,
                       s->external_port != 0 ? s->external_port : s->internal_port, port);
  if (!pm_plan_builder_assign (&builder, service, port, error))
    return NULL;
  pm_plan_builder_tell_the_rest (&builder);
  return pm_plan_builder_take (&builder);
}
