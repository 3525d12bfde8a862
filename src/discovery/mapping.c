/* Docker's short syntax for published ports: [[ip]:[published[-end]]:]target[-end][/protocol].
 *
 * Source: the Docker reference of `docker run --publish` and the Compose specification, "ports";
 * a range is published on a range of the same length, or on a single target from one of its ports.
 */

#include <string.h>

#include "discovery/address.h"
#include "discovery/port.h"

/* The last colon that is not inside brackets, or range.end. */
static guint32
last_colon (const PmScan *scan, PmSpan range)
{
  for (guint32 i = range.end; i > range.start; i--) {
    char c = scan->text[i - 1];
    if (c == ']' || c == '}')
      break;
    if (c == ':')
      return i - 1;
  }
  return range.end;
}

static gint
add_side (PmScan *scan, const PmPortText *port, PmSpan host, PmRole role)
{
  PmHit hit = pm_scan_port_hit (port->span, port->port, "mapping", 1.0);
  hit.port_end = port->port_end;
  hit.transport = port->transport;
  hit.role = role;
  hit.role_is_sure = TRUE;
  if (role == PM_ROLE_PUBLISH) {
    hit.host_start = host.start;
    hit.host_end = host.end;
  }
  return pm_scan_add (scan, &hit);
}

static void
add_host (PmScan *scan, PmSpan *host)
{
  PmAddress address;
  if (pm_span_length (*host) > 2 && scan->text[host->start] == '[' &&
      scan->text[host->end - 1] == ']')
    *host = (PmSpan){host->start + 1, host->end - 1};
  if (pm_address_of_host (scan, *host, &address))
    pm_address_add (scan, &address);
}

void
pm_grammar_mapping (PmScan *scan, PmSpan range)
{
  PmPortText target, published;
  range = pm_scan_trim (scan, range);
  guint32 colon = last_colon (scan, range);
  PmSpan inner = {colon < range.end ? colon + 1 : range.start, range.end};
  if (!pm_port_parse (scan, inner, &target))
    return;
  PmSpan none = {0, 0};
  if (colon == range.end) {
    add_side (scan, &target, none, PM_ROLE_TARGET);
    return;
  }

  PmSpan rest = {range.start, colon};
  guint32 second = last_colon (scan, rest);
  PmSpan outer = {second < rest.end ? second + 1 : rest.start, rest.end};
  PmSpan host = {rest.start, second < rest.end ? second : rest.start};
  PmAddress address;
  gboolean only_host = second == rest.end && pm_address_parse (scan, rest, &address);
  if (only_host)
    host = rest;
  gboolean has_published = !only_host && pm_port_parse (scan, outer, &published);
  if (has_published) {
    guint n_published = published.port_end - published.port,
          n_target = target.port_end - target.port;
    if (n_published != n_target && n_target != 0)
      return;
    published.transport = target.transport;
  }

  add_host (scan, &host);
  gint first = has_published ? add_side (scan, &published, host, PM_ROLE_PUBLISH) : -1;
  gint last = add_side (scan, &target, none, PM_ROLE_TARGET);
  if (first >= 0 && last >= 0) {
    g_array_index (scan->hits, PmHit, first).pair = last;
    g_array_index (scan->hits, PmHit, last).pair = first;
  }
}
