/* The rewriter property over the files of real projects, which lie beside the repository. */

#include <string.h>

#include "format-test.h"
#include "rewriter-property.h"

#define MOST_FILES 20000

/* Which format a file of this name is read with: the first that matches. */
static const struct {
  const char *pattern; /* of the name */
  const char *format;
} names[] = {
    {"*.json", "json"},
    {"*.jsonc", "json"},
    {".env*", "dotenv"},
    {"*.env", "dotenv"},
    {"*.env.*", "dotenv"},
    {".django", "dotenv"},
    {".postgres", "dotenv"},
    {"*.properties", "properties"},
    {"*.service", "systemd"},
    {"*.socket", "systemd"},
    {"supervisord.conf", "ini"},
    {"www.conf", "ini"},
    {"*.pool.conf", "ini"},
    {"*.ini", "ini"},
    {"*.cnf", "ini"},
    {"*.cfg", "ini"},
    {".editorconfig", "ini"},
    {"*ockerfile*", "dockerfile"},
    {"Caddyfile*", "caddyfile"},
    {"Procfile*", "procfile"},
    {".htaccess", "apache"},
    {"*apache*.conf", "apache"},
    {"vhost.conf", "apache"},
    {"000-default.conf", "apache"},
    {"redis*.conf", "directive"},
    {"mosquitto.conf", "directive"},
    {"nats*.conf", "directive"},
    {"haproxy.cfg", "directive"},
    {"sshd_config", "directive"},
    {"*.conf", "nginx"},
    {"*.yaml", "yaml"},
    {"*.yml", "yaml"},
    {"*.toml", "toml"},
    {"*.tf", "hcl"},
    {"*.tfvars", "hcl"},
    {"*.ts", "typescript"},
    {"*.tsx", "tsx"},
    {"*.js", "javascript"},
    {"*.sh", "shell"},
    {"*.xml", "xml"},
};

static const char *
format_of (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_pattern_match_simple (names[i].pattern, name))
      return names[i].format;
  return NULL;
}

/* All regular files below root; NULL when root is not there. */
static GPtrArray *
files_below (const char *root)
{
  if (!g_file_test (root, G_FILE_TEST_IS_DIR))
    return NULL;
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) directories = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (directories, g_strdup (root));
  for (guint i = 0; i < directories->len && files->len < MOST_FILES; i++) {
    const char *directory = g_ptr_array_index (directories, i);
    g_autoptr (GDir) entries = g_dir_open (directory, 0, NULL);
    const char *name;
    while (entries != NULL && (name = g_dir_read_name (entries)) != NULL) {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      gboolean is_directory = g_file_test (path, G_FILE_TEST_IS_DIR);
      g_ptr_array_add (is_directory ? directories : files, g_steal_pointer (&path));
    }
  }
  return files;
}

static GPtrArray *corpus; /* of file names; NULL: there is none */

static void
holds_for_real_files (gconstpointer data)
{
  const PmFormat *format = data;
  guint n_files = 0, n_edits = 0, n_problems = 0;
  if (corpus == NULL) {
    g_test_skip ("../shared/corpus/projects is not there");
    return;
  }
  for (guint i = 0; i < corpus->len; i++) {
    const char *path = g_ptr_array_index (corpus, i);
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *bytes = NULL;
    gsize length;
    if (g_strcmp0 (format_of (name), format->name) != 0 ||
        !g_file_get_contents (path, &bytes, &length, NULL))
      continue;
    g_test_message ("%s", path);
    n_files++;
    n_edits += rewriter_property_check (format, bytes, length, i);
    g_autoptr (PmDocument) document = pm_format_parse (format, bytes, length);
    n_problems += document->problems->len > 0;
  }
  g_test_message ("%s: %u files, %u edits, %u files with problems", format->name, n_files, n_edits,
                  n_problems);
}

/* --- the control: a format that writes more than it was asked to --- */

static char *
escape_too_much (PmQuoting quoting, gboolean whole, const char *text)
{
  return g_strconcat (text, "\nINJECTED=1", NULL);
}

static void
catches_a_broken_format (void)
{
  if (g_test_subprocess ()) {
    PmFormat broken = pm_format_dotenv;
    broken.escape = escape_too_much;
    for (guint32 seed = 0; seed < 8; seed++)
      rewriter_property_check (&broken, "PORT=8080\n", 10, seed);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

int
main (int argc, char *argv[])
{
  const char *root = g_getenv ("PM_TEST_CORPUS");
  g_test_init (&argc, &argv, NULL);
  corpus = root == NULL ? NULL : files_below (root);
  g_test_add_func ("/formats/corpus/catches-a-broken-format", catches_a_broken_format);
  for (const PmFormat *const *format = pm_format_all (); *format != NULL; format++) {
    g_autofree char *name = g_strdup_printf ("/formats/corpus/holds-for/%s", (*format)->name);
    g_test_add_data_func (name, *format, holds_for_real_files);
  }
  int status = g_test_run ();
  g_clear_pointer (&corpus, g_ptr_array_unref);
  return status;
}
