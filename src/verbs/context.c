/* DESIGN
 * A scan that finds nothing new writes nothing into the registry, so when it was made is kept
 * beside it, as the time of an empty file. */

#include "verbs/context.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "update/recover.h"
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
recover (PmContext *context)
{
  if (!pm_recover_is_needed (pm_fs_real (), context->state_dir))
    return;
  PmTransactionCalls calls = {.user = context, .registered = pm_note_register};
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
pm_context_join (const char *state_dir, PmConfig *config, GError **error)
{
  PmRegistryOptions options = {.state_directory = state_dir, .url = config->registry.url};
  PmRegistry *registry = pm_registry_open (&options, error);
  if (registry == NULL)
    return NULL;
  PmContext *context = g_new0 (PmContext, 1);
  context->state_dir = g_strdup (state_dir);
  context->config = pm_config_ref (config);
  context->registry = registry;
  context->holders = pm_holders_new ();
  return context;
}

PmContext *
pm_context_open (const char *state_dir, const char *config_file, GError **error)
{
  g_autoptr (PmConfig) config = pm_config_load (config_file, error);
  PmContext *context = config == NULL ? NULL : pm_context_join (state_dir, config, error);
  if (context != NULL)
    recover (context);
  return context;
}

void
pm_context_free (PmContext *context)
{
  if (context == NULL)
    return;
  pm_registry_close (context->registry);
  pm_config_unref (context->config);
  pm_holders_free (context->holders);
  g_free (context->recovery.told);
  g_free (context->recovery.failure);
  g_free (context->state_dir);
  g_free (context);
}

static char *
stamp_path (const PmContext *context)
{
  return g_build_filename (context->state_dir, "last-scan", NULL);
}

gint64
pm_context_last_scan_us (const PmContext *context)
{
  struct stat info;
  g_autofree char *path = stamp_path (context);
  if (stat (path, &info) != 0)
    return 0;
  return (gint64) info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
}

void
pm_context_scan_finished (PmContext *context)
{
  g_autofree char *path = stamp_path (context);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  futimens (fd, NULL);
  close (fd);
}

void
pm_context_progress (const PmContext *context, const char *step, guint64 done, guint64 total)
{
  if (context->progress != NULL)
    context->progress (step, done, total, context->progress_data);
}
