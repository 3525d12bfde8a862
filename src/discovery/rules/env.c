/* dotenv files: motdotla/dotenv, dotenv-flow (.env.<mode>.local), Vite's and Next.js's env files,
 * Flask's .flaskenv, cookiecutter-django's .envs/.<mode>/.<service>, direnv's .envrc without its
 * commands, and env_file of Docker Compose.
 *
 * A file whose extension says another language is none of them (dotenv.c, env.test.ts, .env.yaml),
 * whatever the rest of its name says.
 *
 * Values are read by their names (vocabulary.h): nothing in such a file says who reads a variable.
 * A <NAME>_PORT of a name that nothing tells about is taken for somebody else's port: calling it a
 * listener would make conflicts out of references. */

#include "discovery/naming.h"
#include "discovery/rules/rules.h"

#include <string.h>

#define OVERRIDDEN_CONFIDENCE 0.45

static const char *const files[] = {
    ".env",         ".env.*",        "*.env",          ".env-*",
    ".env_*",       "env",           "env.dev*",       "env.prod*",
    "env.local*",   "env.test*",     "env.stag*",      "env.docker*",
    "*.env.dev*",   "*.env.prod*",   "*.env.local",    "*.env.test*",
    "*.env.stag*",  "*.env.docker*", ".flaskenv",      ".envrc",
    "**/.envs/**",  "**/.env/**",    "dotenv",         "dotenv.*",
    ".dev.vars",    ".dev.vars.*",   "**/.envs/.*/.*", "env-example*",
    "env_example*", "env-sample*",   "env-template*",  "env-dev*",
    "env-prod*",    "env-test*",     "env-local*",     NULL,
};

static const char *const other_languages[] = {
    "*.c",    "*.h",     "*.cc",     "*.cpp",   "*.hpp",    "*.cs",     "*.go",   "*.rs",
    "*.py",   "*.rb",    "*.php",    "*.java",  "*.kt",     "*.js",     "*.mjs",  "*.cjs",
    "*.jsx",  "*.ts",    "*.mts",    "*.cts",   "*.tsx",    "*.vue",    "*.sh",   "*.bash",
    "*.zsh",  "*.fish",  "*.ps1",    "*.lua",   "*.ex",     "*.exs",    "*.dart", "*.swift",
    "*.json", "*.jsonc", "*.json5",  "*.yaml",  "*.yml",    "*.toml",   "*.xml",  "*.html",
    "*.md",   "*.mdx",   "*.rst",    "*.txt",   "*.tf",     "*.tfvars", "*.hcl",  "*.sql",
    "*.css",  "*.scss",  "*.svelte", "*.astro", "*.groovy", "*.gradle", NULL,
};

static const PmRule by_name = {
    .id = "env", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.95};

/* Where a name is set twice, all of these readers take the last one. */
static GHashTable *
find_last_definitions (PmRecognition *r)
{
  GHashTable *last = g_hash_table_new (g_str_hash, g_str_equal);
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const char *name = pm_document_node (r->document, id)->key;
    if (name != NULL)
      g_hash_table_insert (last, (gpointer) name, GUINT_TO_POINTER (id));
  }
  return last;
}

/* It is said, but not in force: no service listens there. */
static void
doubt_ports (PmRecognition *r, guint first)
{
  for (guint i = first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT)
      finding->confidence = MIN (finding->confidence, OVERRIDDEN_CONFIDENCE);
  }
}

static void
recognise (PmRecognition *r)
{
  g_autoptr (GHashTable) last = find_last_definitions (r);
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const char *name = pm_document_node (r->document, id)->key;
    guint first = r->out->findings->len;
    if (name == NULL)
      continue;
    pm_recognition_read_named (r, id, name, &by_name, "");
    if (GPOINTER_TO_UINT (g_hash_table_lookup (last, name)) != id)
      doubt_ports (r, first);
  }
}

/* Behind `.env.` every word is a mode of its own, known or not, and `local` behind it stays local:
 * dotenv-flow's names. */
static const char *
variant (const char *file)
{
  const char *usual = pm_naming_variant (file);
  if (*usual != '\0')
    return usual;
  const char *slash = strrchr (file, '/');
  const char *name = slash == NULL ? file : slash + 1;
  if (!g_str_has_prefix (name, ".env.") || name[strlen (".env.")] == '\0')
    return "";
  return name + strlen (".env.");
}

const PmRuleset pm_ruleset_env = {
    .name = "env",
    .files = files,
    .but_no = other_languages,
    .syntax = "dotenv",
    .variant = variant,
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
