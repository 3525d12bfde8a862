#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Points in time as people type them: "2h", "30m", "7d", "45s" ago, a date (2026-11-22), or RFC
 * 3339 (a time without a zone is local). Gives Unix time in µs; FALSE when the text is none of
 * them. */
gboolean pm_since_parse (const char *text, gint64 now_us, gint64 *ret_time_us);

G_END_DECLS
