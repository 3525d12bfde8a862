#pragma once

#include "base/arena.h"
#include "base/digest.h"
#include "model/finding.h"

G_BEGIN_DECLS

/* What would be written, before anything is: a wish in words, and the exact edits that fulfil it.
 *
 * planning/ makes a plan from a snapshot: it knows spans and values, not the bytes around them.
 * pm_plan_fit (planning/) then reads each file's bytes and fills in old_text and new_text, so that
 * an address inside a name is written in that name's way. A fitted plan can be shown, kept, and
 * given to the update engine. All text lies in the plan's arena and is never NULL unless said. */

typedef enum {
  PM_PLAN_IP_CHANGE,
  PM_PLAN_ASSIGN,
  PM_PLAN_RESOLVE,
  PM_PLAN_SYNC,
} PmPlanKind;

/* "ip-change", "assign", "resolve", "sync": what transactions are called. */
const char *pm_plan_kind_name (PmPlanKind kind);

/* What stands in an edit's span, which decides how the new value is written there. */
typedef enum {
  PM_PLAN_FORM_PORT,
  PM_PLAN_FORM_ADDRESS,
  PM_PLAN_FORM_DEFAULT, /* ${NAME:-3000}: the span is the whole expression; only a default that
                           equals the old value is edited, and the brackets around an address */
} PmPlanForm;

typedef struct {
  const char *root;
  const char *file;    /* relative to the root; any bytes but NUL */
  const char *project; /* id */
  const char *format;  /* the rule set's name */
  guint64 size_bytes;  /* of the content that the edits fit; with `digest`, once fitted */
  PmDigest digest;
} PmPlanFile;

typedef struct {
  guint file; /* index into the plan's files */
  PmSpan span;
  guint32 line;
  PmPlanForm form;
  const char *old_value; /* "8080", "198.51.100.7" */
  const char *new_value;
  const char *old_text; /* the bytes themselves; NULL until fitted */
  const char *new_text;
  const char *why;  /* "shop-web points at shop-api" */
  const char *rule; /* of the finding */
  const char *path; /* of the finding */
  double confidence;
  PmTextClass text_class;
  /* Until fitted, of PM_PLAN_FORM_DEFAULT: the variable, and where its value is defined. */
  const char *variable;
  const char *definition; /* "file:line" in definition_root */
  const char *definition_root;
  guint32 definition_start;
  gint brackets;         /* while fitting: 1 were put around the expression, -1 taken away */
  gboolean stands_alone; /* while fitting: an address that is the whole of a value */
  guint decision;        /* until fitted: 1 + index of the decision that it serves; 0 none */
  gboolean is_own;       /* until fitted: of the moved service's own, not of who points at it */
} PmPlanEdit;

/* Seen, and not edited. */
typedef struct {
  PmPlanEdit edit;
  const char *reason; /* "documentation is only listed" */
} PmPlanLeft;

/* A file for which it would be refused. */
typedef struct {
  const char *path;   /* absolute */
  const char *reason; /* "cannot be written: Read-only file system" */
} PmPlanRefused;

/* A value that is decided once the plan is applied (registry/records.h, PmDesired). */
typedef struct {
  gint64 service_id;
  const char *subject;
  const char *field; /* "externalPort", "address" */
  const char *value;
  const char *before; /* what files say until then */
} PmPlanDecision;

/* Why a service moves, and why there. */
typedef struct {
  gint64 service_id;
  const char *project_id;
  const char *project_name; /* what it is shown as */
  const char *service_name;
  guint16 from, to;
  guint points; /* what moving it costs (allocation/resolve.h) */
  const char *reason;
} PmPlanChoice;

typedef struct {
  PmArena *arena;
  PmPlanKind kind;
  guint touch; /* what it was made with: bits of PmTextClass, and whether it may hold */
  gboolean includes_uncertain; /* edits that nobody is sure of */
  gboolean moves_pinned;       /* services that are pinned */
  gboolean is_partial; /* moves that turn out to be impossible while it is fitted are left out */
  const char *wish;    /* in words: "198.51.100.7 becomes 203.0.113.10" */
  GArray *files;       /* PmPlanFile */
  GArray *edits;       /* PmPlanEdit; once fitted sorted by file, then span, no two overlapping */
  GArray *left;        /* PmPlanLeft */
  GArray *also;        /* const char *: what a person must do besides */
  const char *refusal; /* why it would be refused as the files are now; NULL: it would not, or
                          nobody has judged it */
  GArray *refused;     /* PmPlanRefused: the files that are why; empty: it is about no file */
  GArray *unresolved;  /* const char *: what was asked for, and is not done by it, and why */
  GArray *decisions;   /* PmPlanDecision */
  GArray *choices;     /* PmPlanChoice; only of a plan just made, to be shown */
  gboolean is_fitted;
} PmPlan;

PmPlan *pm_plan_new (PmPlanKind kind);
void pm_plan_free (PmPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmPlan, pm_plan_free)

/* The file's index; it is added when it is not there. Text is copied. */
guint pm_plan_file (PmPlan *plan, const char *root, const char *file, const char *project,
                    const char *format);

/* Adds a sentence to `also`, once. */
void pm_plan_also (PmPlan *plan, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Adds what the plan cannot do to `unresolved`, once, and to `also` as a decision by hand. */
void pm_plan_leave_unresolved (PmPlan *plan, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Moves the edits of files that `leaves` names to `left`, for this reason. `reason` is static. */
typedef gboolean (*PmPlanLeaves) (const PmPlanFile *file, gpointer data);
void pm_plan_leave (PmPlan *plan, PmPlanLeaves leaves, gpointer data, const char *reason);

/* The reason of what a policy leaves: whoever makes the plan again leaves it as well. */
#define PM_PLAN_LEFT_BY_POLICY "the policy of its project is another"

/* The reason of what a person left out, file by file: the same. */
#define PM_PLAN_LEFT_BY_CHOICE "somebody left this file out"

/* A decision replaces another one about the same field. Returns its index. */
guint pm_plan_decide (PmPlan *plan, const PmPlanDecision *decision);

static inline PmPlanFile *
pm_plan_file_at (const PmPlan *plan, guint index)
{
  return &g_array_index (plan->files, PmPlanFile, index);
}

static inline PmPlanEdit *
pm_plan_edit_at (const PmPlan *plan, guint index)
{
  return &g_array_index (plan->edits, PmPlanEdit, index);
}

G_END_DECLS
