#include "rescan-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "model/finding-json.h"
#include "model/service-json.h"
#include "verbs/conflicts.h"

/* --- the tree --- */

static char *
path_of (const RescanTest *test, const char *file)
{
  return g_build_filename (test->root, file, NULL);
}

void
rescan_test_put (const RescanTest *test, const char *file, const char *text)
{
  g_autofree char *path = path_of (test, file);
  g_autofree char *directory = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

void
rescan_test_link (const RescanTest *test, const char *file, const char *target)
{
  g_autofree char *path = path_of (test, file);
  g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  for (const char *name; directory != NULL && (name = g_dir_read_name (directory)) != NULL;) {
    g_autofree char *below = g_build_filename (path, name, NULL);
    remove_tree (below);
  }
  g_remove (path);
}

void
rescan_test_remove (const RescanTest *test, const char *file)
{
  g_autofree char *path = path_of (test, file);
  remove_tree (path);
}

void
rescan_test_rename (const RescanTest *test, const char *from, const char *to)
{
  g_autofree char *old = path_of (test, from), *new = path_of (test, to);
  g_autofree char *directory = g_path_get_dirname (new);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_cmpint (g_rename (old, new), ==, 0);
}

/* --- registries --- */

PmContext *
rescan_test_open (const char *state)
{
  g_autoptr (GError) error = NULL;
  PmContext *context = pm_context_open (state, NULL, &error);
  g_assert_no_error (error);
  context->config->scan.sockets = FALSE; /* what else listens on the machine comes and goes */
  return context;
}

void
rescan_test_scan (PmContext *context, const char *root)
{
  g_autoptr (GError) error = NULL;
  char *roots[] = {(char *) root, NULL};
  PmSurveyOptions options = {.threads = 1};
  PmScanReport report;
  pm_verb_scan (context, roots, &options, &report, NULL, &error);
  g_assert_no_error (error);
}

void
rescan_test_set_up (RescanTest *test, gconstpointer data)
{
  test->top = g_dir_make_tmp ("rescan-XXXXXX", NULL);
  test->root = g_build_filename (test->top, "root", NULL);
  test->state = g_build_filename (test->top, "state", NULL);
  rescan_test_put (test, "shop/compose.yaml",
                   "services:\n"
                   "  web:\n"
                   "    build: .\n"
                   "    ports: ['${PORT}:80']\n"
                   "  db:\n"
                   "    image: postgres\n"
                   "    ports: ['5432:5432']\n");
  rescan_test_put (test, "shop/.env", "PORT=8080\nDATABASE_URL=postgres://localhost:5432/shop\n");
  rescan_test_put (test, "shop/package.json", "{\"name\": \"shop-web\"}");
  rescan_test_put (test, "blog/package.json",
                   "{\"name\": \"blog\", \"scripts\": {\"dev\": \"vite --port 5173\"}}");
  rescan_test_put (test, "blog/.env.local", "API_URL=http://localhost:8080\n");
  rescan_test_put (test, "mono/package.json",
                   "{\"name\": \"mono\", \"workspaces\": [\"packages/*\"]}");
  rescan_test_put (test, "mono/packages/a/package.json", "{\"name\": \"@mono/a\"}");
  rescan_test_put (test, "mono/packages/a/.env", "PORT=4000\n");
  rescan_test_put (test, "notes/readme.md", "the machine is 192.0.2.1\n");
  test->context = rescan_test_open (test->state);
  rescan_test_scan (test->context, test->root);
  test->rescan = pm_rescan_new (test->context);
}

void
rescan_test_tear_down (RescanTest *test, gconstpointer data)
{
  pm_rescan_free (test->rescan);
  pm_context_free (test->context);
  remove_tree (test->top);
  g_free (test->top);
  g_free (test->root);
  g_free (test->state);
}

void
rescan_test_tell (RescanTest *test, const char *const *files)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (; *files != NULL; files++)
    g_ptr_array_add (paths, path_of (test, *files));
  g_ptr_array_add (paths, NULL);
  g_autoptr (GError) error = NULL;
  pm_verb_rescan (test->rescan, (const char *const *) paths->pdata, &test->report, &error);
  g_assert_no_error (error);
}

/* --- what a registry says --- */

static void
describe_documents (const PmSnapshot *s, GString *text)
{
  for (guint i = 0; i < s->projects->len; i++) {
    const PmProject *p = &g_array_index (s->projects, PmProject, i);
    g_string_append_printf (text, "project %s %s %d\n", p->id, p->name, p->is_workspace);
  }
  for (guint i = 0; i < s->documents->len; i++) {
    const PmDocumentRecord *d = &g_array_index (s->documents, PmDocumentRecord, i);
    g_string_append_printf (text, "document %s of %s: %s, %s, %u findings, inode %lu at %ld\n",
                            d->file, d->project, d->format, d->variant, d->n_findings,
                            (gulong) d->inode, (glong) d->mtime_ns);
  }
  for (guint i = 0; i < s->problems->len; i++) {
    const PmProblem *p = &g_array_index (s->problems, PmProblem, i);
    g_string_append_printf (text, "problem %s:%u %s\n", p->file, p->line, p->reason);
  }
}

static void
describe_facts (const PmSnapshot *s, GString *text)
{
  for (guint i = 0; i < s->facts->len; i++) {
    const PmServiceFact *f = &g_array_index (s->facts, PmServiceFact, i);
    g_string_append_printf (text, "fact %s:%u %s %s %s %s %s %u\n", f->file, f->line, f->project,
                            f->name, f->image, f->build == NULL ? "-" : f->build, f->tool,
                            f->default_port);
  }
  for (guint i = 0; i < s->links->len; i++) {
    const PmFileLink *l = &g_array_index (s->links, PmFileLink, i);
    g_string_append_printf (text, "link %s:%u %s %s %s %s\n", l->file, l->line, l->project, l->kind,
                            l->target, l->service);
  }
}

static void
describe_finding (const PmSnapshot *s, guint index, GString *text)
{
  const PmFinding *f = &g_array_index (s->findings, PmFinding, index);
  PmJsonWriter json = pm_json_writer (text);
  pm_finding_write_json (&json, f);
  if (f->pair >= 0) {
    const PmFinding *partner = &g_array_index (s->findings, PmFinding, f->pair);
    g_string_append_printf (text, " beside %s:%u %s", partner->file, partner->position.line,
                            partner->path);
  }
}

static void
describe_service (const PmSnapshot *s, gint32 index, GString *text)
{
  if (index < 0) {
    g_string_append (text, "nobody");
    return;
  }
  PmService service = g_array_index (s->services, PmService, index);
  service.id = 0;
  service.last_updated_us = 0;
  if (strcmp (service.protocol, "http") == 0) /* what a guess says depends on earlier guesses */
    service.protocol = "tcp";
  PmJsonWriter json = pm_json_writer (text);
  pm_service_write_json (&json, &service);
}

static void
describe_edges (const PmSnapshot *s, GString *text)
{
  for (guint i = 0; i < s->edges->len; i++) {
    const PmEdge *edge = &g_array_index (s->edges, PmEdge, i);
    g_string_append (text, "edge ");
    describe_finding (s, edge->finding, text);
    g_string_append (text, " from ");
    describe_service (s, edge->from_service, text);
    g_string_append (text, " to ");
    describe_service (s, edge->to_service, text);
    g_string_append_printf (text, " %.2f\n", edge->confidence);
  }
}

static void
describe_conflicts (const PmSnapshot *s, const GArray *conflicts, GString *text)
{
  for (guint i = 0; i < s->services->len; i++) {
    PmService *service = &g_array_index (s->services, PmService, i);
    service->id = 0;
  }
  for (guint i = 0; i < conflicts->len; i++) {
    PmJsonWriter json = pm_json_writer (text);
    g_string_append (text, "conflict ");
    pm_conflict_write_json (&json, &g_array_index (conflicts, PmConflict, i), s->services);
    g_string_append_c (text, '\n');
  }
}

static gint
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
sorted (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  qsort (lines, g_strv_length (lines), sizeof *lines, compare_lines);
  return g_strjoinv ("\n", lines);
}

char *
rescan_test_describe (PmContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmSnapshot) s = NULL;
  g_autoptr (GArray) conflicts = pm_verb_conflicts (context, &s, &error);
  g_assert_no_error (error);
  g_autoptr (GString) text = g_string_new (NULL);
  describe_documents (s, text);
  describe_facts (s, text);
  for (guint i = 0; i < s->findings->len; i++) {
    g_string_append (text, "finding ");
    describe_finding (s, i, text);
    g_string_append_c (text, '\n');
  }
  for (guint i = 0; i < s->services->len; i++) {
    g_string_append (text, "service ");
    describe_service (s, (gint32) i, text);
    g_string_append_c (text, '\n');
  }
  describe_edges (s, text);
  describe_conflicts (s, conflicts, text);
  return sorted (text->str);
}

const char *
rescan_test_first_without (const char *lines, const char *others)
{
  g_auto (GStrv) wanted = g_strsplit (others, "\n", -1);
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; wanted[i] != NULL; i++)
    g_hash_table_add (set, wanted[i]);
  g_auto (GStrv) all = g_strsplit (lines, "\n", -1);
  for (guint i = 0; all[i] != NULL; i++)
    if (!g_hash_table_contains (set, all[i]))
      return g_intern_string (all[i]);
  return "nothing";
}

void
rescan_test_compare (RescanTest *test)
{
  g_autofree char *state = g_build_filename (test->top, "cold", NULL);
  remove_tree (state);
  PmContext *cold = rescan_test_open (state);
  rescan_test_scan (cold, test->root);
  g_autofree char *expected = rescan_test_describe (cold);
  g_autofree char *actual = rescan_test_describe (test->context);
  pm_context_free (cold);
  if (strcmp (expected, actual) != 0)
    g_error ("the registry says: %s\na cold scan: %s", rescan_test_first_without (actual, expected),
             rescan_test_first_without (expected, actual));
}
