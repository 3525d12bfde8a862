/* DESIGN
 * Rows are keyed by root, project, name, transport and internal port; where that one is published
 * several times, each further time by its external port as well. */

#include "discovery/service-rows.h"

#include <string.h>

static void
free_evidence (gpointer files)
{
  g_array_unref (files);
}

void
pm_service_rows_init (PmServiceRows *rows, PmSnapshot *snapshot, const char *host)
{
  *rows = (PmServiceRows){
      .snapshot = snapshot,
      .host = pm_arena_strdup (snapshot->arena, host),
      .by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .evidence = g_ptr_array_new_with_free_func (free_evidence),
  };
}

void
pm_service_rows_clear (PmServiceRows *rows)
{
  g_clear_pointer (&rows->by_key, g_hash_table_unref);
  g_clear_pointer (&rows->evidence, g_ptr_array_unref);
}

PmService *
pm_service_rows_at (const PmServiceRows *rows, guint index)
{
  return &g_array_index (rows->snapshot->services, PmService, index);
}

GArray *
pm_service_rows_evidence (const PmServiceRows *rows, guint index)
{
  return g_ptr_array_index (rows->evidence, index);
}

static char *
row_key (const PmFinding *f, guint16 internal_port, guint16 external_port)
{
  return g_strdup_printf ("%s\n%s\n%s\n%d\n%u\n%u", f->root, f->project, f->owner, f->transport,
                          internal_port, external_port);
}

gint
pm_service_rows_find (const PmServiceRows *rows, const PmFinding *f, guint16 internal_port)
{
  g_autofree char *key = row_key (f, internal_port, 0);
  return GPOINTER_TO_INT (g_hash_table_lookup (rows->by_key, key)) - 1;
}

/* Takes the key. */
static guint
add_row (PmServiceRows *rows, const PmService *row, char *key)
{
  guint index = rows->snapshot->services->len;
  g_array_append_val (rows->snapshot->services, *row);
  g_ptr_array_add (rows->evidence, g_array_new (FALSE, TRUE, sizeof (PmConfigFile)));
  g_hash_table_insert (rows->by_key, key, GINT_TO_POINTER ((gint) index + 1));
  return index;
}

void
pm_service_rows_add_evidence (PmServiceRows *rows, guint row, const PmFinding *f)
{
  GArray *files = g_ptr_array_index (rows->evidence, row);
  for (guint i = 0; i < files->len; i++) {
    const PmConfigFile *file = &g_array_index (files, PmConfigFile, i);
    if (file->line == f->position.line && strcmp (file->path, f->file) == 0)
      return;
  }
  PmConfigFile file = {.path = f->file,
                       .format = f->format,
                       .variant = f->variant,
                       .line = f->position.line,
                       .role = f->role,
                       .is_kept = f->standing == PM_STANDING_KEPT};
  g_array_append_val (files, file);
}

const char *
pm_service_rows_origin (PmServiceRows *rows, const PmFinding *f)
{
  if (f->origin[0] != '\0')
    return f->origin;
  return pm_arena_printf (rows->snapshot->arena, "%s:%u", f->file, f->position.line);
}

/* Takes the key. */
static guint
new_row (PmServiceRows *rows, const PmFinding *f, guint16 internal_port, char *key)
{
  PmService row = {
      .host = rows->host,
      .root = f->root,
      .project_id = f->project,
      .name = f->owner,
      .external_ip = "",
      .bind = f->bind,
      .internal_port = internal_port,
      .transport = f->transport,
      .scope = f->scope,
      .protocol = f->protocol,
      .type = "",
      .variant = f->variant,
      .profiles = f->profiles,
      .origin = pm_service_rows_origin (rows, f),
      .confidence = f->confidence,
      .pinned = "",
      .tags = "",
  };
  return add_row (rows, &row, key);
}

guint
pm_service_rows_for (PmServiceRows *rows, const PmFinding *f, guint16 internal_port)
{
  gint existing = pm_service_rows_find (rows, f, internal_port);
  return existing >= 0 ? (guint) existing
                       : new_row (rows, f, internal_port, row_key (f, internal_port, 0));
}

guint
pm_service_rows_further (PmServiceRows *rows, const PmFinding *f, guint16 internal_port,
                         guint16 external_port)
{
  g_autofree char *key = row_key (f, internal_port, external_port);
  gpointer further = g_hash_table_lookup (rows->by_key, key);
  return further != NULL ? (guint) GPOINTER_TO_INT (further) - 1
                         : new_row (rows, f, internal_port, g_steal_pointer (&key));
}

guint
pm_service_rows_add (PmServiceRows *rows, const PmService *row)
{
  PmFinding f = {.root = row->root,
                 .project = row->project_id,
                 .owner = row->name,
                 .transport = row->transport};
  return add_row (rows, row, row_key (&f, row->internal_port, 0));
}

char *
pm_service_name_key (const char *root, const char *project, const char *name)
{
  return g_strconcat (root, "\n", project, "\n", name, NULL);
}
