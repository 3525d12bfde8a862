#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The dashboard's files, packed into the program as they are sent: compressed. Read only; for any
 * thread. */

typedef struct {
  GBytes *bytes;
  const char *encoding; /* of Content-Encoding; NULL: they are as they are */
} PmAsset;

/* Whether this program was built with a dashboard. */
gboolean pm_dashboard_is_there (void);

/* A file ("index.html", "assets/index-1a2b.js"), in the smallest way that an Accept-Encoding (RFC
 * 9110, 12.5.3; NULL: there is none) allows. FALSE: there is no such file. `bytes` is the caller's.
 */
gboolean pm_dashboard_find (const char *name, const char *accept_encoding, PmAsset *ret_asset);

/* By the name's ending; static. */
const char *pm_dashboard_media_type (const char *name);

/* Whether a list such as "gzip;q=0.8, br" takes an encoding. */
gboolean pm_accepts_encoding (const char *accept_encoding, const char *encoding);

G_END_DECLS
