#pragma once

#include "base/line-diff.h"
#include "model/span.h"

G_BEGIN_DECLS

/* Two texts as people compare them, where lines come and go (edits inside of lines: diff.h). What
 * is hidden and what looks like a secret (secrets.h) is masked, control characters are escaped: the
 * result can be printed, it is no patch. Lines that differ only in what is masked are shown as
 * changed all the same. */

typedef struct {
  const char *bytes;
  gsize length;
  const GArray *hidden; /* of PmSpan: what is secret for sure; NULL nothing */
} PmDiffText;

/* With three lines around each change, as diff -u does. */
void pm_text_diff (GString *out, const char *name, const PmDiffText *before,
                   const PmDiffText *after);

G_END_DECLS
