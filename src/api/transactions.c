#include "api/change.h"
#include "api/handlers.h"
#include "api/parameters.h"
#include "verbs/change-json.h"
#include "verbs/note.h"
#include "verbs/past-diff.h"

void
pm_api_transactions_list (PmCall *call)
{
  GError *error = NULL;
  guint limit = (guint) pm_call_query_integer (call, "limit", PM_PAGE_LIMIT);
  gint64 before;
  if (!pm_call_cursor (call, &before))
    return;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  if (!pm_registry_transactions (call->context->registry, before, limit + 1, arena, records,
                                 &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  guint n = MIN (records->len, limit);
  pm_json_begin_object (&json);
  pm_json_key (&json, "transactions");
  pm_json_begin_array (&json);
  for (guint i = 0; i < n; i++) {
    pm_json_begin_object (&json);
    pm_transaction_write_json_members (&json, &g_array_index (records, PmTransactionRecord, i));
    pm_json_end_object (&json);
  }
  pm_json_end_array (&json);
  pm_json_member_cursor (
      &json, records->len > limit ? g_array_index (records, PmTransactionRecord, n - 1).id : 0);
  pm_json_end_object (&json);
}

/* The registry has what became of it; the journal, as long as it is kept, each edit. */
void
pm_api_transactions_show (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmTransactionRecord record;
  if (!pm_registry_transaction (call->context->registry, id, arena, &record, &error)) {
    pm_call_failed (call, error);
    return;
  }
  g_autoptr (PmHistory) past = pm_verb_past (call->context, (guint64) id, NULL);
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_transaction_write_json_members (&json, &record);
  pm_json_key (&json, "changes");
  if (past == NULL)
    pm_json_null (&json);
  else
    pm_past_write_json (&json, past, FALSE);
  pm_json_end_object (&json);
}

/* "diff" and "changedSince": the files whose lines nobody can show any more. */
static void
write_diff (PmJsonWriter *json, const PmHistory *past, gboolean is_undo)
{
  PmPastDiffOptions options = {.is_undo = is_undo,
                               .are_settings = pm_note_is_of_settings (past->note)};
  g_autoptr (GString) diff = g_string_new (NULL);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < past->targets->len; i++) {
    const PmTarget *target = g_ptr_array_index (past->targets, i);
    if (!pm_past_diff (diff, target, &options))
      g_ptr_array_add (changed, pm_target_path (target));
  }
  pm_json_member_string (json, "diff", diff->str);
  pm_json_key (json, "changedSince");
  pm_json_begin_array (json);
  for (guint i = 0; i < changed->len; i++)
    pm_json_string (json, g_ptr_array_index (changed, i));
  pm_json_end_array (json);
}

static void
show_undo (PmCall *call, const PmHistory *past)
{
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "undoOf", (gint64) past->id);
  pm_json_key (&json, "changes");
  pm_past_write_json (&json, past, TRUE);
  write_diff (&json, past, TRUE);
  pm_json_end_object (&json);
}

/* The past transaction that the path names, of which this caller may see the lines; NULL, and the
 * call has been answered. Settings are an admin's. */
static PmHistory *
find_past (PmCall *call)
{
  g_autoptr (GError) error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return NULL;
  g_autoptr (PmHistory) past = pm_verb_past (call->context, (guint64) id, &error);
  if (past == NULL) {
    pm_call_problem (call, 404, "%s", error->message);
    return NULL;
  }
  if (pm_note_is_of_settings (past->note) && call->may < PM_WHO_ADMIN) {
    pm_call_problem (call, 403,
                     "transaction %" G_GINT64_FORMAT
                     " is of the program's settings: that takes the role admin",
                     id);
    return NULL;
  }
  return g_steal_pointer (&past);
}

void
pm_api_transactions_diff (PmCall *call)
{
  g_autoptr (PmHistory) past = find_past (call);
  if (past == NULL)
    return;
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  write_diff (&json, past, FALSE);
  pm_json_end_object (&json);
}

gboolean
pm_api_transaction_exists (PmContext *context, gint64 id, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmTransactionRecord record;
  return pm_registry_transaction (context->registry, id, arena, &record, error);
}

void
pm_api_transactions_undo (PmCall *call)
{
  g_autoptr (PmHistory) past = find_past (call);
  if (past == NULL)
    return;
  g_auto (PmChangeResult) result = {.outcome = PM_OUTCOME_FAILED};
  GError *failure = NULL;
  if (call->dry_run) {
    if (pm_verb_try_undo (call->context, past, &result, &failure))
      show_undo (call, past);
    else
      pm_call_change_failed (call, &result, failure);
    return;
  }
  pm_call_step (call, "writing files");
  pm_verb_undo (call->context, past->id, &result, &failure);
  pm_call_changed (call, &result, NULL, failure);
}
