/* DESIGN
 * A kept backup's name is its time in UTC, so names sort as times do and nothing has to be opened
 * to know which is the newest, or of which day. What is too many is found from that list alone.
 * Only where a name lies in the future, which a clock that was wrong once made, their content
 * tells.
 *
 * The registry keeps up to which transaction copies were tried. It is read before a copy is made
 * and written behind it, so what is committed meanwhile is due again, and so is all of a copy that
 * a crash interrupts. One that failed is told, and tried again with the next change, or by time. */

#include "verbs/backup.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json-writer.h"
#include "base/timestamp.h"
#include "registry/maintenance.h"
#include "registry/records.h"
#include "verbs/holder.h"
#include "verbs/note.h"

#define FOLDER "backups"
#define SUFFIX ".db"
#define PARTIAL ".partial"

G_DEFINE_QUARK (pm - backup - error - quark, pm_backup_error)

void
pm_backup_clear (PmBackup *backup)
{
  g_clear_pointer (&backup->file, g_free);
}

static gboolean
is_on_server (const PmConfig *config)
{
  return config->registry.url[0] != '\0';
}

static PmRegistryOptions
options_of (const char *state_dir, const PmConfig *config)
{
  return (PmRegistryOptions){
      .state_directory = state_dir, .url = config->registry.url, .host = config->registry.host};
}

/* --- making --- */

static gboolean
is_folder (const char *folder, const char *other)
{
  struct stat a, b;
  return stat (folder, &a) == 0 && stat (other, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

static gboolean
check_place (const char *state_dir, const char *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file);
  if (strcmp (file, "-") == 0)
    g_set_error_literal (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_OURS,
                         "a backup is verified as a file, not written to a pipe: name one (“./-” "
                         "if it is really called so)");
  else if (is_folder (folder, state_dir))
    g_set_error (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_OURS,
                 "%s lies beside the registry, in the program's own folder: name a file elsewhere",
                 file);
  else if (g_file_test (file, G_FILE_TEST_IS_DIR))
    g_set_error (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_PLACE, "%s is a folder: name a file in it",
                 file);
  else if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_set_error (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_PLACE,
                 "there is no folder %s: make it, or name another file", folder);
  else
    return TRUE;
  return FALSE;
}

gboolean
pm_verb_backup (PmContext *context, const char *file, PmBackup *ret_backup, GError **error)
{
  struct stat info;
  guint64 rows = 0;
  if (is_on_server (context->config)) {
    g_set_error (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_SERVER,
                 "the registry is on a database server, and is backed up with its tools: pg_dump "
                 "--format=custom --file=%s %s (docs/OPERATIONS.md)",
                 file, pm_registry_location (context->registry));
    return FALSE;
  }
  if (!check_place (context->state_dir, file, error))
    return FALSE;
  if (!pm_registry_backup (context->registry, file, &rows, error))
    return FALSE;
  *ret_backup = (PmBackup){
      .file = g_strdup (file),
      .time_us = g_get_real_time (),
      .size_bytes = stat (file, &info) == 0 ? (guint64) info.st_size : 0,
      .rows = rows,
  };
  return TRUE;
}

/* --- the folder --- */

static gboolean
parse_name (const char *name, gint64 *ret_time_us)
{
  g_autofree char *time =
      g_str_has_suffix (name, SUFFIX) ? g_strndup (name, strlen (name) - strlen (SUFFIX)) : NULL;
  return time != NULL && pm_timestamp_parse (time, ret_time_us);
}

static int
newest_first (gconstpointer a, gconstpointer b)
{
  const PmBackup *left = a, *right = b;
  if (left->order_us != right->order_us)
    return left->order_us < right->order_us ? 1 : -1;
  return left->time_us < right->time_us ? 1 : left->time_us > right->time_us ? -1 : 0;
}

/* Each of the future gets the time of the newest of the others that knows no more. */
static void
place_future (GArray *backups, gint64 now_us)
{
  g_autofree gint64 *known = NULL;
  for (guint i = 0; i < backups->len; i++) {
    PmBackup *future = &g_array_index (backups, PmBackup, i);
    if (future->time_us <= now_us)
      continue;
    if (known == NULL) {
      known = g_new (gint64, backups->len);
      for (guint k = 0; k < backups->len; k++)
        known[k] = pm_registry_backup_last_event (g_array_index (backups, PmBackup, k).file);
    }
    future->order_us = 0;
    for (guint k = 0; k < backups->len; k++) {
      const PmBackup *other = &g_array_index (backups, PmBackup, k);
      if (other->time_us <= now_us && known[k] <= known[i])
        future->order_us = MAX (future->order_us, other->time_us);
    }
  }
}

static void
clear_element (gpointer backup)
{
  pm_backup_clear (backup);
}

GArray *
pm_verb_backups (const char *state_dir)
{
  GArray *backups = g_array_new (FALSE, TRUE, sizeof (PmBackup));
  g_array_set_clear_func (backups, clear_element);
  g_autofree char *folder = g_build_filename (state_dir, FOLDER, NULL);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    PmBackup backup = {0};
    struct stat info;
    g_autofree char *file = g_build_filename (folder, name, NULL);
    if (!parse_name (name, &backup.time_us) || stat (file, &info) != 0)
      continue;
    backup.size_bytes = (guint64) info.st_size;
    backup.order_us = backup.time_us;
    backup.file = g_steal_pointer (&file);
    g_array_append_val (backups, backup);
  }
  place_future (backups, g_get_real_time ());
  g_array_sort (backups, newest_first);
  return backups;
}

/* The newest `keep`, and of the older ones the last of each of the last `keep_days` days. */
static void
take_away_surplus (const char *state_dir, const PmConfig *config, gint64 now_us)
{
  g_autoptr (GArray) backups = pm_verb_backups (state_dir);
  gint64 oldest_us = now_us - config->backup.keep_days * G_TIME_SPAN_DAY;
  gint64 day = G_MAXINT64;
  for (guint i = 0; i < backups->len; i++) {
    const PmBackup *backup = &g_array_index (backups, PmBackup, i);
    gint64 its_day = backup->order_us / G_TIME_SPAN_DAY;
    gboolean is_last_of_day = its_day != day;
    day = its_day;
    if (i >= config->backup.keep && !(is_last_of_day && backup->order_us >= oldest_us))
      g_unlink (backup->file);
  }
}

/* What a crash left of a copy; a living one takes no hour. */
static void
take_away_partial (const char *folder, gint64 now_us)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    struct stat info;
    g_autofree char *file = g_build_filename (folder, name, NULL);
    if (g_str_has_suffix (name, PARTIAL) && stat (file, &info) == 0 &&
        (gint64) info.st_mtim.tv_sec * G_USEC_PER_SEC < now_us - G_TIME_SPAN_HOUR)
      g_unlink (file);
  }
}

static void
append_event (PmRegistry *registry, const char *event, const char *const *members)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  for (; members[0] != NULL; members += 2)
    pm_json_member_string (&json, members[0], members[1]);
  pm_json_end_object (&json);
  /* The log tells of it; what was done counts without. */
  pm_registry_event_append (registry, event, data->str, g_get_real_time (), NULL);
}

#define EVENT(...) ((const char *const[]){__VA_ARGS__, NULL})

static gboolean
make_kept (PmContext *context, gint64 now_us, PmBackup *ret_backup, GError **error)
{
  char time[PM_TIMESTAMP_SIZE];
  g_autofree char *folder = g_build_filename (context->state_dir, FOLDER, NULL);
  g_autofree char *name = g_strconcat (pm_timestamp_format (now_us, time), SUFFIX, NULL);
  g_autofree char *file = g_build_filename (folder, name, NULL);
  if (!is_on_server (context->config))
    g_mkdir_with_parents (folder, 0700);
  if (!pm_verb_backup (context, file, ret_backup, error))
    return FALSE;
  take_away_surplus (context->state_dir, context->config, now_us);
  take_away_partial (folder, now_us);
  return TRUE;
}

/* --- when one is due --- */

#define TRIED "backup.transaction"

static gboolean
newest_transaction (PmContext *context, gint64 *ret_id, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  if (!pm_registry_transactions (context->registry, 0, 1, arena, records, error))
    return FALSE;
  *ret_id = records->len == 0 ? 0 : g_array_index (records, PmTransactionRecord, 0).id;
  return TRUE;
}

gboolean
pm_verb_backup_due (PmContext *context, gint64 *ret_transaction, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *tried = NULL;
  *ret_transaction = 0;
  if (is_on_server (context->config))
    return TRUE;
  gint64 newest = 0;
  if (!newest_transaction (context, &newest, error) ||
      !pm_registry_setting (context->registry, TRIED, arena, &tried, error))
    return FALSE;
  if (tried == NULL || g_ascii_strtoll (tried, NULL, 10) < newest)
    *ret_transaction = newest;
  return TRUE;
}

/* Where that cannot be kept the next one is made too early, and nothing is lost. */
static void
remember_tried (PmContext *context, gint64 transaction)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, transaction);
  pm_registry_setting_put (context->registry, TRIED, text, NULL);
}

gboolean
pm_verb_backup_keep (PmContext *context, PmBackup *ret_backup, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gint64 transaction = 0;
  gboolean is_made = newest_transaction (context, &transaction, &failure) &&
                     make_kept (context, g_get_real_time (), ret_backup, &failure);
  remember_tried (context, transaction);
  if (is_made) {
    append_event (context->registry, "backup.made", EVENT ("file", ret_backup->file));
    return TRUE;
  }
  append_event (context->registry, "backup.failed", EVENT ("reason", failure->message));
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

void
pm_verb_backup_follow (PmContext *context)
{
  g_auto (PmBackup) backup = {0};
  gint64 transaction = 0;
  if (!pm_verb_backup_due (context, &transaction, NULL) || transaction == 0)
    return;
  g_autofree char *daemon = pm_holder_name (context->state_dir);
  if (daemon == NULL)
    pm_verb_backup_keep (context, &backup, NULL);
}

/* --- restoring --- */

/* `is_newest`: nobody wanted an older one, so what was changed in files since the backup was made
 * is told again. */
static gboolean
tell_restored (const char *state_dir, PmConfig *config, const char *from, const char *kept,
               gboolean is_newest, GError **error)
{
  g_autoptr (PmContext) context = pm_context_join (state_dir, config, error);
  if (context == NULL || (is_newest && !pm_note_tell_later (context, error)))
    return FALSE;
  append_event (context->registry, "registry.restored", EVENT ("from", from, "kept", kept));
  return TRUE;
}

static gboolean
restore_newest (const PmRegistryOptions *options, char **ret_from, char **ret_kept, GError **error)
{
  g_autoptr (GArray) backups = pm_verb_backups (options->state_directory);
  g_autoptr (GString) why = g_string_new (NULL);
  for (guint i = 0; i < backups->len; i++) {
    const char *file = g_array_index (backups, PmBackup, i).file;
    g_autoptr (GError) problem = NULL;
    if (pm_registry_restore (options, file, g_get_real_time (), ret_kept, &problem)) {
      *ret_from = g_strdup (file);
      return TRUE;
    }
    g_string_append_printf (why, "\n%s", problem->message);
  }
  g_set_error (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_NONE,
               "there is no %sbackup in %s/" FOLDER "%s", backups->len == 0 ? "" : "good ",
               options->state_directory, why->str);
  return FALSE;
}

gboolean
pm_verb_restore (const char *state_dir, PmConfig *config, const char *file, char **ret_from,
                 char **ret_kept, GError **error)
{
  PmRegistryOptions options = options_of (state_dir, config);
  *ret_kept = *ret_from = NULL;
  gboolean fine = file == NULL
                      ? restore_newest (&options, ret_from, ret_kept, error)
                      : pm_registry_restore (&options, file, g_get_real_time (), ret_kept, error);
  if (fine && file != NULL)
    *ret_from = g_strdup (file);
  return fine && tell_restored (state_dir, config, *ret_from, *ret_kept, file == NULL, error);
}

/* --- beginning anew --- */

/* As far as it can be read; it may be damaged. */
static GPtrArray *
roots_of (const char *state_dir, PmConfig *config)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) roots = g_array_new (FALSE, FALSE, sizeof (char *));
  g_autoptr (PmContext) context = pm_context_join (state_dir, config, NULL);
  if (context != NULL && pm_registry_roots (context->registry, arena, roots, NULL))
    for (guint i = 0; i < roots->len; i++)
      g_ptr_array_add (paths, g_strdup (g_array_index (roots, char *, i)));
  return paths;
}

gboolean
pm_verb_forget (const char *state_dir, PmConfig *config, char **ret_kept, GError **error)
{
  if (is_on_server (config)) {
    g_set_error_literal (error, PM_BACKUP_ERROR, PM_BACKUP_ERROR_SERVER,
                         "the registry is on a database server, which other hosts may share: for "
                         "this host alone, “roots forget ROOT” and “scan ROOT” begin anew");
    return FALSE;
  }
  PmRegistryOptions options = options_of (state_dir, config);
  g_autoptr (GPtrArray) roots = roots_of (state_dir, config);
  if (!pm_registry_set_aside (&options, "before-rebuild", g_get_real_time (), ret_kept, error))
    return FALSE;
  g_autoptr (PmContext) context = pm_context_join (state_dir, config, error);
  if (context == NULL)
    return FALSE;
  for (guint i = 0; i < roots->len; i++)
    if (!pm_registry_root_add (context->registry, g_ptr_array_index (roots, i), g_get_real_time (),
                               error))
      return FALSE;
  append_event (context->registry, "registry.rebuilt", EVENT ("kept", *ret_kept));
  return TRUE;
}

gboolean
pm_verb_salvage (const char *state_dir, PmConfig *config, char **ret_from, char **ret_kept,
                 GError **error)
{
  g_autoptr (GError) problem = NULL;
  if (pm_verb_restore (state_dir, config, NULL, ret_from, ret_kept, &problem))
    return TRUE;
  if (!g_error_matches (problem, PM_BACKUP_ERROR, PM_BACKUP_ERROR_NONE)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  return pm_verb_forget (state_dir, config, ret_kept, error);
}
