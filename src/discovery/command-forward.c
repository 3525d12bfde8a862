/* What stands behind ssh's -L and -R (ssh(1)) and `kubectl port-forward`. */

#include "discovery/command.h"
#include "discovery/port.h"

void
pm_command_add_port (PmScan *scan, PmSpan value, const PmArgument *argument, const char *grammar)
{
  PmPortText port;
  if (!pm_port_parse (scan, value, &port))
    return;
  PmHit hit = pm_scan_port_hit (port.span, port.port, grammar, 0.95);
  hit.port_end = port.port_end;
  hit.transport = port.transport;
  hit.role = argument->role;
  hit.role_is_sure = argument->is_sure;
  pm_scan_add (scan, &hit);
}

/* Parts between colons that stand in no brackets; 0: more than `parts` has room for. */
static guint
split_forward (const PmScan *scan, PmSpan value, PmSpan parts[4])
{
  guint n_parts = 0;
  guint32 start = value.start;
  gboolean bracket = FALSE;
  for (guint32 i = value.start; i <= value.end; i++) {
    char c = i < value.end ? scan->text[i] : ':';
    bracket = c == '[' ? TRUE : c == ']' ? FALSE : bracket;
    if (i < value.end && (c != ':' || bracket))
      continue;
    if (n_parts == 4)
      return 0;
    parts[n_parts++] = (PmSpan){start, i};
    start = i + 1;
  }
  return n_parts;
}

static PmSpan
without_brackets (const PmScan *scan, PmSpan host)
{
  if (pm_span_length (host) > 2 && scan->text[host.start] == '[' && scan->text[host.end - 1] == ']')
    return (PmSpan){host.start + 1, host.end - 1};
  return host;
}

static void
add_port_of_host (PmScan *scan, PmSpan host, PmSpan port, const PmArgument *argument,
                  const char *grammar)
{
  guint before = scan->hits->len;
  pm_command_add_port (scan, port, argument, grammar);
  if (scan->hits->len == before)
    return;
  PmHit *hit = &g_array_index (scan->hits, PmHit, before);
  hit->host_start = host.start;
  hit->host_end = host.end;
}

/* local[:remote], as kubectl has it. */
void
pm_command_add_forward (PmScan *scan, PmSpan value, const PmArgument *argument)
{
  PmSpan parts[4];
  guint n_parts = split_forward (scan, value, parts);
  PmArgument other = {PM_ARGUMENT_PORT, PM_ROLE_REFERENCE, TRUE};
  if (n_parts > 0)
    pm_command_add_port (scan, parts[0], argument, "flag.listen");
  if (n_parts == 2)
    pm_command_add_port (scan, parts[1], &other, "flag.reference");
}

/* [bind:]port:host:hostport, where a path (of a Unix socket) may stand for host and hostport
 * (ssh(1), -L and -R). Of -L the port is opened here, and the other machine goes on to host, so
 * that `localhost` is that machine; of -R it is the other way round. What the other machine binds
 * or calls is none of ours: only an address is told, which means the same everywhere. */
void
pm_command_add_tunnel (PmScan *scan, PmSpan value, const PmArgument *argument)
{
  PmSpan parts[4];
  guint n_parts = split_forward (scan, value, parts);
  if (n_parts == 0)
    return;
  gboolean is_back = argument->kind == PM_ARGUMENT_BACK_TUNNEL;
  gboolean ends_in_path =
      pm_span_length (parts[n_parts - 1]) > 0 && scan->text[parts[n_parts - 1].start] == '/';
  guint far = ends_in_path ? 1 : 2; /* parts of the far end */
  guint near = n_parts > far ? n_parts - far : 0;
  if (near == 2)
    pm_grammar_host (scan, parts[0]);
  if (!is_back && near == 2)
    add_port_of_host (scan, without_brackets (scan, parts[0]), parts[1], argument, "flag.listen");
  else if (!is_back && near == 1)
    pm_command_add_port (scan, parts[0], argument, "flag.listen");
  if (ends_in_path || near == 0)
    return;
  PmSpan host = parts[n_parts - 2];
  pm_grammar_host (scan, host);
  if (is_back)
    add_port_of_host (scan, without_brackets (scan, host), parts[n_parts - 1], argument,
                      "flag.reference");
}
