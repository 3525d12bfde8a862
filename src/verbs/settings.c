/* DESIGN
 * The changes give a new text (config/edit.h); its differences by lines, cut down to the bytes that
 * differ, are the edits of a transaction whose one root is the file's directory. The text that is
 * written is the one that was judged: the transaction refuses a file that is not the one that was
 * read, and has its result judged once more. */

#include "verbs/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/line-diff.h"
#include "config/schema.h"
#include "config/text.h"
#include "verbs/change-private.h"
#include "verbs/text-diff.h"

#define MOST_BYTES (1024 * 1024)

/* --- what is there --- */

static char *
version_of (const struct stat *status)
{
  return g_strdup_printf ("%llx-%llx-%llx-%lx", (unsigned long long) status->st_ino,
                          (unsigned long long) status->st_size,
                          (unsigned long long) status->st_ctim.tv_sec,
                          (unsigned long) status->st_ctim.tv_nsec);
}

static gboolean
fail_to_read (const char *path, const char *why, GError **error)
{
  g_set_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_READ,
               "the configuration %s cannot be read: %s", path, why);
  return FALSE;
}

gboolean
pm_settings_open (const PmContext *context, PmSettings *ret_settings, GError **error)
{
  struct stat status;
  gsize length = 0;
  g_autofree char *bytes = NULL, *path = pm_config_path (context->config->file);
  g_autoptr (GError) cause = NULL;
  gboolean exists = g_stat (path, &status) == 0;
  if (!exists && errno != ENOENT)
    return fail_to_read (path, g_strerror (errno), error);
  if (exists && (!S_ISREG (status.st_mode) || status.st_size > MOST_BYTES))
    return fail_to_read (path, "it is no regular file, or larger than 1 MiB", error);
  if (exists && !g_file_get_contents (path, &bytes, &length, &cause))
    return fail_to_read (path, cause->message, error);
  *ret_settings = (PmSettings){
      .path = g_steal_pointer (&path),
      .version = exists ? version_of (&status) : g_strdup ("none"),
      .bytes = g_string_new_len (bytes == NULL ? "" : bytes, (gssize) length),
      .exists = exists,
  };
  return TRUE;
}

void
pm_settings_clear (PmSettings *settings)
{
  g_clear_pointer (&settings->path, g_free);
  g_clear_pointer (&settings->version, g_free);
  if (settings->bytes != NULL)
    g_string_free (g_steal_pointer (&settings->bytes), TRUE);
}

/* --- what is secret --- */

static void
add_secret (const PmConfigText *file, const char *key, GArray *spans)
{
  PmSpan span;
  if (pm_config_text_span (file, key, &span))
    g_array_append_val (spans, span);
}

static void
add_secrets_of_table (const PmConfigText *file, const PmSetting *table, GArray *spans)
{
  guint n = pm_config_text_count (file, table->key);
  for (guint i = 0; i < n; i++)
    for (const PmSetting *row = table->rows; row->key != NULL; row++) {
      g_autofree char *key = g_strdup_printf ("%s[%u].%s", table->key, i, row->key);
      if ((row->flags & PM_SETTING_SECRET) != 0)
        add_secret (file, key, spans);
    }
}

static gint
compare_spans (gconstpointer a, gconstpointer b)
{
  const PmSpan *left = a, *right = b;
  return left->start < right->start ? -1 : left->start > right->start;
}

GArray *
pm_settings_secrets (const char *bytes, gsize length)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (PmSpan));
  g_autoptr (PmConfigText) file = pm_config_text_new (bytes, length);
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++) {
    if ((row->flags & PM_SETTING_SECRET) != 0)
      add_secret (file, row->key, spans);
    if (row->rows != NULL)
      add_secrets_of_table (file, row, spans);
  }
  g_array_sort (spans, compare_spans);
  return spans;
}

GString *
pm_settings_diff (const PmSettings *settings, const GString *text)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GArray) old_hidden = pm_settings_secrets (settings->bytes->str, settings->bytes->len);
  g_autoptr (GArray) new_hidden = pm_settings_secrets (text->str, text->len);
  PmDiffText before = {settings->bytes->str, settings->bytes->len, old_hidden};
  PmDiffText after = {text->str, text->len, new_hidden};
  g_autofree char *name = g_path_get_basename (settings->path);
  pm_text_diff (out, name, &before, &after);
  return out;
}

/* --- what is wrong with a wish --- */

static void
mistake_clear (gpointer mistake)
{
  g_free (((PmSettingsMistake *) mistake)->cause);
}

GArray *
pm_settings_mistakes_new (void)
{
  GArray *mistakes = g_array_new (FALSE, FALSE, sizeof (PmSettingsMistake));
  g_array_set_clear_func (mistakes, mistake_clear);
  return mistakes;
}

static void G_GNUC_PRINTF (4, 5)
    add_mistake (GArray *mistakes, gsize change, guint line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  PmSettingsMistake mistake = {change, line, g_strdup_vprintf (format, arguments)};
  va_end (arguments);
  g_array_append_val (mistakes, mistake);
}

static void
check_by_hand (const PmConfigChange *changes, gsize n_changes, GArray *mistakes)
{
  for (gsize i = 0; i < n_changes; i++) {
    const PmSetting *row = pm_setting_find (changes[i].key);
    if (row == NULL)
      add_mistake (mistakes, i, 0, "there is no key “%s”", changes[i].key);
    else if ((row->flags & PM_SETTING_BY_HAND) != 0)
      add_mistake (mistakes, i, 0,
                   "%s is changed by hand, in the file: it runs a command, names a file, or says "
                   "who is answered or trusted",
                   changes[i].key);
  }
}

static gboolean
is_among (GVariant *list, const char *text)
{
  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++) {
    const char *one;
    g_variant_get_child (list, i, "&s", &one);
    if (strcmp (one, text) == 0)
      return TRUE;
  }
  return FALSE;
}

/* A root that comes must be there; one that was there before may have gone for a while. */
static void
check_roots (const PmConfigText *before, const PmConfigChange *change, gsize index,
             GArray *mistakes)
{
  if (strcmp (change->key, "roots") != 0 || change->value == NULL ||
      !g_variant_is_of_type (change->value, G_VARIANT_TYPE_STRING_ARRAY))
    return;
  g_autoptr (GVariant) known = pm_config_text_value (before, "roots");
  gboolean is_list = known != NULL && g_variant_is_of_type (known, G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; i < g_variant_n_children (change->value); i++) {
    const char *root;
    g_variant_get_child (change->value, i, "&s", &root);
    g_autofree char *path = pm_config_resolve (root, "/");
    if (is_list && is_among (known, root))
      continue;
    if (root[0] != '/' && root[0] != '~')
      add_mistake (mistakes, index, 0, "“%s” is no absolute path: begin it with / or ~/", root);
    else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
      add_mistake (mistakes, index, 0, "“%s” is no folder of this machine", root);
  }
}

static gboolean
is_changed (const PmConfigChange *changes, gsize n_changes, const char *key, gsize *ret_index)
{
  for (gsize i = 0; i < n_changes; i++)
    if (strcmp (changes[i].key, key) == 0) {
      *ret_index = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_set (const PmConfigText *file, const char *key)
{
  g_autoptr (GVariant) value = pm_config_text_value (file, key);
  return value != NULL && (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ||
                           g_variant_get_string (value, NULL)[0] != '\0');
}

/* Whoever could point the mail elsewhere would be sent the password. */
static void
check_mail_password (const PmConfigText *before, const PmConfigChange *changes, gsize n_changes,
                     GArray *mistakes)
{
  gsize index, unused;
  if (!is_changed (changes, n_changes, "notify.mail.smtp", &index) &&
      !is_changed (changes, n_changes, "notify.mail.tls", &index))
    return;
  if (is_set (before, "notify.mail.password_file") ||
      g_getenv ("PORT_MANAGER_MAIL_PASSWORD") != NULL)
    add_mistake (mistakes, index, 0,
                 "the password comes from a file or the environment, and would go to another "
                 "server: change this by hand");
  else if (is_set (before, "notify.mail.password") &&
           !is_changed (changes, n_changes, "notify.mail.password", &unused))
    add_mistake (mistakes, index, 0,
                 "the password would go to another server: give notify.mail.password again");
}

/* Which change a line of the new text comes from; G_MAXSIZE: none. The last that is there has it:
 * an element's own line is that of its first key, too. */
static gsize
change_at (const PmConfigText *after, const PmConfigChange *changes, gsize n_changes, guint line)
{
  for (gsize i = n_changes; line != 0 && i-- > 0;) {
    guint first, last;
    if (pm_config_text_lines (after, changes[i].key, &first, &last) && line >= first &&
        line <= last)
      return i;
  }
  return G_MAXSIZE;
}

/* The element that a line stands in, by any change of it. */
static gsize
change_of_element_at (const PmConfigText *after, const PmConfigChange *changes, gsize n_changes,
                      guint line)
{
  for (gsize i = 0; line != 0 && i < n_changes; i++) {
    guint first, last;
    const char *end = strchr (changes[i].key, ']');
    if (end == NULL)
      continue;
    g_autofree char *element = g_strndup (changes[i].key, (gsize) (end - changes[i].key) + 1);
    if (pm_config_text_lines (after, element, &first, &last) && line >= first && line <= last)
      return i;
  }
  return G_MAXSIZE;
}

static void
judge (const GString *text, const PmConfigChange *changes, gsize n_changes, GArray *mistakes)
{
  g_autoptr (GArray) found = pm_config_mistakes (text->str, text->len);
  g_autoptr (PmConfigText) after = pm_config_text_new (text->str, text->len);
  for (guint i = 0; i < found->len; i++) {
    const PmConfigMistake *mistake = &g_array_index (found, PmConfigMistake, i);
    gsize change = change_at (after, changes, n_changes, mistake->line);
    if (change == G_MAXSIZE)
      change = change_of_element_at (after, changes, n_changes, mistake->line);
    add_mistake (mistakes, change, mistake->line, "%s", mistake->cause);
  }
}

GString *
pm_settings_plan (const PmSettings *settings, const PmConfigChange *changes, gsize n_changes,
                  GArray *mistakes)
{
  gsize wrong = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (PmConfigText) before = pm_config_text_new (settings->bytes->str, settings->bytes->len);
  check_by_hand (changes, n_changes, mistakes);
  for (gsize i = 0; i < n_changes; i++)
    check_roots (before, &changes[i], i, mistakes);
  check_mail_password (before, changes, n_changes, mistakes);
  if (mistakes->len > 0)
    return NULL;
  GString *text = pm_config_edit (settings->bytes->str, settings->bytes->len, changes, n_changes,
                                  &wrong, &error);
  if (text == NULL) {
    add_mistake (mistakes, wrong, 0, "%s", error->message);
    return NULL;
  }
  judge (text, changes, n_changes, mistakes);
  if (mistakes->len == 0)
    return text;
  g_string_free (text, TRUE);
  return NULL;
}

/* --- writing --- */

/* Bytes that both sides of a hunk have at their ends are no part of the edit. */
static PmTransactionEdit
edit_of (const GString *before, gsize old_start, gsize old_end, const GString *after,
         gsize new_start, gsize new_end)
{
  while (old_start < old_end && new_start < new_end &&
         before->str[old_start] == after->str[new_start]) {
    old_start++;
    new_start++;
  }
  while (old_start < old_end && new_start < new_end &&
         before->str[old_end - 1] == after->str[new_end - 1]) {
    old_end--;
    new_end--;
  }
  return (PmTransactionEdit){.span = {(guint32) old_start, (guint32) old_end},
                             .old_bytes = before->str + old_start,
                             .new_bytes = after->str + new_start,
                             .new_length = new_end - new_start};
}

static GArray *
edits_between (const GString *before, const GString *after)
{
  GArray *edits = g_array_new (FALSE, TRUE, sizeof (PmTransactionEdit));
  g_autoptr (GArray) old_starts = pm_line_starts (before->str, before->len);
  g_autoptr (GArray) new_starts = pm_line_starts (after->str, after->len);
  g_autoptr (GArray) hunks = pm_line_diff (before->str, old_starts, after->str, new_starts);
  const gsize *from = (const gsize *) (const void *) old_starts->data;
  const gsize *to = (const gsize *) (const void *) new_starts->data;
  for (guint i = 0; i < hunks->len; i++) {
    const PmLineHunk *hunk = &g_array_index (hunks, PmLineHunk, i);
    PmTransactionEdit edit =
        edit_of (before, from[hunk->old_first], from[hunk->old_first + hunk->old_count], after,
                 to[hunk->new_first], to[hunk->new_first + hunk->new_count]);
    g_array_append_val (edits, edit);
  }
  return edits;
}

/* Empty, which is a configuration too. */
static gboolean
make_file (const char *path, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_mkdir_with_parents (directory, 0700);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno != EEXIST) {
    g_set_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_READ, "%s cannot be made: %s", path,
                 g_strerror (errno));
    return FALSE;
  }
  if (fd >= 0)
    close (fd);
  return TRUE;
}

gboolean
pm_settings_write (PmContext *context, const PmSettings *settings, const GString *text,
                   const char *wish, PmChangeResult *ret_result, GError **error)
{
  *ret_result = (PmChangeResult){.outcome = PM_OUTCOME_FAILED, .notes = pm_file_notes_new ()};
  if (!settings->exists && !make_file (settings->path, error))
    return FALSE;
  char *resolved = realpath (settings->path, NULL);
  if (resolved == NULL)
    return fail_to_read (settings->path, g_strerror (errno), error);
  g_autofree char *root = g_path_get_dirname (resolved), *name = g_path_get_basename (resolved);
  free (resolved);
  g_autoptr (GArray) edits = edits_between (settings->bytes, text);
  PmTransactionFile file = {
      .root = root,
      .path = name,
      .size_bytes = settings->bytes->len,
      .digest = pm_digest_of (settings->bytes->str, settings->bytes->len),
      .edits = (const PmTransactionEdit *) (void *) edits->data,
      .n_edits = edits->len,
  };
  return pm_change_settings (context, &file, wish, ret_result, error);
}
