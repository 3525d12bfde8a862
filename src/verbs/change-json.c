#include "verbs/change-json.h"

#include "model/plan-json.h"
#include "verbs/note.h"

static void
write_notes (PmJsonWriter *json, const GPtrArray *notes)
{
  pm_json_begin_array (json);
  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const PmFileNote *note = g_ptr_array_index (notes, i);
    pm_json_begin_object (json);
    pm_json_member_string (json, "path", note->path);
    pm_json_member_string (json, "reason", note->reason);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_members (PmJsonWriter *json, const PmChangeResult *result, const PmPlan *plan)
{
  pm_json_key (json, "transaction");
  if (result->id == 0) {
    pm_json_null (json);
  } else {
    pm_json_begin_object (json);
    pm_json_member_int (json, "id", (gint64) result->id);
    pm_json_member_string (json, "kind", plan == NULL ? "undo" : pm_plan_kind_name (plan->kind));
    pm_json_member_string (json, "state", pm_outcome_name (result->outcome));
    pm_json_member_int (json, "files", result->files);
    pm_json_member_int (json, "edits", result->edits);
    pm_json_end_object (json);
  }
  if (plan != NULL) {
    pm_json_key (json, "plan");
    pm_plan_write_json (json, plan, 0);
  }
  pm_json_key (json, "notes");
  write_notes (json, result->notes);
  pm_json_member_bool (json, "unregistered", result->is_unregistered);
}

void
pm_change_write_json (PmJsonWriter *json, const PmChangeResult *result, const PmPlan *plan)
{
  pm_json_begin_object (json);
  write_members (json, result, plan);
  pm_json_end_object (json);
}

void
pm_change_write_json_reported (PmJsonWriter *json, const PmChangeResult *result, const PmPlan *plan,
                               const char *report)
{
  pm_json_begin_object (json);
  write_members (json, result, plan);
  pm_json_key (json, "report");
  if (report == NULL)
    pm_json_null (json);
  else
    pm_json_raw (json, report);
  pm_json_end_object (json);
}

void
pm_transaction_write_json_members (PmJsonWriter *json, const PmTransactionRecord *record)
{
  pm_json_member_int (json, "id", record->id);
  pm_json_member_string (json, "kind", record->kind);
  pm_json_member_string (json, "state", record->state);
  pm_json_member_time (json, "started", record->started_us);
  pm_json_member_time (json, "finished", record->finished_us);
  pm_json_member_int (json, "files", record->files);
  pm_json_member_int (json, "edits", record->edits);
  pm_json_key (json, "summary");
  pm_json_raw (json, record->summary[0] == '\0' ? "{}" : record->summary);
}

/* Edits of the program's own configuration may hold secrets; the diff shows the rest. */
static void
write_edit (PmJsonWriter *json, const char *before, const char *after, gboolean are_settings)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "old", are_settings ? "****" : before);
  pm_json_member_string (json, "new", are_settings ? "****" : after);
  pm_json_end_object (json);
}

static void
write_target (PmJsonWriter *json, const PmTarget *target, gboolean backwards, gboolean are_settings)
{
  g_autofree char *path = pm_target_path (target);
  pm_json_begin_object (json);
  pm_json_member_string (json, "file", path);
  pm_json_key (json, "edits");
  pm_json_begin_array (json);
  for (guint i = 0; i < target->edits->len; i++) {
    const PmEdit *edit = &g_array_index (target->edits, PmEdit, i);
    write_edit (json, backwards ? edit->new_bytes : edit->old_bytes,
                backwards ? edit->old_bytes : edit->new_bytes, are_settings);
  }
  pm_json_end_array (json);
  pm_json_end_object (json);
}

void
pm_past_write_json (PmJsonWriter *json, const PmHistory *past, gboolean backwards)
{
  gboolean are_settings = pm_note_is_of_settings (past->note);
  pm_json_begin_array (json);
  for (guint i = 0; i < past->targets->len; i++)
    write_target (json, g_ptr_array_index (past->targets, i), backwards, are_settings);
  pm_json_end_array (json);
}
