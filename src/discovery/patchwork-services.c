/* DESIGN
 * Both lists are sorted: what is not concerned is taken over, what is assembled now replaces what
 * there was of it; a row that says the same stays as it is, texts and all. */

#include "discovery/patchwork-internal.h"

#include <string.h>

static gboolean
same_files (const PmService *a, const PmService *b)
{
  if (a->n_config_files != b->n_config_files)
    return FALSE;
  for (guint i = 0; i < a->n_config_files; i++) {
    const PmConfigFile *left = &a->config_files[i], *right = &b->config_files[i];
    if (left->line != right->line || left->role != right->role || left->is_kept != right->is_kept ||
        strcmp (left->path, right->path) != 0 || strcmp (left->format, right->format) != 0 ||
        strcmp (left->variant, right->variant) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
same_or_none (const char *a, const char *b)
{
  return g_strcmp0 (a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

/* In all that files say of it, but for the address, which references tell. */
static gboolean
same_service (const PmService *a, const PmService *b)
{
  return pm_service_compare (a, b) == 0 && a->scope == b->scope && a->confidence <= b->confidence &&
         a->confidence >= b->confidence && strcmp (a->host, b->host) == 0 &&
         strcmp (a->bind, b->bind) == 0 && strcmp (a->protocol, b->protocol) == 0 &&
         strcmp (a->type, b->type) == 0 && strcmp (a->variant, b->variant) == 0 &&
         strcmp (a->profiles, b->profiles) == 0 && strcmp (a->origin, b->origin) == 0 &&
         strcmp (a->pinned, b->pinned) == 0 && same_or_none (a->project_name, b->project_name) &&
         same_files (a, b);
}

static PmService
own_service (PmPatchwork *p, const PmService *from)
{
  PmService s = *from;
  PM_KEEP (&p->keeper, &s.host, &s.root, &s.project_id, &s.name, &s.external_ip, &s.bind,
           &s.protocol, &s.type, &s.variant, &s.profiles, &s.origin, &s.pinned, &s.tags,
           &s.project_name);
  gsize size_bytes = s.n_config_files * sizeof (PmConfigFile);
  s.config_files = pm_arena_alloc (p->snapshot->arena, size_bytes);
  if (size_bytes > 0)
    memcpy (s.config_files, from->config_files, size_bytes);
  for (guint i = 0; i < s.n_config_files; i++)
    PM_KEEP (&p->keeper, &s.config_files[i].path, &s.config_files[i].format,
             &s.config_files[i].variant);
  return s;
}

/* Merges two sorted lists: what is old and not concerned, and what is assembled now. */
typedef struct {
  PmPatchwork *p;
  GArray *services; /* the new list */
  GArray *seen;
  gint32 *moved; /* of an old index: the new one; -1 it is no more */

  /* Services of one project follow each other. */
  const char *root, *project;
  gboolean is_of_concern;
} Merge;

static gboolean
is_of_concern (Merge *m, const PmService *service)
{
  if (service->project_id != m->project || service->root != m->root)
    m->is_of_concern = pm_patchwork_is_of_concern (m->p, service);
  m->root = service->root;
  m->project = service->project_id;
  return m->is_of_concern;
}

static void
keep_row (Merge *m, guint old)
{
  m->moved[old] = (gint32) m->services->len;
  g_array_append_val (m->services, g_array_index (m->p->snapshot->services, PmService, old));
  g_array_append_val (m->seen, g_array_index (m->p->seen, guint8, old));
}

static void
replace_row (Merge *m, const PmService *old, const PmService *now)
{
  guint8 never = PM_NEVER_SEEN;
  PmService row = own_service (m->p, now);
  row.id = old == NULL ? 0 : old->id;
  pm_patchwork_touch_project (m->p, &row);
  pm_patchwork_touch_ports (m->p, old, now);
  g_array_append_val (m->services, row);
  g_array_append_val (m->seen, never);
}

static void
drop_row (Merge *m, guint old)
{
  const PmService *service = &g_array_index (m->p->snapshot->services, PmService, old);
  m->moved[old] = -1;
  pm_patchwork_touch_project (m->p, service);
  pm_patchwork_touch_ports (m->p, service, NULL);
}

void
pm_patchwork_merge (PmPatchwork *p, const GArray *now, gint32 *moved)
{
  const GArray *old = p->snapshot->services;
  Merge m = {
      .p = p,
      .services = g_array_sized_new (FALSE, TRUE, sizeof (PmService), old->len + 16),
      .seen = g_array_sized_new (FALSE, TRUE, sizeof (guint8), old->len + 16),
      .moved = moved,
  };
  guint i = 0, k = 0;
  while (i < old->len || k < now->len) {
    const PmService *before = i < old->len ? &g_array_index (old, PmService, i) : NULL;
    const PmService *after = k < now->len ? &g_array_index (now, PmService, k) : NULL;
    gint order = before == NULL ? 1 : after == NULL ? -1 : pm_service_compare (before, after);
    if (order < 0 && is_of_concern (&m, before))
      drop_row (&m, i++);
    else if (order < 0)
      keep_row (&m, i++);
    else if (order > 0)
      replace_row (&m, NULL, &g_array_index (now, PmService, k++));
    else if (same_service (before, after))
      keep_row (&m, i++), k++;
    else {
      moved[i] = (gint32) m.services->len;
      replace_row (&m, before, after);
      i++, k++;
    }
  }
  g_array_unref (p->snapshot->services);
  g_array_unref (p->seen);
  p->snapshot->services = m.services;
  p->seen = m.seen;
}
