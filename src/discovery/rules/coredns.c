/* CoreDNS ("Corefile"): server blocks `[scheme://]zone:port`, and the plugins bind, prometheus,
 * health, ready and pprof, which listen; forward and grpc ask somebody else.
 *
 * The shape is that of formats/caddyfile.c, from which the Corefile comes. */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"
#include "discovery/ruleset-read.h"

#include <string.h>

static const char *const files[] = {"Corefile", "Corefile.*", "*.corefile", NULL};

#define RULE(id_, grammar_, role_)                                                                 \
  {                                                                                                \
    .id = "coredns." id_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,               \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

static const PmDirective directives[] = {
    {"prometheus", NULL, 0, 0, RULE ("prometheus", ENDPOINT, LISTEN)},
    {"health", NULL, 0, 0, RULE ("health", ENDPOINT, LISTEN)},
    {"ready", NULL, 0, 0, RULE ("ready", ENDPOINT, LISTEN)},
    {"pprof", NULL, 0, 0, RULE ("pprof", ENDPOINT, LISTEN)},
    {"forward", NULL, 1, 99, RULE ("forward", ENDPOINT, REFERENCE)},
    {"grpc", NULL, 1, 99, RULE ("grpc", ENDPOINT, REFERENCE)},
};

static const PmRule other = {.id = "coredns.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.9};

/* `.:1053`, `dns://example.org:1053`: the number behind the last colon. The zone in front of it is
 * bound to nothing. */
static void
read_server (PmRecognition *r, PmNodeId scalar)
{
  static const PmRule server = RULE ("server", PORT, LISTEN);
  const char *text = pm_document_text (r->document, scalar);
  const char *colon = text == NULL ? NULL : strrchr (text, ':');
  gsize digits = colon == NULL ? 0 : strspn (colon + 1, "0123456789");
  if (digits == 0 || (colon[1 + digits] != '\0' && colon[1 + digits] != ','))
    return;
  gsize start = (gsize) (colon + 1 - text);
  pm_recognition_read_part (r, scalar, start, start + digits, &server, "");
}

static void
read_servers (PmRecognition *r)
{
  for (PmNodeId site = pm_document_node (r->document, r->root)->first_child; site != 0;
       site = pm_document_node (r->document, site)->next_sibling) {
    PmNodeId zones = pm_document_child (r->document, site, "()");
    for (PmNodeId id = zones == 0 ? 0 : pm_document_node (r->document, zones)->first_child; id != 0;
         id = pm_document_node (r->document, id)->next_sibling)
      read_server (r, id);
  }
}

static void
recognise (PmRecognition *r)
{
  read_servers (r);
  pm_directives_read (r, directives, G_N_ELEMENTS (directives), &other, NULL);
}

const PmRuleset pm_ruleset_coredns = {
    .name = "coredns",
    .files = files,
    .syntax = "caddyfile",
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
