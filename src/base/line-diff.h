#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How one text becomes another, by lines: what diff(1) calls hunks, without context.
 *
 * Lines common to both keep their order, and there are as many of them as there can be (the longest
 * common subsequence), as long as what lies between the common beginning and the common end has no
 * more than PM_LINE_DIFF_MOST lines on either side; else that is one hunk. A line holds its "\n".
 */

#define PM_LINE_DIFF_MOST 2000

/* Old lines [old_first, old_first + old_count) become the new ones; from 0. Either count may be 0,
 * not both. */
typedef struct {
  guint old_first, old_count;
  guint new_first, new_count;
} PmLineHunk;

/* Where the lines of a text start, and its length behind them: one more than there are lines. A
 * GArray of gsize. */
GArray *pm_line_starts (const char *text, gsize length);

/* In order; a GArray of PmLineHunk. Both starts are of pm_line_starts. */
GArray *pm_line_diff (const char *old_text, const GArray *old_starts, const char *new_text,
                      const GArray *new_starts);

G_END_DECLS
