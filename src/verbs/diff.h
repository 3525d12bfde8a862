#pragma once

#include "model/span.h"

G_BEGIN_DECLS

/* Edits of one file as people read them. No edit holds a line's end, so every line of the old text
 * is one of the new. Secrets are masked (secrets.h) and control characters escaped: the result can
 * be printed, it is no patch. */

typedef struct {
  PmSpan span; /* of the old bytes; sorted, none overlapping */
  const char *new_text;
} PmDiffEdit;

typedef struct {
  const char *name; /* of the file */
  const char *bytes;
  gsize length;
  const PmDiffEdit *edits;
  guint n_edits;
} PmDiffFile;

/* With three lines around each change, as diff -u does. */
void pm_diff_unified (GString *out, const PmDiffFile *file, gboolean color);

/* The changed lines alone, old and new beside each other in `width` terminal cells. A line that is
 * too long takes several rows, so that no change is out of sight. */
void pm_diff_side_by_side (GString *out, const PmDiffFile *file, gboolean color, guint width);

/* A line with its control characters escaped, but for tabs, which are harmless and wanted as they
 * are. A new string. */
char *pm_diff_printable (const char *text);

G_END_DECLS
