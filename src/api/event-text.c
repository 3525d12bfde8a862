#include "api/event-text.h"

#include <string.h>

#include "verbs/event-filter.h"

static PmEventText *
text_new (gint64 id, const char *event, char **projects, char *bytes)
{
  PmEventText *text = g_new0 (PmEventText, 1);
  text->references = 1;
  text->id = id;
  text->event = g_strdup (event);
  text->projects = projects;
  text->bytes = bytes;
  text->length = strlen (bytes);
  return text;
}

PmEventText *
pm_event_text_new (gint64 id, const char *event, const char *data)
{
  char *bytes = id == 0 ? g_strdup_printf ("event: %s\ndata: %s\n\n", event, data)
                        : g_strdup_printf ("id: %" G_GINT64_FORMAT "\nevent: %s\ndata: %s\n\n", id,
                                           event, data);
  return text_new (id, event, pm_event_projects (data), bytes);
}

PmEventText *
pm_event_text_raw (const char *bytes)
{
  return text_new (0, "", NULL, g_strdup (bytes));
}

PmEventText *
pm_event_text_ref (PmEventText *text)
{
  text->references++;
  return text;
}

void
pm_event_text_unref (PmEventText *text)
{
  if (text == NULL || --text->references > 0)
    return;
  g_free (text->event);
  g_strfreev (text->projects);
  g_free (text->bytes);
  g_free (text);
}
