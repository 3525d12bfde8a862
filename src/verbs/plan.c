#include "verbs/plan-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>

#include "allocation/conflicts.h"
#include "base/fs.h"
#include "registry/records.h"
#include "verbs/conflicts.h"
#include "verbs/scan.h"

#define MOST_BYTES (16 * 1024 * 1024)

G_DEFINE_QUARK (pm - plan - verb - error - quark, pm_plan_verb_error)

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

PmPlan *
pm_plan_fitted (PmPlan *taken, GError **error)
{
  g_autoptr (PmPlan) plan = taken;
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
  return plan != NULL && pm_plan_fit_finish (plan, error) ? g_steal_pointer (&plan) : NULL;
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
                         error);
}

/* `name`, `project/name`, and both with `:port` behind, where one service has several. */
static gboolean
is_called (const PmService *service, const char *name)
{
  gsize project = strlen (service->project_id), own = strlen (service->name);
  if (strncmp (name, service->project_id, project) == 0 && name[project] == '/' &&
      strncmp (name + project + 1, service->name, own) == 0)
    name += project + 1;
  if (strncmp (name, service->name, own) != 0)
    return FALSE;
  guint port = service->external_port != 0 ? service->external_port : service->internal_port;
  g_autofree char *with_port = g_strdup_printf (":%u", port);
  return name[own] == '\0' || strcmp (name + own, with_port) == 0;
}

/* A debugger's port is never what somebody means by the service's name. */
static gboolean
is_debugger (const PmSnapshot *snapshot, const PmService *service)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind == PM_KIND_PORT && f->port == service->internal_port && f->role == PM_ROLE_LISTEN &&
        g_str_has_suffix (f->rule, ".debugger") && strcmp (f->owner, service->name) == 0 &&
        strcmp (f->project, service->project_id) == 0)
      return TRUE;
  }
  return FALSE;
}

static gint
find_service (const PmSnapshot *snapshot, const char *name, GError **error)
{
  char *end;
  gint64 id = g_ascii_strtoll (name, &end, 10);
  gboolean is_id = *name != '\0' && *end == '\0';
  gint found = -1;
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    if (is_id ? s->id != id
              : !is_called (s, name) || (strchr (name, ':') == NULL && is_debugger (snapshot, s)))
      continue;
    g_string_append_printf (list, "%s%" G_GINT64_FORMAT " (%s/%s, port %u)",
                            list->len == 0 ? "" : ", ", s->id, s->project_id, s->name,
                            s->external_port != 0 ? s->external_port : s->internal_port);
    found = found == -1 ? (gint) i : -2;
  }
  if (found == -1)
    g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
                 "no service is called “%s”; “port-manager services” lists them", name);
  if (found == -2)
    g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
                 "several services are called “%s”; name one by its id, or as name:port: %s", name,
                 list->str);
  return found;
}

PmPlan *
pm_verb_plan_assign (PmContext *context, const char *service, guint port,
                     const PmPlanOptions *options, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  if (snapshot == NULL)
    return NULL;
  gint index = find_service (snapshot, service, error);
  if (index < 0)
    return NULL;
  return pm_plan_fitted (pm_plan_assign (snapshot, (guint) index, port, options, error), error);
}

PmPlan *
pm_verb_plan_resolve (PmContext *context, const char *only, const PmPlanOptions *options,
                      GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  if (snapshot == NULL)
    return NULL;
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (snapshot);
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (PmResolution));
  gboolean any = FALSE;
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    if (only != NULL ? strcmp (conflict->id, only) != 0 : conflict->severity == PM_SEVERITY_NOTE)
      continue;
    any = TRUE;
    PmResolution move = {(guint) conflict->suggested_service, conflict->suggested_port};
    if (conflict->suggested_service >= 0 && conflict->suggested_port != 0)
      g_array_append_val (moves, move);
  }
  if (only != NULL && !any) {
    g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
                 "there is no conflict “%s”; “port-manager conflicts” lists them", only);
    return NULL;
  }
  const PmResolution *list = (const PmResolution *) (void *) moves->data;
  return pm_plan_fitted (pm_plan_resolutions (snapshot, list, moves->len, options, error), error);
}

PmPlan *
pm_verb_plan_sync (PmContext *context, const PmPlanOptions *options, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  if (snapshot == NULL)
    return NULL;
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
  return pm_plan_fitted (pm_plan_desired (snapshot, list, decisions->len, options, error), error);
}
