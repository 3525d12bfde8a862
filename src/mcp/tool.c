#include "mcp/tool.h"

#include <math.h>
#include <string.h>

#include "base/suggest.h"

G_DEFINE_QUARK (pm - mcp - error - quark, pm_mcp_error)

#define MOST_ARGUMENTS 16

/* --- the schema --- */

static const char *
type_name (PmMcpType type)
{
  static const char *const names[] = {"string", "integer", "boolean", "array"};
  return names[type];
}

static void
write_argument (PmJsonWriter *json, const PmMcpArgument *argument)
{
  pm_json_key (json, argument->name);
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", type_name (argument->type));
  if (argument->type == PM_MCP_INTEGER) {
    pm_json_member_int (json, "minimum", argument->least);
    pm_json_member_int (json, "maximum", argument->most);
  }
  if (argument->type == PM_MCP_TEXTS) {
    pm_json_key (json, "items");
    pm_json_begin_object (json);
    pm_json_member_string (json, "type", "string");
    pm_json_end_object (json);
    pm_json_member_int (json, "maxItems", argument->most);
  }
  pm_json_member_string (json, "description", argument->description);
  pm_json_end_object (json);
}

static void
write_required (PmJsonWriter *json, const PmMcpArgument *arguments)
{
  pm_json_key (json, "required");
  pm_json_begin_array (json);
  for (const PmMcpArgument *a = arguments; a != NULL && a->name != NULL; a++)
    if (a->is_required)
      pm_json_string (json, a->name);
  pm_json_end_array (json);
}

static void
write_schema (PmJsonWriter *json, const PmMcpArgument *arguments)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", "object");
  pm_json_key (json, "properties");
  pm_json_begin_object (json);
  for (const PmMcpArgument *a = arguments; a != NULL && a->name != NULL; a++)
    write_argument (json, a);
  pm_json_end_object (json);
  write_required (json, arguments);
  pm_json_member_bool (json, "additionalProperties", FALSE);
  pm_json_end_object (json);
}

static void
write_annotations (PmJsonWriter *json, const PmMcpTool *tool)
{
  pm_json_begin_object (json);
  pm_json_member_bool (json, "readOnlyHint", tool->effect == PM_MCP_LOOKS);
  pm_json_member_bool (json, "destructiveHint", tool->effect == PM_MCP_CHANGES);
  pm_json_member_bool (json, "idempotentHint", tool->effect == PM_MCP_LOOKS);
  pm_json_member_bool (json, "openWorldHint", FALSE);
  pm_json_end_object (json);
}

void
pm_mcp_tool_write_json (PmJsonWriter *json, const PmMcpTool *tool)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "name", tool->name);
  pm_json_member_string (json, "title", tool->title);
  pm_json_member_string (json, "description", tool->description);
  pm_json_key (json, "inputSchema");
  write_schema (json, tool->arguments);
  pm_json_key (json, "annotations");
  write_annotations (json, tool);
  pm_json_end_object (json);
}

/* --- a call --- */

/* JSON Schema takes 3000.0 for an integer. */
static gboolean
integer_of (const json_t *value, gint64 *ret_number)
{
  if (json_is_integer (value)) {
    *ret_number = json_integer_value (value);
    return TRUE;
  }
  double number = json_is_real (value) ? json_real_value (value) : NAN;
  if (!(fabs (number) < 1e15) || number != floor (number))
    return FALSE;
  *ret_number = (gint64) number;
  return TRUE;
}

static gboolean
are_texts (const json_t *value)
{
  gsize n = 0;
  while (json_is_string (json_array_get (value, n)))
    n++;
  return json_is_array (value) && n == json_array_size (value);
}

static gboolean
is_of_type (const json_t *value, PmMcpType type)
{
  gint64 number;
  switch (type) {
  case PM_MCP_TEXT:
    return json_is_string (value);
  case PM_MCP_INTEGER:
    return integer_of (value, &number);
  case PM_MCP_FLAG:
    return json_is_boolean (value);
  case PM_MCP_TEXTS:
    return are_texts (value);
  }
  return FALSE;
}

static gboolean
checks_type (const PmMcpArgument *argument, const json_t *value, GError **error)
{
  static const char *const takes[] = {"a string", "an integer", "a boolean", "an array of strings"};
  if (is_of_type (value, argument->type))
    return TRUE;
  g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_ARGUMENTS, "“%s” takes %s", argument->name,
               takes[argument->type]);
  return FALSE;
}

static gboolean
checks_size (const PmMcpArgument *argument, const json_t *value, GError **error)
{
  gint64 number;
  if (argument->type == PM_MCP_TEXTS && (gint64) json_array_size (value) > argument->most) {
    g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_ARGUMENTS,
                 "“%s” takes at most %" G_GINT64_FORMAT " strings", argument->name, argument->most);
    return FALSE;
  }
  if (argument->type != PM_MCP_INTEGER || !integer_of (value, &number) ||
      (number >= argument->least && number <= argument->most))
    return TRUE;
  g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_ARGUMENTS,
               "“%s” is a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
               ", not %" G_GINT64_FORMAT,
               argument->name, argument->least, argument->most, number);
  return FALSE;
}

static const PmMcpArgument *
argument_named (const PmMcpTool *tool, const char *name)
{
  for (const PmMcpArgument *a = tool->arguments; a != NULL && a->name != NULL; a++)
    if (strcmp (a->name, name) == 0)
      return a;
  return NULL;
}

static void
tell_unknown (const PmMcpTool *tool, const char *name, GError **error)
{
  const char *names[MOST_ARGUMENTS + 1] = {NULL};
  gsize n = 0;
  for (const PmMcpArgument *a = tool->arguments; a != NULL && a->name != NULL && n < MOST_ARGUMENTS;
       a++)
    names[n++] = a->name;
  const char *nearest = pm_suggest_nearest (name, names);
  g_autofree char *all = n == 0 ? g_strdup ("no arguments") : g_strjoinv (", ", (char **) names);
  if (nearest != NULL)
    g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_ARGUMENTS,
                 "there is no argument “%s”; did you mean “%s”?", name, nearest);
  else
    g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_ARGUMENTS,
                 "there is no argument “%s”; %s takes %s", name, tool->name, all);
}

static gboolean
checks_given (const PmMcpTool *tool, const json_t *arguments, GError **error)
{
  const char *name;
  json_t *value;
  json_object_foreach ((json_t *) arguments, name, value)
  {
    const PmMcpArgument *argument = argument_named (tool, name);
    if (argument == NULL) {
      tell_unknown (tool, name, error);
      return FALSE;
    }
    if (!checks_type (argument, value, error) || !checks_size (argument, value, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
pm_mcp_tool_check (const PmMcpTool *tool, const json_t *arguments, GError **error)
{
  if (arguments != NULL && !json_is_object (arguments)) {
    g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_ARGUMENTS, "the arguments are one object");
    return FALSE;
  }
  for (const PmMcpArgument *a = tool->arguments; a != NULL && a->name != NULL; a++)
    if (a->is_required && json_object_get (arguments, a->name) == NULL) {
      g_set_error (error, PM_MCP_ERROR, PM_MCP_ERROR_ARGUMENTS, "“%s” is missing: %s", a->name,
                   a->description);
      return FALSE;
    }
  return arguments == NULL || checks_given (tool, arguments, error);
}

const char *
pm_mcp_text (const PmMcpCall *call, const char *name)
{
  return json_string_value (json_object_get (call->arguments, name));
}

gint64
pm_mcp_integer (const PmMcpCall *call, const char *name, gint64 otherwise)
{
  gint64 number = otherwise;
  integer_of (json_object_get (call->arguments, name), &number);
  return number;
}

gboolean
pm_mcp_flag (const PmMcpCall *call, const char *name)
{
  return json_is_true (json_object_get (call->arguments, name));
}

const char **
pm_mcp_texts (const PmMcpCall *call, const char *name)
{
  const json_t *list = json_object_get (call->arguments, name);
  const char **texts = g_new0 (const char *, json_array_size (list) + 1);
  for (gsize i = 0; i < json_array_size (list); i++)
    texts[i] = json_string_value (json_array_get (list, i));
  return texts;
}
