/* DESIGN
 * A table of file names, each with a function that reads one. JSON, YAML and TOML go through their
 * formats; of the others (XML, Gradle, Go) only the few words that matter are looked for. */

#include "discovery/workspace.h"

#include <string.h>

#include "formats/format.h"

#define MOST_MEMBERS 1024
#define LONGEST_MEMBER 512

typedef void Reader (PmWorkspace *workspace, const char *bytes, gsize length);

/* --- members --- */

static void
add_plain (PmWorkspace *workspace, const char *member)
{
  gboolean negated = member[0] == '!';
  const char *path = member + negated;
  while (g_str_has_prefix (path, "./"))
    path += 2;
  gsize length = strlen (path);
  while (length > 0 && path[length - 1] == '/')
    length--;
  if (length == 0 || path[0] == '/' || g_str_has_prefix (path, "../"))
    return;
  g_ptr_array_add (workspace->members,
                   g_strdup_printf ("%s%.*s", negated ? "!" : "", (int) length, path));
}

/* Braces are taken apart from the left, one pair at a time, on a list instead of by recursion. */
static void
add_member (PmWorkspace *workspace, const char *member, gsize length)
{
  g_autoptr (GPtrArray) todo = g_ptr_array_new_with_free_func (g_free);
  if (length == 0 || length > LONGEST_MEMBER)
    return;
  g_ptr_array_add (todo, g_strndup (member, length));
  for (guint i = 0; i < todo->len && workspace->members->len < MOST_MEMBERS; i++) {
    const char *text = todo->pdata[i];
    const char *open = strchr (text, '{');
    const char *close = open == NULL ? NULL : strchr (open, '}');
    if (close == NULL || todo->len > MOST_MEMBERS) {
      add_plain (workspace, text);
      continue;
    }
    g_autofree char *inside = g_strndup (open + 1, (gsize) (close - open - 1));
    g_auto (GStrv) choices = g_strsplit (inside, ",", 64);
    for (char **choice = choices; *choice != NULL; choice++)
      g_ptr_array_add (todo,
                       g_strdup_printf ("%.*s%s%s", (int) (open - text), text, *choice, close + 1));
  }
}

static void
add_list (PmWorkspace *workspace, const PmDocument *document, PmNodeId list, const char *mark)
{
  if (list == 0)
    return;
  list = pm_document_resolve (document, list);
  for (PmNodeId id = pm_document_node (document, list)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const char *text = pm_document_text (document, id);
    g_autofree char *marked = text == NULL ? NULL : g_strconcat (mark, text, NULL);
    if (marked != NULL)
      add_member (workspace, marked, strlen (marked));
  }
}

static void
take_name (PmWorkspace *workspace, const PmDocument *document, PmNodeId id)
{
  const char *name = id == 0 ? NULL : pm_document_text (document, id);
  if (name != NULL && name[0] != '\0' && g_utf8_validate (name, -1, NULL))
    workspace->name = g_strdup (name);
}

static PmDocument *
parse (PmWorkspace *workspace, const char *format, const char *bytes, gsize length)
{
  PmDocument *document = pm_format_parse (pm_format_by_name (format), bytes, length);
  workspace->is_broken = document->problems->len > 0;
  return document;
}

/* --- one function for each kind of file --- */

static void
read_package_json (PmWorkspace *workspace, const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = parse (workspace, "json", bytes, length);
  take_name (workspace, document, pm_document_find (document, 0, "name", NULL));
  PmNodeId list = pm_document_find (document, 0, "workspaces", NULL);
  PmNodeId packages = pm_document_find (document, 0, "workspaces", "packages", NULL);
  add_list (workspace, document, packages != 0 ? packages : list, "");
}

static void
read_pnpm (PmWorkspace *workspace, const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = parse (workspace, "yaml", bytes, length);
  PmNodeId list = pm_document_find (document, 0, "packages", NULL);
  if (list == 0) /* a stream of documents: the first */
    list =
        pm_document_find (document, pm_document_node (document, 0)->first_child, "packages", NULL);
  add_list (workspace, document, list, "");
}

static void
read_lerna (PmWorkspace *workspace, const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = parse (workspace, "json", bytes, length);
  add_list (workspace, document, pm_document_find (document, 0, "packages", NULL), "");
}

/* Every directory with a project.json below it is a project of Nx. */
static void
read_nx (PmWorkspace *workspace, const char *bytes, gsize length)
{
  add_member (workspace, "**/project.json", strlen ("**/project.json"));
}

static void
read_nx_project (PmWorkspace *workspace, const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = parse (workspace, "json", bytes, length);
  take_name (workspace, document, pm_document_find (document, 0, "name", NULL));
}

static void
read_cargo (PmWorkspace *workspace, const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = parse (workspace, "toml", bytes, length);
  take_name (workspace, document, pm_document_find (document, 0, "package", "name", NULL));
  add_list (workspace, document, pm_document_find (document, 0, "workspace", "members", NULL), "");
  add_list (workspace, document, pm_document_find (document, 0, "workspace", "exclude", NULL), "!");
}

static void
read_pyproject (PmWorkspace *workspace, const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = parse (workspace, "toml", bytes, length);
  take_name (workspace, document, pm_document_find (document, 0, "project", "name", NULL));
  if (workspace->name == NULL)
    take_name (workspace, document, pm_document_find (document, 0, "tool", "poetry", "name", NULL));
  PmNodeId uv = pm_document_find (document, 0, "tool", "uv", "workspace", NULL);
  if (uv == 0)
    return;
  add_list (workspace, document, pm_document_find (document, uv, "members", NULL), "");
  add_list (workspace, document, pm_document_find (document, uv, "exclude", NULL), "!");
}

static void
read_composer (PmWorkspace *workspace, const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = parse (workspace, "json", bytes, length);
  take_name (workspace, document, pm_document_find (document, 0, "name", NULL));
}

/* Calls for each line without its `//` comment and outer blanks. */
typedef void LineReader (PmWorkspace *workspace, char *line, gboolean *in_block);

static void
read_lines (PmWorkspace *workspace, const char *bytes, gsize length, LineReader *read)
{
  gboolean in_block = FALSE;
  for (const char *at = bytes, *end = bytes + length; at < end;) {
    const char *newline = memchr (at, '\n', (gsize) (end - at));
    const char *line_end = newline == NULL ? end : newline;
    g_autofree char *line = g_strndup (at, (gsize) (line_end - at));
    char *comment = strstr (line, "//");
    if (comment != NULL)
      *comment = '\0';
    read (workspace, g_strstrip (line), &in_block);
    at = line_end + 1;
  }
}

/* use ./a, or use ( … ) over several lines */
static void
read_go_work_line (PmWorkspace *workspace, char *line, gboolean *in_block)
{
  if (*in_block && line[0] != ')') {
    add_member (workspace, line, strlen (line));
    return;
  }
  *in_block = FALSE;
  if (!g_str_has_prefix (line, "use") || (line[3] != ' ' && line[3] != '\t' && line[3] != '('))
    return;
  line = g_strchug (line + 3);
  *in_block = line[0] == '(';
  if (!*in_block)
    add_member (workspace, line, strlen (line));
}

static void
read_go_work (PmWorkspace *workspace, const char *bytes, gsize length)
{
  read_lines (workspace, bytes, length, read_go_work_line);
}

static void
read_go_mod_line (PmWorkspace *workspace, char *line, gboolean *in_block)
{
  if (workspace->name == NULL && g_str_has_prefix (line, "module ") &&
      g_utf8_validate (line, -1, NULL))
    workspace->name = g_path_get_basename (g_strchug (line + strlen ("module ")));
}

static void
read_go_mod (PmWorkspace *workspace, const char *bytes, gsize length)
{
  read_lines (workspace, bytes, length, read_go_mod_line);
}

/* include ':a:b', "c" — a colon is a slash; a list goes on behind a comma. */
static void
read_gradle_line (PmWorkspace *workspace, char *line, gboolean *in_block)
{
  gboolean starts = g_str_has_prefix (line, "include") && strchr (" \t('\"", line[7]) != NULL;
  if (!starts && !*in_block)
    return;
  for (char *quote = strpbrk (line, "'\""); quote != NULL;) {
    char *close = strchr (quote + 1, *quote);
    if (close == NULL)
      break;
    *close = '\0';
    char *path = g_strdelimit (quote + 1, ":", '/');
    while (*path == '/')
      path++;
    add_member (workspace, path, strlen (path));
    quote = strpbrk (close + 1, "'\"");
    line = close + 1;
  }
  *in_block = g_str_has_suffix (line, ",") || g_str_has_suffix (line, "(");
}

static void
read_gradle (PmWorkspace *workspace, const char *bytes, gsize length)
{
  read_lines (workspace, bytes, length, read_gradle_line);
}

/* <module>path</module>, wherever it stands. */
static void
read_maven (PmWorkspace *workspace, const char *bytes, gsize length)
{
  static const char open[] = "<module>";
  for (const char *end = bytes + length, *at = bytes; workspace->members->len < MOST_MEMBERS;) {
    at = memmem (at, (gsize) (end - at), open, strlen (open));
    if (at == NULL)
      return;
    at += strlen (open);
    const char *close = memchr (at, '<', (gsize) (end - at));
    if (close == NULL)
      return;
    g_autofree char *member = g_strndup (at, (gsize) (close - at));
    g_strstrip (member);
    add_member (workspace, member, strlen (member));
    at = close;
  }
}

/* "gitdir: PATH". Of a linked worktree PATH is `worktrees/<id>` in the repository's own directory;
 * of a submodule `modules/<name>`. The text alone is judged: what it leads to is not looked at. */
static void
read_git_file (PmWorkspace *workspace, const char *bytes, gsize length)
{
  static const char start[] = "gitdir: ";
  if (length < strlen (start) || memcmp (bytes, start, strlen (start)) != 0)
    return;
  g_autofree char *target = g_strndup (bytes + strlen (start), length - strlen (start));
  target[strcspn (target, "\r\n")] = '\0';
  g_autofree char *parent = g_path_get_dirname (target);
  g_autofree char *folder = g_path_get_basename (parent);
  workspace->is_worktree = strcmp (folder, "worktrees") == 0;
}

static void
read_nothing (PmWorkspace *workspace, const char *bytes, gsize length)
{
}

static const struct {
  const char *name;
  Reader *read;
} files[] = {
    {"package.json", read_package_json},
    {"pnpm-workspace.yaml", read_pnpm},
    {"pnpm-workspace.yml", read_pnpm},
    {"lerna.json", read_lerna},
    {"nx.json", read_nx},
    {"project.json", read_nx_project}, /* a package only where an nx.json says so */
    {"Cargo.toml", read_cargo},
    {"pyproject.toml", read_pyproject},
    {"composer.json", read_composer},
    {"go.work", read_go_work},
    {"go.mod", read_go_mod},
    {"pom.xml", read_maven},
    {"settings.gradle", read_gradle},
    {"settings.gradle.kts", read_gradle},
    {"build.gradle", read_nothing},
    {"build.gradle.kts", read_nothing},
    {"Gemfile", read_nothing},
    {"mix.exs", read_nothing},
    {".git", read_git_file},
};

const char *const *
pm_workspace_packages (void)
{
  static const char *const names[] = {
      "package.json", "Cargo.toml",       "pyproject.toml", "composer.json", "go.mod", "pom.xml",
      "build.gradle", "build.gradle.kts", "Gemfile",        "mix.exs",       NULL,
  };
  return names;
}

gboolean
pm_workspace_knows (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (strcmp (files[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

void
pm_workspace_read (PmWorkspace *ret, const char *name, const char *bytes, gsize length)
{
  *ret = (PmWorkspace){.members = g_ptr_array_new_with_free_func (g_free)};
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    if (strcmp (files[i].name, name) != 0)
      continue;
    ret->is_package = g_strv_contains (pm_workspace_packages (), name);
    files[i].read (ret, bytes, length);
  }
}

void
pm_workspace_clear (PmWorkspace *workspace)
{
  g_free (workspace->name);
  g_ptr_array_unref (workspace->members);
}
