#pragma once

#include "ip/source.h"

G_BEGIN_DECLS

/* Google's metadata server (cloud.google.com, "About VM metadata"), for the sources that ask it.
 * Private to ip/. */

/* "http://169.254.169.254/computeMetadata/v1/", or what GCE_METADATA_HOST says, as Google's own
 * clients do; `path` is appended. A new string. */
char *pm_ip_gcp_url (const char *path);

/* The header that every request needs. */
extern const char *const pm_ip_gcp_headers[];

/* Whether Google's server said it, not a captive portal. */
gboolean pm_ip_gcp_is_genuine (const PmHttpReply *reply);

G_END_DECLS
