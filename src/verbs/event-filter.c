#include "verbs/event-filter.h"

#include <jansson.h>

#include "discovery/glob.h"

struct PmEventFilter {
  char **types; /* NULL: any */
  char *project;
};

PmEventFilter *
pm_event_filter_new (const char *types, const char *project)
{
  PmEventFilter *filter = g_new0 (PmEventFilter, 1);
  if (types != NULL && types[0] != '\0')
    filter->types = g_strsplit (types, ",", -1);
  if (project != NULL && project[0] != '\0')
    filter->project = g_strdup (project);
  return filter;
}

void
pm_event_filter_free (PmEventFilter *filter)
{
  if (filter == NULL)
    return;
  g_strfreev (filter->types);
  g_free (filter->project);
  g_free (filter);
}

static gboolean
has_type (const PmEventFilter *filter, const char *event)
{
  if (filter->types == NULL)
    return TRUE;
  for (char **type = filter->types; *type != NULL; type++)
    if (pm_glob_match (*type, event))
      return TRUE;
  return FALSE;
}

gboolean
pm_event_filter_has_project (const PmEventFilter *filter)
{
  return filter->project != NULL;
}

gboolean
pm_event_filter_matches (const PmEventFilter *filter, const char *event,
                         const char *const *projects)
{
  return has_type (filter, event) &&
         (filter->project == NULL || g_strv_contains (projects, filter->project));
}

static void
add_project (GPtrArray *projects, const json_t *object)
{
  const char *id = json_string_value (json_object_get (object, "projectId"));
  if (id != NULL)
    g_ptr_array_add (projects, g_strdup (id));
}

char **
pm_event_projects (const char *data)
{
  GPtrArray *projects = g_ptr_array_new ();
  json_t *object = json_loads (data, 0, NULL);
  add_project (projects, object);
  const json_t *claimants = json_object_get (object, "claimants");
  for (gsize i = 0; i < json_array_size (claimants); i++)
    add_project (projects, json_array_get (claimants, i));
  json_decref (object);
  g_ptr_array_add (projects, NULL);
  return (char **) g_ptr_array_free (projects, FALSE);
}
