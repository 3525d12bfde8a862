/* DESIGN
 * A kept plan is one serialised GVariant: it holds file names, which may be any bytes, and reads
 * back hostile input without danger (GVariant checks as it is read). The name of the file is the
 * plan's id; ids grow with the clock. */

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "verbs/plan.h"

#define PLANS_MOST 100
#define FILE_TYPE "(ayayaysts)"
#define EDIT_TYPE "(uuuuusssssssdu)"
#define LEFT_TYPE "(" EDIT_TYPE "s)"
#define PLAN_TYPE                                                                                  \
  "(uubbs"                                                                                         \
  "a" FILE_TYPE "a" EDIT_TYPE "a" LEFT_TYPE "asas"                                                 \
  "a(xssss))"

static const char *
or_empty (const char *text)
{
  return text == NULL ? "" : text;
}

static GVariant *
pack_edit (const PmPlanEdit *e)
{
  return g_variant_new (EDIT_TYPE, e->file, e->span.start, e->span.end, e->line, (guint) e->form,
                        e->old_value, e->new_value, or_empty (e->old_text), or_empty (e->new_text),
                        e->why, e->rule, e->path, e->confidence, (guint) e->text_class);
}

/* Text for people: names of folders in it may be any bytes. */
static GVariant *
pack_text (const char *text)
{
  return g_variant_new_take_string (g_utf8_make_valid (text, -1));
}

static void
pack_texts (GVariantBuilder *b, const GArray *texts)
{
  g_variant_builder_open (b, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < texts->len; i++)
    g_variant_builder_add_value (b, pack_text (g_array_index (texts, char *, i)));
  g_variant_builder_close (b);
}

static GVariant *
pack (const PmPlan *plan)
{
  g_auto (GVariantBuilder) b;
  g_variant_builder_init (&b, G_VARIANT_TYPE (PLAN_TYPE));
  g_variant_builder_add (&b, "u", (guint) plan->kind);
  g_variant_builder_add (&b, "u", plan->touch);
  g_variant_builder_add (&b, "b", plan->includes_uncertain);
  g_variant_builder_add (&b, "b", plan->moves_pinned);
  g_variant_builder_add_value (&b, pack_text (plan->wish));
  g_variant_builder_open (&b, G_VARIANT_TYPE ("a" FILE_TYPE));
  for (guint i = 0; i < plan->files->len; i++) {
    const PmPlanFile *f = pm_plan_file_at (plan, i);
    g_autofree char *digest = pm_digest_to_hex (&f->digest);
    g_variant_builder_add (&b, "(^ay^ay^ayst@s)", f->root, f->file, f->project, f->format,
                           f->size_bytes, g_variant_new_string (digest));
  }
  g_variant_builder_close (&b);
  g_variant_builder_open (&b, G_VARIANT_TYPE ("a" EDIT_TYPE));
  for (guint i = 0; i < plan->edits->len; i++)
    g_variant_builder_add_value (&b, pack_edit (pm_plan_edit_at (plan, i)));
  g_variant_builder_close (&b);
  g_variant_builder_open (&b, G_VARIANT_TYPE ("a" LEFT_TYPE));
  for (guint i = 0; i < plan->left->len; i++) {
    const PmPlanLeft *left = &g_array_index (plan->left, PmPlanLeft, i);
    g_variant_builder_add (&b, "(@" EDIT_TYPE "@s)", pack_edit (&left->edit),
                           pack_text (left->reason));
  }
  g_variant_builder_close (&b);
  pack_texts (&b, plan->also);
  pack_texts (&b, plan->unresolved);
  g_variant_builder_open (&b, G_VARIANT_TYPE ("a(xssss)"));
  for (guint i = 0; i < plan->decisions->len; i++) {
    const PmPlanDecision *d = &g_array_index (plan->decisions, PmPlanDecision, i);
    g_variant_builder_add (&b, "(xssss)", d->service_id, d->subject, d->field, d->value, d->before);
  }
  g_variant_builder_close (&b);
  return g_variant_ref_sink (g_variant_builder_end (&b));
}

static int
by_id (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return x < y ? -1 : x > y;
}

static GArray *
ids_in (const char *directory)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    gint64 id = g_ascii_strtoll (name, NULL, 10);
    if (id > 0)
      g_array_append_val (ids, id);
  }
  g_array_sort (ids, by_id);
  return ids;
}

static char *
path_of (const char *directory, gint64 id)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  return g_build_filename (directory, name, NULL);
}

gboolean
pm_verb_plan_save (PmContext *context, const PmPlan *plan, gint64 *ret_id, GError **error)
{
  g_autofree char *directory = g_build_filename (context->state_dir, "plans", NULL);
  if (g_mkdir_with_parents (directory, 0700) != 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot make %s: %s",
                 directory, g_strerror (errno));
    return FALSE;
  }
  g_autoptr (GArray) ids = ids_in (directory);
  for (guint i = 0; i + PLANS_MOST <= ids->len; i++) {
    g_autofree char *old = path_of (directory, g_array_index (ids, gint64, i));
    g_unlink (old);
  }
  gint64 last = ids->len == 0 ? 0 : g_array_index (ids, gint64, ids->len - 1);
  gint64 id = MAX (last + 1, g_get_real_time () / 1000);
  g_autofree char *path = path_of (directory, id);
  g_autoptr (GVariant) packed = pack (plan);
  if (!g_file_set_contents_full (path, g_variant_get_data (packed),
                                 (gssize) g_variant_get_size (packed),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return FALSE;
  *ret_id = id;
  return TRUE;
}

static PmPlanEdit
unpack_edit (PmPlan *plan, GVariant *from)
{
  PmPlanEdit e = {0};
  guint form, text_class;
  const char *texts[7];
  g_variant_get (from, "(uuuuu&s&s&s&s&s&s&sdu)", &e.file, &e.span.start, &e.span.end, &e.line,
                 &form, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &texts[5], &texts[6],
                 &e.confidence, &text_class);
  for (guint i = 0; i < 7; i++)
    texts[i] = pm_arena_strdup (plan->arena, texts[i]);
  e.form = MIN (form, (guint) PM_PLAN_FORM_DEFAULT);
  e.text_class = MIN (text_class, (guint) PM_TEXT_DATA);
  e.old_value = texts[0];
  e.new_value = texts[1];
  e.old_text = texts[2];
  e.new_text = texts[3];
  e.why = texts[4];
  e.rule = texts[5];
  e.path = texts[6];
  return e;
}

static void
unpack_digest (const char *hex, PmDigest *digest)
{
  for (gsize i = 0; i < PM_DIGEST_BYTES && strlen (hex) == 2 * PM_DIGEST_BYTES; i++)
    digest->bytes[i] =
        (guint8) (g_ascii_xdigit_value (hex[2 * i]) * 16 + g_ascii_xdigit_value (hex[2 * i + 1]));
}

static void
unpack_files (PmPlan *plan, GVariant *list)
{
  GVariantIter iter;
  GVariant *item;
  g_variant_iter_init (&iter, list);
  while ((item = g_variant_iter_next_value (&iter)) != NULL) {
    const char *root, *file, *project, *format, *digest;
    guint64 size;
    g_variant_get (item, "(^&ay^&ay^&ay&st&s)", &root, &file, &project, &format, &size, &digest);
    PmPlanFile f = {
        .root = pm_arena_strdup (plan->arena, root),
        .file = pm_arena_strdup (plan->arena, file),
        .project = pm_arena_strdup (plan->arena, project),
        .format = pm_arena_strdup (plan->arena, format),
        .size_bytes = size,
    };
    unpack_digest (digest, &f.digest);
    g_array_append_val (plan->files, f);
    g_variant_unref (item);
  }
}

static void
unpack_texts (PmPlan *plan, GArray *list, GVariant *texts)
{
  for (gsize i = 0; i < g_variant_n_children (texts); i++) {
    const char *text;
    g_variant_get_child (texts, i, "&s", &text);
    char *kept = pm_arena_strdup (plan->arena, text);
    g_array_append_val (list, kept);
  }
}

static void
unpack_rest (PmPlan *plan, GVariant *edits, GVariant *left, GVariant *decisions)
{
  for (gsize i = 0; i < g_variant_n_children (edits); i++) {
    g_autoptr (GVariant) item = g_variant_get_child_value (edits, i);
    PmPlanEdit edit = unpack_edit (plan, item);
    if (edit.file < plan->files->len)
      g_array_append_val (plan->edits, edit);
  }
  for (gsize i = 0; i < g_variant_n_children (left); i++) {
    g_autoptr (GVariant) item = g_variant_get_child_value (left, i);
    g_autoptr (GVariant) edit = g_variant_get_child_value (item, 0);
    g_autoptr (GVariant) reason = g_variant_get_child_value (item, 1);
    PmPlanLeft l = {unpack_edit (plan, edit),
                    pm_arena_strdup (plan->arena, g_variant_get_string (reason, NULL))};
    if (l.edit.file < plan->files->len)
      g_array_append_val (plan->left, l);
  }
  for (gsize i = 0; i < g_variant_n_children (decisions); i++) {
    PmPlanDecision d;
    g_variant_get_child (decisions, i, "(x&s&s&s&s)", &d.service_id, &d.subject, &d.field, &d.value,
                         &d.before);
    pm_plan_decide (plan, &d);
  }
}

static gboolean
set_not_kept (gint64 id, GError **error)
{
  g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_NO_PLAN,
               "there is no plan %" G_GINT64_FORMAT "; a dry run makes one", id);
  return FALSE;
}

gboolean
pm_verb_plan_is_kept (const PmContext *context, gint64 id, GError **error)
{
  g_autofree char *directory = g_build_filename (context->state_dir, "plans", NULL);
  g_autofree char *path = path_of (directory, id);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) || set_not_kept (id, error);
}

PmPlan *
pm_verb_plan_load (PmContext *context, gint64 id, GError **error)
{
  g_autofree char *directory = g_build_filename (context->state_dir, "plans", NULL);
  g_autofree char *path = path_of (directory, id);
  char *bytes;
  gsize length;
  if (!g_file_get_contents (path, &bytes, &length, NULL)) {
    set_not_kept (id, error);
    return NULL;
  }
  g_autoptr (GBytes) data = g_bytes_new_take (bytes, length);
  g_autoptr (GVariant) packed =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (PLAN_TYPE), data, FALSE));
  if (!g_variant_is_normal_form (packed)) {
    g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT,
                 "plan %" G_GINT64_FORMAT " cannot be read; make it anew", id);
    return NULL;
  }
  guint kind, touch;
  gboolean includes_uncertain, moves_pinned;
  const char *wish;
  g_autoptr (GVariant) files = NULL, edits = NULL, left = NULL, also = NULL, unresolved = NULL,
                       decisions = NULL;
  g_variant_get (packed, "(uubb&s@a" FILE_TYPE "@a" EDIT_TYPE "@a" LEFT_TYPE "@as@as@a(xssss))",
                 &kind, &touch, &includes_uncertain, &moves_pinned, &wish, &files, &edits, &left,
                 &also, &unresolved, &decisions);
  PmPlan *plan = pm_plan_new (MIN (kind, (guint) PM_PLAN_SYNC));
  plan->wish = pm_arena_strdup (plan->arena, wish);
  plan->touch = touch;
  plan->includes_uncertain = includes_uncertain;
  plan->moves_pinned = moves_pinned;
  plan->is_fitted = TRUE;
  unpack_files (plan, files);
  unpack_rest (plan, edits, left, decisions);
  unpack_texts (plan, plan->also, also);
  unpack_texts (plan, plan->unresolved, unresolved);
  return plan;
}
