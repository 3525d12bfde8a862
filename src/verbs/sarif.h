#pragma once

#include "verbs/check.h"

G_BEGIN_DECLS

/* Results of a check as SARIF 2.1.0 (OASIS standard): one run; a uriBaseId for each root, so that
 * paths stay relative; accepted results are suppressed, not left out. Lines only: our columns count
 * bytes, which the standard cannot say. */
GString *pm_check_to_sarif (const GArray *results, const char *version);

G_END_DECLS
