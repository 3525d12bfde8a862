/* Prints what the rule sets find in a tree, one finding a line as `port-manager findings --ndjson`
 * does, without a registry or a walk that anybody would want to use: for tests and for measuring
 * rules against labelled files.
 *
 * usage: dump-findings ROOT
 *
 * The first folder below ROOT is the project. The environment of a file is the .env beside it and
 * those of the folders above, up to the project. */

#include <stdio.h>
#include <string.h>

#include "discovery/recognise.h"

#define LARGEST_FILE (4 * 1024 * 1024)

static void
print_text (const char *key, const char *text)
{
  printf (",\"%s\":\"", key);
  for (const guchar *at = (const guchar *) text; *at != '\0'; at++)
    if (*at == '"' || *at == '\\')
      printf ("\\%c", *at);
    else if (*at < 0x20 || *at == 0x7f)
      printf ("\\u%04x", *at);
    else
      putchar (*at);
  putchar ('"');
}

static void
print_finding (const PmFinding *f, const char *file, const char *format, const char *project)
{
  printf ("{\"line\":%u,\"column\":%u,\"start\":%u,\"end\":%u", f->position.line,
          f->position.column, f->span.start, f->span.end);
  print_text ("file", file);
  print_text ("project", project);
  print_text ("format", format);
  print_text ("path", f->path);
  print_text ("kind", pm_kind_name (f->kind));
  print_text ("role", pm_role_name (f->role));
  if (f->kind == PM_KIND_PORT)
    printf (",\"value\":%u,\"value_end\":%u", f->port, f->port_end);
  else
    print_text ("value", f->address);
  print_text ("host", f->host);
  print_text ("service", f->service);
  print_text ("origin", f->origin);
  print_text ("variant", f->variant);
  print_text ("rule", f->rule);
  print_text ("scope", pm_scope_name (f->scope));
  print_text ("textClass", pm_text_class_name (f->text_class));
  printf (",\"confidence\":%.3f}\n", f->confidence);
}

/* The .env files from the project's folder down to the file's own, later ones winning. */
static PmEnvironment *
environment_of (const char *root, const char *file)
{
  PmEnvironment *environment = pm_environment_new (NULL);
  for (const char *slash = strchr (file, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *folder = g_strndup (file, (gsize) (slash - file));
    g_autofree char *name = g_build_filename (folder, ".env", NULL);
    g_autofree char *path = g_build_filename (root, name, NULL);
    g_autofree char *bytes = NULL;
    gsize length;
    if (g_file_get_contents (path, &bytes, &length, NULL))
      pm_recognise_definitions (name, bytes, length, environment);
  }
  return environment;
}

static void
dump_file (const char *root, const char *file)
{
  const char *slash = strchr (file, '/');
  g_autofree char *project =
      slash == NULL ? g_strdup ("") : g_strndup (file, (gsize) (slash - file));
  if (pm_recognise_kind (slash == NULL ? file : slash + 1) == PM_FILE_IGNORED)
    return;
  g_autofree char *path = g_build_filename (root, file, NULL);
  g_autofree char *bytes = NULL;
  gsize length;
  if (!g_file_get_contents (path, &bytes, &length, NULL) || length > LARGEST_FILE)
    return;

  g_autoptr (PmEnvironment) environment = environment_of (root, file);
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, project, bytes, length, environment, arena);
  for (guint i = 0; i < sighting->findings->len; i++)
    print_finding (&g_array_index (sighting->findings, PmFinding, i), file, sighting->format,
                   project);
}

/* Folders still to be read, relative to the root. */
static void
dump_tree (const char *root)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (folders, g_strdup (""));
  while (folders->len > 0) {
    g_autofree char *folder = g_ptr_array_steal_index (folders, folders->len - 1);
    g_autofree char *path = g_build_filename (root, folder, NULL);
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
      g_autofree char *child =
          *folder == '\0' ? g_strdup (name) : g_strconcat (folder, "/", name, NULL);
      g_autofree char *full = g_build_filename (root, child, NULL);
      if (g_file_test (full, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (!g_file_test (full, G_FILE_TEST_IS_DIR))
        dump_file (root, child);
      else if (strcmp (name, "node_modules") != 0 && strcmp (name, ".git") != 0)
        g_ptr_array_add (folders, g_steal_pointer (&child));
    }
  }
}

int
main (int argc, char *argv[])
{
  if (argc != 2) {
    fprintf (stderr, "usage: dump-findings ROOT\n");
    return 2;
  }
  dump_tree (argv[1]);
  return 0;
}
