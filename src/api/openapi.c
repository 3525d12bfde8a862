/* DESIGN
 * OpenAPI 3.1.0 (https://spec.openapis.org/oas/v3.1.0): nothing is said here that the table of
 * routes and the shapes do not say. */

#include "api/handlers.h"
#include "api/route.h"
#include "api/shapes.h"

#include <string.h>

/* "/api/services/:id" as "/api/services/{id}". */
static char *
template_of (const char *pattern)
{
  g_autoptr (GString) out = g_string_new (pattern);
  g_string_replace (out, ":id", "{id}", 0);
  return g_strdup (out->str);
}

/* What stands behind /api/: the tag by which clients group. */
static char *
tag_of (const char *pattern)
{
  if (!g_str_has_prefix (pattern, "/api/"))
    return g_strdup ("server");
  pattern += strlen ("/api/");
  return g_strndup (pattern, strcspn (pattern, "/"));
}

static void
write_parameter (PmJsonWriter *json, const char *in, const PmField *field, gboolean required)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "name", field->name);
  pm_json_member_string (json, "in", in);
  pm_json_member_bool (json, "required", required);
  pm_json_key (json, "schema");
  pm_field_write_schema (json, field);
  pm_json_end_object (json);
}

static void
write_parameters (PmJsonWriter *json, const PmRoute *route)
{
  static const PmField id = {.name = "id", .type = PM_FIELD_INTEGER};
  static const PmField name = {.name = "id", .type = PM_FIELD_TEXT};
  static const PmField dry_run = {
      .name = "dryRun",
      .type = PM_FIELD_FLAG,
      .meaning = "only say what would be done",
      .fallback = "false",
  };
  gboolean has_id = strstr (route->pattern, ":id") != NULL, writes = pm_route_writes (route);
  if (!has_id && !writes && route->query == NULL)
    return;
  pm_json_key (json, "parameters");
  pm_json_begin_array (json);
  if (has_id)
    write_parameter (json, "path", route->id_is_text ? &name : &id, TRUE);
  for (const PmField *field = route->query; field != NULL && field->name != NULL; field++)
    write_parameter (json, "query", field, !(field->flags & PM_OPTIONAL));
  if (writes)
    write_parameter (json, "query", &dry_run, FALSE);
  pm_json_end_array (json);
}

static void
write_schema_of (PmJsonWriter *json, const PmShape *shape)
{
  g_autofree char *reference =
      shape->name == NULL ? NULL : g_strdup_printf ("#/components/schemas/%s", shape->name);
  pm_json_begin_object (json);
  if (reference != NULL)
    pm_json_member_string (json, "$ref", reference);
  else
    pm_json_member_string (json, "type", "object");
  pm_json_end_object (json);
}

static void
write_content (PmJsonWriter *json, const char *media, const PmShape *shape, const PmShape *other)
{
  pm_json_key (json, "content");
  pm_json_begin_object (json);
  pm_json_key (json, media);
  pm_json_begin_object (json);
  pm_json_key (json, "schema");
  if (shape == NULL) {
    pm_json_raw (json, "{\"type\":\"string\"}");
  } else if (other == NULL) {
    write_schema_of (json, shape);
  } else {
    pm_json_begin_object (json);
    pm_json_key (json, "oneOf");
    pm_json_begin_array (json);
    write_schema_of (json, shape);
    write_schema_of (json, other);
    pm_json_end_array (json);
    pm_json_end_object (json);
  }
  pm_json_end_object (json);
  pm_json_end_object (json);
}

static void
write_body (PmJsonWriter *json, const PmShape *shape)
{
  if (shape == NULL)
    return;
  pm_json_key (json, "requestBody");
  pm_json_begin_object (json);
  pm_json_member_bool (json, "required", !pm_shape_is_optional (shape));
  write_content (json, "application/json", shape, NULL);
  pm_json_end_object (json);
}

static void
write_response (PmJsonWriter *json, const char *status, const char *meaning, const char *media,
                const PmShape *shape, const PmShape *other)
{
  pm_json_key (json, status);
  pm_json_begin_object (json);
  pm_json_member_string (json, "description", meaning);
  write_content (json, media == NULL ? "application/json" : media, shape, other);
  pm_json_end_object (json);
}

/* What a job is answered with, and what the job's result is, are two things: the second is told in
 * words. */
static void
write_success (PmJsonWriter *json, const PmRoute *route)
{
  if (route->runs == PM_RUNS_JOB) {
    g_autofree char *meaning =
        g_strdup_printf ("A job was started; its result will be a %s", route->answer->name);
    write_response (json, "202", meaning, NULL, &pm_shape_job, NULL);
    write_response (json, "200", "What would be done (dryRun)", NULL, route->plan, NULL);
  } else if (route->status != 0 && route->status != 200) {
    g_autofree char *status = g_strdup_printf ("%u", route->status);
    write_response (json, status, "Done", route->media, route->answer, NULL);
    if (route->plan != NULL)
      write_response (json, "200", "What would be done (dryRun)", NULL, route->plan, NULL);
  } else {
    write_response (json, "200", route->plan == NULL ? "Done" : "Done, or what would be (dryRun)",
                    route->media, route->answer, route->plan);
  }
}

static void
write_responses (PmJsonWriter *json, const PmRoute *route)
{
  pm_json_key (json, "responses");
  pm_json_begin_object (json);
  write_success (json, route);
  write_response (json, "default", "What went wrong", "application/problem+json", &pm_shape_problem,
                  NULL);
  pm_json_end_object (json);
}

static void
write_security (PmJsonWriter *json, const PmRoute *route)
{
  pm_json_key (json, "security");
  pm_json_raw (json, route->who == PM_WHO_ANYONE   ? "[]"
                     : route->who == PM_WHO_VIEWER ? "[{},{\"token\":[]}]"
                                                   : "[{\"token\":[]}]");
}

static void
write_operation (PmJsonWriter *json, const PmRoute *route)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);
  g_autofree char *tag = tag_of (route->pattern);
  pm_json_key (json, method);
  pm_json_begin_object (json);
  pm_json_member_string (json, "operationId", route->name);
  pm_json_member_string (json, "summary", route->summary);
  pm_json_key (json, "tags");
  pm_json_begin_array (json);
  pm_json_string (json, tag);
  pm_json_end_array (json);
  pm_json_member_string (json, "x-role", pm_who_name (route->who));
  write_security (json, route);
  write_parameters (json, route);
  write_body (json, route->body);
  write_responses (json, route);
  pm_json_end_object (json);
}

static gboolean
is_first_of_path (gsize index)
{
  for (gsize i = 0; i < index; i++)
    if (strcmp (pm_route_at (i)->pattern, pm_route_at (index)->pattern) == 0)
      return FALSE;
  return TRUE;
}

static void
write_paths (PmJsonWriter *json)
{
  pm_json_key (json, "paths");
  pm_json_begin_object (json);
  const PmRoute *route, *other;
  for (gsize i = 0; (route = pm_route_at (i)) != NULL; i++) {
    if (!is_first_of_path (i))
      continue;
    g_autofree char *path = template_of (route->pattern);
    pm_json_key (json, path);
    pm_json_begin_object (json);
    for (gsize k = i; (other = pm_route_at (k)) != NULL; k++)
      if (strcmp (other->pattern, route->pattern) == 0)
        write_operation (json, other);
    pm_json_end_object (json);
  }
  pm_json_end_object (json);
}

/* A shape and those that its fields are of, once each. The array grows while it is walked. */
static void
collect (GPtrArray *shapes, const PmShape *shape)
{
  guint next = shapes->len;
  if (shape == NULL || shape->name == NULL || g_ptr_array_find (shapes, shape, NULL))
    return;
  for (g_ptr_array_add (shapes, (gpointer) shape); next < shapes->len; next++) {
    const PmShape *found = g_ptr_array_index (shapes, next);
    for (const PmField *field = found->fields; field->name != NULL; field++)
      if (field->of != NULL && !g_ptr_array_find (shapes, field->of, NULL))
        g_ptr_array_add (shapes, (gpointer) field->of);
  }
}

static void
write_shapes (PmJsonWriter *json, const GPtrArray *shapes, gboolean closed)
{
  for (guint i = 0; i < shapes->len; i++) {
    const PmShape *shape = g_ptr_array_index (shapes, i);
    pm_json_key (json, shape->name);
    pm_shape_write_schema (json, shape, closed);
  }
}

static void
write_components (PmJsonWriter *json)
{
  g_autoptr (GPtrArray) asked = g_ptr_array_new (), answered = g_ptr_array_new ();
  const PmRoute *route;
  for (gsize i = 0; (route = pm_route_at (i)) != NULL; i++) {
    collect (asked, route->body);
    collect (answered, route->answer);
    collect (answered, route->plan);
  }
  collect (answered, &pm_shape_problem);
  pm_json_key (json, "components");
  pm_json_begin_object (json);
  pm_json_key (json, "schemas");
  pm_json_begin_object (json);
  write_shapes (json, asked, TRUE);
  write_shapes (json, answered, FALSE);
  pm_json_end_object (json);
  pm_json_key (json, "securitySchemes");
  pm_json_raw (json, "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}");
  pm_json_end_object (json);
}

void
pm_api_openapi (PmCall *call)
{
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "openapi", "3.1.0");
  pm_json_key (&json, "info");
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "title", "port-manager");
  pm_json_member_string (&json, "version", PM_VERSION);
  pm_json_end_object (&json);
  write_paths (&json);
  write_components (&json);
  pm_json_end_object (&json);
}
