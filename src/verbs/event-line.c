/* DESIGN
 * One table from the beginning of an event's name to a function that has words for it; the first
 * that fits. Data are what other programs may have written: nothing of them is taken for granted.
 */

#include "verbs/event-line.h"

#include <jansson.h>
#include <string.h>

#include "model/service.h"

#define MOST_MEMBERS 6

typedef void (*Teller) (const json_t *data, GString *out);

/* A member that is a text or a number; "" when there is none. */
static const char *
member (const json_t *data, const char *key)
{
  json_t *value = json_object_get (data, key);
  if (json_is_integer (value)) {
    g_autofree char *digits = g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
    return g_intern_string (digits);
  }
  const char *text = json_string_value (value);
  return text == NULL ? "" : text;
}

static void
add (GString *out, const char *before, const char *text)
{
  if (text[0] != '\0')
    g_string_append_printf (out, "%s%s", before, text);
}

/* "3000 → 3001", "3000" or "was 3000" */
static void
add_change (const json_t *data, GString *out)
{
  const char *old_value = member (data, "oldValue"), *new_value = member (data, "newValue");
  if (old_value[0] != '\0' && new_value[0] != '\0')
    g_string_append_printf (out, " %s → %s", old_value, new_value);
  else if (new_value[0] != '\0')
    g_string_append_printf (out, " %s", new_value);
  else
    add (out, " was ", old_value);
}

static void
add_service (const json_t *data, GString *out)
{
  g_autofree char *name = pm_full_name (member (data, "serviceName"), member (data, "projectId"));
  g_string_append (out, name);
}

static void
tell_service (const json_t *data, GString *out)
{
  const char *type = member (data, "changeType");
  g_autofree char *words = g_strdelimit (g_strdup (type), "_", ' ');
  add_service (data, out);
  if (type[0] == '\0')
    return;
  g_string_append_printf (out, ": %s", words);
  add_change (data, out);
}

static void
tell_health (const json_t *data, GString *out)
{
  add_service (data, out);
  g_string_append (out, ":");
  add_change (data, out);
  add (out, ", ", member (data, "cause"));
}

static void
tell_incident (const json_t *data, GString *out)
{
  add_service (data, out);
  add (out, ": ", member (data, "cause"));
  add (out, "; ", member (data, "ended"));
}

static void
tell_conflict (const json_t *data, GString *out)
{
  g_string_append_printf (out, "%s port %s", member (data, "severity"), member (data, "port"));
  add (out, ": ", member (data, "reason"));
}

static void
add_amounts (const json_t *data, GString *out)
{
  const char *edits = member (data, "edits"), *files = member (data, "files");
  if (edits[0] != '\0' && files[0] != '\0')
    g_string_append_printf (out, ", %s edits in %s files", edits, files);
}

static void
tell_transaction (const json_t *data, GString *out)
{
  g_string_append (out, member (data, "id"));
  add (out, ": ", member (json_object_get (data, "summary"), "wish"));
  add_amounts (data, out);
}

/* Of an address, and of a change on its way through the pipeline. */
static void
tell_change (const json_t *data, GString *out)
{
  const char *wish = member (data, "wish"), *plan = member (data, "planId");
  if (wish[0] != '\0') {
    g_string_append (out, wish);
  } else {
    g_string_append (out, member (data, "source"));
    add (out, " ", member (data, "slot"));
    g_string_append (out, ":");
    add_change (data, out);
  }
  add_amounts (data, out);
  if (plan[0] != '\0' && strcmp (plan, "0") != 0)
    g_string_append_printf (out, ", plan %s", plan);
  add (out, "; ", member (data, "cause"));
}

static void
tell_members (const json_t *data, GString *out)
{
  const char *key;
  json_t *value;
  guint n = 0;
  json_object_foreach ((json_t *) data, key, value)
  {
    const char *text = json_is_true (value)    ? "yes"
                       : json_is_false (value) ? "no"
                                               : member (data, key);
    if (text[0] == '\0' || strcmp (key, "host") == 0 || n++ == MOST_MEMBERS)
      continue;
    g_string_append_printf (out, "%s%s %s", out->len == 0 ? "" : ", ", key, text);
  }
}

static const struct {
  const char *event;
  Teller tell;
} tellers[] = {
    {"service.restart", tell_members},
    {"service.", tell_service},
    {"health.", tell_health},
    {"incident.", tell_incident},
    {"conflict.", tell_conflict},
    {"transaction.", tell_transaction},
    {"ip.", tell_change},
    {"assign.", tell_change},
    {"resolve.", tell_change},
    {"sync.", tell_change},
    {"", tell_members},
};

char *
pm_event_line (const char *event, const char *data)
{
  GString *out = g_string_new (NULL);
  json_t *object = json_loads (data, 0, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tellers) && json_is_object (object); i++)
    if (g_str_has_prefix (event, tellers[i].event)) {
      tellers[i].tell (object, out);
      break;
    }
  json_decref (object);
  return g_string_free (out, FALSE);
}
