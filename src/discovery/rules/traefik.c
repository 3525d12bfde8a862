/* Traefik's configuration in files, static ("EntryPoints", "Providers", "Metrics") and dynamic
 * ("Routing: Services, Middlewares"), in YAML and TOML. What stands in labels is read where the
 * labels stand (compose.c).
 *
 * An entry point is the only thing that Traefik binds; every other address is somebody else's. */

#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"*.yml", "*.yaml", "*.toml", NULL};

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = "traefik." id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_,                         \
    .role = PM_ROLE_##role_, .scope = PM_SCOPE_HOST, .confidence = 0.98, .insists = TRUE           \
  }

static const PmRule rules[] = {
    READ ("entry-point", "~entryPoints.*.~address", ENDPOINT, LISTEN),
    READ ("server", "http|tcp|udp.services.*.~loadBalancer.servers.[].url|address", ENDPOINT,
          REFERENCE),
    READ ("forward-auth", "http.middlewares.*.~forwardAuth.address", ENDPOINT, REFERENCE),
    READ ("provider", "providers.*.endpoint", ENDPOINT, REFERENCE),
    READ ("provider", "providers.*.endpoints.[]", ENDPOINT, REFERENCE),
    READ ("metrics", "metrics|tracing.**.~address|endpoint|addr|url", ENDPOINT, REFERENCE),
};

static const PmRule other = {.id = "traefik.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.85};

/* `:53/udp` */
static void
settle_transports (PmRecognition *r)
{
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    gsize at = finding->span.end;
    if (finding->kind == PM_KIND_PORT && at + 4 <= r->document->length &&
        memcmp (r->document->bytes + at, "/udp", 4) == 0)
      finding->transport = PM_TRANSPORT_UDP;
    if (g_str_has_prefix (finding->path, "udp."))
      finding->transport = PM_TRANSPORT_UDP;
  }
}

static void
recognise (PmRecognition *r)
{
  settle_transports (r);
  pm_recognition_read_keys (r, r->root, &other, "");
}

static PmNodeId
child_of_any_case (const PmDocument *document, const char *key)
{
  for (PmNodeId id = pm_document_node (document, 0)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const char *name = pm_document_node (document, id)->key;
    if (name != NULL && g_ascii_strcasecmp (name, key) == 0)
      return id;
  }
  return 0;
}

/* A map of maps, each with one of `keys`. */
static gboolean
holds (const PmDocument *document, PmNodeId map, const char *const *keys)
{
  if (map == 0 || pm_document_node (document, map)->kind != PM_NODE_MAP)
    return FALSE;
  for (PmNodeId id = pm_document_node (document, map)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling)
    for (gsize i = 0; keys[i] != NULL; i++)
      if (pm_document_child (document, id, keys[i]) != 0)
        return TRUE;
  return FALSE;
}

static gboolean
claims (const PmDocument *document)
{
  static const char *const protocols[] = {"http", "tcp", "udp"};
  static const char *const entry_point[] = {"address", "Address", NULL};
  static const char *const service[] = {"loadBalancer", "loadbalancer", "weighted",
                                        "mirroring",    "failover",     NULL};
  static const char *const router[] = {"rule", "entryPoints", NULL};
  if (holds (document, child_of_any_case (document, "entryPoints"), entry_point))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (holds (document, pm_document_find (document, 0, protocols[i], "services", NULL), service) ||
        holds (document, pm_document_find (document, 0, protocols[i], "routers", NULL), router))
      return TRUE;
  return FALSE;
}

const PmRuleset pm_ruleset_traefik = {
    .name = "traefik",
    .files = files,
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
