#include "mcp/change.h"

#include <string.h>

#include "base/escape.h"
#include "mcp/ask.h"
#include "model/plan-json.h"
#include "pipeline/change.h"
#include "verbs/change-json.h"

#define MOST_EDITS_SHOWN 12

/* --- the question --- */

static void append_line (GString *text, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_line (GString *text, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *harmless = pm_escape_terminal (line);
  g_string_append_printf (text, "%s%s", text->len == 0 ? "" : "\n", harmless);
}

static void
append_edits (GString *text, const PmPlan *plan)
{
  for (guint i = 0; i < MIN (plan->edits->len, MOST_EDITS_SHOWN); i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    append_line (text, "  %s:%u  %s becomes %s", pm_plan_file_at (plan, edit->file)->file,
                 edit->line, edit->old_text, edit->new_text);
  }
  if (plan->edits->len > MOST_EDITS_SHOWN)
    append_line (text, "  and %u more", plan->edits->len - MOST_EDITS_SHOWN);
}

static void
append_list (GString *text, const char *title, const GPtrArray *lines)
{
  if (lines != NULL && lines->len > 0)
    append_line (text, "%s", title);
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    append_line (text, "  %s", (const char *) g_ptr_array_index (lines, i));
}

static char *
question_of (const PmMcpCall *call, const PmPlan *plan)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) restarts = pm_pipeline_preview (call->context, plan, NULL);
  g_autoptr (GPtrArray) also = g_ptr_array_new ();
  for (guint i = 0; i < plan->also->len; i++)
    g_ptr_array_add (also, g_array_index (plan->also, char *, i));
  append_line (text, "%s wants to write, in one transaction that can be undone:", call->actor);
  append_line (text, "%s", plan->wish);
  append_edits (text, plan);
  append_list (text, "And then:", restarts);
  append_list (text, "You must also:", also);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- what was not written --- */

static gboolean
write_unwritten (PmMcpCall *call, const PmPlan *plan, gint64 id, const char *why,
                 const char *command)
{
  PmJsonWriter *json = &call->json;
  pm_json_begin_object (json);
  pm_json_key (json, "transaction");
  pm_json_null (json);
  pm_json_member_string (json, "why", why);
  if (command != NULL)
    pm_json_member_string (json, "command", command);
  pm_json_key (json, "plan");
  pm_plan_write_json (json, plan, id);
  pm_json_end_object (json);
  return TRUE;
}

/* --- what was --- */

static gboolean
apply_by_pipeline (PmMcpCall *call, const PmPlan *plan, GError **error)
{
  g_auto (PmPipelineEnd) end = {0};
  PmPipelineWish wish = {.plan = plan, .actor = call->actor};
  if (!pm_pipeline_do (call->context, &wish, NULL, &end, error))
    return FALSE;
  if (strcmp (end.stage, "committed") != 0) {
    g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_REFUSED, "%s: %s", end.stage, end.cause);
    return FALSE;
  }
  pm_change_write_json_reported (&call->json, &end.files, plan, end.report->str);
  return TRUE;
}

/* Where nothing is restarted a plain change of files needs nobody else. */
static gboolean
apply (PmMcpCall *call, const PmPlan *plan, GError **error)
{
  g_auto (PmChangeResult) result = {0};
  if (call->context->config->heal.enabled)
    return apply_by_pipeline (call, plan, error);
  if (!pm_verb_apply (call->context, plan, &result, error))
    return FALSE;
  pm_change_write_json (&call->json, &result, plan);
  return TRUE;
}

/* --- the whole --- */

static gboolean
ask_and_apply (PmMcpCall *call, const char *command, const PmPlan *plan, gint64 id, GError **error)
{
  g_autofree char *question = question_of (call, plan);
  g_autofree char *by_hand =
      g_strdup_printf ("%s %s --plan %" G_GINT64_FORMAT, call->program, command, id);
  PmMcpAnswer answer = pm_mcp_ask (call->ask, question);
  if (answer == PM_MCP_CANNOT_ASK)
    return write_unwritten (call, plan, id,
                            "nothing is written: this client cannot ask a person, who can apply "
                            "the plan by the command",
                            by_hand);
  if (answer != PM_MCP_AGREED)
    return write_unwritten (call, plan, id, "nothing is written: the person did not agree", NULL);
  g_autoptr (PmPlan) taken = pm_verb_plan_take (call->context, id, NULL, error);
  return taken != NULL && apply (call, taken, error);
}

gboolean
pm_mcp_change (PmMcpCall *call, const char *command, PmPlan *made, GError **error)
{
  g_autoptr (PmPlan) plan = made;
  g_auto (PmChangeResult) trial = {0};
  gint64 id = 0;
  if (plan == NULL)
    return FALSE;
  if (plan->edits->len == 0)
    return write_unwritten (call, plan, 0, "there is nothing to write", NULL);
  if (!pm_verb_judge (call->context, plan, &trial, error) ||
      !pm_verb_plan_save (call->context, plan, &id, error))
    return FALSE;
  if (pm_mcp_flag (call, "dryRun"))
    return write_unwritten (call, plan, id, "nothing is written: a dry run", NULL);
  return ask_and_apply (call, command, plan, id, error);
}

gboolean
pm_mcp_confirm (PmMcpCall *call, const char *question, const char *command, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  append_line (text, "%s wants to %s", call->actor, question);
  PmMcpAnswer answer = pm_mcp_ask (call->ask, text->str);
  if (answer == PM_MCP_CANNOT_ASK)
    g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_REFUSED,
                 "nothing is written: this client cannot ask a person, who can do it by “%s %s”",
                 call->program, command);
  else if (answer != PM_MCP_AGREED)
    g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_REFUSED,
                 "nothing is written: the person did not agree");
  return answer == PM_MCP_AGREED;
}
