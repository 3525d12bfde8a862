/* Gitea and Forgejo (app.ini, "Configuration Cheat Sheet", [server]): SSH_LISTEN_PORT is bound by
 * the built-in server, SSH_PORT is told in the URLs that people clone from. */

#include "discovery/rules/rules.h"

static const char *const files[] = {"app*.ini", "custom.ini", NULL};

#define READ(id_, path_, role_)                                                                    \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_PORT, .role = PM_ROLE_##role_,                 \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

static const PmRule rules[] = {
    READ ("gitea.listen", "server.HTTP_PORT|SSH_LISTEN_PORT|PORT_TO_REDIRECT", LISTEN),
    READ ("gitea.told", "server.SSH_PORT", REFERENCE),
};

static const PmRule other = {
    .id = "gitea.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static gboolean
is_forge (const PmDocument *document)
{
  static const char *const keys[] = {"SSH_PORT", "SSH_LISTEN_PORT", "SSH_DOMAIN",
                                     "LFS_START_SERVER", "ROOT_URL"};
  PmNodeId server = pm_document_child (document, 0, "server");
  for (gsize i = 0; server != 0 && i < G_N_ELEMENTS (keys); i++)
    if (pm_document_child (document, server, keys[i]) != 0)
      return TRUE;
  return FALSE;
}

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_gitea = {
    .name = "gitea",
    .files = files,
    .syntax = "ini",
    .marks = pm_ruleset_no_marks,
    .claims = is_forge,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
