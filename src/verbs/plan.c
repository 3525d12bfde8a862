#include "verbs/find-service.h"
#include "verbs/former-addresses.h"
#include "verbs/plan-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>

#include "base/fs.h"
#include "registry/records.h"
#include "verbs/addresses.h"
#include "verbs/scan.h"
#include "verbs/verify.h"

#define MOST_BYTES (16 * 1024 * 1024)

GString *
pm_verb_read_file (const char *root, const char *file, const char **ret_reason)
{
  const PmFs *fs = pm_fs_real ();
  g_auto (PmFile) directory = PM_FILE_NONE (fs);
  g_auto (PmFile) opened = PM_FILE_NONE (fs);
  GString *bytes = NULL;
  directory.fd = PM_FS (fs, openat2, AT_FDCWD, root, O_PATH | O_DIRECTORY | O_CLOEXEC, 0, 0);
  if (directory.fd >= 0)
    opened.fd = PM_FS (fs, openat2, directory.fd, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0,
                       RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
  if (directory.fd < 0 || opened.fd < 0 || !pm_file_read (&opened, MOST_BYTES, &bytes))
    *ret_reason = g_strerror (errno);
  return bytes;
}

/* An IPv6 address has colons and brackets, which an IPv4 address has not, and which mean something
 * to some syntaxes. */
static gboolean
may_read_otherwise (const PmPlanEdit *edit)
{
  return strpbrk (edit->new_text, ":[") != NULL && strpbrk (edit->old_text, ":[") == NULL;
}

static gboolean
leaves_the_rest (const PmPlan *plan, const PmPlanEdit *edit, const GString *bytes)
{
  PmRawEdit raw = {edit->span, (char *) edit->new_text};
  return pm_verify_edits (pm_plan_file_at (plan, edit->file), bytes->str, bytes->len, &raw, 1,
                          NULL);
}

/* Edits after which a file would read otherwise than planned are left to a person: the transaction
 * would take everything back because of them. */
static void
leave_what_would_break (PmPlan *plan)
{
  GString *bytes = NULL;
  guint file = G_MAXUINT;
  for (guint i = 0; i < plan->edits->len;) {
    PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    const PmPlanFile *in = pm_plan_file_at (plan, edit->file);
    const char *reason = NULL;
    if (!may_read_otherwise (edit)) {
      i++;
      continue;
    }
    if (edit->file != file) {
      if (bytes != NULL)
        g_string_free (bytes, TRUE);
      bytes = pm_verb_read_file (in->root, in->file, &reason);
      file = edit->file;
    }
    if (bytes == NULL || leaves_the_rest (plan, edit, bytes)) {
      i++;
      continue;
    }
    PmPlanLeft left = {*edit,
                       "written without quotes the file would read otherwise; edit it by hand"};
    g_array_append_val (plan->left, left);
    g_array_remove_index (plan->edits, i);
  }
  if (bytes != NULL)
    g_string_free (bytes, TRUE);
}

PmPlan *
pm_plan_fitted (PmPlan *taken, const char *const *exclude, GError **error)
{
  g_autoptr (PmPlan) plan = taken;
  if (plan != NULL && !pm_plan_concerns (plan, exclude, error))
    return NULL;
  for (guint i = 0; plan != NULL && i < plan->files->len; i++) {
    const PmPlanFile *file = pm_plan_file_at (plan, i);
    const char *reason = NULL;
    GString *bytes = pm_verb_read_file (file->root, file->file, &reason);
    if (bytes == NULL) {
      pm_plan_fit_missing (plan, i, reason);
      continue;
    }
    pm_plan_fit_file (plan, i, bytes->str, bytes->len);
    g_string_free (bytes, TRUE);
  }
  if (plan == NULL || !pm_plan_fit_finish (plan, error))
    return NULL;
  leave_what_would_break (plan);
  return g_steal_pointer (&plan);
}

PmSnapshot *
pm_plan_look (PmContext *context, GError **error)
{
  PmSurveyOptions options = {0};
  PmScanReport report;
  PmSnapshot *snapshot = NULL;
  if (!pm_verb_scan (context, NULL, &options, &report, NULL, error))
    return NULL;
  return pm_registry_snapshot (context->registry, &snapshot, error) ? snapshot : NULL;
}

/* What the configuration lets an address change touch. */
static PmPlanOptions
with_touch (const PmContext *context, const PmPlanOptions *options)
{
  PmPlanOptions how = options == NULL ? (PmPlanOptions){0} : *options;
  PmTextClass text_class;
  if (how.touch != 0 || context->config->ip.touch == NULL)
    return how;
  for (char **word = context->config->ip.touch; *word != NULL; word++)
    if (pm_text_class_from_name (*word, &text_class))
      how.touch |= 1u << text_class;
  return how;
}

PmPlan *
pm_verb_plan_ip_change (PmContext *context, const char *old_address, const char *new_address,
                        const PmPlanOptions *options, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  if (snapshot == NULL)
    return NULL;
  PmPlanOptions how = with_touch (context, options);
  return pm_plan_fitted (pm_plan_ip_change (snapshot, old_address, new_address, &how, error),
                         how.exclude, error);
}

static gboolean
is_empty (const PmPlan *plan)
{
  return plan->edits->len == 0 && plan->left->len == 0 && plan->unresolved->len == 0;
}

/* Nothing says the old address: this very change was made already, by somebody who was quicker or
 * by the same wish before, or it is a mistake. */
static gboolean
was_made_already (PmContext *context, const char *old_address, const char *new_address,
                  GError **error)
{
  g_autoptr (GHashTable) former = pm_verb_former_addresses (context->registry, error);
  if (former == NULL)
    return FALSE;
  g_autofree char *from = pm_address_canonical (old_address);
  g_autofree char *to = pm_address_canonical (new_address);
  const char *now = g_hash_table_lookup (former, from);
  if (g_strcmp0 (now, to) == 0)
    return TRUE;
  if (now == NULL)
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
                 "no file says %s, so there is nothing to change; “port-manager ip show” lists "
                 "the addresses that files say",
                 from);
  else
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
                 "no file says %s any more, so there is nothing to change: it has become %s", from,
                 now);
  return FALSE;
}

PmPlan *
pm_verb_plan_ip_change_wanted (PmContext *context, const char *old_address, const char *new_address,
                               const PmPlanOptions *options, GError **error)
{
  g_autoptr (PmPlan) plan =
      pm_verb_plan_ip_change (context, old_address, new_address, options, error);
  if (plan != NULL && is_empty (plan) &&
      !was_made_already (context, old_address, new_address, error))
    return NULL;
  return g_steal_pointer (&plan);
}

PmPlan *
pm_verb_plan_assign (PmContext *context, const char *service, guint port,
                     const PmPlanOptions *options, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  if (snapshot == NULL)
    return NULL;
  gint index = pm_verb_find_service (snapshot, service, error);
  if (index < 0) {
    pm_verb_find_elsewhere (context->registry, service, error);
    return NULL;
  }
  g_auto (PmPlanWorld) world = {0};
  if (!pm_plan_world_init (&world, context, snapshot, error))
    return NULL;
  PmPlanOptions how = pm_plan_world_options (&world, options);
  return pm_plan_fitted (pm_plan_assign (snapshot, (guint) index, port, &how, error), how.exclude,
                         error);
}

/* What was decided and does not stand in the files of a snapshot, fitted to them. */
static PmPlan *
plan_desired (PmContext *context, const PmSnapshot *snapshot, const PmPlanOptions *options,
              GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) desired = g_array_new (FALSE, FALSE, sizeof (PmDesired));
  g_autoptr (GArray) decisions = g_array_new (FALSE, FALSE, sizeof (PmPlanDecision));
  if (!pm_registry_desired (context->registry, arena, desired, error))
    return NULL;
  for (guint i = 0; i < desired->len; i++) {
    const PmDesired *d = &g_array_index (desired, PmDesired, i);
    PmPlanDecision decision = {d->service_id, d->subject, d->field, d->value, ""};
    g_array_append_val (decisions, decision);
  }
  const PmPlanDecision *list = (const PmPlanDecision *) (void *) decisions->data;
  return pm_plan_fitted (pm_plan_desired (snapshot, list, decisions->len, options, error),
                         options == NULL ? NULL : options->exclude, error);
}

PmPlan *
pm_verb_plan_sync (PmContext *context, const PmPlanOptions *options, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  g_auto (PmPlanWorld) world = {0};
  if (snapshot == NULL || !pm_plan_world_init (&world, context, snapshot, error))
    return NULL;
  PmPlanOptions how = pm_plan_world_options (&world, options);
  return plan_desired (context, snapshot, &how, error);
}

PmPlan *
pm_verb_drift (PmContext *context, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot (context->registry, &snapshot, error))
    return NULL;
  return plan_desired (context, snapshot, &(PmPlanOptions){.include_uncertain = TRUE}, error);
}
