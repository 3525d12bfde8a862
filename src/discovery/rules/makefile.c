/* Makefiles (GNU make's manual): variables by their names, each line of a recipe as a command, with
 * the file's own variables put in. The environment that make takes variables from is not known, so
 * `PORT ?= 8080` counts as what it says. A server that a recipe starts without a port listens on
 * its own default. */

#include "discovery/rules/rules.h"
#include "discovery/tool-defaults.h"

static const char *const files[] = {"Makefile", "makefile", "GNUmakefile", "Makefile.*",
                                    "*.mk",     "*.mak",    NULL};

static const PmRule variable = {.id = "makefile.variable",
                                .role = PM_ROLE_REFERENCE,
                                .scope = PM_SCOPE_HOST,
                                .confidence = 0.85};
static const PmRule command = {.id = "makefile.recipe",
                               .grammar = PM_GRAMMAR_COMMAND,
                               .role = PM_ROLE_LISTEN,
                               .scope = PM_SCOPE_HOST,
                               .confidence = 0.85};

static void
define (const PmRecognition *r, PmEnvironment *environment, const PmNode *node)
{
  PmVariable own = {
      .name = node->key,
      .value = node->value,
      .file = r->file,
      .line = pm_document_position (r->document, node->span.start).line,
      .span = node->span,
  };
  pm_environment_set (environment, &own);
}

/* TRUE: the line starts such a server. */
static gboolean
tell_default (PmRecognition *r, PmNodeId line)
{
  const char *text = pm_document_text (r->document, line);
  const PmToolDefault *tool = text == NULL ? NULL : pm_tool_default_of (text);
  if (tool == NULL)
    return FALSE;
  PmServiceFact *fact = pm_recognition_add_service (r, "", line);
  fact->tool = tool->tool;
  fact->default_port = tool->port;
  fact->default_origin = pm_arena_printf (r->arena, "%s's default", tool->tool);
  return TRUE;
}

static void
read_recipe (PmRecognition *r, PmNodeId list, gboolean *has_default)
{
  for (PmNodeId id = pm_document_node (r->document, list)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    pm_recognition_read (r, id, &command, "");
    *has_default = *has_default || tell_default (r, id);
  }
}

static void
recognise (PmRecognition *r)
{
  g_autoptr (PmEnvironment) own = pm_environment_new (NULL);
  const PmEnvironment *outside = r->environment;
  gboolean has_default = FALSE;
  PmNodeId first = pm_document_node (r->document, r->root)->first_child;
  for (PmNodeId id = first; id != 0; id = pm_document_node (r->document, id)->next_sibling)
    if (pm_document_node (r->document, id)->kind == PM_NODE_SCALAR)
      define (r, own, pm_document_node (r->document, id));
  r->environment = own;
  for (PmNodeId id = first; id != 0; id = pm_document_node (r->document, id)->next_sibling) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind == PM_NODE_LIST)
      read_recipe (r, id, &has_default);
    else
      pm_recognition_read_named (r, id, node->key, &variable, "");
  }
  r->environment = outside;
}

const PmRuleset pm_ruleset_makefile = {
    .name = "makefile",
    .files = files,
    .syntax = "makefile",
    .expansion = PM_EXPANSION_MAKE,
    .recognise = recognise,
};
