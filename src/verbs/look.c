/* DESIGN
 * Beside the registry lies one file of stamps for each root; the registry keeps, in one text, a
 * line for each root that is as its file of stamps says: the identity of that file, and what to
 * report while nothing changes. A scan of some roots writes the lines of these and leaves the
 * others, so that one root after the other can be scanned without reading any of them twice.
 *
 * A third file is the witness of the last walk (walk/witness.h), of the roots that were scanned
 * together. It is about these lines: while it holds, they stand, and neither stamps nor files are
 * read. */

#include "verbs/look.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "registry/records.h"
#include "verbs/conflicts.h"
#include "verbs/observe.h"

static const char *
root_at (const PmLook *look, guint index)
{
  return look->roots->scanned->pdata[index];
}

/* --- lines of what is remembered --- */

static void
append_line (GString *text, const char *identity, const PmLookCounts *c, const char *root)
{
  g_autofree char *escaped = g_strescape (root, NULL);
  g_string_append_printf (text, "%s %u %u %u %u %u %s\n", identity, c->projects, c->documents,
                          c->findings, c->services, c->kept, escaped);
}

static gboolean
parse_line (const char *line, char ret_identity[65], PmLookCounts *ret_counts, char **ret_root)
{
  PmLookCounts *c = ret_counts;
  int end = 0;
  if (sscanf (line, "%64[0-9a-f] %u %u %u %u %u %n", ret_identity, &c->projects, &c->documents,
              &c->findings, &c->services, &c->kept, &end) != 6 ||
      end == 0)
    return FALSE;
  *ret_root = g_strcompress (line + end);
  return TRUE;
}

static gboolean
find_line (const char *text, const char *root, char ret_identity[65], PmLookCounts *ret_counts)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_autofree char *of = NULL;
    if (parse_line (*line, ret_identity, ret_counts, &of) && strcmp (of, root) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
add_counts (PmLookCounts *sum, const PmLookCounts *c)
{
  sum->projects += c->projects;
  sum->documents += c->documents;
  sum->findings += c->findings;
  sum->services += c->services;
  sum->kept += c->kept;
}

/* --- stamps --- */

static char *
stamps_file (const PmLook *look, const char *root)
{
  PmDigest digest = pm_digest_of (root, strlen (root));
  g_autofree char *hex = pm_digest_to_hex (&digest);
  g_autofree char *name = g_strdup_printf ("stamps-%.16s", hex);
  return g_build_filename (look->context->state_dir, name, NULL);
}

static PmStamps **
load_stamps (const PmLook *look)
{
  PmStamps **known = g_new0 (PmStamps *, look->roots->scanned->len);
  for (guint i = 0; root_at (look, i) != NULL; i++) {
    char identity[65] = "";
    PmLookCounts counts;
    g_autofree char *file = stamps_file (look, root_at (look, i));
    find_line (look->remembered, root_at (look, i), identity, &counts);
    known[i] = pm_stamps_load (file, identity);
  }
  return known;
}

static void
count_lines (PmLook *look)
{
  char identity[65];
  PmLookCounts counts;
  for (guint i = 0; root_at (look, i) != NULL; i++)
    if (find_line (look->remembered, root_at (look, i), identity, &counts))
      add_counts (&look->counts, &counts);
}

/* --- the witness --- */

static char *
witness_file (const PmLook *look)
{
  return g_build_filename (look->context->state_dir, "witness", NULL);
}

/* FALSE: of some root nothing is known that it could be about. */
static gboolean
mix_lines (const PmLook *look, const char *lines, guint64 *ret_about)
{
  char identity[65];
  PmLookCounts counts;
  *ret_about = look->about;
  for (guint i = 0; root_at (look, i) != NULL; i++) {
    if (!find_line (lines, root_at (look, i), identity, &counts))
      return FALSE;
    *ret_about = pm_stamps_mix_text (*ret_about, identity);
  }
  return TRUE;
}

/* Without one the next scan walks, which is no failure of this one. */
static void
save_witness (PmLook *look, const char *lines)
{
  guint64 about;
  g_autofree char *file = witness_file (look);
  if (look->recall.witness != NULL && mix_lines (look, lines, &about))
    pm_witness_save (look->recall.witness, file, about);
  g_clear_pointer (&look->recall.witness, pm_witness_free);
}

static gboolean
witness_holds (const PmLook *look, const PmSurveyOptions *options)
{
  guint64 about;
  g_autofree char *file = witness_file (look);
  return mix_lines (look, look->remembered, &about) &&
         pm_verb_observe_holds (look->context->config,
                                (const char *const *) look->roots->scanned->pdata, options, file,
                                about);
}

static guint64
mix_file (guint64 so_far, const char *file)
{
  struct stat info;
  if (file == NULL || stat (file, &info) != 0)
    return pm_stamps_mix (so_far, 0);
  PmStamp stamp = pm_stamp_from_stat (&info);
  return pm_stamps_mix_stamp (so_far, &stamp);
}

/* Another build finds other things, and so does another configuration. */
static guint64
program_number (const PmContext *context)
{
  return mix_file (mix_file (1, "/proc/self/exe"), context->config->file);
}

/* --- mount points: text, one a line, with what is no plain text escaped --- */

static char *
mounts_key (const PmContext *context)
{
  return g_strconcat ("mounts.", pm_registry_host (context->registry), NULL);
}

static gboolean
load_mounts (PmLook *look, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autofree char *key = mounts_key (look->context);
  const char *text = NULL;
  if (!pm_registry_setting (look->context->registry, key, arena, &text, error))
    return FALSE;
  look->mounts = g_strsplit (text == NULL ? "" : text, "\n", -1);
  for (char **mount = look->mounts; *mount != NULL; mount++) {
    char *plain = g_strcompress (*mount);
    g_free (*mount);
    *mount = plain;
  }
  look->recall.mounts = (const char *const *) look->mounts;
  return TRUE;
}

static gboolean
store_mounts (const PmLook *look, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (char **mount = look->recall.mounted; *mount != NULL; mount++) {
    g_autofree char *escaped = g_strescape (*mount, NULL);
    g_string_append_printf (text, "%s%s", text->len == 0 ? "" : "\n", escaped);
  }
  if (g_strv_equal ((const char *const *) look->recall.mounted, look->recall.mounts))
    return TRUE;
  g_autofree char *key = mounts_key (look->context);
  return pm_registry_setting_put (look->context->registry, key, text->str, error);
}

/* --- looking --- */

static PmSnapshot *
previous_snapshot (gpointer data, GError **error)
{
  PmContext *context = data;
  PmSnapshot *snapshot = NULL;
  return pm_registry_snapshot (context->registry, &snapshot, error) ? snapshot : NULL;
}

static gboolean
remember (PmLook *look, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *text;
  if (!pm_registry_survey (look->context->registry, arena, &text, error))
    return FALSE;
  look->remembered = g_strdup (text);
  return load_mounts (look, error);
}

static gboolean
survey (PmLook *look, const PmSurveyOptions *options, GError **error)
{
  PmStamps **known = load_stamps (look);
  look->recall.known = known;
  look->recall.folder = look->context->state_dir;
  look->snapshot = pm_verb_observe (
      look->context->config, (const char *const *) look->roots->scanned->pdata, options, error);
  look->is_unchanged = look->snapshot != NULL && look->recall.is_unchanged;
  pm_stamps_free_all (known);
  look->recall.known = NULL;
  if (look->is_unchanged)
    save_witness (look, look->remembered);
  return look->snapshot != NULL;
}

gboolean
pm_look (PmLook *look, PmContext *context, const PmScanRoots *roots, const PmSurveyOptions *options,
         GError **error)
{
  *look = (PmLook){.context = context, .roots = roots};
  if (!remember (look, error))
    return FALSE;
  look->recall.program = program_number (context);
  look->recall.previous = previous_snapshot;
  look->recall.data = context;
  look->recall.is_part = !roots->are_all;

  PmSurveyOptions with_memory = *options;
  with_memory.host = pm_registry_host (context->registry);
  with_memory.elsewhere = (const char *const *) roots->elsewhere->pdata;
  with_memory.recall = &look->recall;
  with_memory.keep_roots = !roots->are_named;
  count_lines (look);
  look->about = pm_verb_observe_about (context->config, (const char *const *) roots->scanned->pdata,
                                       &with_memory);
  if (witness_holds (look, &with_memory)) {
    look->snapshot = pm_snapshot_new ();
    look->is_unchanged = TRUE;
    return TRUE;
  }
  return survey (look, &with_memory, error);
}

void
pm_look_clear (PmLook *look)
{
  g_clear_pointer (&look->snapshot, pm_snapshot_free);
  g_clear_pointer (&look->recall.learned, pm_stamps_free_all);
  g_clear_pointer (&look->recall.mounted, g_strfreev);
  g_clear_pointer (&look->recall.witness, pm_witness_free);
  g_clear_pointer (&look->mounts, g_strfreev);
  g_clear_pointer (&look->remembered, g_free);
}

/* --- storing --- */

#define COUNT(snapshot, list, Type, name)                                                          \
  count_of ((snapshot)->list, G_STRUCT_OFFSET (Type, root), (name))

/* How many items of a list are of a root. */
static guint
count_of (const GArray *list, gsize root_offset, const char *name)
{
  guint size = g_array_get_element_size ((GArray *) list), n = 0;
  for (guint i = 0; i < list->len; i++) {
    const char *root;
    memcpy (&root, list->data + (gsize) i * size + root_offset, sizeof root);
    n += strcmp (root, name) == 0 ? 1 : 0;
  }
  return n;
}

static PmLookCounts
count_root (const PmSnapshot *snapshot, const char *name)
{
  PmLookCounts counts = {.projects = COUNT (snapshot, projects, PmProject, name),
                         .documents = COUNT (snapshot, documents, PmDocumentRecord, name),
                         .findings = COUNT (snapshot, findings, PmFinding, name),
                         .services = COUNT (snapshot, services, PmService, name)};
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    counts.kept += document->is_kept && strcmp (document->root, name) == 0 ? 1 : 0;
  }
  return counts;
}

static void
append_other_lines (const PmLook *look, GString *text)
{
  g_auto (GStrv) lines = g_strsplit (look->remembered, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    char identity[65];
    PmLookCounts counts;
    g_autofree char *of = NULL;
    if (parse_line (*line, identity, &counts, &of) && !pm_scan_roots_has (look->roots, of))
      append_line (text, identity, &counts, of);
  }
}

/* Stamps first: until the registry names their identity they count for nothing. Without them the
 * next scan reads everything, which is no failure of this one. */
static char *
save_stamps (PmLook *look)
{
  GString *text = g_string_new (NULL);
  append_other_lines (look, text);
  look->counts = (PmLookCounts){0};
  for (guint i = 0; root_at (look, i) != NULL; i++) {
    const char *root = root_at (look, i);
    PmLookCounts counts = count_root (look->snapshot, root);
    g_autofree char *file = stamps_file (look, root);
    g_autofree char *identity = pm_stamps_save (look->recall.learned[i], file, NULL);
    if (identity != NULL)
      append_line (text, identity, &counts, root);
    add_counts (&look->counts, &counts);
  }
  return g_string_free (text, FALSE);
}

static gboolean
store (PmLook *look, PmScanScope *scope, const GArray *conflicts, guint ret_conflicts[3],
       PmScanChanges *ret_changes, GError **error)
{
  g_autofree char *text = save_stamps (look);
  save_witness (look, text);
  scope->roots = (const char *const *) look->roots->scanned->pdata;
  scope->conflicts = conflicts;
  scope->survey = text;
  scope->pins_are_known = TRUE;
  ret_conflicts[0] = ret_conflicts[1] = ret_conflicts[2] = 0;
  for (guint i = 0; i < conflicts->len; i++)
    ret_conflicts[g_array_index (conflicts, PmConflict, i).severity]++;
  return store_mounts (look, error) &&
         pm_registry_store_scan (look->context->registry, look->snapshot, scope, g_get_real_time (),
                                 ret_changes, error);
}

gboolean
pm_look_store (PmLook *look, PmScanScope *scope, guint ret_conflicts[3], PmScanChanges *ret_changes,
               GError **error)
{
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (look->context, look->snapshot);
  return store (look, scope, conflicts, ret_conflicts, ret_changes, error);
}

/* Inside the transaction. */
static gboolean
store_unless_overtaken (PmLook *look, const GArray *conflicts, guint ret_conflicts[3],
                        PmScanChanges *ret_changes, gboolean *ret_overtaken, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *survey;
  PmScanScope scope = {0};
  if (!pm_registry_survey (look->context->registry, arena, &survey, error))
    return FALSE;
  *ret_overtaken = strcmp (survey, look->remembered) != 0;
  return *ret_overtaken || store (look, &scope, conflicts, ret_conflicts, ret_changes, error);
}

gboolean
pm_look_store_newest (PmLook *look, guint ret_conflicts[3], PmScanChanges *ret_changes,
                      gboolean *ret_overtaken, GError **error)
{
  PmRegistry *registry = look->context->registry;
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (look->context, look->snapshot);
  if (!pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, error))
    return FALSE;
  if (store_unless_overtaken (look, conflicts, ret_conflicts, ret_changes, ret_overtaken, error))
    return pm_registry_commit (registry, error);
  pm_registry_rollback (registry);
  return FALSE;
}
