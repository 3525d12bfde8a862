/* DESIGN
 * Recovery reads projects, so that it needs most of the program: it is a file of its own, for
 * whoever does without (cli/quick.c). */

#include "update/recover.h"
#include "verbs/context.h"
#include "verbs/note.h"

#define LOCK_WAIT_MS 300

const PmContextRecovery *
pm_context_recovery (const PmContext *context)
{
  return &context->recovery;
}

static void
tell (GString *told, const PmRecovered *recovered)
{
  g_string_append_printf (told, "%stransaction %" G_GUINT64_FORMAT " was interrupted: %s",
                          told->len == 0 ? "" : "\n", recovered->id,
                          recovered->outcome == PM_OUTCOME_COMMITTED
                              ? "all files are as it made them"
                          : recovered->outcome == PM_OUTCOME_ROLLED_BACK_EXCEPT
                              ? "rolled back, but for files that somebody else changed"
                              : "rolled back, all files are as before");
  if (recovered->notes != NULL && recovered->notes->len > 0) {
    g_autofree char *files = pm_file_notes_describe (recovered->notes);
    g_string_append_printf (told, " (%s)", files);
  }
}

static void
forget_recovery (PmContextRecovery *recovery)
{
  g_free (recovery->told);
  g_free (recovery->failure);
  *recovery = (PmContextRecovery){0};
}

void
pm_context_recover (PmContext *context)
{
  forget_recovery (&context->recovery);
  if (!pm_context_needs_recovery (context->state_dir))
    return;
  PmTransactionCalls calls = {
      .user = context, .registered = pm_note_register, .rolled_back = pm_note_register_rollback};
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) told = g_string_new (NULL);
  gboolean fine =
      pm_recover (pm_fs_real (), context->state_dir, LOCK_WAIT_MS, &calls, &list, &error);
  if (!fine && g_error_matches (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_LOCKED))
    return;
  PmContextRecovery *recovery = &context->recovery;
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const PmRecovered *recovered = g_ptr_array_index (list, i);
    tell (told, recovered);
    recovery->n_transactions++;
    recovery->needs_attention |= recovered->outcome == PM_OUTCOME_ROLLED_BACK_EXCEPT;
  }
  if (told->len > 0)
    recovery->told = g_strdup (told->str);
  if (!fine)
    recovery->failure = g_strdup (error->message);
}

PmContext *
pm_context_open (const char *state_dir, const char *config_file, GError **error)
{
  return pm_context_open_with (state_dir, config_file, PM_CONTEXT_AT_ONCE, error);
}

PmContext *
pm_context_open_with (const char *state_dir, const char *config_file, PmContextPatience patience,
                      GError **error)
{
  g_autoptr (PmConfig) config = pm_config_load (config_file, error);
  PmContext *context =
      config == NULL ? NULL : pm_context_join_with (state_dir, config, patience, error);
  if (context != NULL)
    pm_context_recover (context);
  return context;
}
