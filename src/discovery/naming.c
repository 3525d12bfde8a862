/* DESIGN
 * Tables only. A template's ending is taken off first, then the whole name is looked up, then the
 * extension. What no table knows is text in which only addresses are looked for: a wrong guess
 * there costs nothing but a little time. Every file of a tree is named here: extensions are hashed
 * and globs are held against a name all at once, both made ready with the first name. */

#include "discovery/naming.h"

#include "discovery/glob-set.h"
#include "discovery/passive.h"

#include <string.h>

static const char *const template_endings[] = {
    ".example", ".sample", ".dist",     ".template", ".tmpl",    ".tpl",      ".j2",   ".jinja",
    ".jinja2",  ".erb",    ".mustache", ".gotmpl",   ".default", ".defaults", ".orig", ".bak",
    "-example", "-sample", "-dist",     "-template", ".ejs",     ".hbs",
};

static const char *const ignored_names[] = {
    "*.dockerignore",
    "Dockerfile.ignore",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "deno.lock",
    "composer.lock",
    "Cargo.lock",
    "Gemfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "go.sum",
    "go.work.sum",
    "flake.lock",
    "mix.lock",
    "pubspec.lock",
    "Podfile.lock",
    "Package.resolved",
    "packages.lock.json",
    "gradle.lockfile",
    ".terraform.lock.hcl",
    "Chart.lock",
    "MODULE.bazel.lock",
    "rebar.lock",
    "shard.lock",
    "conan.lock",
    ".DS_Store",
    ".eslintcache",
    "*.min.js",
    "*.min.mjs",
    "*.min.css",
    "*.map",
    "*.bundle.js",
    "*.chunk.js",
    "*.tsbuildinfo",
    "*.snap",
    "*.port-manager-*",
};

static const char *const ignored_extensions[] = {
    "png",   "jpg",    "jpeg",        "gif",   "webp",  "avif",   "ico",      "bmp", "tif",
    "tiff",  "svg",    "psd",         "heic",  "woff",  "woff2",  "ttf",      "otf", "eot",
    "mp3",   "mp4",    "m4a",         "wav",   "ogg",   "oga",    "webm",     "mov", "avi",
    "mkv",   "flac",   "pdf",         "doc",   "docx",  "xls",    "xlsx",     "ppt", "pptx",
    "odt",   "zip",    "gz",          "tgz",   "bz2",   "xz",     "zst",      "7z",  "rar",
    "tar",   "jar",    "war",         "ear",   "class", "o",      "a",        "so",  "dll",
    "dylib", "exe",    "bin",         "obj",   "lib",   "pdb",    "pyc",      "pyo", "whl",
    "egg",   "node",   "wasm",        "lockb", "db",    "sqlite", "sqlite3",  "mdb", "rdb",
    "dump",  "iso",    "img",         "deb",   "rpm",   "apk",    "dmg",      "pem", "key",
    "crt",   "cer",    "der",         "p12",   "pfx",   "jks",    "keystore", "gpg", "asc",
    "sig",   "sha256", "parquet",     "avro",  "pb",    "npy",    "npz",      "pkl", "h5",
    "onnx",  "pt",     "safetensors", "gguf",  "lock",  "swp",    "po",       "mo",  "pot",
};

typedef struct {
  const char *extension;
  PmFileKind kind;
  PmTextClass text_class;
  const char *syntax;
} Extension;

static const Extension extensions[] = {
    {"json", PM_FILE_CONFIG, PM_TEXT_CONFIG, "json"},
    {"jsonc", PM_FILE_CONFIG, PM_TEXT_CONFIG, "json"},
    {"json5", PM_FILE_CONFIG, PM_TEXT_CONFIG, "json"},
    {"code-workspace", PM_FILE_CONFIG, PM_TEXT_CONFIG, "json"},
    {"webmanifest", PM_FILE_CONFIG, PM_TEXT_CONFIG, "json"},
    {"tfvars.json", PM_FILE_CONFIG, PM_TEXT_CONFIG, "json"},
    {"yaml", PM_FILE_CONFIG, PM_TEXT_CONFIG, "yaml"},
    {"yml", PM_FILE_CONFIG, PM_TEXT_CONFIG, "yaml"},
    {"toml", PM_FILE_CONFIG, PM_TEXT_CONFIG, "toml"},
    {"env", PM_FILE_CONFIG, PM_TEXT_CONFIG, "dotenv"},
    {"ini", PM_FILE_CONFIG, PM_TEXT_CONFIG, "ini"},
    {"cfg", PM_FILE_CONFIG, PM_TEXT_CONFIG, "ini"},
    {"cnf", PM_FILE_CONFIG, PM_TEXT_CONFIG, "ini"},
    {"conf", PM_FILE_CONFIG, PM_TEXT_CONFIG, "ini"},
    {"config", PM_FILE_CONFIG, PM_TEXT_CONFIG, "ini"},
    {"properties", PM_FILE_CONFIG, PM_TEXT_CONFIG, "properties"},
    {"tf", PM_FILE_CONFIG, PM_TEXT_CONFIG, "hcl"},
    {"tfvars", PM_FILE_CONFIG, PM_TEXT_CONFIG, "hcl"},
    {"hcl", PM_FILE_CONFIG, PM_TEXT_CONFIG, "hcl"},
    {"nomad", PM_FILE_CONFIG, PM_TEXT_CONFIG, "hcl"},
    {"dockerfile", PM_FILE_CONFIG, PM_TEXT_CONFIG, "dockerfile"},
    {"containerfile", PM_FILE_CONFIG, PM_TEXT_CONFIG, "dockerfile"},
    {"xml", PM_FILE_CONFIG, PM_TEXT_CONFIG, "xml"},
    {"plist", PM_FILE_TEXT, PM_TEXT_CONFIG, NULL},
    {"sh", PM_FILE_SOURCE, PM_TEXT_SOURCE, "shell"},
    {"bash", PM_FILE_SOURCE, PM_TEXT_SOURCE, "shell"},
    {"zsh", PM_FILE_SOURCE, PM_TEXT_SOURCE, "shell"},
    {"ksh", PM_FILE_SOURCE, PM_TEXT_SOURCE, "shell"},
    {"js", PM_FILE_SOURCE, PM_TEXT_SOURCE, "javascript"},
    {"mjs", PM_FILE_SOURCE, PM_TEXT_SOURCE, "javascript"},
    {"cjs", PM_FILE_SOURCE, PM_TEXT_SOURCE, "javascript"},
    {"jsx", PM_FILE_SOURCE, PM_TEXT_SOURCE, "javascript"},
    {"ts", PM_FILE_SOURCE, PM_TEXT_SOURCE, "typescript"},
    {"mts", PM_FILE_SOURCE, PM_TEXT_SOURCE, "typescript"},
    {"cts", PM_FILE_SOURCE, PM_TEXT_SOURCE, "typescript"},
    {"tsx", PM_FILE_SOURCE, PM_TEXT_SOURCE, "tsx"},
    {"md", PM_FILE_TEXT, PM_TEXT_DOCUMENTATION, NULL},
    {"mdx", PM_FILE_TEXT, PM_TEXT_DOCUMENTATION, NULL},
    {"markdown", PM_FILE_TEXT, PM_TEXT_DOCUMENTATION, NULL},
    {"rst", PM_FILE_TEXT, PM_TEXT_DOCUMENTATION, NULL},
    {"adoc", PM_FILE_TEXT, PM_TEXT_DOCUMENTATION, NULL},
    {"txt", PM_FILE_TEXT, PM_TEXT_DOCUMENTATION, NULL},
    {"html", PM_FILE_TEXT, PM_TEXT_SOURCE, NULL},
    {"htm", PM_FILE_TEXT, PM_TEXT_SOURCE, NULL},
    {"log", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
    {"csv", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
    {"tsv", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
    {"sql", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
    {"jsonl", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
    {"ndjson", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
    {"har", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
    {"ipynb", PM_FILE_TEXT, PM_TEXT_DATA, NULL},
};

/* Program text that no format of ours reads: addresses only. */
static const char *const source_extensions[] = {
    "c",      "h",      "cc",     "cpp",    "cxx",   "hpp",     "go",   "rs",    "java", "kt",
    "kts",    "scala",  "groovy", "gradle", "py",    "rb",      "php",  "cs",    "fs",   "vb",
    "swift",  "m",      "mm",     "dart",   "ex",    "exs",     "erl",  "hrl",   "clj",  "cljs",
    "hs",     "ml",     "lua",    "pl",     "pm",    "r",       "jl",   "nim",   "zig",  "v",
    "vue",    "svelte", "astro",  "css",    "scss",  "sass",    "less", "ps1",   "psm1", "bat",
    "cmd",    "fish",   "awk",    "sed",    "proto", "graphql", "gql",  "blade", "twig", "razor",
    "cshtml", "jsp",    "nix",    "tcl",    "vim",   "el",
};

typedef struct {
  const char *word;
  const char *variant;
} Mark;

static const Mark marks[] = {
    {"example", "template"},   {"sample", "template"}, {"dist", "template"},
    {"template", "template"},  {"tmpl", "template"},   {"tpl", "template"},
    {"j2", "template"},        {"local", "local"},     {"override", "override"},
    {"overrides", "override"}, {"dev", "dev"},         {"devel", "dev"},
    {"development", "dev"},    {"prod", "prod"},       {"production", "prod"},
    {"stage", "staging"},      {"staging", "staging"}, {"preprod", "staging"},
    {"test", "test"},          {"tests", "test"},      {"testing", "test"},
    {"e2e", "test"},           {"ci", "test"},         {"qa", "test"},
    {"uat", "test"},           {"debug", "debug"},     {"preview", "preview"},
    {"docker", "docker"},
};

static gboolean
ends_with (const char *text, gsize length, const char *ending)
{
  gsize ending_length = strlen (ending);
  return length > ending_length && g_ascii_strcasecmp (text + length - ending_length, ending) == 0;
}

static gboolean
is_one_of (const char *extension, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (g_ascii_strcasecmp (extension, list[i]) == 0)
      return TRUE;
  return FALSE;
}

static const char *
last_part (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash == NULL ? path : slash + 1;
}

/* Takes one template's ending off, unless nothing but a dot-name would be left. */
static gboolean
strip_template (char *path)
{
  gsize length = strlen (path);
  for (gsize i = 0; i < G_N_ELEMENTS (template_endings); i++)
    if (ends_with (last_part (path), strlen (last_part (path)), template_endings[i])) {
      path[length - strlen (template_endings[i])] = '\0';
      return TRUE;
    }
  return FALSE;
}

/* --- what is made ready once --- */

#define LONGEST_EXTENSION 16

typedef struct {
  PmGlobSet *ignored;     /* names */
  GHashTable *extensions; /* in small letters → Extension */
  PmGlobOwners tools;     /* rule sets that make configuration of what they claim by name */
} Tables;

static const Extension ignored_extension = {NULL, PM_FILE_IGNORED, PM_TEXT_DATA, NULL};
static const Extension source_extension = {NULL, PM_FILE_SOURCE, PM_TEXT_SOURCE, NULL};

static void
add_extensions (Tables *tables, const char *const *names, gsize n, const Extension *extension)
{
  for (gsize i = 0; i < n; i++)
    g_hash_table_insert (tables->extensions, (gpointer) names[i], (gpointer) extension);
}

/* Of an extension that stands in several tables, what is inserted last counts. */
static gpointer
make_tables (gpointer unused)
{
  Tables *tables = g_new0 (Tables, 1);
  tables->ignored = pm_glob_set_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (ignored_names); i++)
    pm_glob_set_add (tables->ignored, ignored_names[i], 0);
  tables->extensions = g_hash_table_new (g_str_hash, g_str_equal);
  add_extensions (tables, source_extensions, G_N_ELEMENTS (source_extensions), &source_extension);
  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    add_extensions (tables, &extensions[i].extension, 1, &extensions[i]);
  add_extensions (tables, ignored_extensions, G_N_ELEMENTS (ignored_extensions),
                  &ignored_extension);
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  for (guint i = 0; rulesets[i] != NULL; i++)
    if (!rulesets[i]->is_fallback && rulesets[i]->claims == NULL)
      pm_glob_owners_add (&tables->tools, i);
  return tables;
}

static const Tables *
tables (void)
{
  static GOnce once = G_ONCE_INIT;
  return g_once (&once, make_tables, NULL);
}

/* --- by name --- */

/* NULL: none is known. */
static const Extension *
extension_of (const char *name)
{
  const char *dot = strrchr (name, '.');
  char lower[LONGEST_EXTENSION];
  gsize length = dot == NULL ? 0 : strlen (dot + 1);
  if (length == 0 || length >= sizeof lower)
    return NULL;
  for (gsize i = 0; i <= length; i++)
    lower[i] = g_ascii_tolower (dot[1 + i]);
  return g_hash_table_lookup (tables ()->extensions, lower);
}

static gboolean
is_ignored (const char *name)
{
  PmGlobOwners owners = {{0}};
  const Extension *extension = extension_of (name);
  return (extension != NULL && extension->kind == PM_FILE_IGNORED) ||
         pm_glob_set_match (tables ()->ignored, name, &owners);
}

/* A folder whose name says that what lies in it is material for tests or a record. */
static gboolean
is_data (const char *path)
{
  static const char *const folders[] = {"fixtures",  "__fixtures__", "testdata", "__snapshots__",
                                        "snapshots", "logs",         "cassettes"};
  const char *at = path;
  for (const char *slash; (slash = strchr (at, '/')) != NULL; at = slash + 1)
    for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
      if (strlen (folders[i]) == (gsize) (slash - at) &&
          strncmp (at, folders[i], (gsize) (slash - at)) == 0)
        return TRUE;
  return FALSE;
}

/* `en`, `pt-BR`, `zh_Hans`: a language tag (BCP 47), a script or a region behind it. */
static gboolean
is_language (const char *text, gsize length)
{
  gsize letters = 0;
  while (letters < length && g_ascii_islower (text[letters]))
    letters++;
  if (letters < 2 || letters > 3)
    return FALSE;
  if (letters == length)
    return TRUE;
  gsize rest = length - letters - 1;
  if ((text[letters] != '-' && text[letters] != '_') || rest < 2 || rest > 4)
    return FALSE;
  for (gsize i = letters + 1; i < length; i++)
    if (!g_ascii_isalnum (text[i]))
      return FALSE;
  return TRUE;
}

/* locales/de.json, i18n/en/common.json: what a program says to people, in which no port is one. */
static gboolean
is_translation (const char *path)
{
  static const char *const folders[] = {"locales", "locale",       "i18n",    "lang",
                                        "langs",   "translations", "messages"};
  gboolean is_below = FALSE;
  const char *at = path;
  for (const char *slash; (slash = strchr (at, '/')) != NULL; at = slash + 1) {
    gsize length = (gsize) (slash - at);
    if (is_below && is_language (at, length))
      return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
      is_below =
          is_below || (strlen (folders[i]) == length && strncmp (at, folders[i], length) == 0);
  }
  return is_below && is_language (at, strcspn (at, "."));
}

static void
classify (PmNaming *naming, const char *name)
{
  naming->kind = PM_FILE_TEXT;
  naming->text_class = PM_TEXT_CONFIG;
  const char *dot = strrchr (name, '.');
  if (dot == NULL) {
    static const char *const prose[] = {"README", "LICENSE", "LICENCE",      "COPYING", "CHANGELOG",
                                        "NOTICE", "AUTHORS", "CONTRIBUTING", "TODO",    "NEWS"};
    if (is_one_of (name, prose, G_N_ELEMENTS (prose)))
      naming->text_class = PM_TEXT_DOCUMENTATION;
    return;
  }
  const Extension *extension = extension_of (name);
  if (extension == NULL || extension->kind == PM_FILE_IGNORED)
    return; /* template.png.example: whatever it is, it is none */
  naming->kind = extension->kind;
  naming->text_class = extension->text_class;
  naming->syntax = extension->syntax;
}

/* A rule set for one tool makes configuration of whatever it claims by name. */
static gboolean
is_a_tools_own (const PmGlobOwners *fitting)
{
  guint64 common = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (fitting->words); i++)
    common |= fitting->words[i] & tables ()->tools.words[i];
  return common != 0;
}

void
pm_naming_init (PmNaming *naming, const char *file)
{
  *naming = (PmNaming){.path = g_strdup (file)};
  if (is_ignored (last_part (file))) {
    naming->kind = PM_FILE_IGNORED;
    naming->text_class = PM_TEXT_DATA;
    return;
  }
  while (strip_template (naming->path))
    naming->is_template = TRUE;
  classify (naming, last_part (naming->path));
  pm_rulesets_fitting (naming->path, &naming->fitting);
  if (is_a_tools_own (&naming->fitting)) {
    naming->kind = PM_FILE_CONFIG;
    naming->text_class = PM_TEXT_CONFIG;
  }
  if (naming->is_template)
    pm_rulesets_fitting (file, &naming->fitting);
  if (pm_passive_by_name (last_part (naming->path)))
    pm_naming_make_passive (naming);
  if (naming->kind == PM_FILE_CONFIG && is_translation (file)) {
    naming->kind = PM_FILE_TEXT;
    naming->text_class = PM_TEXT_DATA;
    naming->syntax = NULL;
    naming->fitting = (PmGlobOwners){{0}};
  }
  if (naming->text_class != PM_TEXT_DOCUMENTATION && is_data (file))
    naming->text_class = PM_TEXT_DATA;
}

void
pm_naming_make_passive (PmNaming *naming)
{
  naming->is_passive = TRUE;
  naming->kind = PM_FILE_TEXT;
  naming->fitting = (PmGlobOwners){{0}};
}

void
pm_naming_clear (PmNaming *naming)
{
  g_clear_pointer (&naming->path, g_free);
}

const char *
pm_naming_mark (const char *word, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strlen (marks[i].word) == length && g_ascii_strncasecmp (marks[i].word, word, length) == 0)
      return marks[i].variant;
  return NULL;
}

/* The strongest mark among the words of a name: a template is never a running configuration,
 * whatever else its name says. */
static const char *
mark_of_words (const char *text, gsize length, gboolean skip_first)
{
  const char *found = "";
  gsize start = 0;
  for (gsize i = 0; i <= length; i++) {
    if (i < length && text[i] != '.' && text[i] != '-' && text[i] != '_')
      continue;
    const char *mark =
        i > start && !(skip_first && start == 0) ? pm_naming_mark (text + start, i - start) : NULL;
    if (mark != NULL && (*found == '\0' || strcmp (mark, "template") == 0))
      found = mark;
    start = i + 1;
  }
  return found;
}

/* Folders that exist to hold the variants of something: overlays/prod, environments/staging. */
static gboolean
holds_variants (const char *folder, gsize length)
{
  static const char *const folders[] = {"overlays", "environments", "envs",   ".envs",  "env",
                                        "stages",   "config",       "deploy", "values", "clusters"};
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (strlen (folders[i]) == length && strncmp (folders[i], folder, length) == 0)
      return TRUE;
  return FALSE;
}

static const char *
mark_of_folders (const char *file)
{
  const char *before = file;
  gsize before_length = 0;
  const char *at = file;
  for (const char *slash; (slash = strchr (at, '/')) != NULL; at = slash + 1) {
    gsize length = (gsize) (slash - at);
    gsize dot = length > 1 && *at == '.' ? 1 : 0;
    const char *mark =
        holds_variants (before, before_length) ? pm_naming_mark (at + dot, length - dot) : NULL;
    if (mark != NULL)
      return mark;
    before = at;
    before_length = length;
  }
  return "";
}

/* cookiecutter's and copier's {{ name }}, and the file that asks for those names: the beginning of
 * projects to come, which nobody runs where it lies. */
static gboolean
is_of_a_skeleton (const char *file, const char *name)
{
  static const char *const questions[] = {"cookiecutter.json", "copier.yml", "copier.yaml"};
  const char *braces = strstr (file, "{{");
  if (braces != NULL && strstr (braces, "}}") != NULL)
    return TRUE;
  return is_one_of (name, questions, G_N_ELEMENTS (questions));
}

const char *
pm_naming_variant (const char *file)
{
  if (is_of_a_skeleton (file, last_part (file)))
    return "template";
  const char *name = last_part (file);
  const char *mark = mark_of_words (name, strlen (name), TRUE);
  return *mark != '\0' ? mark : mark_of_folders (file);
}
