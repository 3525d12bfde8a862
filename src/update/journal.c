/* DESIGN
 * The INTENT record is one record, whole or absent, and is made durable together with the file's
 * name before anything in a project is touched. Everything that recovery decides comes from the
 * order of records; unknown types are a newer program's, and stop recovery rather than mislead it.
 */

#include "update/journal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "update/record.h"

#define MOST_TARGETS 1000000

struct PmJournal {
  const PmFs *fs;
  int directory;
  guint64 id;
  PmRecords records;
  PmRecords copies; /* fd -1 until the first copy */
  gboolean is_unsure;
};

/* --- targets and histories --- */

PmTarget *
pm_target_new (void)
{
  PmTarget *target = g_new0 (PmTarget, 1);
  target->edits = pm_edits_new ();
  return target;
}

void
pm_target_free (PmTarget *target)
{
  if (target == NULL)
    return;
  g_free (target->root);
  g_free (target->parent);
  g_free (target->name);
  g_free (target->temporary);
  g_free (target->revert);
  g_array_unref (target->edits);
  g_free (target);
}

char *
pm_target_path (const PmTarget *target)
{
  const char *parent = g_str_equal (target->parent, ".") ? "" : target->parent;
  return g_build_filename (target->root, parent, target->name, NULL);
}

void
pm_target_prefix_error (const PmTarget *target, GError **error)
{
  g_autofree char *path = pm_target_path (target);
  g_autofree char *directory = g_path_get_dirname (path);
  g_prefix_error (error, "%s/", directory);
}

PmHistory *
pm_history_new (void)
{
  PmHistory *history = g_new0 (PmHistory, 1);
  history->targets = g_ptr_array_new_with_free_func ((GDestroyNotify) pm_target_free);
  history->notes = pm_file_notes_new ();
  return history;
}

void
pm_history_free (PmHistory *history)
{
  if (history == NULL)
    return;
  g_free (history->note);
  g_ptr_array_unref (history->targets);
  g_ptr_array_unref (history->notes);
  g_free (history);
}

/* --- encoding --- */

static void
put_content (GByteArray *to, const PmContent *content)
{
  pm_wire_put_u64 (to, content->inode);
  pm_wire_put_u64 (to, content->size_bytes);
  pm_wire_put_digest (to, &content->digest);
}

static PmContent
get_content (PmWireReader *reader)
{
  PmContent content;
  content.inode = pm_wire_get_u64 (reader);
  content.size_bytes = pm_wire_get_u64 (reader);
  content.digest = pm_wire_get_digest (reader);
  return content;
}

static void
put_target (GByteArray *to, const PmTarget *target)
{
  pm_wire_put_text (to, target->root);
  pm_wire_put_text (to, target->parent);
  pm_wire_put_text (to, target->name);
  pm_wire_put_text (to, target->temporary);
  pm_wire_put_text (to, target->revert);
  pm_wire_put_u32 (to, target->method);
  put_content (to, &target->old);
  put_content (to, &target->new);
  pm_edits_encode (target->edits, to);
}

static gboolean
is_plain_name (const char *name)
{
  return name[0] != 0 && strchr (name, '/') == NULL && !g_str_equal (name, ".") &&
         !g_str_equal (name, "..");
}

static PmTarget *
get_target (PmWireReader *reader)
{
  PmTarget *target = g_new0 (PmTarget, 1);
  target->root = pm_wire_get_text (reader);
  target->parent = pm_wire_get_text (reader);
  target->name = pm_wire_get_text (reader);
  target->temporary = pm_wire_get_text (reader);
  target->revert = pm_wire_get_text (reader);
  guint32 method = pm_wire_get_u32 (reader);
  target->method = method == PM_METHOD_IN_PLACE ? PM_METHOD_IN_PLACE : PM_METHOD_EXCHANGE;
  target->old = get_content (reader);
  target->new = get_content (reader);
  target->edits = pm_edits_decode (reader);
  if (target->root[0] != '/' || target->parent[0] == '/' || !is_plain_name (target->name) ||
      !is_plain_name (target->temporary) || !is_plain_name (target->revert) ||
      method > PM_METHOD_IN_PLACE)
    reader->failed = TRUE;
  return target;
}

static GByteArray *
encode_intent (const PmHistory *history)
{
  GByteArray *payload = g_byte_array_new ();
  pm_wire_put_u64 (payload, history->id);
  pm_wire_put_u64 (payload, (guint64) history->started_us);
  pm_wire_put_u64 (payload, history->undo_of);
  pm_wire_put_text (payload, history->note);
  pm_wire_put_u32 (payload, history->targets->len);
  for (guint i = 0; i < history->targets->len; i++)
    put_target (payload, g_ptr_array_index (history->targets, i));
  return payload;
}

static void
read_intent (PmHistory *history, PmWireReader *payload)
{
  history->id = pm_wire_get_u64 (payload);
  history->started_us = (gint64) pm_wire_get_u64 (payload);
  history->undo_of = pm_wire_get_u64 (payload);
  g_free (history->note);
  history->note = pm_wire_get_text (payload);
  guint32 count = pm_wire_get_u32 (payload);
  if (count > MOST_TARGETS)
    payload->failed = TRUE;
  for (guint32 i = 0; i < count && !payload->failed; i++)
    g_ptr_array_add (history->targets, get_target (payload));
}

static void
read_back (PmHistory *history, PmWireReader *payload)
{
  guint32 index = pm_wire_get_u32 (payload), slot = pm_wire_get_u32 (payload);
  PmBack back = {.is_set = TRUE};
  back.moved_in = get_content (payload);
  back.expected_out = get_content (payload);
  if (index >= history->targets->len || slot > 1) {
    payload->failed = TRUE;
    return;
  }
  PmTarget *target = g_ptr_array_index (history->targets, index);
  *(slot == 0 ? &target->back : &target->reverted.back) = back;
}

static void
read_revert (PmHistory *history, PmWireReader *payload)
{
  guint32 index = pm_wire_get_u32 (payload);
  PmRevert revert = {.is_set = TRUE};
  revert.before = get_content (payload);
  revert.after = get_content (payload);
  if (index >= history->targets->len) {
    payload->failed = TRUE;
    return;
  }
  ((PmTarget *) g_ptr_array_index (history->targets, index))->reverted = revert;
}

static void
read_rolled_back (PmHistory *history, PmWireReader *payload)
{
  guint32 outcome = pm_wire_get_u32 (payload), count = pm_wire_get_u32 (payload);
  for (guint32 i = 0; i < count && !payload->failed; i++) {
    g_autofree char *path = pm_wire_get_text (payload);
    g_autofree char *reason = pm_wire_get_text (payload);
    pm_file_notes_add (history->notes, path, "%s", reason);
  }
  if (outcome > PM_OUTCOME_ROLLED_BACK_EXCEPT)
    payload->failed = TRUE;
  else
    history->outcome = (PmOutcome) outcome;
  history->is_rolled_back = TRUE;
}

static gboolean
read_record (guint32 type, PmWireReader *payload, gpointer user, GError **error)
{
  PmHistory *history = user;
  gboolean is_first = history->id == 0;
  if (is_first != (type == PM_RECORD_INTENT))
    payload->failed = TRUE;
  else if (type == PM_RECORD_INTENT)
    read_intent (history, payload);
  else if (type == PM_RECORD_BACK)
    read_back (history, payload);
  else if (type == PM_RECORD_REVERT)
    read_revert (history, payload);
  else if (type == PM_RECORD_ROLLED_BACK)
    read_rolled_back (history, payload);
  else if (type == PM_RECORD_PREPARED)
    history->is_prepared = TRUE;
  else if (type == PM_RECORD_COMMIT)
    history->is_committed = TRUE;
  else if (type == PM_RECORD_ROLLBACK)
    history->is_rolling_back = TRUE;
  else if (type == PM_RECORD_REGISTERED)
    history->is_registered = TRUE;
  else
    payload->failed = TRUE;
  if (pm_wire_is_good (payload))
    return TRUE;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_DAMAGED,
               "a record of type %u cannot be understood (written by a newer version?)", type);
  return FALSE;
}

/* --- files --- */

static char *
file_name (guint64 id, const char *suffix)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT ".%s", id, suffix);
}

static PmJournal *
journal_new (const PmFs *fs, int directory)
{
  PmJournal *journal = g_new0 (PmJournal, 1);
  journal->fs = fs;
  journal->directory = directory;
  journal->records.file = (PmFile) PM_FILE_NONE (fs);
  journal->copies.file = (PmFile) PM_FILE_NONE (fs);
  return journal;
}

void
pm_journal_close (PmJournal *journal)
{
  if (journal == NULL)
    return;
  pm_file_clear (&journal->records.file);
  pm_file_clear (&journal->copies.file);
  g_free (journal);
}

static gboolean
fail_write (const PmJournal *journal, const char *suffix, GError **error)
{
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO,
               "cannot write the journal %" G_GUINT64_FORMAT ".%s: %s", journal->id, suffix,
               g_strerror (failure));
  return FALSE;
}

static gboolean
append_durably (PmJournal *journal, guint32 type, const GByteArray *payload)
{
  journal->is_unsure = FALSE;
  if (!pm_records_append (&journal->records, type, payload))
    return FALSE;
  journal->is_unsure = PM_FS (journal->fs, fsync, journal->records.file.fd) < 0;
  return !journal->is_unsure;
}

gboolean
pm_journal_is_unsure (const PmJournal *journal)
{
  return journal->is_unsure;
}

PmJournal *
pm_journal_create (const PmFs *fs, int directory, const PmHistory *history, GError **error)
{
  g_autoptr (PmJournal) journal = journal_new (fs, directory);
  g_autofree char *name = file_name (history->id, "open");
  g_autoptr (GByteArray) intent = encode_intent (history);
  journal->id = history->id;
  if (pm_records_create (&journal->records, fs, directory, name) &&
      append_durably (journal, PM_RECORD_INTENT, intent) && PM_FS (fs, fsync, directory) == 0)
    return g_steal_pointer (&journal);
  fail_write (journal, "open", error);
  if (journal->records.file.fd >= 0)
    PM_FS (fs, unlinkat, directory, name, 0);
  return NULL;
}

PmJournal *
pm_journal_open (const PmFs *fs, int directory, const char *name, PmHistory **ret_history,
                 GError **error)
{
  g_autoptr (PmJournal) journal = journal_new (fs, directory);
  g_autoptr (PmHistory) history = pm_history_new ();
  gboolean is_damaged = FALSE;
  if (!pm_records_open (&journal->records, fs, directory, name, read_record, history, &is_damaged,
                        error)) {
    g_prefix_error (error, "journal %s: ", name);
    return NULL;
  }
  if (is_damaged) {
    g_set_error (
        error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_DAMAGED,
        "journal %s is damaged: its intent cannot be read, but more was done after it; look "
        "for .port-manager-* files in your projects, then move the journal away",
        name);
    return NULL;
  }
  journal->id = history->id;
  if (history->id == 0)
    journal->id = g_ascii_strtoull (name, NULL, 10);
  else if (history->id != g_ascii_strtoull (name, NULL, 10)) {
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_DAMAGED,
                 "journal %s is of transaction %" G_GUINT64_FORMAT, name, history->id);
    return NULL;
  }
  *ret_history = g_steal_pointer (&history);
  return g_steal_pointer (&journal);
}

gboolean
pm_journal_append (PmJournal *journal, PmRecordType type, const GByteArray *payload, GError **error)
{
  if (append_durably (journal, type, payload))
    return TRUE;
  return fail_write (journal, "open", error);
}

gboolean
pm_journal_append_back (PmJournal *journal, guint32 target, guint32 slot, const PmBack *back,
                        GError **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  pm_wire_put_u32 (payload, target);
  pm_wire_put_u32 (payload, slot);
  put_content (payload, &back->moved_in);
  put_content (payload, &back->expected_out);
  return pm_journal_append (journal, PM_RECORD_BACK, payload, error);
}

gboolean
pm_journal_append_revert (PmJournal *journal, guint32 target, const PmContent *before,
                          const PmContent *after, GError **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  pm_wire_put_u32 (payload, target);
  put_content (payload, before);
  put_content (payload, after);
  return pm_journal_append (journal, PM_RECORD_REVERT, payload, error);
}

gboolean
pm_journal_append_rolled_back (PmJournal *journal, PmOutcome outcome, const GPtrArray *notes,
                               GError **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  pm_wire_put_u32 (payload, outcome);
  pm_wire_put_u32 (payload, notes->len);
  for (guint i = 0; i < notes->len; i++) {
    const PmFileNote *note = g_ptr_array_index (notes, i);
    pm_wire_put_text (payload, note->path);
    pm_wire_put_text (payload, note->reason);
  }
  return pm_journal_append (journal, PM_RECORD_ROLLED_BACK, payload, error);
}

/* --- copies --- */

void
pm_copy_free (PmCopy *copy)
{
  if (copy == NULL)
    return;
  g_free (copy->before);
  g_free (copy->after);
  g_free (copy);
}

static gboolean
read_copy (guint32 type, PmWireReader *payload, gpointer user, GError **error)
{
  GHashTable *copies = user;
  g_autoptr (PmCopy) copy = g_new0 (PmCopy, 1);
  copy->target = pm_wire_get_u32 (payload);
  copy->is_revert = pm_wire_get_u32 (payload) != 0;
  copy->before = pm_wire_get_bytes (payload, &copy->before_length);
  copy->after = pm_wire_get_bytes (payload, &copy->after_length);
  if (!pm_wire_is_good (payload) || type != PM_RECORD_COPY) {
    g_set_error_literal (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_DAMAGED,
                         "a record of the copies cannot be understood");
    return FALSE;
  }
  gpointer key = GSIZE_TO_POINTER ((gsize) copy->target + 1);
  g_hash_table_replace (copies, key, g_steal_pointer (&copy));
  return TRUE;
}

GHashTable *
pm_journal_read_copies (PmJournal *journal, GError **error)
{
  g_autoptr (GHashTable) copies =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) pm_copy_free);
  g_autofree char *name = file_name (journal->id, "copies");
  struct statx status;
  gboolean is_damaged;
  if (PM_FS (journal->fs, statx, journal->directory, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE,
             &status) < 0) {
    if (errno == ENOENT)
      return g_steal_pointer (&copies);
    fail_write (journal, "copies", error);
    return NULL;
  }
  pm_file_clear (&journal->copies.file);
  if (!pm_records_open (&journal->copies, journal->fs, journal->directory, name, read_copy, copies,
                        &is_damaged, error))
    return NULL;
  return g_steal_pointer (&copies);
}

static gboolean
ensure_copies (PmJournal *journal, GError **error)
{
  if (journal->copies.file.fd >= 0)
    return TRUE;
  g_autofree char *name = file_name (journal->id, "copies");
  if (pm_records_create (&journal->copies, journal->fs, journal->directory, name) &&
      PM_FS (journal->fs, fsync, journal->directory) == 0)
    return TRUE;
  fail_write (journal, "copies", error);
  pm_file_clear (&journal->copies.file);
  return FALSE;
}

gboolean
pm_journal_append_copy (PmJournal *journal, const PmCopy *copy, GError **error)
{
  if (!ensure_copies (journal, error))
    return FALSE;
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  pm_wire_put_u32 (payload, copy->target);
  pm_wire_put_u32 (payload, copy->is_revert);
  pm_wire_put_bytes (payload, copy->before, copy->before_length);
  pm_wire_put_bytes (payload, copy->after, copy->after_length);
  return pm_records_append (&journal->copies, PM_RECORD_COPY, payload) ||
         fail_write (journal, "copies", error);
}

gboolean
pm_journal_sync_copies (PmJournal *journal, GError **error)
{
  return journal->copies.file.fd < 0 || PM_FS (journal->fs, fsync, journal->copies.file.fd) == 0 ||
         fail_write (journal, "copies", error);
}

gboolean
pm_journal_finish (PmJournal *journal, GError **error)
{
  g_autofree char *open_name = file_name (journal->id, "open");
  g_autofree char *done_name = file_name (journal->id, "done");
  g_autofree char *copies_name = file_name (journal->id, "copies");
  pm_file_clear (&journal->copies.file);
  if ((PM_FS (journal->fs, unlinkat, journal->directory, copies_name, 0) < 0 && errno != ENOENT) ||
      PM_FS (journal->fs, renameat2, journal->directory, open_name, journal->directory, done_name,
             0) < 0)
    return fail_write (journal, "done", error);
  return TRUE;
}
