#include "api/routes.h"

static const PmRouteTable *const tables[] = {&pm_routes_registry, &pm_routes_changes,
                                             &pm_routes_health, &pm_routes_server};

gsize
pm_routes_count (void)
{
  gsize n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    n += tables[i]->n;
  return n;
}

const PmRoute *
pm_route_at (gsize index)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    if (index < tables[i]->n)
      return &tables[i]->rows[index];
    index -= tables[i]->n;
  }
  return NULL;
}

gsize
pm_route_index (const PmRoute *route)
{
  gsize before = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (tables); before += tables[i++]->n)
    for (gsize k = 0; k < tables[i]->n; k++)
      if (&tables[i]->rows[k] == route)
        return before + k;
  return before;
}
