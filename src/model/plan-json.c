#include "model/plan-json.h"

#include <string.h>

static void
write_edit (PmJsonWriter *json, const PmPlan *plan, const PmPlanEdit *edit)
{
  const PmPlanFile *file = pm_plan_file_at (plan, edit->file);
  pm_json_member_string (json, "root", file->root);
  pm_json_member_string (json, "project", file->project);
  pm_json_member_string (json, "file", file->file);
  pm_json_member_int (json, "line", edit->line);
  pm_json_member_int (json, "start", edit->span.start);
  pm_json_member_int (json, "end", edit->span.end);
  pm_json_member_string (json, "old", edit->old_text == NULL ? edit->old_value : edit->old_text);
  pm_json_member_string (json, "new", edit->new_text == NULL ? edit->new_value : edit->new_text);
  pm_json_member_string (json, "why", edit->why);
  pm_json_member_string (json, "rule", edit->rule);
  pm_json_member_string (json, "path", edit->path);
  pm_json_member_string (json, "text", pm_text_class_name (edit->text_class));
  pm_json_member_double (json, "confidence", edit->confidence);
}

static void
write_edits (PmJsonWriter *json, const PmPlan *plan)
{
  pm_json_key (json, "edits");
  pm_json_begin_array (json);
  for (guint i = 0; i < plan->edits->len; i++) {
    pm_json_begin_object (json);
    write_edit (json, plan, pm_plan_edit_at (plan, i));
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_left (PmJsonWriter *json, const PmPlan *plan)
{
  pm_json_key (json, "leftOut");
  pm_json_begin_array (json);
  for (guint i = 0; i < plan->left->len; i++) {
    const PmPlanLeft *left = &g_array_index (plan->left, PmPlanLeft, i);
    pm_json_begin_object (json);
    write_edit (json, plan, &left->edit);
    pm_json_member_string (json, "reason", left->reason);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_files (PmJsonWriter *json, const PmPlan *plan)
{
  pm_json_key (json, "files");
  pm_json_begin_array (json);
  for (guint i = 0; i < plan->files->len; i++) {
    const PmPlanFile *file = pm_plan_file_at (plan, i);
    gboolean is_edited = FALSE;
    for (guint k = 0; k < plan->edits->len && !is_edited; k++)
      is_edited = pm_plan_edit_at (plan, k)->file == i;
    if (!is_edited)
      continue;
    g_autofree char *digest = pm_digest_to_hex (&file->digest);
    pm_json_begin_object (json);
    pm_json_member_string (json, "root", file->root);
    pm_json_member_string (json, "file", file->file);
    pm_json_member_int (json, "size", (gint64) file->size_bytes);
    pm_json_member_string (json, "sha256", digest);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_choices (PmJsonWriter *json, const PmPlan *plan)
{
  pm_json_key (json, "choices");
  pm_json_begin_array (json);
  for (guint i = 0; i < plan->choices->len; i++) {
    const PmPlanChoice *choice = &g_array_index (plan->choices, PmPlanChoice, i);
    pm_json_begin_object (json);
    pm_json_member_int (json, "serviceId", choice->service_id);
    pm_json_member_string (json, "projectId", choice->project_id);
    if (choice->project_name != NULL && strcmp (choice->project_name, choice->project_id) != 0)
      pm_json_member_string (json, "projectName", choice->project_name);
    pm_json_member_string (json, "serviceName", choice->service_name);
    pm_json_member_int (json, "from", choice->from);
    pm_json_member_int (json, "to", choice->to);
    pm_json_member_int (json, "cost", choice->points);
    pm_json_member_string (json, "reason", choice->reason);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_texts (PmJsonWriter *json, const char *name, const GArray *texts)
{
  pm_json_key (json, name);
  pm_json_begin_array (json);
  for (guint i = 0; i < texts->len; i++)
    pm_json_string (json, g_array_index (texts, char *, i));
  pm_json_end_array (json);
}

static void
write_refusal (PmJsonWriter *json, const PmPlan *plan)
{
  pm_json_member_string (json, "refusal", plan->refusal);
  pm_json_key (json, "refusedFiles");
  pm_json_begin_array (json);
  for (guint i = 0; i < plan->refused->len; i++) {
    const PmPlanRefused *refused = &g_array_index (plan->refused, PmPlanRefused, i);
    pm_json_begin_object (json);
    pm_json_member_string (json, "path", refused->path);
    pm_json_member_string (json, "reason", refused->reason);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

void
pm_plan_write_json (PmJsonWriter *json, const PmPlan *plan, gint64 id)
{
  pm_json_begin_object (json);
  if (id != 0)
    pm_json_member_int (json, "id", id);
  pm_json_member_string (json, "kind", pm_plan_kind_name (plan->kind));
  pm_json_member_string (json, "wish", plan->wish);
  write_files (json, plan);
  write_edits (json, plan);
  write_left (json, plan);
  if (plan->choices->len > 0)
    write_choices (json, plan);
  write_texts (json, "youMustAlso", plan->also);
  write_texts (json, "unresolved", plan->unresolved);
  if (plan->refusal != NULL)
    write_refusal (json, plan);
  pm_json_end_object (json);
}
