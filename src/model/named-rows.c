#include "model/named-rows.h"

#include <string.h>

struct PmNamedRows {
  const GArray *services;
  guint *order; /* NULL: that in which they lie */
};

static const PmService *
service_at (const PmNamedRows *rows, guint place)
{
  return &g_array_index (rows->services, PmService, pm_named_rows_at (rows, place));
}

/* Texts of neighbours are mostly one and the same. */
static gint
compare_texts (const char *a, const char *b)
{
  return a == b ? 0 : strcmp (a, b);
}

static gint
compare_name (const PmService *service, const char *root, const char *project, const char *name)
{
  gint order = compare_texts (service->root, root);
  order = order != 0 ? order : compare_texts (service->project_id, project);
  return order != 0 ? order : compare_texts (service->name, name);
}

static gint
compare_names (const PmService *a, const PmService *b)
{
  return compare_name (a, b->root, b->project_id, b->name);
}

static gint
compare_places (gconstpointer a, gconstpointer b, gpointer services)
{
  guint left = *(const guint *) a, right = *(const guint *) b;
  gint order = compare_names (&g_array_index ((GArray *) services, PmService, left),
                              &g_array_index ((GArray *) services, PmService, right));
  return order != 0 ? order : left < right ? -1 : left > right;
}

static gboolean
lie_in_order (const GArray *services)
{
  for (guint i = 1; i < services->len; i++)
    if (compare_names (&g_array_index (services, PmService, i - 1),
                       &g_array_index (services, PmService, i)) > 0)
      return FALSE;
  return TRUE;
}

PmNamedRows *
pm_named_rows_new (const PmSnapshot *snapshot)
{
  PmNamedRows *rows = g_new0 (PmNamedRows, 1);
  rows->services = snapshot->services;
  if (lie_in_order (rows->services))
    return rows;
  rows->order = g_new (guint, rows->services->len);
  for (guint i = 0; i < rows->services->len; i++)
    rows->order[i] = i;
  g_qsort_with_data (rows->order, (gint) rows->services->len, sizeof *rows->order, compare_places,
                     (gpointer) rows->services);
  return rows;
}

void
pm_named_rows_free (PmNamedRows *rows)
{
  if (rows == NULL)
    return;
  g_free (rows->order);
  g_free (rows);
}

gboolean
pm_named_rows_are_in_order (const PmNamedRows *rows)
{
  return rows->order == NULL;
}

guint
pm_named_rows_at (const PmNamedRows *rows, guint place)
{
  return rows->order == NULL ? place : rows->order[place];
}

guint
pm_named_rows_find (const PmNamedRows *rows, const char *root, const char *project,
                    const char *name, guint *ret_first)
{
  guint low = 0, high = rows->services->len, n = 0;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (compare_name (service_at (rows, middle), root, project, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  *ret_first = low;
  while (low + n < rows->services->len &&
         compare_name (service_at (rows, low + n), root, project, name) == 0)
    n++;
  return n;
}
