/* Whether a request is answered as expected (RFC 9110). Where nobody said what is right, any answer
 * that does not blame the server (5xx) will do: a service that wants a login or knows no "/" is
 * well. The body is read only where something must stand in it, so that an endless one (server-sent
 * events) is well too. */

#include <string.h>

#include "health/http-request.h"

static gboolean
is_expected (const PmCheck *check, guint status)
{
  gboolean match = FALSE;
  if (check->statuses[0] == '\0')
    return status < 500;
  return pm_check_statuses_match (check->statuses, status, &match) && match;
}

static void
judge (PmProbe *probe, const PmCheck *check, const PmHttpReply *reply, gpointer data)
{
  if (!is_expected (check, reply->status))
    pm_probe_finish (probe, PM_HEALTH_DOWN, reply->elapsed_us, "answered %u, not %s", reply->status,
                     check->statuses[0] == '\0' ? "below 500" : check->statuses);
  else if (check->body[0] != '\0' &&
           memmem (reply->body, reply->body_bytes, check->body, strlen (check->body)) == NULL)
    pm_probe_finish (probe, PM_HEALTH_DOWN, reply->elapsed_us, "answered %u, without “%s” in it",
                     reply->status, check->body);
  else
    pm_probe_finish (probe, PM_HEALTH_UP, reply->elapsed_us, "%s", "");
}

static gpointer
http_start (PmProbe *probe, const PmCheck *check)
{
  /* RFC 9111, 5.2.1: whoever stands in between is to ask too. */
  static const char *const headers[] = {"Cache-Control: no-cache, no-store", "Accept: */*", NULL};
  return pm_check_request_new (probe, check, headers, check->body[0] == '\0', judge, NULL);
}

static void
http_stop (gpointer self)
{
  pm_check_request_free (self);
}

const PmProbeKind pm_probe_http = {.start = http_start, .stop = http_stop};
