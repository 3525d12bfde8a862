#pragma once

#include "planning/planning.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Wishes → plans that fit what the files say now: the remembered roots are scanned, a plan is made
 * from the snapshot, and fitted to the bytes of every file concerned. Nothing is written into any
 * file. A plan that is to be applied later is kept by pm_verb_plan_save. */

#define PM_PLAN_VERB_ERROR (pm_plan_verb_error_quark ())
GQuark pm_plan_verb_error_quark (void);
typedef enum {
  PM_PLAN_VERB_ERROR_SERVICE,   /* no service, or several, are called so; the message lists them */
  PM_PLAN_VERB_ERROR_KEPT,      /* the plan cannot be read, or it does not hold any more */
  PM_PLAN_VERB_ERROR_NO_PLAN,   /* none is kept with this id */
  PM_PLAN_VERB_ERROR_ELSEWHERE, /* the service is another host's; the message says whose */
} PmPlanVerbError;

PmPlan *pm_verb_plan_ip_change (PmContext *context, const char *old_address,
                                const char *new_address, const PmPlanOptions *options,
                                GError **error);

/* The same when a person wants it: INVALID where no file says the old address, unless this very
 * change was made already (then there is nothing to do). */
PmPlan *pm_verb_plan_ip_change_wanted (PmContext *context, const char *old_address,
                                       const char *new_address, const PmPlanOptions *options,
                                       GError **error);

/* `service` is an id, a name, or project/name. */
PmPlan *pm_verb_plan_assign (PmContext *context, const char *service, guint port,
                             const PmPlanOptions *options, GError **error);

/* A plan for all conflicts that are errors or warnings, or for the one with this id. */
PmPlan *pm_verb_plan_resolve (PmContext *context, const char *only, const PmPlanOptions *options,
                              GError **error);

typedef struct {
  gint64 service_id;
  guint16 port;
} PmPortMove;

/* Any moves as one plan. */
PmPlan *pm_verb_plan_moves (PmContext *context, const PmPortMove *moves, guint n_moves,
                            const PmPlanOptions *options, GError **error);

PmPlan *pm_verb_plan_sync (PmContext *context, const PmPlanOptions *options, GError **error);

/* The same of what is known already, without a scan: what drifted (docs/GLOSSARY.md). Not to be
 * applied: that is what the one before is for. */
PmPlan *pm_verb_drift (PmContext *context, GError **error);

/* Plans kept in the state directory, at most 100: the oldest go. */
gboolean pm_verb_plan_save (PmContext *context, const PmPlan *plan, gint64 *ret_id, GError **error);

/* KEPT: there is none, or none any more. */
gboolean pm_verb_plan_is_kept (const PmContext *context, gint64 id, GError **error);

/* As it was kept, to be looked at. */
PmPlan *pm_verb_plan_load (PmContext *context, gint64 id, GError **error);

/* To be applied now. Scans, makes the plan again from what it decides, and refuses (KEPT) when that
 * would change anything else than what was shown: a file edited since, a new file that points at
 * the service, a port that somebody took. Of those that were edited, each is added to `changed` (of
 * PmFileNote; NULL: nobody wants to know). */
PmPlan *pm_verb_plan_take (PmContext *context, gint64 id, GPtrArray *changed, GError **error);

/* A file's bytes, wherever its symlinks lead inside its root; NULL with a reason. */
GString *pm_verb_read_file (const char *root, const char *file, const char **ret_reason);

G_END_DECLS
