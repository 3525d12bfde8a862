/* Labels of caddy-docker-proxy (its README, "Labels to Caddyfile conversion", "Go templates",
 * "upstreams"): what a label that begins with `caddy` says is a part of a Caddyfile, and
 * `{{upstreams [http|https] 8080}}` in it stands for the service's own containers at that port. */

#include "discovery/rules/compose.h"

#include <string.h>

#include "discovery/ruleset-read.h"

static const PmRule upstream = {.id = "compose.labels.upstreams",
                                .grammar = PM_GRAMMAR_PORT,
                                .role = PM_ROLE_TARGET,
                                .scope = PM_SCOPE_CONTAINER,
                                .confidence = 0.95,
                                .insists = TRUE};

static gboolean
is_of_caddy (const char *text)
{
  return g_str_has_prefix (text, "caddy") && strchr ("._=", text[strlen ("caddy")]) != NULL;
}

/* Of what stands behind `upstreams`, the number that ends the template. */
static void
read_upstream (const PmComposeService *s, PmNodeId label, const char *text, const char *at)
{
  const char *end = strstr (at, "}}");
  while (end != NULL && end > at && end[-1] == ' ')
    end--;
  const char *start = end;
  while (end != NULL && start > at && g_ascii_isdigit (start[-1]))
    start--;
  if (end != NULL && start < end && start > at)
    pm_recognition_read_part (s->r, label, (gsize) (start - text), (gsize) (end - text), &upstream,
                              s->name);
}

void
pm_compose_read_upstreams (const PmComposeService *s, PmNodeId labels)
{
  static const char function[] = "upstreams";
  if (labels == 0)
    return;
  g_autoptr (GArray) entries = pm_recognition_entries (s->r, labels);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId id = g_array_index (entries, PmNodeId, i);
    const char *key = pm_document_node (s->r->document, id)->key;
    const char *text = pm_recognition_text (s->r, id);
    if (text == NULL || !is_of_caddy (key == NULL ? text : key))
      continue;
    for (const char *at = text; (at = strstr (at, function)) != NULL;) {
      at += strlen (function);
      read_upstream (s, id, text, at);
    }
  }
}
