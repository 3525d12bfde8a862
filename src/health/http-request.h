#pragma once

#include "health/kind.h"

G_BEGIN_DECLS

/* One HTTP request of a check, for the kinds that speak HTTP. Private to health/. */

typedef struct PmCheckRequest PmCheckRequest;

/* What the answer means: finishes the probe. `latency_us` is until the answer was there. */
typedef void (*PmCheckVerdict) (PmProbe *probe, const PmCheck *check, const PmHttpReply *reply,
                                gpointer data);

/* What cannot be connected to, is not answered, or has a certificate that will not do, is down.
 * Where TLS is presumed and not spoken, it is asked once more in the clear.
 * `headers` as in http-client.h. With `head_only` the answer counts as soon as its head is there.
 */
PmCheckRequest *pm_check_request_new (PmProbe *probe, const PmCheck *check,
                                      const char *const *headers, gboolean head_only,
                                      PmCheckVerdict verdict, gpointer data);
void pm_check_request_free (PmCheckRequest *request);

G_END_DECLS
