#pragma once

#include "formats/format.h"

G_BEGIN_DECLS

/* Edits of values, as edits of bytes.
 *
 * Calling sequence: pm_rewrite_value for each change → raw edits; pm_rewrite_apply them to the
 * bytes; pm_rewrite_verify the result by parsing it again. The property that all of it must have,
 * tested and fuzzed for every format: bytes outside the edits stay identical; the new file parses
 * to the same tree but for the edited scalars; the inverse edits give back the old bytes. */

#define PM_REWRITE_ERROR (pm_rewrite_error_quark ())
GQuark pm_rewrite_error_quark (void);

typedef enum {
  PM_REWRITE_ERROR_SPAN,    /* not a contiguous piece of a scalar, or edits that overlap */
  PM_REWRITE_ERROR_QUOTING, /* the text cannot be written with the quotes that are there */
  PM_REWRITE_ERROR_CHANGED, /* more than the edited values would read differently */
} PmRewriteError;

/* Bytes [span) of a file become `text`. */
typedef struct {
  PmSpan span;
  char *text; /* owned; NUL-terminated */
} PmRawEdit;

void pm_raw_edit_clear (PmRawEdit *edit);

/* Bytes [start, end) of a scalar's decoded value become `text`, escaped as its quoting asks. For
 * an embedded document, whose format this is, the edit is of the file around it. */
gboolean pm_rewrite_value (const PmFormat *format, const PmDocument *document, PmNodeId scalar,
                           guint32 start, guint32 end, const char *text, PmRawEdit *ret_edit,
                           GError **error);

/* Applies edits, in any order, that do not overlap. */
gboolean pm_rewrite_apply (const char *bytes, gsize length, const PmRawEdit *edits, gsize n_edits,
                           GString **ret_bytes, GError **error);

/* The edits that take `edits` back, in the same order: their spans are of the new bytes. `ret` has
 * room for n_edits. */
void pm_rewrite_invert (const char *bytes, const PmRawEdit *edits, gsize n_edits, PmRawEdit *ret);

/* Parses new_bytes and compares with the document before: every scalar that no edit touches must be
 * the same, at its shifted place, and every one that is touched must read as the edits say. */
gboolean pm_rewrite_verify (const PmFormat *format, const PmDocument *before,
                            const PmRawEdit *edits, gsize n_edits, const char *new_bytes,
                            gsize new_length, GError **error);

G_END_DECLS
