/* DESIGN
 * Moves are judged together, by the ports that everybody has in the end: a port that one service
 * leaves is free for another, so that chains (A to B's port, B to a third) and swaps are moves like
 * any other. A move that is refused leaves its service where it is, which may make another one
 * impossible: they are judged again until no more fall. All edits are of the bytes as they are, so
 * the order of moves does not matter. */

#include <string.h>

#include "model/candidates.h"
#include "planning/move.h"

#define DOUBTFUL 0.3
#define ALONE 0.6 /* several answer to it, and this one alone listens */

typedef struct {
  PmPlanBuilder *builder;
  PmMove *moves;
  GError **refusals; /* of each move; NULL: it may be done */
  guint n_moves;
  gint *move_of; /* of each service: its move, or -1 */
} Judge;

static const PmService *
service_at (const Judge *judge, guint index)
{
  return &g_array_index (judge->builder->snapshot->services, PmService, index);
}

static void refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED, message);
}

/* Whether a file gives it the port in a range of ports. */
static gboolean
is_of_a_range (const PmPlanBuilder *builder, const PmService *s, guint port)
{
  for (guint i = 0; i < builder->snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (builder->snapshot->findings, PmFinding, i);
    if (f->kind == PM_KIND_PORT && f->port < f->port_end && f->port <= port &&
        port <= f->port_end && f->role != PM_ROLE_REFERENCE && strcmp (f->owner, s->name) == 0 &&
        strcmp (f->project, s->project_id) == 0 && strcmp (f->root, s->root) == 0)
      return TRUE;
  }
  return FALSE;
}

/* One more reason why not: all of them are told at once. */
static void
add_reason (GError **refusal, GError *another)
{
  if (another == NULL)
    return;
  if (*refusal == NULL) {
    *refusal = another;
    return;
  }
  g_autofree char *both = g_strdup_printf ("%s; and %s", (*refusal)->message, another->message);
  g_free ((*refusal)->message);
  (*refusal)->message = g_steal_pointer (&both);
  g_error_free (another);
}

static void
judge_pin (const PmPlanBuilder *builder, const PmMove *move, GError **error)
{
  g_autofree char *name = pm_service_full_name (move->service);
  if (move->service->pinned[0] != '\0' && !builder->options.move_pinned)
    refuse (error, "%s is pinned: %s", name, move->service->pinned);
}

/* Whether there is anything to move at all. */
static void
judge_alone (const PmPlanBuilder *builder, const PmMove *move, GError **error)
{
  const PmService *s = move->service;
  g_autofree char *name = pm_service_full_name (s);
  if (move->new_port == 0)
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
                 "%u is no port; ports are 1 to 65535", move->new_port);
  else if (move->old_port == 0)
    refuse (error, "no file says which port %s has", name);
  else if (move->old_port == move->new_port)
    refuse (error, "%s has port %u already", name, move->new_port);
  else if (move->n_own == 0 && is_of_a_range (builder, s, move->old_port))
    refuse (error,
            "the port of %s is one of a range (%s), which no single port leaves: edit the range by "
            "hand",
            name, s->origin);
  else if (move->n_own == 0)
    refuse (error,
            "the port of %s is %s: no file says it; write it into its configuration and scan again",
            name, s->origin);
}

/* What others than files have to do with the port. */
static void
judge_beyond_files (const PmPlanBuilder *builder, const PmMove *move, GError **error)
{
  const PmPlanPorts *ports = builder->options.ports;
  if (ports != NULL)
    ports->may_have (move->service, (guint16) move->new_port, ports->data, error);
}

/* What a service has once the moves that still stand are done; 0: nothing on the host. */
static guint
final_port (const Judge *judge, guint service)
{
  gint move = judge->move_of[service];
  const PmService *s = service_at (judge, service);
  if (move < 0 || judge->refusals[move] != NULL)
    return s->external_port;
  return judge->moves[move].new_port;
}

static gboolean
is_on_the_same_host (const PmService *a, const PmService *b)
{
  return a->scope == PM_SCOPE_HOST && b->scope == PM_SCOPE_HOST && a->transport == b->transport &&
         strcmp (a->host, b->host) == 0;
}

/* Two that share a number now, as alternatives or by one value, may share the next one. */
static gboolean
moves_along (const Judge *judge, const PmMove *move, guint service)
{
  gint other = judge->move_of[service];
  return other >= 0 && judge->refusals[other] == NULL &&
         judge->moves[other].old_port == move->old_port;
}

static void
judge_port (const Judge *judge, const PmMove *move, GError **error)
{
  for (guint i = 0; i < judge->builder->snapshot->services->len; i++) {
    const PmService *other = service_at (judge, i);
    if (i == move->index || !is_on_the_same_host (move->service, other) ||
        final_port (judge, i) != move->new_port)
      continue;
    if (moves_along (judge, move, i))
      continue;
    g_autofree char *name = pm_service_full_name (other);
    if (judge->move_of[i] >= 0 && judge->refusals[judge->move_of[i]] == NULL)
      refuse (error, "port %u is given to %s by the same plan", move->new_port, name);
    else
      refuse (error, "port %u is declared by %s (%s); choose another one", move->new_port, name,
              other->origin);
    return;
  }
}

/* What is only listed, since it is not sure enough, stands in nobody's way. */
static gboolean
is_edited (const Judge *judge, const PmMoveItem *item)
{
  return item->confidence >= PM_PLAN_LEAST_CONFIDENCE || judge->builder->options.include_uncertain;
}

/* One value in one place cannot become two. `values` maps places to moves. */
static void
judge_places (const Judge *judge, const PmMove *move, GHashTable *values, GError **error)
{
  for (guint i = 0; i < move->items->len; i++) {
    const PmMoveItem *item = &g_array_index (move->items, PmMoveItem, i);
    const PmMove *other =
        is_edited (judge, item) ? g_hash_table_lookup (values, item->place) : NULL;
    if (other == NULL || other->old_port != move->old_port || other->new_port == move->new_port)
      continue;
    const PmFinding *f =
        &g_array_index (judge->builder->snapshot->findings, PmFinding, item->finding);
    g_autofree char *one = pm_service_full_name (move->service);
    g_autofree char *another = pm_service_full_name (other->service);
    refuse (error, "%s:%u: %s and %s read the same value: give each its own, then scan again",
            f->file, f->position.line, one, another);
    return;
  }
  for (guint i = 0; i < move->items->len; i++) {
    const PmMoveItem *item = &g_array_index (move->items, PmMoveItem, i);
    if (is_edited (judge, item))
      g_hash_table_insert (values, item->place, (gpointer) move);
  }
}

/* The later of two that exclude each other falls. TRUE: none fell. */
static gboolean
judge_once (Judge *judge)
{
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean all_stand = TRUE;
  for (guint i = 0; i < judge->n_moves; i++) {
    const PmMove *move = &judge->moves[i];
    GError **refusal = &judge->refusals[i];
    if (*refusal != NULL)
      continue;
    judge_places (judge, move, values, refusal);
    all_stand &= *refusal == NULL;
  }
  for (guint i = judge->n_moves; i-- > 0;) {
    GError **refusal = &judge->refusals[i];
    if (*refusal != NULL)
      continue;
    judge_port (judge, &judge->moves[i], refusal);
    all_stand &= *refusal == NULL;
  }
  return all_stand;
}

/* Everything that speaks against a move but the ports of others. FALSE: there is nothing to move.
 */
static gboolean
judge_itself (const PmPlanBuilder *builder, const PmMove *move, GError **refusal)
{
  GError *pinned = NULL, *beyond = NULL;
  judge_alone (builder, move, refusal);
  gboolean is_possible = *refusal == NULL;
  judge_pin (builder, move, &pinned);
  add_reason (refusal, pinned);
  if (!is_possible)
    return FALSE;
  judge_beyond_files (builder, move, &beyond);
  add_reason (refusal, beyond);
  return TRUE;
}

/* Moves until no more fall. Those that fell before by themselves are told as well whose the port
 * is: who does away with the one reason wants to know of the next. */
static void
judge_together (Judge *judge, const gboolean *fell_itself)
{
  while (!judge_once (judge))
    ;
  for (guint i = 0; i < judge->n_moves; i++) {
    GError *taken = NULL;
    if (!fell_itself[i])
      continue;
    judge_port (judge, &judge->moves[i], &taken);
    add_reason (&judge->refusals[i], taken);
  }
}

static void
emit_item (PmPlanBuilder *builder, const PmMove *move, const PmMoveItem *item, PmPlanMove how)
{
  g_autofree char *old_value = g_strdup_printf ("%u", move->old_port);
  g_autofree char *new_value = g_strdup_printf ("%u", move->new_port);
  how.form = PM_PLAN_FORM_PORT;
  how.old_value = old_value;
  how.new_value = new_value;
  how.confidence = item->confidence;
  how.why = item->why;
  pm_plan_builder_move (
      builder, &g_array_index (builder->snapshot->findings, PmFinding, item->finding), &how);
}

static void
emit (const Judge *judge, const PmMove *move)
{
  PmPlanBuilder *builder = judge->builder;
  PmPlan *plan = builder->plan;
  const PmService *s = move->service;
  g_autofree char *value = g_strdup_printf ("%u", move->new_port);
  g_autofree char *before = g_strdup_printf ("%u", move->old_port);
  const char *field = s->external_port != 0 ? "externalPort" : "internalPort";
  guint decision = 1 + pm_plan_decide (plan, &(PmPlanDecision){s->id, "", field, value, before});
  for (guint i = 0; i < move->items->len; i++)
    emit_item (builder, move, &g_array_index (move->items, PmMoveItem, i),
               (PmPlanMove){.decision = decision, .is_own = i < move->n_own});
  pm_move_tell_of_sharers (move, judge->move_of, plan);
  if (s->external_ip[0] != '\0')
    pm_plan_also (plan, "look at firewall rules and allow-lists that name port %u of %s",
                  move->old_port, s->external_ip);
  if (builder->options.ports != NULL)
    builder->options.ports->tell (s, (guint16) move->new_port, plan, builder->options.ports->data);
}

/* Those that several may be meant by: less sure than what any move is certain of, so they come when
 * all of that is in the plan. */
static void
emit_doubtful (PmPlanBuilder *builder, const PmMove *move)
{
  if (move->doubtful->len > 0 && builder->options.ports != NULL)
    builder->options.ports->look (builder->options.ports->data);
  for (guint i = 0; i < move->doubtful->len; i++) {
    const PmMoveDoubt *doubt = &g_array_index (move->doubtful, PmMoveDoubt, i);
    g_autofree char *several = pm_candidates_text (builder->snapshot, doubt->several);
    gboolean is_alone = pm_move_is_alone (move, doubt);
    PmMoveItem item = {
        .finding = doubt->finding,
        .confidence = is_alone ? ALONE : DOUBTFUL,
        .why =
            pm_arena_printf (builder->plan->arena, "several have port %u%s%s%s: %s", move->old_port,
                             is_alone ? ", but " : "; it may be ", move->service->name,
                             is_alone ? " alone listens" : " that is meant", several),
    };
    emit_item (builder, move, &item, (PmPlanMove){0});
  }
}

void
pm_plan_builder_assign (PmPlanBuilder *builder, const PmResolution *list, guint n_list,
                        GError **ret_refusals)
{
  guint n_services = builder->snapshot->services->len;
  g_autofree PmMove *moves = g_new0 (PmMove, n_list + 1);
  g_autofree gint *move_of = g_new (gint, n_services + 1);
  g_autofree gboolean *fell_itself = g_new0 (gboolean, n_list + 1);
  Judge judge = {builder, moves, ret_refusals, n_list, move_of};
  for (guint i = 0; i < n_services; i++)
    move_of[i] = -1;
  for (guint i = 0; i < n_list; i++) {
    pm_move_find (&moves[i], builder, &list[i]);
    ret_refusals[i] = NULL;
    gboolean is_possible = judge_itself (builder, &moves[i], &ret_refusals[i]);
    fell_itself[i] = is_possible && ret_refusals[i] != NULL;
    if (ret_refusals[i] == NULL && move_of[list[i].service] >= 0) {
      g_autofree char *name = pm_service_full_name (moves[i].service);
      refuse (&ret_refusals[i], "%s is moved twice", name);
    }
    if (ret_refusals[i] == NULL)
      move_of[list[i].service] = (gint) i;
  }
  judge_together (&judge, fell_itself);
  for (guint i = 0; i < n_list; i++)
    if (ret_refusals[i] != NULL && move_of[list[i].service] == (gint) i)
      move_of[list[i].service] = -1;
  for (guint i = 0; i < n_list; i++)
    if (ret_refusals[i] == NULL)
      emit (&judge, &moves[i]);
  for (guint i = 0; i < n_list; i++) {
    if (ret_refusals[i] == NULL)
      emit_doubtful (builder, &moves[i]);
    pm_move_clear (&moves[i]);
  }
}

PmPlan *
pm_plan_assign (const PmSnapshot *snapshot, guint service, guint port, const PmPlanOptions *options,
                GError **error)
{
  g_auto (PmPlanBuilder) builder;
  pm_plan_builder_init (&builder, snapshot, PM_PLAN_ASSIGN, options);
  const PmService *s = &g_array_index (snapshot->services, PmService, service);
  g_autofree char *name = pm_service_full_name (s);
  builder.plan->wish =
      pm_arena_printf (builder.plan->arena, "%s moves from %u to %u", name,
                       s->external_port != 0 ? s->external_port : s->internal_port, port);
  /* Beyond 16 bits there is no port: 0 is refused as well. */
  PmResolution move = {service, port > G_MAXUINT16 ? 0 : (guint16) port};
  GError *refusal = NULL;
  pm_plan_builder_assign (&builder, &move, 1, &refusal);
  if (refusal != NULL) {
    g_propagate_error (error, refusal);
    return NULL;
  }
  pm_plan_builder_tell_the_rest (&builder);
  return pm_plan_builder_take (&builder);
}
