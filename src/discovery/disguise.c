/* Names that carry an address: wildcard DNS services and the clouds' names for their machines.
 *
 * Sources: sslip.io and nip.io (dots or dashes, anything before it; nip.io also eight hex digits;
 * sslip.io IPv6 with dashes for colons), Google Cloud's external names (the address reversed, as in
 * in-addr.arpa), Amazon's public (ec2-…) and private (ip-…) names.
 *
 * DESIGN
 * A name is split at a known ending; the four numbers (or the IPv6 label) are read backwards from
 * there. Only their bytes are the hit: what stands before and behind stays. */

#include "discovery/address.h"

#include <arpa/inet.h>
#include <string.h>

typedef enum { FORM_WILDCARD, FORM_REVERSED, FORM_DASHED } Form;

typedef struct {
  const char *ending;
  Form form;
  const char *grammar;
} Disguise;

static const Disguise disguises[] = {
    {".sslip.io", FORM_WILDCARD, "sslip"},
    {".nip.io", FORM_WILDCARD, "nip"},
    {".xip.io", FORM_WILDCARD, "nip"},
    {".traefik.me", FORM_WILDCARD, "nip"},
    {".bc.googleusercontent.com", FORM_REVERSED, "googleusercontent"},
    {".compute-1.amazonaws.com", FORM_DASHED, "ec2"},
    {".compute.amazonaws.com", FORM_DASHED, "ec2"},
    {".ec2.internal", FORM_DASHED, "ec2"},
    {".compute.internal", FORM_DASHED, "ec2"},
};

#define LONGEST_ENDING 32

/* Reads `n` decimal bytes backwards from `end`, all joined by the same separator. */
static gboolean
numbers_before (const PmScan *scan, guint32 from, guint32 end, char separator, guint8 *ret_bytes,
                guint32 *ret_start)
{
  guint32 at = end;
  for (int i = 3; i >= 0; i--) {
    guint32 to = at;
    guint value = 0, scale = 1;
    while (at > from && to - at < 3 && g_ascii_isdigit (scan->text[at - 1])) {
      value += (guint) (scan->text[--at] - '0') * scale;
      scale *= 10;
    }
    if (at == to || value > 255 || (to - at > 1 && scan->text[at] == '0'))
      return FALSE;
    ret_bytes[i] = (guint8) value;
    if (i == 0)
      break;
    if (at == from || scan->text[at - 1] != separator)
      return FALSE;
    at--;
  }
  if (at > from && pm_char_is_word (scan->text[at - 1]))
    return FALSE;
  *ret_start = at;
  return TRUE;
}

static gboolean
hex_before (const PmScan *scan, guint32 from, guint32 end, guint8 *ret_bytes)
{
  if (end - from < 8 || (end - from > 8 && pm_char_is_word (scan->text[end - 9])))
    return FALSE;
  for (guint i = 0; i < 4; i++) {
    int high = g_ascii_xdigit_value (scan->text[end - 8 + 2 * i]);
    int low = g_ascii_xdigit_value (scan->text[end - 7 + 2 * i]);
    if (high < 0 || low < 0)
      return FALSE;
    ret_bytes[i] = (guint8) (high * 16 + low);
  }
  return TRUE;
}

/* The last label, dashes read as colons, is an IPv6 address. */
static gboolean
v6_before (const PmScan *scan, guint32 from, guint32 end, PmAddress *address)
{
  char label[40];
  guint32 start = end;
  while (start > from && scan->text[start - 1] != '.')
    start--;
  if (end - start >= sizeof label || memchr (scan->text + start, '-', end - start) == NULL)
    return FALSE;
  for (guint32 i = start; i < end; i++)
    label[i - start] = scan->text[i] == '-' ? ':' : scan->text[i];
  if (!pm_address_parse_v6 (label, end - start, address->bytes))
    return FALSE;
  address->is_v6 = TRUE;
  address->span = (PmSpan){start, end};
  return TRUE;
}

static gboolean
read_wildcard (const PmScan *scan, PmSpan body, PmAddress *address)
{
  guint32 start;
  if (numbers_before (scan, body.start, body.end, '-', address->bytes, &start) ||
      numbers_before (scan, body.start, body.end, '.', address->bytes, &start)) {
    address->span = (PmSpan){start, body.end};
    return TRUE;
  }
  if (hex_before (scan, body.start, body.end, address->bytes)) {
    address->span = (PmSpan){body.end - 8, body.end};
    return TRUE;
  }
  return v6_before (scan, body.start, body.end, address);
}

static gboolean
read_reversed (const PmScan *scan, PmSpan body, PmAddress *address)
{
  guint8 reversed[4];
  guint32 start;
  if (!numbers_before (scan, body.start, body.end, '.', reversed, &start))
    return FALSE;
  for (guint i = 0; i < 4; i++)
    address->bytes[i] = reversed[3 - i];
  address->span = (PmSpan){start, body.end};
  return TRUE;
}

/* ec2-1-2-3-4[.region] and ip-10-0-0-1[.region]: the first label. */
static gboolean
read_dashed (const PmScan *scan, PmSpan body, PmAddress *address)
{
  const char *dot = memchr (scan->text + body.start, '.', pm_span_length (body));
  guint32 end = dot == NULL ? body.end : (guint32) (dot - scan->text), start;
  if (!numbers_before (scan, body.start, end, '-', address->bytes, &start))
    return FALSE;
  PmSpan mark = {body.start, start};
  if (!pm_scan_is (scan, mark, "ec2-") && !pm_scan_is (scan, mark, "ip-"))
    return FALSE;
  address->span = (PmSpan){start, end};
  return TRUE;
}

gboolean
pm_disguise_parse (const PmScan *scan, PmSpan name, PmAddress *ret)
{
  if (name.end > name.start && scan->text[name.end - 1] == '.')
    name.end--;
  /* All of them have two dots, and most names have not. */
  if (memchr (scan->text + name.start, '.', pm_span_length (name)) ==
      memrchr (scan->text + name.start, '.', pm_span_length (name)))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (disguises); i++) {
    const Disguise *disguise = &disguises[i];
    if (!pm_scan_ends_with (scan, name, disguise->ending))
      continue;
    PmSpan body = {name.start, name.end - (guint32) strlen (disguise->ending)};
    PmAddress address = {
        .prefix = -1, .grammar = disguise->grammar, .confidence = 0.95, .is_in_name = TRUE};
    gboolean found = disguise->form == FORM_WILDCARD   ? read_wildcard (scan, body, &address)
                     : disguise->form == FORM_REVERSED ? read_reversed (scan, body, &address)
                                                       : read_dashed (scan, body, &address);
    if (found)
      *ret = address;
    return found;
  }
  return FALSE;
}

gboolean
pm_recogniser_address_in_name (const char *name, char ret_address[PM_HIT_ADDRESS_SIZE])
{
  PmScan scan = {.text = name, .length = (guint32) strlen (name)};
  PmAddress address;
  return pm_disguise_parse (&scan, (PmSpan){0, scan.length}, &address) &&
         inet_ntop (address.is_v6 ? AF_INET6 : AF_INET, address.bytes, ret_address,
                    PM_HIT_ADDRESS_SIZE) != NULL;
}

/* Most dots are passed over by the two letters behind them. */
static gboolean
may_begin_an_ending (const char *dot, const char *end)
{
  static const char beginnings[][2] = {{'s', 's'}, {'n', 'i'}, {'x', 'i'}, {'t', 'r'},
                                       {'b', 'c'}, {'c', 'o'}, {'e', 'c'}};
  if (end - dot < 3)
    return FALSE;
  char first = dot[1] | 0x20, second = dot[2] | 0x20;
  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (first == beginnings[i][0] && second == beginnings[i][1])
      return TRUE;
  return FALSE;
}

gboolean
pm_disguise_is_in (const char *text, gsize length)
{
  const char *end = text + length;
  for (const char *dot = text; (dot = memchr (dot, '.', (gsize) (end - dot))) != NULL; dot++) {
    if (!may_begin_an_ending (dot, end))
      continue;
    PmScan scan = {.text = dot, .length = (guint32) MIN (end - dot, LONGEST_ENDING)};
    for (gsize i = 0; i < G_N_ELEMENTS (disguises); i++) {
      guint32 ending = (guint32) strlen (disguises[i].ending);
      if (ending <= scan.length && pm_scan_is (&scan, (PmSpan){0, ending}, disguises[i].ending))
        return TRUE;
    }
  }
  return FALSE;
}
