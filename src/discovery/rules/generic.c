/* Configuration of no known tool, by syntax: YAML, JSON, TOML, INI, Java properties.
 *
 * Nothing but the names of the keys is known (vocabulary.h), so the confidence is below that of any
 * rule set for a tool. */

#include "discovery/cluster-keys.h"
#include "discovery/naming.h"
#include "discovery/record-lists.h"
#include "discovery/rules/rules.h"

#include <string.h>

#define FED_SHARE 0.5 /* of what else would be believed: less than what is written unasked */

static const PmRule by_key = {
    .id = "generic", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.8};

/* Folders that by their tools' own words hold what tests are fed with: the go command ignores
 * testdata ("go help test"); Jest's snapshots; fixtures of pytest, Cypress, Rails and others. */
static gboolean
is_fed_to_tests (const char *file)
{
  static const char *const folders[] = {"testdata",      "fixtures",   "__fixtures__",
                                        "__snapshots__", ".snapshots", NULL};
  g_auto (GStrv) parts = g_strsplit (file, "/", -1);
  for (char **part = parts; *part != NULL && part[1] != NULL; part++)
    if (g_strv_contains (folders, *part))
      return TRUE;
  return FALSE;
}

/* It is listed, and edited where somebody says so; nothing listens there. */
static void
doubt_ports (PmRecognition *r)
{
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT)
      finding->confidence *= FED_SHARE;
  }
}

/* `port: {type: number, default: "587"}` describes an input, as a schema does (JSON Schema,
 * "Type-specific keywords", "Annotations"), wherever it stands: what its default is of is not told.
 */
static void
pass_over_inputs (PmRecognition *r)
{
  static const char *const types[] = {"string", "number", "integer", NULL};
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_SCALAR || g_strcmp0 (node->key, "default") != 0)
      continue;
    PmNodeId type = pm_document_child (r->document, node->parent, "type");
    const char *text = type == 0 ? NULL : pm_document_text (r->document, type);
    if (text != NULL && g_strv_contains (types, text))
      pm_recognition_pass_over (r, id);
  }
}

static void
recognise (PmRecognition *r)
{
  pass_over_inputs (r);
  pm_recognition_read_keys (r, r->root, &by_key, "");
  pm_cluster_keys_settle (r, 0);
  pm_record_lists_settle (r, 0);
  if (is_fed_to_tests (r->file))
    doubt_ports (r);
}

/* What lies in a folder of templates, or is called template itself, is none of what runs: a
 * catalogue to choose from, a project's beginning. */
static const char *
variant (const char *file)
{
  const char *usual = pm_naming_variant (file);
  gboolean is_below = strstr (file, "/templates/") != NULL || strstr (file, "/template/") != NULL ||
                      g_str_has_prefix (file, "templates/") || g_str_has_prefix (file, "template/");
  const char *slash = strrchr (file, '/');
  gboolean is_one = g_str_has_prefix (slash == NULL ? file : slash + 1, "template.");
  return is_below || is_one ? "template" : usual;
}

#define GENERIC(name_, syntax_, expansion_, ...)                                                   \
  static const char *const name_##_files[] = {__VA_ARGS__, NULL};                                  \
  const PmRuleset pm_ruleset_generic_##name_ = {.name = #name_,                                    \
                                                .files = name_##_files,                            \
                                                .syntax = syntax_,                                 \
                                                .is_fallback = TRUE,                               \
                                                .marks = pm_ruleset_no_marks,                      \
                                                .variant = variant,                                \
                                                .expansion = PM_EXPANSION_##expansion_,            \
                                                .recognise = recognise}

GENERIC (yaml, "yaml", SHELL, "*.yaml", "*.yml");
GENERIC (json, "json", SHELL, "*.json", "*.jsonc", "*.json5", "*.code-workspace", "*.webmanifest");
GENERIC (toml, "toml", SHELL, "*.toml");
GENERIC (ini, "ini", SHELL, "*.ini", "*.cfg", "*.cnf", "*.conf", "*.config");
GENERIC (properties, "properties", SPRING, "*.properties");
