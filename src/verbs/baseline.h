#pragma once

#include "verbs/check.h"

G_BEGIN_DECLS

/* Results of a check that somebody has accepted: a text file to be kept beside the projects, one
 * result a line, "FINGERPRINT RULE FILE". Only the fingerprint counts; the rest is for people.
 * Empty lines and those that start with # are comments. */

#define PM_BASELINE_ERROR (pm_baseline_error_quark ())
GQuark pm_baseline_error_quark (void);
typedef enum { PM_BASELINE_ERROR_READ, PM_BASELINE_ERROR_SYNTAX } PmBaselineError;

/* Marks the results that the file accepts. ret_gone gets the number of its lines that no result has
 * any more. */
gboolean pm_baseline_apply (const char *file, GArray *results, guint *ret_gone, GError **error);

/* Writes all results, in place of what the file held. */
gboolean pm_baseline_write (const char *file, const GArray *results, GError **error);

G_END_DECLS
