#include "verbs/change.h"

#include <string.h>

#include "base/open-files.h"
#include "registry/records.h"
#include "verbs/change-private.h"
#include "verbs/note.h"
#include "verbs/verify.h"

#define LOCK_WAIT_MS 5000

void
pm_change_result_clear (PmChangeResult *result)
{
  g_clear_pointer (&result->notes, g_ptr_array_unref);
}

typedef struct {
  PmContext *context;
  PmVerifier *verifier;  /* NULL: none, as for an undo: only the bytes at the spans are judged */
  gboolean are_settings; /* the file is the program's own configuration */
  GPtrArray *paths;      /* char *: what is changed, NULL-terminated */
  PmRescan *rescan;
  guint n_files, n_verified;
} Work;

static void
work_clear (Work *work)
{
  pm_verifier_free (work->verifier);
  pm_rescan_free (work->rescan);
  g_ptr_array_unref (work->paths);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static void
work_init (Work *work, PmContext *context)
{
  *work = (Work){.context = context, .paths = g_ptr_array_new_with_free_func (g_free)};
}

static gboolean
verify_settings (const PmTransactionChange *change, GError **error)
{
  g_autoptr (PmConfig) config =
      pm_config_parse (change->path, change->new_bytes, change->new_length, error);
  return config != NULL;
}

static gboolean
verify (const PmTransactionChange *change, gpointer user, GError **error)
{
  Work *work = user;
  pm_context_progress (work->context, "checking files", ++work->n_verified, work->n_files);
  if (work->are_settings)
    return verify_settings (change, error);
  return work->verifier == NULL || pm_verify_change (work->verifier, change, error);
}

static void
tell (PmTransactionStep step, guint done, guint total, gpointer user)
{
  const PmContext *context = user;
  pm_context_progress (context, step == PM_STEP_PREPARE ? "preparing files" : "writing files", done,
                       total);
}

static gboolean
registered (guint64 id, const char *note, gpointer user, GError **error)
{
  const Work *work = user;
  PmNoteFiles files = {work->rescan, (const char *const *) work->paths->pdata};
  return pm_note_register_files (work->context, id, note, &files, error);
}

/* The roots of the files that are edited, each once; NULL-terminated. Text is the plan's. */
static GPtrArray *
roots_of (const PmPlan *plan)
{
  GPtrArray *roots = g_ptr_array_new ();
  for (guint i = 0; i < plan->edits->len; i++) {
    const char *root = pm_plan_file_at (plan, pm_plan_edit_at (plan, i)->file)->root;
    if (!g_ptr_array_find_with_equal_func (roots, root, g_str_equal, NULL))
      g_ptr_array_add (roots, (gpointer) root);
  }
  g_ptr_array_add (roots, NULL);
  return roots;
}

/* Edits are sorted by file. */
static gboolean
is_last_of_file (const PmPlan *plan, guint index)
{
  return index + 1 == plan->edits->len ||
         pm_plan_edit_at (plan, index + 1)->file != pm_plan_edit_at (plan, index)->file;
}

static guint
count_files (const PmPlan *plan)
{
  guint n_files = 0;
  for (guint i = 0; i < plan->edits->len; i++)
    n_files += is_last_of_file (plan, i);
  return n_files;
}

static void
add_files (Work *work, const PmPlan *plan, PmTransaction *transaction)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (PmTransactionEdit));
  for (guint i = 0; i < plan->edits->len; i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    PmTransactionEdit e = {edit->span, edit->old_text, edit->new_text, strlen (edit->new_text)};
    g_array_append_val (edits, e);
    if (!is_last_of_file (plan, i))
      continue;
    const PmPlanFile *file = pm_plan_file_at (plan, edit->file);
    PmTransactionFile added = {
        .root = file->root,
        .path = file->file,
        .size_bytes = file->size_bytes,
        .digest = file->digest,
        .edits = (const PmTransactionEdit *) (void *) edits->data,
        .n_edits = edits->len,
    };
    pm_transaction_add (transaction, &added);
    g_ptr_array_add (work->paths, g_build_filename (file->root, file->file, NULL));
    g_array_set_size (edits, 0);
  }
  work->verifier = pm_verifier_new (plan);
}

static PmTransaction *
begin (PmContext *context, const PmTransactionOptions *wanted, PmChangeResult *result,
       GError **error)
{
  PmTransactionOptions options = *wanted;
  options.state_directory = context->state_dir;
  options.lock_wait_ms = LOCK_WAIT_MS;
  options.tell = tell;
  options.tell_user = context;
  g_autoptr (GError) failure = NULL;
  PmTransaction *transaction = pm_transaction_begin (pm_fs_real (), &options, &failure);
  if (transaction != NULL)
    return transaction;
  result->outcome = g_error_matches (failure, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO) ||
                            g_error_matches (failure, PM_UPDATE_ERROR, PM_UPDATE_ERROR_DAMAGED)
                        ? PM_OUTCOME_FAILED
                        : PM_OUTCOME_REFUSED;
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static void
keep_notes (PmChangeResult *result, const GPtrArray *notes)
{
  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const PmFileNote *note = g_ptr_array_index (notes, i);
    pm_file_notes_add (result->notes, note->path, "%s", note->reason);
  }
}

/* From a transaction that has all of its files to the end. It holds every file open. */
static gboolean
finish (Work *work, PmTransaction *transaction, const char *note, PmChangeResult *result,
        GError **error)
{
  PmTransactionCalls calls = {.user = work, .verify = verify, .registered = registered};
  work->n_files = result->files;
  pm_context_progress (work->context, "preparing files", 0, work->n_files);
  guint64 most_files = pm_open_files_raise ();
  g_ptr_array_add (work->paths, NULL);
  work->rescan = pm_rescan_join (work->context, (const char *const *) work->paths->pdata);
  gboolean fine = pm_transaction_prepare (transaction, error) &&
                  pm_transaction_commit (transaction, &calls, error);
  pm_open_files_restore (most_files);
  result->id = pm_transaction_id (transaction);
  result->outcome = pm_transaction_outcome (transaction);
  result->is_unregistered = pm_transaction_is_unregistered (transaction);
  keep_notes (result, pm_transaction_notes (transaction));
  if (!fine && result->id != 0)
    pm_note_register_failure (work->context, result->id, note, result->outcome, NULL);
  return fine;
}

/* A transaction with all edits of a plan; without a note it is a trial. NULL: it is refused. */
static PmTransaction *
begin_plan (Work *work, const PmPlan *plan, const char *note, PmChangeResult *result,
            GError **error)
{
  g_autoptr (GPtrArray) roots = roots_of (plan);
  PmTransactionOptions options = {
      .roots = (const char *const *) roots->pdata, .note = note, .is_trial = note == NULL};
  PmTransaction *transaction = begin (work->context, &options, result, error);
  if (transaction != NULL)
    add_files (work, plan, transaction);
  return transaction;
}

static PmChangeResult
result_of (const PmPlan *plan)
{
  return (PmChangeResult){.outcome = PM_OUTCOME_COMMITTED,
                          .notes = pm_file_notes_new (),
                          .files = count_files (plan),
                          .edits = plan->edits->len};
}

gboolean
pm_verb_apply (PmContext *context, const PmPlan *plan, PmChangeResult *ret_result, GError **error)
{
  g_return_val_if_fail (plan->is_fitted, FALSE);
  *ret_result = result_of (plan);
  if (plan->edits->len == 0)
    return TRUE;
  g_autofree char *note = pm_note_of_plan (plan, ret_result->files, ret_result->edits);
  g_auto (Work) work;
  work_init (&work, context);
  g_autoptr (PmTransaction) transaction = begin_plan (&work, plan, note, ret_result, error);
  return transaction != NULL && finish (&work, transaction, note, ret_result, error);
}

gboolean
pm_change_settings (PmContext *context, const PmTransactionFile *file, const char *wish,
                    PmChangeResult *ret_result, GError **error)
{
  const char *const roots[] = {file->root, NULL};
  ret_result->files = 1;
  ret_result->edits = (guint) file->n_edits;
  g_autofree char *note = pm_note_of_settings (wish, ret_result->edits);
  PmTransactionOptions options = {.roots = roots, .note = note};
  g_autoptr (PmTransaction) transaction = begin (context, &options, ret_result, error);
  if (transaction == NULL)
    return FALSE;
  pm_transaction_add (transaction, file);
  g_auto (Work) work;
  work_init (&work, context);
  work.are_settings = TRUE;
  return finish (&work, transaction, note, ret_result, error);
}

PmHistory *
pm_verb_past (PmContext *context, guint64 id, GError **error)
{
  g_autofree char *file =
      g_strdup_printf ("%s/transactions/%" G_GUINT64_FORMAT ".done", context->state_dir, id);
  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "there is no transaction %" G_GUINT64_FORMAT
                 " that could be taken back: “port-manager transactions” lists them",
                 id);
    return NULL;
  }
  return pm_undo_read (pm_fs_real (), context->state_dir, id, error);
}

/* Its bytes may be there once more, by somebody's hand: they are not the transaction's any more. */
static gboolean
is_undone (PmContext *context, guint64 id)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmTransactionRecord record;
  return pm_registry_transaction (context->registry, (gint64) id, arena, &record, NULL) &&
         strcmp (record.state, "undone") == 0;
}

gboolean
pm_verb_undo_is_left (PmContext *context, guint64 id, GError **error)
{
  if (!is_undone (context, id))
    return TRUE;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_REFUSED,
               "transaction %" G_GUINT64_FORMAT " was taken back already", id);
  return FALSE;
}

/* A transaction with the inverse of all edits of a past one; NULL: it is refused. */
static PmTransaction *
begin_undo (PmContext *context, const PmHistory *past, const char *note, gboolean is_trial,
            PmChangeResult *result, GError **error)
{
  result->outcome = PM_OUTCOME_REFUSED;
  if (!pm_verb_undo_is_left (context, past->id, error))
    return NULL;
  for (guint i = 0; i < past->targets->len; i++)
    result->edits += ((const PmTarget *) g_ptr_array_index (past->targets, i))->edits->len;
  result->files = past->targets->len;
  g_auto (GStrv) roots = pm_undo_roots (past);
  PmTransactionOptions options = {.roots = (const char *const *) roots,
                                  .note = note,
                                  .undo_of = past->id,
                                  .is_trial = is_trial};
  g_autoptr (PmTransaction) transaction = begin (context, &options, result, error);
  /* A secret is of all that stands beside it: it must not come back into other company. */
  gboolean is_whole = pm_note_is_of_settings (past->note);
  if (transaction == NULL || !pm_undo_add (transaction, context->state_dir, past, is_whole, error))
    return NULL;
  return g_steal_pointer (&transaction);
}

gboolean
pm_verb_undo (PmContext *context, guint64 id, PmChangeResult *ret_result, GError **error)
{
  *ret_result = (PmChangeResult){.outcome = PM_OUTCOME_FAILED, .notes = pm_file_notes_new ()};
  g_autoptr (PmHistory) past = pm_verb_past (context, id, error);
  if (past == NULL)
    return FALSE;
  g_auto (Work) work;
  work_init (&work, context);
  guint edits = 0;
  for (guint i = 0; i < past->targets->len; i++) {
    const PmTarget *target = g_ptr_array_index (past->targets, i);
    g_ptr_array_add (work.paths, pm_target_path (target));
    edits += target->edits->len;
  }
  g_autofree char *note = pm_note_of_undo (past, past->targets->len, edits);
  g_autoptr (PmTransaction) transaction =
      begin_undo (context, past, note, FALSE, ret_result, error);
  if (transaction == NULL)
    return FALSE;
  work.are_settings = pm_note_is_of_settings (past->note);
  return finish (&work, transaction, note, ret_result, error);
}

/* --- previews --- */

static gboolean
judge (Work *work, PmTransaction *transaction, PmChangeResult *result, GError **error)
{
  PmTransactionCalls calls = {.user = work, .verify = verify};
  gboolean fine = pm_transaction_judge (transaction, &calls, error);
  result->outcome = pm_transaction_outcome (transaction);
  keep_notes (result, pm_transaction_notes (transaction));
  return fine;
}

gboolean
pm_verb_try (PmContext *context, const PmPlan *plan, PmChangeResult *ret_result, GError **error)
{
  g_return_val_if_fail (plan->is_fitted, FALSE);
  *ret_result = result_of (plan);
  if (plan->edits->len == 0)
    return TRUE;
  g_auto (Work) work;
  work_init (&work, context);
  g_autoptr (PmTransaction) transaction = begin_plan (&work, plan, NULL, ret_result, error);
  return transaction != NULL && judge (&work, transaction, ret_result, error);
}

static void
tell_refused (PmPlan *plan, const GPtrArray *notes)
{
  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const PmFileNote *note = g_ptr_array_index (notes, i);
    PmPlanRefused refused = {pm_arena_strdup (plan->arena, note->path),
                             pm_arena_strdup (plan->arena, note->reason)};
    g_array_append_val (plan->refused, refused);
  }
}

gboolean
pm_verb_judge (PmContext *context, PmPlan *plan, PmChangeResult *ret_result, GError **error)
{
  g_auto (PmChangeResult) result = {0};
  g_autoptr (GError) why = NULL;
  gboolean is_fine = pm_verb_try (context, plan, &result, &why);
  if (!is_fine) {
    g_autofree char *files =
        result.notes == NULL ? NULL : pm_file_notes_describe_others (result.notes, why->message);
    gboolean has_files = files != NULL && files[0] != '\0';
    plan->refusal = pm_arena_printf (plan->arena, "%s%s%s", why->message, has_files ? ": " : "",
                                     has_files ? files : "");
    tell_refused (plan, result.notes);
    g_propagate_error (error, g_steal_pointer (&why));
  }
  if (ret_result != NULL) {
    *ret_result = result;
    result = (PmChangeResult){0};
  }
  return is_fine;
}

gboolean
pm_verb_try_undo (PmContext *context, const PmHistory *past, PmChangeResult *ret_result,
                  GError **error)
{
  *ret_result = (PmChangeResult){.notes = pm_file_notes_new ()};
  g_autoptr (PmTransaction) transaction = begin_undo (context, past, NULL, TRUE, ret_result, error);
  if (transaction == NULL)
    return FALSE;
  g_auto (Work) work;
  work_init (&work, context);
  work.are_settings = pm_note_is_of_settings (past->note);
  return judge (&work, transaction, ret_result, error);
}
