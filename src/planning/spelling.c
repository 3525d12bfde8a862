/* Sources: RFC 3986, 2.1 and 3.2.2 (brackets around IPv6 in URLs, also encoded), sslip.io and
 * nip.io (dashes, dots, hex; sslip.io also IPv6 with dashes for colons), Google Cloud's external
 * names (reversed octets), Amazon's ec2-1-2-3-4 names.
 *
 * DESIGN
 * The bytes are tried as each spelling in turn; the one that reads the old address is the one that
 * the new address is written in. What follows decides between a name's dotted octets and a literal:
 * only `.sslip.io` names can carry IPv6. */

#include "planning/spelling.h"

#include <arpa/inet.h>
#include <string.h>

gboolean
pm_ip_parse (const char *text, gsize length, PmIp *ret_ip)
{
  char copy[INET6_ADDRSTRLEN];
  if (length == 0 || length >= sizeof copy)
    return FALSE;
  memcpy (copy, text, length);
  copy[length] = '\0';
  PmIp ip = {0};
  if (inet_pton (AF_INET, copy, ip.bytes) == 1) {
    *ret_ip = ip;
    return TRUE;
  }
  if (inet_pton (AF_INET6, copy, ip.bytes) != 1)
    return FALSE;
  ip.is_v6 = TRUE;
  static const guint8 mapped[12] = {[10] = 0xff, [11] = 0xff};
  if (memcmp (ip.bytes, mapped, sizeof mapped) == 0) {
    memmove (ip.bytes, ip.bytes + 12, 4);
    memset (ip.bytes + 4, 0, 12);
    ip.is_v6 = FALSE;
  }
  *ret_ip = ip;
  return TRUE;
}

gboolean
pm_ip_equal (const PmIp *a, const PmIp *b)
{
  return a->is_v6 == b->is_v6 && memcmp (a->bytes, b->bytes, a->is_v6 ? 16 : 4) == 0;
}

void
pm_ip_print (const PmIp *ip, char *ret_text)
{
  inet_ntop (ip->is_v6 ? AF_INET6 : AF_INET, ip->bytes, ret_text, INET6_ADDRSTRLEN);
}

static gboolean
follows (const char *bytes, gsize length, gsize at, const char *word)
{
  gsize n = strlen (word);
  return length - at >= n && g_ascii_strncasecmp (bytes + at, word, n) == 0;
}

/* Four numbers joined by one separator, as they stand or reversed. */
static gboolean
reads_numbers (const char *text, gsize length, char separator, gboolean reversed, const PmIp *ip)
{
  char written[32];
  const guint8 *b = ip->bytes;
  if (ip->is_v6)
    return FALSE;
  int n = reversed ? g_snprintf (written, sizeof written, "%u%c%u%c%u%c%u", b[3], separator, b[2],
                                 separator, b[1], separator, b[0])
                   : g_snprintf (written, sizeof written, "%u%c%u%c%u%c%u", b[0], separator, b[1],
                                 separator, b[2], separator, b[3]);
  return (gsize) n == length && memcmp (text, written, length) == 0;
}

static char *
write_numbers (const PmIp *ip, char separator, gboolean reversed)
{
  const guint8 *b = ip->bytes;
  if (reversed)
    return g_strdup_printf ("%u%c%u%c%u%c%u", b[3], separator, b[2], separator, b[1], separator,
                            b[0]);
  return g_strdup_printf ("%u%c%u%c%u%c%u", b[0], separator, b[1], separator, b[2], separator,
                          b[3]);
}

static char *
with_dashes (const PmIp *ip)
{
  char text[INET6_ADDRSTRLEN];
  pm_ip_print (ip, text);
  g_strdelimit (text, ":", '-');
  return g_strdup (text);
}

static gboolean
reads_dashed_v6 (const char *text, gsize length, const PmIp *ip)
{
  if (memchr (text, ':', length) != NULL)
    return FALSE;
  PmIp found;
  g_autofree char *copy = g_strndup (text, length);
  g_strdelimit (copy, "-", ':');
  return ip->is_v6 && pm_ip_parse (copy, length, &found) && pm_ip_equal (&found, ip);
}

static gboolean
reads_hex (const char *text, gsize length, const PmIp *ip)
{
  char written[9];
  const guint8 *b = ip->bytes;
  if (ip->is_v6 || length != 8)
    return FALSE;
  g_snprintf (written, sizeof written, "%02x%02x%02x%02x", b[0], b[1], b[2], b[3]);
  return g_ascii_strncasecmp (text, written, 8) == 0;
}

/* A name that carries the address; NULL without a reason: it is none. */
static char *
spell_name (const char *bytes, gsize length, gsize start, gsize end, const PmIp *from,
            const PmIp *to, const char **ret_reason)
{
  const char *text = bytes + start;
  gsize n = end - start;
  gboolean takes_v6 = follows (bytes, length, end, ".sslip.io");
  gboolean reversed = follows (bytes, length, end, ".bc.googleusercontent.com");
  gboolean dotted = follows (bytes, length, end, ".nip.io") || takes_v6 ||
                    follows (bytes, length, end, ".xip.io") ||
                    follows (bytes, length, end, ".traefik.me");
  gboolean is_reversed = reversed && reads_numbers (text, n, '.', TRUE, from);
  gboolean is_dotted = dotted && reads_numbers (text, n, '.', FALSE, from);
  gboolean is_dashed = reads_numbers (text, n, '-', FALSE, from);
  gboolean is_hex = reads_hex (text, n, from);
  gboolean is_v6 = reads_dashed_v6 (text, n, from);
  if (!is_reversed && !is_dotted && !is_dashed && !is_hex && !is_v6)
    return NULL;
  if (to->is_v6) {
    if (takes_v6)
      return with_dashes (to);
    *ret_reason = "such a name cannot carry an IPv6 address";
    return NULL;
  }
  if (is_reversed)
    return write_numbers (to, '.', TRUE);
  if (is_dotted)
    return write_numbers (to, '.', FALSE);
  if (is_hex)
    return g_strdup_printf ("%02x%02x%02x%02x", to->bytes[0], to->bytes[1], to->bytes[2],
                            to->bytes[3]);
  return write_numbers (to, '-', FALSE);
}

/* %5B2001%3Adb8%3A%3A1%5D, or without brackets and colons what is written as that. */
static char *
write_encoded (const PmIp *ip, gboolean is_lower, gboolean with_brackets)
{
  char text[INET6_ADDRSTRLEN];
  pm_ip_print (ip, text);
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  g_autofree char *joined = g_strjoinv (is_lower ? "%3a" : "%3A", parts);
  if (!with_brackets)
    return g_steal_pointer (&joined);
  return is_lower ? g_strconcat ("%5b", joined, "%5d", NULL)
                  : g_strconcat ("%5B", joined, "%5D", NULL);
}

/* The address in brackets inside of a percent-encoded URL (RFC 3986, 2.1). */
static gboolean
reads_encoded_v6 (const char *bytes, gsize length, gsize start, gsize end, const PmIp *ip)
{
  PmIp found;
  if (!ip->is_v6 || start < 3 || !follows (bytes, length, start - 3, "%5B") ||
      !follows (bytes, length, end, "%5D"))
    return FALSE;
  g_autoptr (GString) plain = g_string_new_len (bytes + start, (gssize) (end - start));
  g_string_replace (plain, "%3A", ":", 0);
  g_string_replace (plain, "%3a", ":", 0);
  return pm_ip_parse (plain->str, plain->len, &found) && pm_ip_equal (&found, ip);
}

/* In a percent-encoded URL; NULL: it is none, or an address of IPv4 that stays one. */
static char *
spell_encoded (const char *bytes, gsize length, gsize *start, gsize *end, const PmIp *from,
               const PmIp *to)
{
  gboolean is_lower;
  PmIp found;
  if (reads_encoded_v6 (bytes, length, *start, *end, from)) {
    is_lower = bytes[*start - 1] == 'b';
    *start -= to->is_v6 ? 0 : 3;
    *end += to->is_v6 ? 0 : 3;
    return write_encoded (to, is_lower, FALSE);
  }
  if (!to->is_v6 || from->is_v6 || !pm_ip_parse (bytes + *start, *end - *start, &found) ||
      !pm_ip_equal (&found, from) ||
      !pm_brackets_are_encoded (bytes, length, *start, *end, &is_lower))
    return NULL;
  return write_encoded (to, is_lower, TRUE);
}

static char *
spell_literal (const char *bytes, gsize length, gsize *start, gsize *end, const PmIp *from,
               const PmIp *to, PmBrackets brackets)
{
  gsize first = *start, last = *end;
  gboolean bracketed = last - first > 2 && bytes[first] == '[' && bytes[last - 1] == ']';
  if (bracketed) {
    first++;
    last--;
  }
  const char *rest = memchr (bytes + first, '/', last - first);
  const char *zone = memchr (bytes + first, '%', last - first);
  gsize n = rest != NULL ? (gsize) (rest - bytes) - first : last - first;
  if (zone != NULL && (gsize) (zone - bytes) - first < n)
    n = (gsize) (zone - bytes) - first;
  PmIp found;
  if (!pm_ip_parse (bytes + first, n, &found) || !pm_ip_equal (&found, from))
    return NULL;

  char text[INET6_ADDRSTRLEN];
  pm_ip_print (to, text);
  g_autofree char *suffix =
      rest == NULL ? g_strdup ("") : g_strndup (rest, last - (gsize) (rest - bytes));
  gboolean outside = pm_brackets_are_around (bytes, length, first, last);
  if (!to->is_v6 && !from->is_v6 && memchr (bytes + first, ':', n) != NULL)
    return g_strconcat (bracketed ? "[" : "", "::ffff:", text, suffix, bracketed ? "]" : "", NULL);
  if (!to->is_v6) {
    if (outside && !bracketed && from->is_v6 && brackets != PM_BRACKETS_OF_PLACE) {
      *start = first - 1;
      *end = last + 1;
    }
    /* A whole network of the other family has another length: /128 is one host, as /32 is. */
    return g_strconcat (text, strcmp (suffix, "/128") == 0 ? "/32" : suffix, NULL);
  }
  gboolean in_endpoint =
      brackets == PM_BRACKETS_ALL_V6 || pm_brackets_is_host (bytes, length, first, last);
  const char *new_suffix = !found.is_v6 && strcmp (suffix, "/32") == 0 ? "/128" : suffix;
  if (bracketed || (in_endpoint && !outside))
    return g_strconcat ("[", text, "]", new_suffix, NULL);
  return g_strconcat (text, new_suffix, NULL);
}

char *
pm_spelling_address (const char *bytes, gsize length, gsize *start, gsize *end, const PmIp *from,
                     const PmIp *to, PmBrackets brackets, const char **ret_reason)
{
  const char *reason = NULL;
  char *spelled = spell_name (bytes, length, *start, *end, from, to, &reason);
  if (spelled == NULL && reason == NULL)
    spelled = spell_encoded (bytes, length, start, end, from, to);
  if (spelled == NULL && reason == NULL)
    spelled = spell_literal (bytes, length, start, end, from, to, brackets);
  if (spelled == NULL)
    *ret_reason = reason != NULL ? reason : "the bytes there are not the address";
  return spelled;
}

/* 8_000, as TOML, JavaScript, Python, Rust and others read it; NULL: it is not that, or not FROM.
 */
static char *
spell_grouped (const char *text, const char *from, guint to)
{
  g_auto (GStrv) groups = g_strsplit (text, "_", -1);
  g_autofree char *digits = g_strjoinv ("", groups);
  if (strchr (text, '_') == NULL || strcmp (digits, from) != 0)
    return NULL;
  gboolean by_thousands = strlen (text) > 4 && text[strlen (text) - 4] == '_';
  return by_thousands && to >= 1000 ? g_strdup_printf ("%u_%03u", to / 1000, to % 1000)
                                    : g_strdup_printf ("%u", to);
}

char *
pm_spelling_port (const char *bytes, gsize start, gsize end, guint from, guint to,
                  const char **ret_reason)
{
  gsize n = end - start;
  g_autofree char *text = g_strndup (bytes + start, n);
  g_autofree char *decimal = g_strdup_printf ("%u", from);
  g_autofree char *lower = g_strdup_printf ("0x%x", from);
  if (strcmp (text, decimal) == 0)
    return g_strdup_printf ("%u", to);
  if (g_ascii_strcasecmp (text, lower) == 0)
    return g_strdup_printf ("0x%x", to);
  char *grouped = spell_grouped (text, decimal, to);
  if (grouped == NULL)
    *ret_reason = strchr (text, '-') != NULL ? "part of a range of ports"
                                             : "the value is not written there as it is";
  return grouped;
}

gboolean
pm_spelling_default (const char *bytes, gsize *start, gsize *end, const char *value)
{
  gsize n = strlen (value);
  for (gsize at = *start + 1; at + n < *end; at++) {
    char before = bytes[at - 1], behind = bytes[at + n];
    if ((before == '-' || before == ':') && behind == '}' && memcmp (bytes + at, value, n) == 0) {
      *start = at;
      *end = at + n;
      return TRUE;
    }
  }
  return FALSE;
}
