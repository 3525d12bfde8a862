#pragma once

#include "formats/yaml-events.h"

G_BEGIN_DECLS

/* Inside the YAML format: reads any text as YAML by its indentation, as well as it goes, and never
 * fails. On well-formed text it gives the events that the library gives. */
void pm_yaml_read_lines (const PmYamlSource *source, GArray *events);

/* --- between yaml-lines.c and yaml-flow.c --- */

typedef struct {
  const PmYamlSource *source;
  const char *text; /* masked */
  guint32 length;
  guint32 at;
  GArray *events;
  GArray *open;  /* of the block levels */
  PmSpan anchor; /* of the node that comes next */
  guint32 end;   /* of the last thing read */

  guint32 column_at; /* column of this byte, so that columns are counted once */
  guint32 column;
} PmYamlLines;

/* Column of a byte, a tab in front of it reaching to the next multiple of four. */
guint32 pm_yaml_column (PmYamlLines *l, guint32 at);

/* Passes blank space, line breaks and comments. */
void pm_yaml_skip_space (PmYamlLines *l);

/* Passes anchors and tags on this line, keeping the anchor. */
void pm_yaml_take_properties (PmYamlLines *l);

void pm_yaml_add_empty (PmYamlLines *l, guint32 at);

/* A quoted scalar or an alias at l->at. Inside of what is indented by `indent`, a line that is not
 * indented more ends a string that somebody forgot to close. */
void pm_yaml_take_quoted (PmYamlLines *l, gint32 indent);
void pm_yaml_take_alias (PmYamlLines *l);

/* A [ ] or { } collection at l->at. */
void pm_yaml_take_flow (PmYamlLines *l, gint32 indent);

/* Adds an event, giving it the anchor that waits. */
void pm_yaml_add (PmYamlLines *l, PmYamlEventKind kind, PmYamlStyle style, PmSpan span,
                  gint32 indent);

/* Whether a blank, a line break or the end of the file is at `at`. */
static inline gboolean
pm_yaml_ends_word (const PmYamlLines *l, guint32 at)
{
  return at >= l->length || pm_yaml_is_blank (l->text[at]) || pm_yaml_is_break (l->text[at]);
}

G_END_DECLS
