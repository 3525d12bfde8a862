#include "api/route.h"

#include <string.h>

const char *
pm_who_name (PmWho who)
{
  static const char *const names[] = {"anyone", "viewer", "operator", "admin"};
  return names[who];
}

gboolean
pm_route_writes (const PmRoute *route)
{
  return strcmp (route->method, "GET") != 0;
}

/* Segment by segment; `:id` is any one that is not empty. */
static gboolean
matches (const char *pattern, const char *path, const char **ret_id, gsize *ret_length)
{
  *ret_id = NULL;
  while (*pattern != '\0' && *path != '\0') {
    if (g_str_has_prefix (pattern, ":id")) {
      gsize length = strcspn (path, "/");
      if (length == 0)
        return FALSE;
      *ret_id = path;
      *ret_length = length;
      pattern += strlen (":id");
      path += length;
    } else if (*pattern++ != *path++) {
      return FALSE;
    }
  }
  return *pattern == *path;
}

static gboolean
answers (const PmRoute *route, const char *method)
{
  return strcmp (route->method, method) == 0 ||
         (strcmp (route->method, "GET") == 0 && strcmp (method, "HEAD") == 0);
}

/* A fixed pattern wins over one with `:id`, whatever their order. */
static gboolean
is_fixed (const char *pattern)
{
  return strchr (pattern, ':') == NULL;
}

static gboolean
has_fixed (const char *path)
{
  const PmRoute *route;
  for (gsize i = 0; (route = pm_route_at (i)) != NULL; i++)
    if (is_fixed (route->pattern) && strcmp (route->pattern, path) == 0)
      return TRUE;
  return FALSE;
}

const PmRoute *
pm_route_find (const char *method, const char *path, char **ret_id, char **ret_allowed)
{
  g_autoptr (GString) allowed = g_string_new (NULL);
  gboolean fixed = has_fixed (path);
  const char *id;
  gsize length = 0;
  *ret_allowed = NULL;
  *ret_id = NULL;
  const PmRoute *route;
  for (gsize i = 0; (route = pm_route_at (i)) != NULL; i++) {
    if (is_fixed (route->pattern) != fixed || !matches (route->pattern, path, &id, &length))
      continue;
    if (answers (route, method)) {
      *ret_id = id == NULL ? NULL : g_strndup (id, length);
      return route;
    }
    g_string_append_printf (allowed, "%s%s%s", allowed->len == 0 ? "" : ", ", route->method,
                            strcmp (route->method, "GET") == 0 ? ", HEAD" : "");
  }
  if (allowed->len > 0)
    *ret_allowed = g_strdup (allowed->str);
  return NULL;
}
