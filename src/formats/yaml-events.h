#pragma once

#include "formats/builder.h"

G_BEGIN_DECLS

/* Inside the YAML format: what its readers hand to the tree builder.
 *
 * A reader (yaml-subset.c for most files, yaml-library.c for all well-formed text, yaml-lines.c for
 * any text) gives a flat list of events in the order of the file; yaml-tree.c makes nodes of them,
 * with yaml-scalar.c decoding values. All of them read `masked`, in which template actions are
 * filled in (yaml-template.c), and take text from `bytes`; both have the same length, so offsets
 * hold in either. */

typedef struct {
  const char *bytes;
  const char *masked;
  guint32 start; /* behind a BOM */
  guint32 length;
  GArray *actions; /* of PmSpan: template actions, in rising order; NULL without any */
} PmYamlSource;

typedef enum {
  PM_YAML_DOCUMENT, /* a document begins */
  PM_YAML_MAP,      /* keys and values follow in turn, up to its PM_YAML_CLOSE */
  PM_YAML_LIST,
  PM_YAML_CLOSE,
  PM_YAML_SCALAR,
  PM_YAML_ALIAS, /* span includes the asterisk */
} PmYamlEventKind;

typedef enum {
  PM_YAML_EMPTY, /* nothing is written; span is empty at its place */
  PM_YAML_PLAIN,
  PM_YAML_SINGLE, /* span is between the quotes */
  PM_YAML_DOUBLE,
  PM_YAML_BLOCK, /* span is from | or > on */
} PmYamlStyle;

typedef struct {
  guint8 kind;   /* PmYamlEventKind */
  guint8 style;  /* PmYamlStyle */
  gint32 indent; /* of what a block scalar stands in, -1 at the top */
  PmSpan span;
  PmSpan anchor; /* name without &, empty without one */
} PmYamlEvent;

/* Reads with libfyaml. FALSE when it found the text to be malformed: then *ret_offset and
 * *ret_reason (owned by the caller) tell where and why. */
gboolean pm_yaml_read_with_library (const PmYamlSource *source, GArray *events, guint32 *ret_offset,
                                    char **ret_reason);

/* A value as it reads, and where its bytes stand. Reused from scalar to scalar. */
typedef struct {
  PmSpan span;  /* content */
  PmSpan outer; /* with quotes or header */
  PmQuoting quoting;
  gboolean changed; /* text differs from the bytes of span; else text and segments are not filled */
  GString *text;
  GArray *segments; /* of PmSegment */
} PmYamlValue;

void pm_yaml_value_init (PmYamlValue *value);
void pm_yaml_value_clear (PmYamlValue *value);
void pm_yaml_decode (const PmYamlSource *source, const PmYamlEvent *event, PmYamlValue *value);

/* Where the block scalar whose header stands at `header` ends. */
guint32 pm_yaml_block_end (const PmYamlSource *source, guint32 header, gint32 indent);

/* Makes nodes of events. What stands behind `broken_from` is flagged as broken. */
void pm_yaml_build_tree (PmBuilder *builder, const PmYamlSource *source, const GArray *events,
                         guint32 broken_from);

static inline gboolean
pm_yaml_is_break (char c)
{
  return c == '\n' || c == '\r';
}

/* Space, tab, and what templates leave without width (PM_YAML_NO_WIDTH). */
static inline gboolean
pm_yaml_is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\v';
}

G_END_DECLS
