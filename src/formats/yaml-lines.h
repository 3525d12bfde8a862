#pragma once

#include "formats/yaml-events.h"

G_BEGIN_DECLS

/* Inside the YAML format: reads any text as YAML by its indentation, as well as it goes, and never
 * fails. On well-formed text it gives the events that the library gives. */
void pm_yaml_read_lines (const PmYamlSource *source, GArray *events);

/* --- between yaml-lines.c, yaml-line-values.c and yaml-flow.c --- */

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

/* The first byte from `at` on that is not blank. */
guint32 pm_yaml_skip_blank (const PmYamlLines *l, guint32 at);

/* Where the line that holds `at` ends: its break, or the end of the file. */
guint32 pm_yaml_line_end (const PmYamlLines *l, guint32 at);

/* Nothing more, or a comment, behind the blank space at `at`. */
gboolean pm_yaml_line_is_over (const PmYamlLines *l, guint32 at);

/* `marker` (--- or ...) stands at `at`, at the start of its line. */
gboolean pm_yaml_is_marker (const PmYamlLines *l, guint32 at, const char *marker);

gboolean pm_yaml_is_dash (const PmYamlLines *l, guint32 at);

/* Behind what may be a key at `at`, before its colon; 0 when there is no key on this line. */
guint32 pm_yaml_key_end (const PmYamlLines *l, guint32 at);

/* Passes blank space, line breaks and comments. */
void pm_yaml_skip_space (PmYamlLines *l);

/* Passes anchors and tags on this line, keeping the anchor. */
void pm_yaml_take_properties (PmYamlLines *l);

void pm_yaml_add_empty (PmYamlLines *l, guint32 at);

/* A quoted scalar or an alias at l->at. Inside of what is indented by `indent`, a line that is not
 * indented more ends a string that somebody forgot to close. */
void pm_yaml_take_quoted (PmYamlLines *l, gint32 indent);
void pm_yaml_take_alias (PmYamlLines *l);

/* Any value at l->at that opens no level, inside of what is indented by `indent`. */
void pm_yaml_take_value (PmYamlLines *l, gint32 indent);

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
