/* What the user says that references mean ([[rule]] means), where it leads nowhere. */

#include "verbs/check-private.h"

#include <string.h>

#include "base/suggest.h"

static const PmService *
service_at (const PmSnapshot *snapshot, guint index)
{
  return &g_array_index (snapshot->services, PmService, index);
}

/* The one that is called so, of several the first; NULL: nobody is. */
static const PmService *
meant_by (const PmSnapshot *snapshot, const char *full_name)
{
  for (guint i = 0; i < snapshot->services->len; i++)
    if (pm_service_is_meant_by (service_at (snapshot, i), full_name))
      return service_at (snapshot, i);
  return NULL;
}

/* NULL: none is near. */
static char *
nearest (const PmSnapshot *snapshot, const char *full_name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = service_at (snapshot, i);
    g_ptr_array_add (names,
                     g_strconcat (service->project_id, "/", pm_service_shown_name (service), NULL));
  }
  g_ptr_array_add (names, NULL);
  return g_strdup (pm_suggest_nearest (full_name, (const char *const *) names->pdata));
}

static void
add_unknown (const PmSnapshot *snapshot, const PmFinding *f, GArray *results)
{
  g_autofree char *near = nearest (snapshot, f->means);
  pm_check_add (results, PM_SEVERITY_WARNING, "unknown-meaning", f,
                g_strdup_printf ("%s says that this means %s, but no service is called so",
                                 pm_finding_said_at (f), f->means),
                near != NULL ? g_strdup_printf ("write means = \"%s\", if that is the one", near)
                             : g_strdup ("correct the name there: “port-manager services” lists "
                                         "them"));
}

static void
add_elsewhere (const PmService *meant, const PmFinding *f, GArray *results)
{
  pm_check_add (
      results, PM_SEVERITY_WARNING, "unknown-meaning", f,
      g_strdup_printf ("%s says that this means %s, which has port %u, not %u (%s)",
                       pm_finding_said_at (f), f->means,
                       meant->external_port != 0 ? meant->external_port : meant->internal_port,
                       f->port, meant->origin),
      g_strdup ("correct the port here, or the name there"));
}

void
pm_check_meanings (const PmSnapshot *snapshot, GArray *results)
{
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const PmFinding *f = pm_check_finding (snapshot, edge->finding);
    if (f->means == NULL || edge->to_service >= 0)
      continue;
    const PmService *meant = meant_by (snapshot, f->means);
    if (meant == NULL)
      add_unknown (snapshot, f, results);
    else
      add_elsewhere (meant, f, results);
  }
}
