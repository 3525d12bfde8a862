#pragma once

#include "model/aliases.h"
#include "planning/planning.h"

G_BEGIN_DECLS

/* Private to planning/: findings, as edits of a plan being made. */

typedef struct {
  const PmSnapshot *snapshot;
  PmPlanOptions options;
  PmPlan *plan;
  PmAliases *aliases;
  GHashTable *places; /* "root\nfile\nstart\nend\nold" → nothing: what is in the plan already */
} PmPlanBuilder;

void pm_plan_builder_init (PmPlanBuilder *builder, const PmSnapshot *snapshot, PmPlanKind kind,
                           const PmPlanOptions *options);
void pm_plan_builder_clear (PmPlanBuilder *builder);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmPlanBuilder, pm_plan_builder_clear)

/* What it would do to a finding. */
typedef struct {
  PmPlanForm form;
  const char *old_value;
  const char *new_value;
  double confidence;
  const char *why; /* copied */
  guint decision;  /* as in PmPlanEdit */
  gboolean is_own;
} PmPlanMove;

/* Edits the bytes that the finding's value comes from: its own, or those of the variable's
 * definition, with the defaults that stand beside. What may not be edited is listed. Several
 * findings of one place give one edit. */
void pm_plan_builder_move (PmPlanBuilder *builder, const PmFinding *finding,
                           const PmPlanMove *move);

/* What files cannot say: what a person has to do once the plan's edits are applied. */
void pm_plan_builder_tell_the_rest (PmPlanBuilder *builder);

/* Hands the plan over. */
PmPlan *pm_plan_builder_take (PmPlanBuilder *builder);

/* Moves, judged together and done at once: the ports that they leave are free for each other. What
 * is not possible is left out: ret_refusals (n_list of them, to be freed) say why, or are NULL. */
void pm_plan_builder_assign (PmPlanBuilder *builder, const PmResolution *list, guint n_list,
                             GError **ret_refusals);

/* Every finding of an address. FALSE: one of the two is none. */
gboolean pm_plan_builder_ip_change (PmPlanBuilder *builder, const char *old_address,
                                    const char *new_address, GError **error);

G_END_DECLS
