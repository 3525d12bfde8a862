/* Numbers of ports: RFC 6335 for their range, docker's reference for ranges and protocols. */

#include "discovery/port.h"

gboolean
pm_recogniser_port (const char *text, gsize length, guint16 *ret_port)
{
  guint value = 0;
  if (length == 0 || length > 5 || text[0] == '0')
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
    value = value * 10 + (guint) (text[i] - '0');
  }
  if (value > G_MAXUINT16)
    return FALSE;
  *ret_port = (guint16) value;
  return TRUE;
}

/* 0x1f90, and 8_080 as TOML and most languages allow it. */
static gboolean
parse_number (const PmScan *scan, PmSpan range, guint16 *ret_port)
{
  const char *text = scan->text + range.start;
  gsize length = pm_span_length (range), n_digits = 0;
  if (length > 2 && length <= 6 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    guint value = 0;
    for (gsize i = 2; i < length; i++) {
      int digit = g_ascii_xdigit_value (text[i]);
      if (digit < 0)
        return FALSE;
      value = value * 16 + (guint) digit;
    }
    *ret_port = (guint16) value;
    return value > 0;
  }
  char digits[8];
  for (gsize i = 0; i < length; i++) {
    if (text[i] == '_' && i > 0 && i + 1 < length && text[i - 1] != '_')
      continue;
    if (n_digits == sizeof digits)
      return FALSE;
    digits[n_digits++] = text[i];
  }
  return pm_recogniser_port (digits, n_digits, ret_port);
}

gboolean
pm_port_transport (const PmScan *scan, PmSpan word, PmTransport *ret_transport)
{
  for (PmTransport transport = PM_TRANSPORT_TCP; transport <= PM_TRANSPORT_SCTP; transport++)
    if (pm_scan_is (scan, word, pm_transport_name (transport))) {
      *ret_transport = transport;
      return TRUE;
    }
  return FALSE;
}

gboolean
pm_port_parse (const PmScan *scan, PmSpan range, PmPortText *ret)
{
  PmPortText port = {.span = range, .transport = PM_TRANSPORT_TCP};
  for (guint32 i = range.start; i < range.end && i < range.start + 16; i++)
    if (scan->text[i] == '/') {
      if (!pm_port_transport (scan, (PmSpan){i + 1, range.end}, &port.transport))
        return FALSE;
      port.span.end = i;
      break;
    }

  PmSpan first = port.span, last = port.span;
  for (guint32 i = port.span.start; i < port.span.end && i < port.span.start + 8; i++)
    if (scan->text[i] == '-') {
      first.end = i;
      last.start = i + 1;
      break;
    }
  if (!parse_number (scan, first, &port.port) || !parse_number (scan, last, &port.port_end) ||
      port.port_end < port.port)
    return FALSE;
  *ret = port;
  return TRUE;
}

gboolean
pm_port_at (const PmScan *scan, guint32 at, guint32 end, guint16 *ret_port, guint32 *ret_end)
{
  guint32 to = at;
  while (to < end && to < at + 6 && g_ascii_isdigit (scan->text[to]))
    to++;
  if (!pm_recogniser_port (scan->text + at, to - at, ret_port))
    return FALSE;
  char next = to < end ? scan->text[to] : '\0';
  char behind = to + 1 < end ? scan->text[to + 1] : '\0';
  if (pm_char_is_word (next) || (next == '.' && g_ascii_isalnum (behind)))
    return FALSE;
  *ret_end = to;
  return TRUE;
}

void
pm_grammar_port (PmScan *scan, PmSpan range)
{
  PmPortText port;
  if (!pm_port_parse (scan, pm_scan_trim (scan, range), &port))
    return;
  PmHit hit = pm_scan_port_hit (port.span, port.port, "port", 1.0);
  hit.port_end = port.port_end;
  hit.transport = port.transport;
  pm_scan_add (scan, &hit);
}

/* Also `<%= ENV.fetch ("PORT", 3000) %>`: the number that an ERB template falls back to. */
void
pm_grammar_ports (PmScan *scan, PmSpan range)
{
  guint32 start = range.start;
  gboolean is_erb = memmem (scan->text + range.start, pm_span_length (range), "<%", 2) != NULL;
  for (guint32 i = range.start; i <= range.end && !pm_scan_is_full (scan); i++) {
    char c = i < range.end ? scan->text[i] : ',';
    if (c != ',' && c != ';' && c != '[' && c != ']' && !pm_char_is_blank (c) &&
        !(is_erb && (c == '(' || c == ')')))
      continue;
    if (i > start)
      pm_grammar_port (scan, (PmSpan){start, i});
    start = i + 1;
  }
}
