#include "pipeline/report.h"

#include <jansson.h>
#include <string.h>

#include "base/json-writer.h"

/* I6: what would have spared all this. */
#define ADVICE "reserve a static address at the cloud provider, and it will not change again"

/* --- memory --- */

static void
stage_clear (gpointer data)
{
  g_free (((PmRunStage *) data)->name);
}

static void
service_clear (gpointer data)
{
  PmRunService *service = data;
  g_free (service->project_id);
  g_free (service->service_name);
  g_free (service->target);
  g_free (service->cause);
}

static void
restart_clear (gpointer data)
{
  PmRunRestart *restart = data;
  g_free (restart->key);
  g_free (restart->end);
  g_free (restart->reason);
  g_free (restart->back);
}

static GArray *
list_of (guint element_bytes, GDestroyNotify clear)
{
  GArray *list = g_array_new (FALSE, TRUE, element_bytes);
  g_array_set_clear_func (list, clear);
  return list;
}

void
pm_run_report_init (PmRunReport *report)
{
  *report = (PmRunReport){
      .wish = g_strdup (""),
      .policy = g_strdup (""),
      .cause = g_strdup (""),
      .actor = g_strdup (""),
      .stages = list_of (sizeof (PmRunStage), stage_clear),
      .services = list_of (sizeof (PmRunService), service_clear),
      .restarts = list_of (sizeof (PmRunRestart), restart_clear),
      .also = g_ptr_array_new_with_free_func (g_free),
  };
}

void
pm_run_report_clear (PmRunReport *report)
{
  g_clear_pointer (&report->wish, g_free);
  g_clear_pointer (&report->policy, g_free);
  g_clear_pointer (&report->cause, g_free);
  g_clear_pointer (&report->actor, g_free);
  g_clear_pointer (&report->stages, g_array_unref);
  g_clear_pointer (&report->services, g_array_unref);
  g_clear_pointer (&report->restarts, g_array_unref);
  g_clear_pointer (&report->also, g_ptr_array_unref);
}

void
pm_run_report_set (char **text, const char *value)
{
  char *copy = g_strdup (value == NULL ? "" : value);
  g_free (*text);
  *text = copy;
}

void
pm_run_report_stage (PmRunReport *report, const char *name, gint64 elapsed_us)
{
  PmRunStage stage = {g_strdup (name), elapsed_us};
  g_array_append_val (report->stages, stage);
}

PmRunRestart *
pm_run_report_restart (const PmRunReport *report, const char *key)
{
  for (guint i = 0; i < report->restarts->len; i++) {
    PmRunRestart *restart = &g_array_index (report->restarts, PmRunRestart, i);
    if (strcmp (restart->key, key) == 0)
      return restart;
  }
  return NULL;
}

/* --- to JSON --- */

static void
member_ms (PmJsonWriter *json, const char *key, gint64 us)
{
  pm_json_member_double (json, key, (double) us / 1000);
}

static void
write_stages (PmJsonWriter *json, const PmRunReport *report)
{
  gint64 total_us = 0;
  pm_json_key (json, "stages");
  pm_json_begin_array (json);
  for (guint i = 0; i < report->stages->len; i++) {
    const PmRunStage *stage = &g_array_index (report->stages, PmRunStage, i);
    total_us += stage->elapsed_us;
    pm_json_begin_object (json);
    pm_json_member_string (json, "stage", stage->name);
    member_ms (json, "elapsedMs", stage->elapsed_us);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
  member_ms (json, "elapsedMs", total_us);
}

static void
write_services (PmJsonWriter *json, const PmRunReport *report)
{
  pm_json_key (json, "services");
  pm_json_begin_array (json);
  for (guint i = 0; i < report->services->len; i++) {
    const PmRunService *s = &g_array_index (report->services, PmRunService, i);
    pm_json_begin_object (json);
    pm_json_member_int (json, "serviceId", s->service_id);
    pm_json_member_string (json, "projectId", s->project_id);
    pm_json_member_string (json, "serviceName", s->service_name);
    pm_json_member_string (json, "target", s->target);
    pm_json_member_string (json, "before", pm_health_name (s->before));
    pm_json_member_string (json, "after", pm_health_name (s->after));
    pm_json_member_string (json, "cause", s->cause);
    member_ms (json, "upAfterMs", s->up_after_us);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_restarts (PmJsonWriter *json, const PmRunReport *report)
{
  pm_json_key (json, "restarts");
  pm_json_begin_array (json);
  for (guint i = 0; i < report->restarts->len; i++) {
    const PmRunRestart *r = &g_array_index (report->restarts, PmRunRestart, i);
    pm_json_begin_object (json);
    pm_json_member_string (json, "target", r->key);
    pm_json_member_int (json, "level", r->level);
    pm_json_member_string (json, "end", r->end);
    pm_json_member_string (json, "reason", r->reason);
    member_ms (json, "elapsedMs", r->elapsed_us);
    pm_json_member_string (json, "back", r->back);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_numbers (PmJsonWriter *json, const PmRunReport *report)
{
  pm_json_member_int (json, "files", report->files);
  pm_json_member_int (json, "edits", report->edits);
  if (report->plan_id != 0)
    pm_json_member_int (json, "planId", report->plan_id);
  pm_json_member_int (json, "lastTransactionId", report->last_transaction_id);
  if (report->transaction_id != 0)
    pm_json_member_int (json, "transactionId", report->transaction_id);
  if (report->undo_id != 0)
    pm_json_member_int (json, "undoId", report->undo_id);
}

static void
write_head (PmJsonWriter *json, const PmRunReport *report, const PmAddressChange *change,
            const char *stage)
{
  pm_json_member_int (json, "id", change->id);
  pm_json_member_string (json, "kind", change->kind);
  pm_json_member_string (json, "source", change->source);
  pm_json_member_string (json, "slot", change->slot);
  pm_json_member_string (json, "oldValue", change->old_address);
  pm_json_member_string (json, "newValue", change->new_address);
  pm_json_member_string (json, "wish", report->wish);
  pm_json_member_string (json, "policy", report->policy);
  pm_json_member_string (json, "actor", report->actor);
  pm_json_member_bool (json, "now", report->is_now);
  pm_json_member_bool (json, "approved", report->is_approved);
  pm_json_member_bool (json, "guess", report->is_guess);
  pm_json_member_bool (json, "hasRest", report->has_rest);
  pm_json_member_time (json, "confirmed", change->confirmed_us);
  pm_json_member_string (json, "stage", stage);
}

void
pm_run_report_write_members (const PmRunReport *report, PmJsonWriter *json)
{
  write_stages (json, report);
  write_services (json, report);
  write_restarts (json, report);
}

void
pm_run_report_write (const PmRunReport *report, const PmAddressChange *change, const char *stage,
                     GString *out)
{
  g_string_truncate (out, 0);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  write_head (&json, report, change, stage);
  write_stages (&json, report);
  write_numbers (&json, report);
  write_services (&json, report);
  write_restarts (&json, report);
  pm_json_key (&json, "also");
  pm_json_begin_array (&json);
  for (guint i = 0; i < report->also->len; i++)
    pm_json_string (&json, g_ptr_array_index (report->also, i));
  pm_json_end_array (&json);
  pm_json_member_string (&json, "cause", report->cause[0] == '\0' ? NULL : report->cause);
  if (strcmp (change->kind, "ip-change") == 0)
    pm_json_member_string (&json, "advice", ADVICE);
  pm_json_end_object (&json);
}

/* --- from JSON --- */

static char *
text_of (const json_t *object, const char *key)
{
  const char *text = json_string_value (json_object_get (object, key));
  return g_strdup (text == NULL ? "" : text);
}

static void
take_text (char **text, const json_t *object, const char *key)
{
  g_free (*text);
  *text = text_of (object, key);
}

static gint64
us_of (const json_t *object, const char *key)
{
  return (gint64) (json_number_value (json_object_get (object, key)) * 1000);
}

static gint64
int_of (const json_t *object, const char *key)
{
  return json_integer_value (json_object_get (object, key));
}

static PmHealth
health_of (const json_t *object, const char *key)
{
  PmHealth health = PM_HEALTH_UNKNOWN;
  const char *name = json_string_value (json_object_get (object, key));
  return name != NULL && pm_health_from_name (name, &health) ? health : PM_HEALTH_UNKNOWN;
}

static void
read_service (PmRunReport *report, const json_t *item)
{
  PmRunService service = {
      .service_id = int_of (item, "serviceId"),
      .project_id = text_of (item, "projectId"),
      .service_name = text_of (item, "serviceName"),
      .target = text_of (item, "target"),
      .before = health_of (item, "before"),
      .after = health_of (item, "after"),
      .cause = text_of (item, "cause"),
      .up_after_us = us_of (item, "upAfterMs"),
  };
  g_array_append_val (report->services, service);
}

static void
read_restart (PmRunReport *report, const json_t *item)
{
  PmRunRestart restart = {
      .key = text_of (item, "target"),
      .level = (guint) int_of (item, "level"),
      .end = text_of (item, "end"),
      .reason = text_of (item, "reason"),
      .elapsed_us = us_of (item, "elapsedMs"),
      .back = text_of (item, "back"),
  };
  g_array_append_val (report->restarts, restart);
}

static void
read_lists (PmRunReport *report, const json_t *root)
{
  const json_t *stages = json_object_get (root, "stages"), *also = json_object_get (root, "also");
  const json_t *services = json_object_get (root, "services");
  const json_t *restarts = json_object_get (root, "restarts");
  for (gsize i = 0; i < json_array_size (stages); i++) {
    const json_t *item = json_array_get (stages, i);
    g_autofree char *name = text_of (item, "stage");
    pm_run_report_stage (report, name, us_of (item, "elapsedMs"));
  }
  for (gsize i = 0; i < json_array_size (services); i++)
    read_service (report, json_array_get (services, i));
  for (gsize i = 0; i < json_array_size (restarts); i++)
    read_restart (report, json_array_get (restarts, i));
  for (gsize i = 0; i < json_array_size (also); i++) {
    const char *text = json_string_value (json_array_get (also, i));
    g_ptr_array_add (report->also, g_strdup (text == NULL ? "" : text));
  }
}

void
pm_run_report_read (PmRunReport *report, const char *text)
{
  json_t *root = json_loads (text, 0, NULL);
  take_text (&report->wish, root, "wish");
  take_text (&report->policy, root, "policy");
  take_text (&report->cause, root, "cause");
  take_text (&report->actor, root, "actor");
  report->is_now = json_is_true (json_object_get (root, "now"));
  report->is_approved = json_is_true (json_object_get (root, "approved"));
  report->is_guess = json_is_true (json_object_get (root, "guess"));
  report->has_rest = json_is_true (json_object_get (root, "hasRest"));
  report->plan_id = int_of (root, "planId");
  report->last_transaction_id = int_of (root, "lastTransactionId");
  report->transaction_id = int_of (root, "transactionId");
  report->undo_id = int_of (root, "undoId");
  report->files = (guint) int_of (root, "files");
  report->edits = (guint) int_of (root, "edits");
  read_lists (report, root);
  json_decref (root);
}
