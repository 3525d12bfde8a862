/* HAProxy: its Configuration Manual (bind, server, server-template, default-server, nameserver,
 * peer, dispatch, stats socket, log).
 *
 * The shape is that of formats/directive.c. Sections need not be told apart: `bind` and `server`
 * mean the same in all of them. */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

static const char *const files[] = {
    "haproxy*.cfg", "haproxy*.conf",        "*.haproxy", "*haproxy.cfg",
    "*.cfg",        "**/haproxy/**/*.conf", NULL};

#define RULE(id_, grammar_, role_)                                                                 \
  {                                                                                                \
    .id = "haproxy." id_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,               \
    .scope = PM_SCOPE_HOST, .confidence = 0.98, .insists = TRUE                                    \
  }

static const PmDirective directives[] = {
    {"bind", NULL, 0, 0, RULE ("bind", ENDPOINT, LISTEN)},
    {"listen", NULL, 1, 1, RULE ("listen", ENDPOINT, LISTEN)},   /* before 1.5 also with */
    {"frontend", NULL, 1, 1, RULE ("listen", ENDPOINT, LISTEN)}, /* the address */
    {"server", NULL, 1, 1, RULE ("server", ENDPOINT, REFERENCE)},
    {"server-template", NULL, 2, 2, RULE ("server", ENDPOINT, REFERENCE)},
    {"nameserver", NULL, 1, 1, RULE ("nameserver", ENDPOINT, REFERENCE)},
    {"peer", NULL, 1, 1, RULE ("peer", ENDPOINT, REFERENCE)},
    {"dispatch", NULL, 0, 0, RULE ("dispatch", ENDPOINT, REFERENCE)},
    {"stats", NULL, 1, 1, RULE ("stats", TEXT, LISTEN)}, /* stats socket ipv4@127.0.0.1:9999 */
};

static const PmRule other = {.id = "haproxy.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.85};
static const PmRule checked = {.id = "haproxy.check",
                               .grammar = PM_GRAMMAR_PORT,
                               .role = PM_ROLE_REFERENCE,
                               .scope = PM_SCOPE_HOST,
                               .confidence = 0.95};

/* `server web1 10.0.0.1:80 check port 8080`: where the health check goes. */
static void
read_check (PmRecognition *r, PmNodeId list, guint first)
{
  (void) first;
  for (PmNodeId id = pm_document_node (r->document, list)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const char *text = pm_document_text (r->document, id);
    PmNodeId next = pm_document_node (r->document, id)->next_sibling;
    if (text != NULL && next != 0 && g_strcmp0 (text, "port") == 0)
      pm_recognition_read (r, next, &checked, "");
  }
}

static void
recognise (PmRecognition *r)
{
  pm_directives_read (r, directives, G_N_ELEMENTS (directives), &other, read_check);
}

static gboolean
claims (const PmDocument *document)
{
  static const char *const sections[] = {"frontend", "backend", "listen", "defaults", NULL};
  static const char *const inside[] = {
      "bind",  "server",          "mode",    "balance", "default_backend",
      "stats", "server-template", "maxconn", NULL};
  return pm_directives_count (document, sections, '\0') > 0 &&
         pm_directives_count (document, inside, '\0') > 0;
}

const PmRuleset pm_ruleset_haproxy = {
    .name = "haproxy",
    .files = files,
    .syntax = "directive",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
