/* DESIGN
 * The note is a GVariant in its text form: it survives in a journal that holds strings. */

#include "verbs/note.h"

#include <string.h>

#include "base/json-writer.h"
#include "registry/changes.h"
#include "registry/records.h"
#include "verbs/look.h"
#include "verbs/relook.h"

#define DECISIONS_TYPE "a(xssss)"
#define SETTINGS "settings"
#define NOTE_TYPE "(ssxuut" DECISIONS_TYPE ")"

typedef struct {
  GVariant *packed;
  const char *kind;
  const char *wish;
  gint64 started_us;
  guint files, edits;
  guint64 undo_of;
  GVariant *decisions;
} Note;

static void
note_clear (Note *note)
{
  g_clear_pointer (&note->decisions, g_variant_unref);
  g_clear_pointer (&note->packed, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Note, note_clear)

static gboolean
read_note (const char *text, Note *note, GError **error)
{
  if (text == NULL) {
    g_set_error_literal (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT,
                         "a transaction's journal has no note");
    return FALSE;
  }
  note->packed = g_variant_parse (G_VARIANT_TYPE (NOTE_TYPE), text, NULL, NULL, error);
  if (note->packed == NULL)
    return FALSE;
  g_variant_get (note->packed, "(&s&sxuut@" DECISIONS_TYPE ")", &note->kind, &note->wish,
                 &note->started_us, &note->files, &note->edits, &note->undo_of, &note->decisions);
  return TRUE;
}

static PmPlanDecision
decision_at (const Note *note, gsize index)
{
  PmPlanDecision d;
  g_variant_get_child (note->decisions, index, "(x&s&s&s&s)", &d.service_id, &d.subject, &d.field,
                       &d.value, &d.before);
  return d;
}

static void
add_decision (GVariantBuilder *list, const PmPlanDecision *d)
{
  g_variant_builder_add (list, "(xssss)", d->service_id, d->subject, d->field, d->value, d->before);
}

/* Takes the list over. */
static char *
write_note (const char *kind, const char *wish, guint files, guint edits, guint64 undo_of,
            GVariantBuilder *decisions)
{
  g_autofree char *shown = g_utf8_make_valid (wish, -1); /* it has names of folders in it */
  g_autoptr (GVariant) packed = g_variant_ref_sink (
      g_variant_new (NOTE_TYPE, kind, shown, g_get_real_time (), files, edits, undo_of, decisions));
  return g_variant_print (packed, FALSE);
}

char *
pm_note_of_plan (const PmPlan *plan, guint files, guint edits)
{
  g_auto (GVariantBuilder) decisions;
  g_variant_builder_init (&decisions, G_VARIANT_TYPE (DECISIONS_TYPE));
  for (guint i = 0; i < plan->decisions->len; i++)
    add_decision (&decisions, &g_array_index (plan->decisions, PmPlanDecision, i));
  return write_note (pm_plan_kind_name (plan->kind), plan->wish, files, edits, 0, &decisions);
}

char *
pm_note_of_undo (const PmHistory *past, guint files, guint edits)
{
  g_auto (GVariantBuilder) decisions;
  g_auto (Note) note = {0};
  g_variant_builder_init (&decisions, G_VARIANT_TYPE (DECISIONS_TYPE));
  gsize n_decisions =
      read_note (past->note, &note, NULL) ? g_variant_n_children (note.decisions) : 0;
  for (gsize i = 0; i < n_decisions; i++) {
    PmPlanDecision d = decision_at (&note, i);
    const char *value = d.value;
    d.value = d.before;
    d.before = value;
    add_decision (&decisions, &d);
  }
  g_autofree char *wish = g_strdup_printf ("takes back transaction %" G_GUINT64_FORMAT, past->id);
  return write_note (pm_note_is_of_settings (past->note) ? SETTINGS : "undo", wish, files, edits,
                     past->id, &decisions);
}

char *
pm_note_of_settings (const char *wish, guint edits)
{
  g_auto (GVariantBuilder) decisions;
  g_variant_builder_init (&decisions, G_VARIANT_TYPE (DECISIONS_TYPE));
  return write_note (SETTINGS, wish, 1, edits, 0, &decisions);
}

gboolean
pm_note_is_of_settings (const char *text)
{
  g_auto (Note) note = {0};
  return text != NULL && read_note (text, &note, NULL) && strcmp (note.kind, SETTINGS) == 0;
}

/* The change of an address (pipeline/) that a transaction is a part of; 0: none, somebody changed
 * files and nothing else. */
static gint64
change_around (PmRegistry *registry, const Note *note)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_changes_open (registry, arena, open, NULL))
    return 0;
  for (gsize i = 0; i < g_variant_n_children (note->decisions); i++) {
    PmPlanDecision decision = decision_at (note, i);
    for (guint k = 0; k < open->len; k++) {
      const PmAddressChange *change = &g_array_index (open, PmAddressChange, k);
      if (strcmp (decision.field, "address") == 0 && strcmp (change->kind, "ip-change") == 0 &&
          strcmp (decision.subject, change->old_address) == 0)
        return change->id;
    }
  }
  return 0;
}

/* Whether it is there in this state: then whoever told it was interrupted behind that. */
static gboolean
is_told (PmRegistry *registry, guint64 id, const char *state)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmTransactionRecord record;
  return pm_registry_transaction (registry, (gint64) id, arena, &record, NULL) &&
         strcmp (record.state, state) == 0;
}

static gboolean
put_record (PmRegistry *registry, guint64 id, const Note *note, const char *state, GError **error)
{
  if (is_told (registry, id, state))
    return TRUE;
  g_autoptr (GString) summary = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (summary);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "wish", note->wish);
  if (note->undo_of != 0)
    pm_json_member_int (&json, "undoOf", (gint64) note->undo_of);
  gint64 change = change_around (registry, note);
  if (change != 0)
    pm_json_member_int (&json, "changeId", change);
  pm_json_end_object (&json);
  gint64 now_us = g_get_real_time ();
  PmTransactionRecord record = {
      .id = (gint64) id,
      .kind = note->kind,
      .state = state,
      .started_us = note->started_us,
      .finished_us = now_us,
      .files = note->files,
      .edits = note->edits,
      .summary = summary->str,
  };
  return pm_registry_transaction_put (registry, &record, now_us, error);
}

/* Addresses are decided in chains: what was to become A is to become B when A does; and an address
 * that is given again is not replaced any more. */
static gboolean
put_address (PmRegistry *registry, gint64 id, const PmDesired *desired, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (PmDesired));
  if (!pm_registry_desired (registry, arena, known, error))
    return FALSE;
  for (guint i = 0; i < known->len; i++) {
    PmDesired d = g_array_index (known, PmDesired, i);
    gboolean is_given_again = strcmp (d.subject, desired->value) == 0;
    if (strcmp (d.field, "address") != 0 ||
        (!is_given_again && strcmp (d.value, desired->subject) != 0))
      continue;
    d.value = is_given_again ? NULL : desired->value;
    d.transaction_id = id;
    if (!pm_registry_desired_put (registry, id, &d, error))
      return FALSE;
  }
  return pm_registry_desired_put (registry, id, desired, error);
}

static gboolean
put_decisions (PmRegistry *registry, gint64 id, const Note *note, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (note->decisions); i++) {
    PmPlanDecision decision = decision_at (note, i);
    PmDesired d = {.service_id = decision.service_id,
                   .subject = decision.subject,
                   .field = decision.field,
                   .value = decision.value,
                   .reason = note->wish,
                   .transaction_id = id,
                   .decided_us = note->started_us};
    gboolean fine = strcmp (d.field, "address") == 0
                        ? put_address (registry, id, &d, error)
                        : pm_registry_desired_put (registry, id, &d, error);
    if (!fine)
      return FALSE;
  }
  return TRUE;
}

static gboolean
put_state (PmRegistry *registry, guint64 id, const char *state, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmTransactionRecord record;
  if (!pm_registry_transaction (registry, (gint64) id, arena, &record, NULL))
    return TRUE; /* of before this registry */
  record.state = state;
  return pm_registry_transaction_put (registry, &record, g_get_real_time (), error);
}

/* Taking back what took something back makes that hold again. */
static gboolean
take_back (PmContext *context, guint64 past, guint64 by, GError **error)
{
  PmRegistry *registry = context->registry;
  g_autoptr (PmHistory) history = pm_undo_read (pm_fs_real (), context->state_dir, past, NULL);
  guint64 again = history == NULL ? 0 : history->undo_of;
  return pm_registry_desired_take_back (registry, (gint64) past, (gint64) by, error) &&
         put_state (registry, past, "undone", error) &&
         (again == 0 || put_state (registry, again, "committed", error));
}

/* Which service has which port now: nobody else could tell the ports of one service apart when
 * several have moved. */
static GArray *
moves_of (const Note *note)
{
  GArray *moves = g_array_new (FALSE, TRUE, sizeof (PmScanMove));
  for (gsize i = 0; i < g_variant_n_children (note->decisions); i++) {
    PmPlanDecision d = decision_at (note, i);
    PmScanMove move = {d.service_id, (guint16) g_ascii_strtoull (d.value, NULL, 10)};
    if (d.service_id != 0)
      g_array_append_val (moves, move);
  }
  return moves;
}

/* --- what the files say now --- */

/* By the changed files where they tell it all, else by all files. */
typedef struct {
  PmRelook some;
  PmScanRoots roots;
  PmLook all;
} Seen;

static void
seen_clear (Seen *seen)
{
  pm_relook_clear (&seen->some);
  pm_look_clear (&seen->all);
  pm_scan_roots_clear (&seen->roots);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

/* A survey that fails is no reason to forget the transaction. */
static void
see (Seen *seen, PmContext *context, const PmNoteFiles *files)
{
  PmSurveyOptions options = {0};
  if (files != NULL && pm_relook (&seen->some, files->rescan, files->paths, NULL) &&
      seen->some.outcome != PM_RESURVEY_UNTOLD)
    return;
  if (pm_scan_roots_init (&seen->roots, context, NULL, NULL))
    pm_look (&seen->all, context, &seen->roots, &options, NULL);
}

static gboolean
store_seen (Seen *seen, const Note *note, GError **error)
{
  g_autoptr (GArray) moves = moves_of (note);
  PmScanScope scope = {.moves = (const PmScanMove *) (void *) moves->data, .n_moves = moves->len};
  guint conflicts[3];
  if (seen->some.outcome == PM_RESURVEY_TOLD)
    return pm_relook_store (&seen->some, &scope, conflicts, NULL, error);
  return seen->all.snapshot == NULL || seen->all.is_unchanged ||
         pm_look_store (&seen->all, &scope, conflicts, NULL, error);
}

/* `serve` reads its configuration again when it sees this. */
static gboolean
tell_settings (PmRegistry *registry, guint64 id, const Note *note, GError **error)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "transaction", (gint64) id);
  pm_json_member_string (&json, "wish", note->wish);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, "config.changed", data->str, g_get_real_time (),
                                   error);
}

static gboolean
put_committed (PmContext *context, guint64 id, const Note *note, GError **error)
{
  PmRegistry *registry = context->registry;
  if (!put_record (registry, id, note, "committed", error))
    return FALSE;
  if (strcmp (note->kind, SETTINGS) == 0 && !tell_settings (registry, id, note, error))
    return FALSE;
  if (note->undo_of != 0)
    return take_back (context, note->undo_of, id, error);
  return put_decisions (registry, (gint64) id, note, error);
}

/* `seen` NULL: what the files say is not told. */
static gboolean
store (PmContext *context, guint64 id, const Note *note, Seen *seen, GError **error)
{
  PmRegistry *registry = context->registry;
  if (!pm_registry_begin (registry, PM_DURABILITY_DECISION, error))
    return FALSE;
  if ((seen == NULL || store_seen (seen, note, error)) && put_committed (context, id, note, error))
    return pm_registry_commit (registry, error);
  pm_registry_rollback (registry);
  return FALSE;
}

gboolean
pm_note_register_files (PmContext *context, guint64 id, const char *text, const PmNoteFiles *files,
                        GError **error)
{
  g_auto (Note) note = {0};
  g_auto (Seen) seen = {0};
  if (!read_note (text, &note, error))
    return FALSE;
  if (strcmp (note.kind, SETTINGS) != 0)
    see (&seen, context, files);
  return store (context, id, &note, &seen, error);
}

gboolean
pm_note_register (guint64 id, const char *text, gpointer user, GError **error)
{
  return pm_note_register_files (user, id, text, NULL, error);
}

static gboolean
is_known (PmContext *context, guint64 id)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmTransactionRecord record;
  return pm_registry_transaction (context->registry, (gint64) id, arena, &record, NULL);
}

gboolean
pm_note_tell_later (PmContext *context, GError **error)
{
  guint n_unreadable = 0;
  g_autoptr (GPtrArray) past =
      pm_undo_list (pm_fs_real (), context->state_dir, &n_unreadable, error);
  if (past == NULL)
    return FALSE;
  for (guint i = past->len; i-- > 0;) {
    const PmHistory *history = past->pdata[i];
    g_auto (Note) note = {0};
    if (!history->is_committed || is_known (context, history->id) ||
        !read_note (history->note, &note, NULL))
      continue;
    if (!store (context, history->id, &note, NULL, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
pm_note_register_failure (PmContext *context, guint64 id, const char *text, PmOutcome outcome,
                          GError **error)
{
  g_auto (Note) note = {0};
  return read_note (text, &note, error) &&
         put_record (context->registry, id, &note, pm_outcome_name (outcome), error);
}

/* A note that cannot be read is no reason to keep the journal: the files are back. */
gboolean
pm_note_register_rollback (guint64 id, const char *text, PmOutcome outcome, gpointer user,
                           GError **error)
{
  PmRegistry *registry = ((PmContext *) user)->registry;
  const char *state = outcome == PM_OUTCOME_FAILED ? "rolled-back" : pm_outcome_name (outcome);
  g_auto (Note) note = {0};
  return !read_note (text, &note, NULL) || put_record (registry, id, &note, state, error);
}
