/* IP addresses in text.
 *
 * DESIGN
 * Literals are read strictly, as inet_pton(3) does: what tools accept beyond that (three parts,
 * octal) is no address here. In free text four numbers with dots are more often a version, so what
 * stands around them decides: a word joined to them, a path, a comparison, the word "version", more
 * dots, path data. All of that looks at a bounded piece of the same line.
 * Sources: RFC 4291 2.2, RFC 3986 2.1 and 3.2.2 (encoded), RFC 4007 11 (zones), RFC 4632
 * (prefixes), RFC 5952 (canonical text). */

#include "discovery/address.h"

#include <arpa/inet.h>
#include <string.h>

#define LONGEST_V6 45
#define LONGEST_ZONE 16
#define LOOK_BACK 48

/* --- literals --- */

gboolean
pm_address_parse_v4 (const char *text, gsize length, guint8 *ret_bytes)
{
  guint8 bytes[4] = {0};
  guint part = 0, digits = 0, value = 0;
  if (length < 7 || length > 15)
    return FALSE;
  for (gsize i = 0; i <= length; i++) {
    char c = i < length ? text[i] : '.';
    if (c == '.') {
      if (digits == 0 || part > 3)
        return FALSE;
      bytes[part++] = (guint8) value;
      digits = value = 0;
      continue;
    }
    if (!g_ascii_isdigit (c) || (digits > 0 && value == 0))
      return FALSE;
    value = value * 10 + (guint) (c - '0');
    digits++;
    if (value > 255)
      return FALSE;
  }
  if (part != 4)
    return FALSE;
  memcpy (ret_bytes, bytes, sizeof bytes);
  return TRUE;
}

gboolean
pm_address_parse_v6 (const char *text, gsize length, guint8 *ret_bytes)
{
  char copy[LONGEST_V6 + 1];
  if (length < 2 || length > LONGEST_V6 || memchr (text, '\0', length) != NULL)
    return FALSE;
  memcpy (copy, text, length);
  copy[length] = '\0';
  return inet_pton (AF_INET6, copy, ret_bytes) == 1;
}

/* The number behind a slash, up to the width of the address. */
static gboolean
parse_prefix (const PmScan *scan, guint32 at, guint32 end, gint most, gint *ret_prefix,
              guint32 *ret_end)
{
  gint value = 0;
  guint32 to = at;
  while (to < end && to < at + 3 && g_ascii_isdigit (scan->text[to]))
    value = value * 10 + (scan->text[to++] - '0');
  if (to == at || value > most || (to < end && pm_char_is_word (scan->text[to])))
    return FALSE;
  *ret_prefix = value;
  *ret_end = to;
  return TRUE;
}

static gboolean
is_mask (const guint8 *bytes)
{
  guint32 mask = (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 |
                 (guint32) bytes[3];
  guint32 inverse = ~mask;
  return (bytes[0] == 255 && (inverse & (inverse + 1)) == 0 && mask != G_MAXUINT32) ||
         (mask != 0 && bytes[0] == 0 && (mask & (mask + 1)) == 0);
}

/* No bit of the host is set: a network, not a machine. */
static gboolean
is_network (const PmAddress *address)
{
  guint n_bits = address->is_v6 ? 128 : 32;
  for (guint bit = (guint) address->prefix; bit < n_bits; bit++)
    if (address->bytes[bit / 8] & (0x80 >> bit % 8))
      return FALSE;
  return (guint) address->prefix < n_bits;
}

static void
judge (PmAddress *address)
{
  address->grammar = address->is_v6 ? "ipv6" : "ipv4";
  address->confidence = 0.95;
  if (address->prefix >= 0) {
    gboolean network = is_network (address);
    address->grammar = network ? "cidr" : address->grammar;
    address->confidence = 0.8;
  } else if (!address->is_v6 && is_mask (address->bytes)) {
    address->grammar = "netmask";
    address->confidence = 0.3;
  }
}

static gboolean
is_escape (const PmScan *scan, guint32 at, guint32 end, const char *escape)
{
  return at < end && end - at >= 3 && g_ascii_strncasecmp (scan->text + at, escape, 3) == 0;
}

gboolean
pm_address_encoded_is_in (const char *text, gsize length)
{
  const char *end = text + length;
  for (const char *at = text; (at = memchr (at, '%', (gsize) (end - at))) != NULL; at++)
    if (end - at > 3 && at[1] == '5' && (at[2] | 0x20) == 'b' &&
        (g_ascii_isxdigit (at[3]) || at[3] == '%' || at[3] == ':'))
      return TRUE;
  return FALSE;
}

gboolean
pm_address_encoded_at (const PmScan *scan, guint32 at, guint32 end, PmAddress *ret,
                       guint32 *ret_end)
{
  char plain[LONGEST_V6 + 1];
  gsize n = 0;
  guint32 to = at + 3;
  if (!is_escape (scan, at, end, "%5B"))
    return FALSE;
  while (to < end && n < LONGEST_V6) {
    gboolean colon = is_escape (scan, to, end, "%3A");
    char c = colon ? ':' : scan->text[to];
    if (!colon && !g_ascii_isxdigit (c) && c != '.' && c != ':')
      break;
    plain[n++] = c;
    to += colon ? 3 : 1;
  }
  PmAddress address = {.span = {at + 3, to}, .is_v6 = TRUE, .prefix = -1, .is_in_name = TRUE};
  if (!is_escape (scan, to, end, "%5D") || !pm_address_parse_v6 (plain, n, address.bytes))
    return FALSE;
  judge (&address);
  *ret = address;
  *ret_end = to + 3;
  return TRUE;
}

gboolean
pm_address_parse (const PmScan *scan, PmSpan range, PmAddress *ret)
{
  PmAddress address = {.span = range, .prefix = -1};
  guint32 end = range.end;
  if (pm_span_length (range) > LONGEST_V6 + LONGEST_ZONE + 5)
    return FALSE;

  const char *text = scan->text + range.start;
  const char *slash = memchr (text, '/', pm_span_length (range));
  if (slash != NULL)
    end = (guint32) (slash - scan->text);
  guint32 zone = end;
  const char *percent = memchr (text, '%', end - range.start);
  if (percent != NULL)
    zone = (guint32) (percent - scan->text);

  if (percent == NULL && pm_address_parse_v4 (text, end - range.start, address.bytes))
    address.is_v6 = FALSE;
  else if (pm_address_parse_v6 (text, zone - range.start, address.bytes))
    address.is_v6 = TRUE;
  else
    return FALSE;
  guint32 to;
  if (slash != NULL &&
      (!parse_prefix (scan, end + 1, range.end, address.is_v6 ? 128 : 32, &address.prefix, &to) ||
       to != range.end))
    return FALSE;
  judge (&address);
  *ret = address;
  return TRUE;
}

gboolean
pm_address_of_host (const PmScan *scan, PmSpan host, PmAddress *ret)
{
  return pm_address_parse (scan, host, ret) || pm_disguise_parse (scan, host, ret);
}

gboolean
pm_address_is_wildcard (const PmAddress *address)
{
  static const guint8 zeros[16];
  return address->prefix < 0 && memcmp (address->bytes, zeros, address->is_v6 ? 16 : 4) == 0;
}

gint
pm_address_add (PmScan *scan, const PmAddress *address)
{
  PmHit hit = {
      .kind = PM_KIND_IP,
      .start = address->span.start,
      .end = address->span.end,
      .role = PM_ROLE_ADDRESS,
      .role_is_sure = TRUE,
      .pair = -1,
      .confidence = address->confidence,
      .grammar = address->grammar,
      .is_in_name = address->is_in_name,
  };
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop (address->is_v6 ? AF_INET6 : AF_INET, address->bytes, text, sizeof text) == NULL)
    return -1;
  if (address->prefix >= 0)
    g_snprintf (hit.address, sizeof hit.address, "%s/%d", text, address->prefix);
  else
    g_strlcpy (hit.address, text, sizeof hit.address);
  return pm_scan_add (scan, &hit);
}

/* --- what stands around four numbers --- */

/* The word before `at` on the same line, punctuation between them passed over. */
static PmSpan
word_before (const PmScan *scan, guint32 at)
{
  guint32 least = at > LOOK_BACK ? at - LOOK_BACK : 0, end = at;
  while (end > least && strchr (" \t\"'`=:(>\\#-", scan->text[end - 1]) != NULL &&
         scan->text[end - 1] != '\0')
    end--;
  guint32 start = end;
  while (start > least && pm_char_is_word (scan->text[start - 1]))
    start--;
  return (PmSpan){start, end};
}

static gboolean
stands_behind_a_version_word (const PmScan *scan, guint32 at)
{
  static const char *const endings[] = {"version",  "_ver",   "release",  "revision",
                                        "firmware", "_build", "_release", "_tag"};
  static const char *const words[] = {"v",    "ver",   "oid",     "rfc", "section", "sec",
                                      "sect", "build", "chapter", "tag", NULL};
  PmSpan word = word_before (scan, at);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (pm_scan_ends_with (scan, word, endings[i]))
      return TRUE;
  return pm_scan_is_any (scan, word, words);
}

/* <a href="…">1.2.3.4/x<: the bracket is the end of a tag where another tag comes before the line
 * or a quoted text ends (">1.2.3.4"). */
static gboolean
is_text_of_an_element (const PmScan *scan, guint32 at)
{
  if (at < 2 || scan->text[at - 1] != '>' || !pm_char_is_quote (scan->text[at - 2]))
    return FALSE;
  const char ends[] = {'<', '\n', scan->text[at - 2], '\0'};
  gsize n = 0;
  while (at + n < scan->length && strchr (ends, scan->text[at + n]) == NULL)
    n++;
  return pm_scan_at (scan, at + (guint32) n) == '<';
}

/* >=1.2.3.4, ~> 1.2.3.4, ==1.2.3.4, ^1.2.3.4, "> 1.2.3.4" */
static gboolean
is_compared (const PmScan *scan, guint32 at)
{
  if (is_text_of_an_element (scan, at))
    return FALSE;
  if (at > 0 && pm_char_is_quote (scan->text[at - 1]))
    at--;
  gboolean joined = at > 0 && !pm_char_is_blank (scan->text[at - 1]);
  while (at > 0 && scan->text[at - 1] == ' ')
    at--;
  char last = at > 0 ? scan->text[at - 1] : '\0';
  char before = at > 1 ? scan->text[at - 2] : '\0';
  if (last == '^' || last == '~')
    return TRUE;
  if (last == '=')
    return before == '>' || before == '<' || before == '~' || before == '^' ||
           (joined && (before == '=' || before == '!') && at > 2 &&
            pm_char_is_word (scan->text[at - 3]));
  if (last == '>' || last == '<')
    return before == '~' || before == '\0' || pm_char_is_blank (before) ||
           pm_char_is_quote (before) || before == '(' || before == ',';
  return FALSE;
}

/* Behind `name/`: nginx/1.2.3.4, archive/1.2.3.4. Not so in multiaddresses (/ip4/1.2.3.4/tcp/1),
 * bash's /dev/tcp/… and dnsmasq's =/name/1.2.3.4. */
static gboolean
is_in_path (const PmScan *scan, guint32 at)
{
  static const char *const protocols[] = {"ip4",  "ip6",  "tcp",  "udp", "tcp4",
                                          "tcp6", "udp4", "udp6", NULL};
  if (at < 2 || scan->text[at - 1] != '/')
    return FALSE;
  guint32 least = at > LOOK_BACK ? at - LOOK_BACK : 0;
  PmSpan segment = {at - 1, at - 1};
  while (segment.start > least &&
         (pm_char_is_host (scan->text[segment.start - 1]) ||
          strchr ("%+}~", scan->text[segment.start - 1]) != NULL) &&
         scan->text[segment.start - 1] != '\0')
    segment.start--;
  if (pm_span_length (segment) == 0 || pm_scan_is_any (scan, segment, protocols))
    return FALSE;
  return segment.start < 2 || scan->text[segment.start - 1] != '/' ||
         scan->text[segment.start - 2] != '=';
}

/* name:1.2.3.4 is an image's tag as often as an address. */
static gboolean
is_tag (const PmScan *scan, guint32 at, const guint8 *bytes)
{
  static const char *const labels[] = {"ip",   "ip4",  "host", "addr",   "address", "tcp", "udp",
                                       "inet", "bind", "from", "server", "src",     "dst", NULL};
  if (at < 2 || scan->text[at - 1] != ':')
    return FALSE;
  guint32 least = at > LOOK_BACK ? at - LOOK_BACK : 0;
  PmSpan name = {at - 1, at - 1};
  while (name.start > least && pm_char_is_host (scan->text[name.start - 1]))
    name.start--;
  if (pm_span_length (name) == 0 || pm_scan_is_any (scan, name, labels))
    return FALSE;
  if (name.start > 0 && scan->text[name.start - 1] == '/')
    return TRUE;
  gboolean local = bytes[0] == 0 || bytes[0] == 10 || bytes[0] == 127 ||
                   (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) ||
                   (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254);
  return !local && bytes[0] < 64;
}

/* A neighbour of path data: a number with one point, or with a sign and a point. */
static gboolean
is_fraction (const PmScan *scan, PmSpan token)
{
  guint points = 0;
  gboolean has_digit = FALSE;
  for (guint32 i = token.start; i < token.end; i++) {
    has_digit |= g_ascii_isdigit (scan->text[i]);
    if (scan->text[i] == '.')
      points++;
    else if (!g_ascii_isdigit (scan->text[i]) &&
             strchr ("-+,eMmLlHhVvCcSsQqTtAaZz", scan->text[i]) == NULL)
      return FALSE;
  }
  return has_digit && points > 0 && points != 3 && points != 6;
}

static gboolean
is_path_data (const PmScan *scan, PmSpan quad)
{
  PmSpan before = {quad.start, quad.start}, behind = {quad.end, quad.end};
  guint32 least = quad.start > LOOK_BACK ? quad.start - LOOK_BACK : 0;
  while (before.end > least &&
         (scan->text[before.end - 1] == ' ' || scan->text[before.end - 1] == ','))
    before.end--;
  for (before.start = before.end; before.start > least &&
                                  !pm_char_is_blank (scan->text[before.start - 1]) &&
                                  !pm_char_is_quote (scan->text[before.start - 1]);)
    before.start--;
  guint32 most = MIN (scan->length, quad.end + LOOK_BACK);
  while (behind.start < most &&
         (scan->text[behind.start] == ' ' || scan->text[behind.start] == ','))
    behind.start++;
  for (behind.end = behind.start; behind.end < most && !pm_char_is_blank (scan->text[behind.end]) &&
                                  !pm_char_is_quote (scan->text[behind.end]);)
    behind.end++;
  return is_fraction (scan, before) || is_fraction (scan, behind);
}

/* 3.0.0.0, 2.1.1.0: more likely a version than a machine. */
static gboolean
is_like_a_version (const guint8 *bytes)
{
  return bytes[3] == 0 && bytes[0] != 0 && bytes[0] != 10 && bytes[0] != 127 && bytes[0] < 100 &&
         bytes[1] < 32 && bytes[2] < 32;
}

/* --- in free text --- */

/* Of a run of name characters, the first four numbers: all of it, but for the full stop of a
 * sentence or the dash and second end of a range. */
static guint32
quad_end (const PmScan *scan, PmSpan run)
{
  guint32 end = run.start;
  while (end < run.end && end < run.start + 17 &&
         (g_ascii_isdigit (scan->text[end]) || scan->text[end] == '.'))
    end++;
  if (end > run.start && end == run.end && scan->text[end - 1] == '.')
    return end - 1;
  if (end == run.end)
    return end;
  guint8 bytes[4];
  if (scan->text[end] != '-')
    return run.start;
  return end + 1 == run.end || pm_address_parse_v4 (scan->text + end + 1, run.end - end - 1, bytes)
             ? end
             : run.start;
}

gboolean
pm_address_in_run (const PmScan *scan, PmSpan run, PmAddress *ret)
{
  PmAddress address = {.prefix = -1};
  guint32 end = quad_end (scan, run);
  if (!pm_address_parse_v4 (scan->text + run.start, end - run.start, address.bytes))
    return FALSE;
  char next = pm_scan_at (scan, end);
  if ((next == '+' || next == '~') && g_ascii_isalnum (pm_scan_at (scan, end + 1)))
    return FALSE;
  gboolean has_port = next == ':' && g_ascii_isdigit (pm_scan_at (scan, end + 1));
  gboolean is_version = stands_behind_a_version_word (scan, run.start) /* curl -v 10.0.0.1:80 */ ||
                        is_compared (scan, run.start);
  if ((!has_port && is_version) || is_in_path (scan, run.start) ||
      is_tag (scan, run.start, address.bytes) || is_path_data (scan, (PmSpan){run.start, end}))
    return FALSE;

  address.span = (PmSpan){run.start, end};
  guint32 to;
  if (next == '/' && parse_prefix (scan, end + 1, scan->length, 32, &address.prefix, &to))
    address.span.end = to;
  judge (&address);
  if (address.prefix < 0 && is_like_a_version (address.bytes))
    address.confidence = 0.4;
  *ret = address;
  return TRUE;
}

/* Of 8 groups with 2 digits each: the hash of a key or an EUI-64, never an address. */
static gboolean
is_fingerprint (const char *text, guint32 length)
{
  if (length != 23)
    return FALSE;
  for (guint32 i = 2; i < length; i += 3)
    if (text[i] != ':')
      return FALSE;
  return TRUE;
}

gboolean
pm_address_v6_at (const PmScan *scan, guint32 at, guint32 end, PmAddress *ret, guint32 *ret_end)
{
  guint32 to = at;
  gboolean has_digit = FALSE;
  guint colons = 0;
  for (; to < end; to++) {
    char c = scan->text[to];
    if (c == ':')
      colons++;
    else if (g_ascii_isdigit (c))
      has_digit = TRUE;
    else if (!g_ascii_isxdigit (c) && c != '.')
      break;
  }
  *ret_end = to;
  guint32 stop = to;
  while (stop > at + 2 && (scan->text[stop - 1] == '.' ||
                           (scan->text[stop - 1] == ':' && scan->text[stop - 2] != ':')))
    stop--;
  PmAddress address = {.prefix = -1, .is_v6 = TRUE, .span = {at, stop}};
  char next = to < end ? scan->text[to] : '\0';
  if (colons < 2 || pm_char_is_word (next) || (next == '-' && stop == to) ||
      is_fingerprint (scan->text + at, stop - at) ||
      !pm_address_parse_v6 (scan->text + at, stop - at, address.bytes))
    return FALSE;

  gboolean has_prefix = next == '/' && stop == to &&
                        parse_prefix (scan, to + 1, end, 128, &address.prefix, &address.span.end);
  char before = at > 0 ? scan->text[at - 1] : '\0';
  if (before == '?') /* a group of a regular expression: (?::2|$) */
    return FALSE;
  gboolean alone = (before == '\0' || before == '[' || pm_char_is_quote (before)) &&
                   (next == '\0' || next == ']' || pm_char_is_quote (next));
  if (!has_digit && !has_prefix && !alone)
    return FALSE;
  if (next == '%' && stop == to) {
    guint32 zone = to + 1;
    while (zone < end && zone < to + LONGEST_ZONE &&
           (g_ascii_isalnum (scan->text[zone]) || strchr ("._-", scan->text[zone]) != NULL) &&
           scan->text[zone] != '\0')
      zone++;
    if (zone > to + 1)
      address.span.end = zone;
    *ret_end = zone;
  }
  if (address.span.end > *ret_end)
    *ret_end = address.span.end;
  judge (&address);
  *ret = address;
  return TRUE;
}

void
pm_grammar_host (PmScan *scan, PmSpan range)
{
  PmSpan host = pm_scan_trim (scan, range);
  if (pm_span_length (host) > 2 && scan->text[host.start] == '[' && scan->text[host.end - 1] == ']')
    host = (PmSpan){host.start + 1, host.end - 1};
  PmAddress address;
  if (pm_address_of_host (scan, host, &address))
    pm_address_add (scan, &address);
}
