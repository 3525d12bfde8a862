#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of files by pattern, byte by byte, so that a name need not be UTF-8.
 *
 * `*` is any run of bytes but '/', `**` any run at all (a leading "**" + "/" also none), `?` one
 * byte but '/'; all else is itself. Time is bounded by pattern × text. */
gboolean pm_glob_match (const char *pattern, const char *text);

/* The same for patterns without a slash: they are held against the last part of a path; others
 * against the whole. */
gboolean pm_glob_match_path (const char *pattern, const char *path);

G_END_DECLS
