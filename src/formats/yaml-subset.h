#pragma once

#include "formats/yaml-events.h"

G_BEGIN_DECLS

/* Inside the YAML format: reads the part of YAML that most files keep to, fast. TRUE: `events` are
 * those that pm_yaml_read_with_library gives. FALSE: the text is to be read by something else,
 * whether it is malformed or not; `events` is empty then. */
gboolean pm_yaml_read_subset (const PmYamlSource *source, GArray *events);

/* --- between yaml-subset.c and yaml-subset-values.c --- */

typedef struct {
  const PmYamlSource *source;
  const char *text; /* masked */
  guint32 length;
  guint32 at;
  guint32 line;   /* where the line of `at` begins */
  guint32 cursor; /* behind the last thing read */
  GArray *events;
} PmYamlSubset;

void pm_yaml_subset_add (PmYamlSubset *s, PmYamlEventKind kind, PmYamlStyle style, PmSpan span,
                         gint32 indent);

/* Passes spaces; the end of the line, or of a comment, that follows them: TRUE. */
gboolean pm_yaml_subset_line_is_over (PmYamlSubset *s);

/* The key that begins at s->at, with its colon: *ret_colon behind the colon, *ret_span and
 * *ret_style of the key. FALSE: no key that can be read here begins there. */
gboolean pm_yaml_subset_find_key (const PmYamlSubset *s, PmSpan *ret_span, PmYamlStyle *ret_style,
                                  guint32 *ret_colon);

/* The value that begins at s->at, inside of what is indented by `indent`, up to the end of its last
 * line. FALSE: it is for somebody else to read. */
gboolean pm_yaml_subset_take_value (PmYamlSubset *s, gint32 indent);

static inline guint32
pm_yaml_subset_skip_spaces (const PmYamlSubset *s, guint32 at)
{
  while (at < s->length && s->text[at] == ' ')
    at++;
  return at;
}

/* Whether a space, a line feed or the end of the text is at `at`. */
static inline gboolean
pm_yaml_subset_ends_word (const PmYamlSubset *s, guint32 at)
{
  return at >= s->length || s->text[at] == ' ' || s->text[at] == '\n';
}

G_END_DECLS
