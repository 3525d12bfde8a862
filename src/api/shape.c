#include "api/shape.h"

#include <string.h>

static void
write_limit (PmJsonWriter *json, const char *key, gint64 limit)
{
  pm_json_member_int (json, key, limit);
}

static void
write_limits (PmJsonWriter *json, const PmField *field, const char *least, const char *most)
{
  if (field->least == 0 && field->most == 0)
    return;
  write_limit (json, least, field->least);
  write_limit (json, most, field->most);
}

static void
write_choices (PmJsonWriter *json, const PmField *field)
{
  if (field->choices == NULL)
    return;
  pm_json_key (json, "enum");
  pm_json_begin_array (json);
  for (const char *const *choice = field->choices; *choice != NULL; choice++)
    pm_json_string (json, *choice);
  if ((field->flags & PM_NULLABLE) && field->type == PM_FIELD_TEXT)
    pm_json_null (json);
  pm_json_end_array (json);
}

static void
write_type (PmJsonWriter *json, const PmField *field, const char *type, const char *other)
{
  gboolean nullable = (field->flags & PM_NULLABLE) != 0;
  pm_json_key (json, "type");
  if (!nullable && other == NULL) {
    pm_json_string (json, type);
    return;
  }
  pm_json_begin_array (json);
  pm_json_string (json, type);
  if (other != NULL)
    pm_json_string (json, other);
  if (nullable)
    pm_json_string (json, "null");
  pm_json_end_array (json);
}

static void
write_reference (PmJsonWriter *json, const PmShape *shape)
{
  g_autofree char *reference = g_strdup_printf ("#/components/schemas/%s", shape->name);
  pm_json_member_string (json, "$ref", reference);
}

static void
write_object (PmJsonWriter *json, const PmField *field)
{
  if (field->of == NULL) {
    write_type (json, field, "object", NULL);
    return;
  }
  if (!(field->flags & PM_NULLABLE)) {
    write_reference (json, field->of);
    return;
  }
  pm_json_key (json, "anyOf");
  pm_json_begin_array (json);
  pm_json_begin_object (json);
  write_reference (json, field->of);
  pm_json_end_object (json);
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", "null");
  pm_json_end_object (json);
  pm_json_end_array (json);
}

static void
write_list (PmJsonWriter *json, const PmField *field)
{
  write_type (json, field, "array", NULL);
  write_limits (json, field, "minItems", "maxItems");
  pm_json_key (json, "items");
  pm_json_begin_object (json);
  if (field->type == PM_FIELD_OBJECTS) {
    write_reference (json, field->of);
  } else {
    pm_json_member_string (json, "type", field->type == PM_FIELD_TEXTS ? "string" : "integer");
    write_choices (json, field);
  }
  pm_json_end_object (json);
}

static void
write_by_type (PmJsonWriter *json, const PmField *field)
{
  switch (field->type) {
  case PM_FIELD_TEXT:
    write_type (json, field, "string", NULL);
    write_limits (json, field, "minLength", "maxLength");
    write_choices (json, field);
    break;
  case PM_FIELD_INTEGER:
    write_type (json, field, "integer", NULL);
    write_limits (json, field, "minimum", "maximum");
    break;
  case PM_FIELD_NUMBER:
    write_type (json, field, "number", NULL);
    write_limits (json, field, "minimum", "maximum");
    break;
  case PM_FIELD_FLAG:
    write_type (json, field, "boolean", NULL);
    break;
  case PM_FIELD_TIME:
    write_type (json, field, "string", NULL);
    pm_json_member_string (json, "format", "date-time");
    break;
  case PM_FIELD_OBJECT:
    write_object (json, field);
    break;
  case PM_FIELD_OBJECTS:
  case PM_FIELD_TEXTS:
  case PM_FIELD_INTEGERS:
    write_list (json, field);
    break;
  case PM_FIELD_VALUE:
    write_type (json, field, "string", "integer");
    break;
  case PM_FIELD_ANY:
    break;
  }
}

void
pm_field_write_schema (PmJsonWriter *json, const PmField *field)
{
  pm_json_begin_object (json);
  write_by_type (json, field);
  if (field->fallback != NULL) {
    pm_json_key (json, "default");
    pm_json_raw (json, field->fallback);
  }
  if (field->meaning != NULL)
    pm_json_member_string (json, "description", field->meaning);
  pm_json_end_object (json);
}

/* The default of a body's field is told in words: generators (openapi-typescript among them) take a
 * property with "default" for one that is always there, and would demand it of who sends it. */
static void
write_property (PmJsonWriter *json, const PmField *field)
{
  g_autofree char *meaning = NULL;
  PmField shown = *field;
  if (field->fallback != NULL) {
    const char *said = field->meaning == NULL ? "" : field->meaning;
    meaning =
        g_strdup_printf ("%s%sleft out: %s", said, *said == '\0' ? "" : "; ", field->fallback);
    shown.meaning = meaning;
    shown.fallback = NULL;
  }
  pm_field_write_schema (json, &shown);
}

void
pm_shape_write_schema (PmJsonWriter *json, const PmShape *shape, gboolean closed)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", "object");
  if (shape->meaning != NULL)
    pm_json_member_string (json, "description", shape->meaning);
  pm_json_key (json, "properties");
  pm_json_begin_object (json);
  for (const PmField *field = shape->fields; field->name != NULL; field++) {
    pm_json_key (json, field->name);
    write_property (json, field);
  }
  pm_json_end_object (json);
  if (!pm_shape_is_optional (shape)) {
    pm_json_key (json, "required");
    pm_json_begin_array (json);
    for (const PmField *field = shape->fields; field->name != NULL; field++)
      if (!(field->flags & PM_OPTIONAL))
        pm_json_string (json, field->name);
    pm_json_end_array (json);
  }
  if (closed)
    pm_json_member_bool (json, "additionalProperties", FALSE);
  pm_json_end_object (json);
}

gboolean
pm_shape_is_optional (const PmShape *shape)
{
  for (const PmField *field = shape->fields; field->name != NULL; field++)
    if (!(field->flags & PM_OPTIONAL))
      return FALSE;
  return TRUE;
}
