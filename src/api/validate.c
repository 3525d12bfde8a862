/* DESIGN
 * What was sent against the route's tables. All mistakes are told at once, each with its place. No
 * recursion on what was sent: only on the tables, whose depth is ours; jansson bounds the nesting
 * of what it reads. */

#include "api/route.h"

#include <string.h>

#include "base/suggest.h"
#include "base/timestamp.h"

/* --- the query --- */

static const PmField *
find_field (const PmField *fields, const char *name)
{
  for (const PmField *field = fields; field != NULL && field->name != NULL; field++)
    if (strcmp (field->name, name) == 0)
      return field;
  return NULL;
}

static const PmField dry_run = {
    .name = "dryRun",
    .type = PM_FIELD_FLAG,
    .flags = PM_OPTIONAL,
};

/* Every change can be tried. */
static const PmField *
find_parameter (const PmRoute *route, const char *name)
{
  if (pm_route_writes (route) && strcmp (name, dry_run.name) == 0)
    return &dry_run;
  return find_field (route->query, name);
}

static char *
suggestion (const PmField *fields, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (const PmField *field = fields; field != NULL && field->name != NULL; field++)
    g_ptr_array_add (names, (gpointer) field->name);
  if (names->len == 0)
    return g_strdup ("none is taken here");
  g_ptr_array_add (names, NULL);
  const char *nearest = pm_suggest_nearest (name, (const char *const *) names->pdata);
  if (nearest != NULL)
    return g_strdup_printf ("did you mean “%s”?", nearest);
  g_autofree char *list = g_strjoinv (", ", (char **) names->pdata);
  return g_strdup_printf ("there are %s", list);
}

static char *
join_choices (const PmField *field)
{
  return g_strjoinv (", ", (char **) field->choices);
}

static char *
describe_choices_mistake (const PmField *field, const char *value)
{
  g_autofree char *list = join_choices (field);
  return g_strdup_printf ("“%s” is none of %s", value, list);
}

/* What is wrong with a parameter's value; NULL nothing. */
static char *
check_parameter (const PmField *field, const char *value)
{
  gint64 number;
  switch (field->type) {
  case PM_FIELD_INTEGER:
    if (!g_ascii_string_to_signed (value, 10, field->least,
                                   field->most == 0 ? G_MAXINT64 : field->most, &number, NULL))
      return field->most == 0 ? g_strdup_printf ("“%s” is no whole number", value)
                              : g_strdup_printf ("“%s” is no number from %" G_GINT64_FORMAT
                                                 " to %" G_GINT64_FORMAT,
                                                 value, field->least, field->most);
    return NULL;
  case PM_FIELD_FLAG:
    if (strcmp (value, "true") != 0 && strcmp (value, "false") != 0)
      return g_strdup_printf ("“%s” is neither true nor false", value);
    return NULL;
  default:
    if (!g_utf8_validate (value, -1, NULL))
      return g_strdup ("it is no UTF-8");
    if (field->choices != NULL && !g_strv_contains (field->choices, value))
      return describe_choices_mistake (field, value);
    return NULL;
  }
}

/* Each name and value with its length, so that no two queries have one key. */
static void
add_to_key (PmCall *call, const char *name, const char *value)
{
  g_autofree char *before = call->key;
  call->key =
      g_strdup_printf ("%s%zu:%s%zu:%s", before, strlen (name), name, strlen (value), value);
}

static void
take_parameter (const char *name, const char *value, gpointer data)
{
  PmCall *call = data;
  const PmField *field = find_parameter (call->route, name);
  if (field == NULL) {
    g_autofree char *nearest = suggestion (call->route->query, name);
    pm_call_query_mistake (call, name, "there is no such parameter; %s", nearest);
    return;
  }
  if (g_hash_table_contains (call->query, name)) {
    pm_call_query_mistake (call, name, "it is given twice");
    return;
  }
  g_autofree char *wrong = check_parameter (field, value == NULL ? "" : value);
  if (wrong != NULL)
    pm_call_query_mistake (call, name, "%s", wrong);
  g_hash_table_insert (call->query, g_strdup (name), g_strdup (value == NULL ? "" : value));
  add_to_key (call, name, value == NULL ? "" : value);
}

gboolean
pm_validate_query (PmCall *call)
{
  call->key = g_strconcat (call->path, "?", NULL);
  if (call->route->is_page)
    return TRUE;
  pm_http_request_each_query (call->request, take_parameter, call);
  for (const PmField *field = call->route->query; field != NULL && field->name != NULL; field++)
    if (pm_call_query (call, field->name) == NULL && !(field->flags & PM_OPTIONAL))
      pm_call_query_mistake (call, field->name, "it is missing");
  call->dry_run = g_strcmp0 (pm_call_query (call, dry_run.name), "true") == 0;
  return !pm_call_is_mistaken (call);
}

/* --- the body --- */

static void check_object (PmCall *call, const PmShape *shape, const json_t *object,
                          const char *pointer);

static const char *
type_name (const json_t *value)
{
  switch (json_typeof (value)) {
  case JSON_OBJECT:
    return "an object";
  case JSON_ARRAY:
    return "a list";
  case JSON_STRING:
    return "a text";
  case JSON_INTEGER:
    return "a whole number";
  case JSON_REAL:
    return "a number";
  case JSON_NULL:
    return "null";
  default:
    return "true or false";
  }
}

/* `size` of a text or list, or the value of a number; `one` and `many` say of what. */
static void
check_limits (PmCall *call, const PmField *field, gint64 size, const char *one, const char *many,
              const char *pointer)
{
  if ((field->least != 0 || field->most != 0) && (size < field->least || size > field->most))
    pm_call_mistake (call, pointer,
                     "%" G_GINT64_FORMAT "%s not from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                     size, size == 1 ? one : many, field->least, field->most);
}

static void
check_text (PmCall *call, const PmField *field, const json_t *value, const char *pointer)
{
  const char *text = json_string_value (value);
  if (field->choices != NULL && !g_strv_contains (field->choices, text)) {
    g_autofree char *wrong = describe_choices_mistake (field, text);
    pm_call_mistake (call, pointer, "%s", wrong);
  } else if (field->type == PM_FIELD_TEXT) {
    check_limits (call, field, g_utf8_strlen (text, -1), " character is", " characters are",
                  pointer);
  }
}

static void
check_item (PmCall *call, const PmField *field, const json_t *item, const char *pointer)
{
  if (field->type == PM_FIELD_OBJECTS) {
    check_object (call, field->of, item, pointer);
  } else if (field->type == PM_FIELD_TEXTS) {
    if (json_is_string (item))
      check_text (call, field, item, pointer);
    else
      pm_call_mistake (call, pointer, "it is %s, not a text", type_name (item));
  } else if (!json_is_integer (item)) {
    pm_call_mistake (call, pointer, "it is %s, not a whole number", type_name (item));
  }
}

static void
check_list (PmCall *call, const PmField *field, const json_t *list, const char *pointer)
{
  check_limits (call, field, (gint64) json_array_size (list), " entry is", " entries are", pointer);
  for (gsize i = 0; i < json_array_size (list); i++) {
    g_autofree char *place = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, pointer, i);
    check_item (call, field, json_array_get (list, i), place);
  }
}

/* The word for what a field's type asks for; NULL when the value is of it. */
static const char *
wanted_type (const PmField *field, const json_t *value)
{
  switch (field->type) {
  case PM_FIELD_TEXT:
  case PM_FIELD_TIME:
    return json_is_string (value) ? NULL : "a text";
  case PM_FIELD_INTEGER:
    return json_is_integer (value) ? NULL : "a whole number";
  case PM_FIELD_NUMBER:
    return json_is_number (value) ? NULL : "a number";
  case PM_FIELD_FLAG:
    return json_is_boolean (value) ? NULL : "true or false";
  case PM_FIELD_OBJECT:
    return json_is_object (value) ? NULL : "an object";
  case PM_FIELD_OBJECTS:
  case PM_FIELD_TEXTS:
  case PM_FIELD_INTEGERS:
    return json_is_array (value) ? NULL : "a list";
  case PM_FIELD_VALUE:
    return json_is_integer (value) || json_is_string (value) ? NULL : "a whole number or a text";
  default:
    return NULL;
  }
}

static void
check_field (PmCall *call, const PmField *field, const json_t *value, const char *pointer)
{
  gint64 unused;
  if (json_is_null (value) && (field->flags & PM_NULLABLE))
    return;
  const char *wanted = wanted_type (field, value);
  if (wanted != NULL) {
    pm_call_mistake (call, pointer, "it is %s, not %s", type_name (value), wanted);
    return;
  }
  if (field->type == PM_FIELD_TEXT)
    check_text (call, field, value, pointer);
  else if (field->type == PM_FIELD_TIME && !pm_timestamp_parse (json_string_value (value), &unused))
    pm_call_mistake (call, pointer, "“%s” is no time (RFC 3339)", json_string_value (value));
  else if (field->type == PM_FIELD_INTEGER)
    check_limits (call, field, json_integer_value (value), " is", " is", pointer);
  else if (field->type == PM_FIELD_OBJECT && field->of != NULL)
    check_object (call, field->of, value, pointer);
  else if (json_is_array (value) && field->type != PM_FIELD_ANY)
    check_list (call, field, value, pointer);
}

/* RFC 6901: "~" and "/" are escaped. */
static char *
join_pointer (const char *pointer, const char *name)
{
  g_autoptr (GString) out = g_string_new (pointer);
  g_string_append_c (out, '/');
  for (; *name != '\0'; name++)
    if (*name == '~' || *name == '/')
      g_string_append (out, *name == '~' ? "~0" : "~1");
    else
      g_string_append_c (out, *name);
  return g_strdup (out->str);
}

static void
check_object (PmCall *call, const PmShape *shape, const json_t *object, const char *pointer)
{
  const char *name;
  json_t *value;
  if (!json_is_object (object)) {
    pm_call_mistake (call, pointer, "it is %s, not an object", type_name (object));
    return;
  }
  json_object_foreach ((json_t *) object, name, value)
  {
    const PmField *field = find_field (shape->fields, name);
    g_autofree char *place = join_pointer (pointer, name);
    g_autofree char *nearest = field == NULL ? suggestion (shape->fields, name) : NULL;
    if (field == NULL)
      pm_call_mistake (call, place, "there is no such field; %s", nearest);
    else
      check_field (call, field, value, place);
  }
  for (const PmField *field = shape->fields; field->name != NULL; field++) {
    if ((field->flags & PM_OPTIONAL) || json_object_get (object, field->name) != NULL)
      continue;
    g_autofree char *place = join_pointer (pointer, field->name);
    pm_call_mistake (call, place, "it is missing");
  }
}

gboolean
pm_validate_body (PmCall *call, const char *bytes, gsize length)
{
  const PmShape *shape = call->route->body;
  json_error_t error;
  if (length == 0) {
    if (shape == NULL || pm_shape_is_optional (shape))
      return TRUE;
    pm_call_problem (call, 400, "a body is missing: %s takes a JSON object", call->route->pattern);
    return FALSE;
  }
  if (shape == NULL) {
    pm_call_problem (call, 400, "%s takes no body", call->route->pattern);
    return FALSE;
  }
  call->body = json_loadb (bytes, length, JSON_REJECT_DUPLICATES, &error);
  if (call->body == NULL) {
    pm_call_problem (call, 400, "the body is no JSON: line %d, column %d: %s", error.line,
                     error.column, error.text);
    return FALSE;
  }
  check_object (call, shape, call->body, "");
  call->dry_run |= json_is_true (json_object_get (call->body, dry_run.name));
  return !pm_call_is_mistaken (call);
}
