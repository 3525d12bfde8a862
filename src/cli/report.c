#include "cli/report.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/output.h"
#include "model/service.h"

static const char *
text_of (const json_t *object, const char *key)
{
  const char *text = json_string_value (json_object_get (object, key));
  return text == NULL ? "" : text;
}

static double
ms_of (const json_t *object, const char *key)
{
  return json_number_value (json_object_get (object, key));
}

static void
print_restarts (const json_t *list)
{
  for (gsize i = 0; i < json_array_size (list); i++) {
    const json_t *r = json_array_get (list, i);
    const char *end = text_of (r, "end"), *reason = text_of (r, "reason");
    pm_output_line ("  %-10s %s%s%s (%.0f ms)", end[0] == '\0' ? "-" : end, text_of (r, "target"),
                    reason[0] == '\0' ? "" : ": ", reason, ms_of (r, "elapsedMs"));
    if (text_of (r, "back")[0] != '\0')
      pm_output_line ("  %-10s once more, with the files as before", text_of (r, "back"));
  }
}

static void
print_services (const json_t *list)
{
  for (gsize i = 0; i < json_array_size (list); i++) {
    const json_t *s = json_array_get (list, i);
    const char *cause = text_of (s, "cause"), *after = text_of (s, "after");
    gboolean is_told = strcmp (after, "up") != 0 && cause[0] != '\0';
    g_autofree char *name = pm_full_name (text_of (s, "serviceName"), text_of (s, "projectId"));
    pm_output_line ("  %-10s %s, %s before%s%s", after, name, text_of (s, "before"),
                    is_told ? ": " : "", is_told ? cause : "");
  }
}

static void
print_stages (const json_t *root)
{
  const json_t *stages = json_object_get (root, "stages");
  g_autoptr (GString) line = g_string_new (NULL);
  if (json_array_size (stages) == 0) /* it was refused before the first one */
    return;
  for (gsize i = 0; i < json_array_size (stages); i++) {
    const json_t *stage = json_array_get (stages, i);
    g_string_append_printf (line, "%s%s %.0f ms", i == 0 ? "" : ", ", text_of (stage, "stage"),
                            ms_of (stage, "elapsedMs"));
  }
  pm_output_line ("%s; together %.0f ms", line->str, ms_of (root, "elapsedMs"));
}

void
pm_report_print (const char *report)
{
  json_t *root = json_loads (report, 0, NULL);
  const json_t *restarts = json_object_get (root, "restarts");
  const json_t *also = json_object_get (root, "also");
  if (json_array_size (restarts) > 0)
    printf ("Restarts:\n");
  print_restarts (restarts);
  if (json_array_size (json_object_get (root, "services")) > 0)
    printf ("Services:\n");
  print_services (json_object_get (root, "services"));
  if (json_array_size (also) > 0)
    printf ("You must also:\n");
  for (gsize i = 0; i < json_array_size (also); i++)
    pm_output_line ("  %s", json_string_value (json_array_get (also, i)));
  print_stages (root);
  json_decref (root);
}

char *
pm_report_actor (void)
{
  return g_strconcat ("user ", g_get_user_name (), NULL);
}
