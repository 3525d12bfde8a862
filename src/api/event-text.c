#include "api/event-text.h"

#include <string.h>

#include "verbs/event-filter.h"

#define DATA "\ndata: "

static PmEventText *
text_new (gint64 id, const char *event, char *bytes)
{
  PmEventText *text = g_new0 (PmEventText, 1);
  text->references = 1;
  text->id = id;
  text->event = g_strdup (event);
  text->bytes = bytes;
  text->length = strlen (bytes);
  return text;
}

PmEventText *
pm_event_text_new (gint64 id, const char *event, const char *data)
{
  char *bytes = id == 0 ? g_strdup_printf ("event: %s" DATA "%s\n\n", event, data)
                        : g_strdup_printf ("id: %" G_GINT64_FORMAT "\nevent: %s" DATA "%s\n\n", id,
                                           event, data);
  return text_new (id, event, bytes);
}

const char *const *
pm_event_text_projects (PmEventText *text)
{
  const char *data = text->projects == NULL ? strstr (text->bytes, DATA) : NULL;
  if (text->projects == NULL)
    text->projects = data == NULL ? g_new0 (char *, 1) : pm_event_projects (data + strlen (DATA));
  return (const char *const *) text->projects;
}

PmEventText *
pm_event_text_raw (const char *bytes)
{
  return text_new (0, "", g_strdup (bytes));
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
