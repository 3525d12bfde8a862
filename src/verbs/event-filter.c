#include "verbs/event-filter.h"

#include <jansson.h>
#include <string.h>

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

static gboolean
is_of (const json_t *object, const char *project)
{
  return g_strcmp0 (json_string_value (json_object_get (object, "projectId")), project) == 0;
}

static gboolean
is_about (const char *data, const char *project)
{
  json_t *object = json_loads (data, 0, NULL);
  gboolean found = is_of (object, project);
  const json_t *claimants = json_object_get (object, "claimants");
  for (gsize i = 0; i < json_array_size (claimants) && !found; i++)
    found = is_of (json_array_get (claimants, i), project);
  json_decref (object);
  return found;
}

gboolean
pm_event_filter_matches (const PmEventFilter *filter, const char *event, const char *data)
{
  return has_type (filter, event) && (filter->project == NULL || is_about (data, filter->project));
}
