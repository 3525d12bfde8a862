#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Between compose.c (ports, variables, commands), compose-facts.c (facts and links) and
 * compose-labels.c (labels with a notation of their own). */

typedef struct {
  PmRecognition *r;
  PmNodeId node;
  const char *name;
  const char *profiles;
  gboolean on_host; /* network_mode: host */
} PmComposeService;

static inline PmNodeId
pm_compose_child (const PmComposeService *s, const char *key)
{
  return pm_document_child (s->r->document, s->node, key);
}

/* Expanded; NULL when there is no such scalar. */
static inline const char *
pm_compose_text_of (const PmComposeService *s, const char *key)
{
  PmNodeId id = pm_compose_child (s, key);
  return id == 0 ? NULL : pm_recognition_text (s->r, id);
}

/* Aliases are followed. */
static inline gboolean
pm_compose_is_kind (const PmRecognition *r, PmNodeId id, PmNodeKind kind)
{
  return pm_document_node (r->document, pm_document_resolve (r->document, id))->kind == kind;
}

const char *pm_compose_profiles (PmRecognition *r, PmNodeId service);

/* The service's fact, and the links to files that belong to it. */
void pm_compose_add_fact (const PmComposeService *s);

/* What Caddy is told by labels. */
void pm_compose_read_upstreams (const PmComposeService *s, PmNodeId labels);

/* Links to the files that `include` names. */
void pm_compose_add_includes (PmRecognition *r);

G_END_DECLS
