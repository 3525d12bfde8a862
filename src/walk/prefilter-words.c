/* DESIGN
 * The nibble tables find candidates; the functions below decide, and say exactly what prefilter.h
 * promises. All variants come here, so they cannot differ but by missing a candidate. */

#include "walk/prefilter-words.h"

#include <string.h>

#define P PM_BUCKET_PORT
#define H PM_BUCKET_HOST
#define A PM_BUCKET_ADDR
#define U PM_BUCKET_URL
#define V PM_BUCKET_VERB
#define I PM_BUCKET_IP
#define C PM_BUCKET_COLON
#define D PM_BUCKET_DIGITS
#define ANY (I | C) /* buckets whose third byte may be any */

const guint8 pm_prefilter_low[3][16] = {
    {P | D, A | D, V | D, D, D, U | D, D, D, H | D, I | D, C, 0, V, 0, 0, 0},
    {I | C, C, U | C, C, A | C, C, C, C, C, V | C, C, 0, 0, D, D, P | H},
    {ANY | D, ANY | D, ANY | P | D, ANY | H | V | D, ANY | A | D, ANY | D, ANY | D, ANY | D,
     ANY | D, ANY | D, ANY, ANY, ANY | U, ANY, ANY | V, ANY},
};

const guint8 pm_prefilter_high[3][16] = {
    {0, 0, 0, C | D, H | A | V | I, P | U, H | A | V | I, P | U, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, D, C, P | H | A | V, U | I, P | H | A | V, U | I, 0, 0, 0, 0, 0, 0, 0, 0},
    {ANY, ANY, ANY, ANY | D, ANY | A | U | V, ANY | P | H | V, ANY | A | U | V, ANY | P | H | V,
     ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY},
};

#undef P
#undef H
#undef A
#undef U
#undef V
#undef I
#undef C
#undef D
#undef ANY

/* --- looking closely --- */

static char
byte_at (const PmPrefilterState *s, gsize at)
{
  return at < s->length ? s->bytes[at] : '\0';
}

/* The byte `back` places before `at`. */
static char
byte_before (const PmPrefilterState *s, gsize at, gsize back)
{
  return back <= at ? s->bytes[at - back] : '\0';
}

static gboolean
word_at (const PmPrefilterState *s, gsize at, const char *word)
{
  gsize length = strlen (word);
  return s->length - at >= length && g_ascii_strncasecmp (s->bytes + at, word, length) == 0;
}

static gboolean
word_before (const PmPrefilterState *s, gsize at, const char *word)
{
  gsize length = strlen (word);
  return at >= length && g_ascii_strncasecmp (s->bytes + at - length, word, length) == 0;
}

/* A capital behind a small letter starts a word: serverPort, externalIP. */
static gboolean
starts_camel_word (const PmPrefilterState *s, gsize at)
{
  return g_ascii_isupper (s->bytes[at]) && g_ascii_islower (byte_before (s, at, 1));
}

static gboolean
is_port (const PmPrefilterState *s, gsize at)
{
  static const char *const heads[] = {"im", "ex", "sup", "re", "trans", "view", "pass"};
  static const char *const tails[] = {"al", "able", "folio"};

  if (!word_at (s, at, "port"))
    return FALSE;
  if (!starts_camel_word (s, at))
    for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
      if (word_before (s, at, heads[i]))
        return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    if (s->length - at - 4 >= strlen (tails[i]) &&
        memcmp (s->bytes + at + 4, tails[i], strlen (tails[i])) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
is_ip (const PmPrefilterState *s, gsize at)
{
  if (!word_at (s, at, "ip"))
    return FALSE;
  if (g_ascii_isalpha (byte_before (s, at, 1)) && !starts_camel_word (s, at))
    return FALSE;
  char next = byte_at (s, at + 2);
  if (next == 's' || next == 'S')
    next = byte_at (s, at + 3);
  return !g_ascii_isalpha (next);
}

/* 1.2.3.4 of 1.2.3.4.5 or 0.1.2.3.4, which are sections and versions, unless a name goes on behind:
 * web-0.1.2.3.4.nip.io. */
static gboolean
is_part_of_five (const PmPrefilterState *s, gsize start, gsize end)
{
  if (byte_at (s, end) == '.' && g_ascii_isdigit (byte_at (s, end + 1)))
    return TRUE;
  return byte_before (s, start, 1) == '.' && g_ascii_isdigit (byte_before (s, start, 2)) &&
         !((byte_at (s, end) == '.' || byte_at (s, end) == '-') &&
           g_ascii_isalpha (byte_at (s, end + 1)));
}

/* The number of `digits` digits from `at` on is one byte; with dots, written as inet_pton(3) reads
 * it. */
static gboolean
is_octet (const PmPrefilterState *s, gsize at, gsize digits, char separator)
{
  guint value = 0;
  for (gsize i = 0; i < digits; i++)
    value = value * 10 + (guint) (s->bytes[at + i] - '0');
  return value <= 255 && (separator == '-' || digits == 1 || s->bytes[at] != '0');
}

/* `at` is a digit before a dot or dash: is its group the first of four? */
static gboolean
is_ipv4 (const PmPrefilterState *s, gsize at)
{
  gsize start = at;
  while (at - start < 3 && g_ascii_isdigit (byte_before (s, start, 1)))
    start--;
  if (at - start >= 3)
    return FALSE;

  char separator = s->bytes[at + 1];
  gsize i = start;
  for (guint group = 0; group < 4; group++) {
    gsize digits = 0;
    while (digits < 4 && g_ascii_isdigit (byte_at (s, i + digits)))
      digits++;
    if (digits < 1 || digits > 3 || !is_octet (s, i, digits, separator))
      return FALSE;
    i += digits;
    if (group < 3 && byte_at (s, i++) != separator)
      return FALSE;
  }
  return separator == '-' || !is_part_of_five (s, start, i);
}

static gboolean
is_address_byte (char c)
{
  return g_ascii_isxdigit (c) || c == ':' || c == '.';
}

static gboolean
is_word_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

#define LONGEST_ADDRESS 45 /* INET6_ADDRSTRLEN without its NUL */

static gboolean
is_ipv6 (const PmPrefilterState *s, gsize at)
{
  gsize start = at, end = at;
  while (end - start <= LONGEST_ADDRESS && is_address_byte (byte_before (s, start, 1)))
    start--;
  while (end - start <= LONGEST_ADDRESS && is_address_byte (byte_at (s, end)))
    end++;
  if (end - start > LONGEST_ADDRESS)
    return FALSE;
  if (is_word_byte (byte_before (s, start, 1)) || is_word_byte (byte_at (s, end)))
    return FALSE;
  for (gsize i = start; i < end; i++)
    if (g_ascii_isxdigit (s->bytes[i]))
      return TRUE;
  return byte_before (s, start, 1) == '[' && byte_at (s, end) == ']';
}

/* --- numbers --- */

#define NEAR_BEFORE 64
#define NEAR_BEHIND 160

/* How many bytes from `at` on are digits, up to `most`. */
static gsize
digits_at (const PmPrefilterState *s, gsize at, gsize most)
{
  gsize n = 0;
  while (n < most && g_ascii_isdigit (byte_at (s, at + n)))
    n++;
  return n;
}

static gsize
digits_before (const PmPrefilterState *s, gsize at, gsize most)
{
  gsize n = 0;
  while (n < most && g_ascii_isdigit (byte_before (s, at, n + 1)))
    n++;
  return n;
}

/* 12:30, 2024-01-02T23:59:59: two digits on either side, and minutes on the right one. */
static gboolean
is_time (const PmPrefilterState *s, gsize colon, gsize n_digits)
{
  gsize before = digits_before (s, colon, 3);
  char earlier = byte_before (s, colon, before + 1);
  if (earlier == 'T' && !g_ascii_isalpha (byte_before (s, colon, before + 2)))
    earlier = ' ';
  return before > 0 && before <= 2 && n_digits == 2 && s->bytes[colon + 1] < '6' &&
         !is_word_byte (earlier) && earlier != '.' && earlier != '-' && earlier != ']';
}

static gboolean
is_key_of_json (const PmPrefilterState *s, gsize colon)
{
  char before = byte_before (s, colon, 1);
  return (before == '"' || before == '\'') && is_word_byte (byte_before (s, colon, 2));
}

/* `:10.5`, and the end of `${name:0:12}`. */
static gboolean
is_no_port_of_a_program (const PmPrefilterState *s, gsize colon, gsize n_digits)
{
  char next = byte_at (s, colon + 1 + n_digits);
  gsize before = digits_before (s, colon, 6);
  return (next == '.' && g_ascii_isdigit (byte_at (s, colon + 2 + n_digits))) ||
         (next == '}' && before > 0 && byte_before (s, colon, before + 1) == ':');
}

#define LONGEST_MARGIN 400 /* how far a line's beginning is looked for */

/* Does the line of byte `at` begin as a comment? */
static gboolean
is_in_a_comment (const PmPrefilterState *s, gsize at)
{
  gsize least = at < LONGEST_MARGIN ? 0 : at - LONGEST_MARGIN;
  const char *newline = s->comments == 0 ? NULL : memrchr (s->bytes + least, '\n', at - least);
  if (s->comments == 0 || (newline == NULL && least > 0))
    return FALSE;
  gsize start = newline == NULL ? 0 : (gsize) (newline - s->bytes) + 1;
  while (start < at && (s->bytes[start] == ' ' || s->bytes[start] == '\t'))
    start++;
  char c = s->bytes[start], next = byte_at (s, start + 1);
  if ((s->comments & PM_PREFILTER_HASHES) != 0 && c == '#')
    return TRUE;
  return (s->comments & PM_PREFILTER_SLASHES) != 0 &&
         ((c == '/' && (next == '/' || next == '*')) || (c == '*' && next == ' '));
}

static gboolean
is_endpoint (const PmPrefilterState *s, gsize colon)
{
  gsize n = digits_at (s, colon + 1, 6);
  if (s->is_program && (is_no_port_of_a_program (s, colon, n) || is_in_a_comment (s, colon)))
    return FALSE;
  return n >= 2 && n <= 5 && s->bytes[colon + 1] != '0' &&
         !is_word_byte (byte_at (s, colon + 1 + n)) && !is_key_of_json (s, colon) &&
         !is_time (s, colon, n);
}

/* A number that begins at `at` is 1 to 65535; letters may tell its type (8080u, 8080L). */
static gboolean
is_port_number (const PmPrefilterState *s, gsize at)
{
  guint value = 0;
  gsize from = at;
  if (s->bytes[at] == '0' && (byte_at (s, at + 1) == 'x' || byte_at (s, at + 1) == 'X')) {
    for (at += 2; at - from < 7 && g_ascii_isxdigit (byte_at (s, at)); at++)
      ;
    return at - from <= 6;
  }
  for (; value <= G_MAXUINT16 && (g_ascii_isdigit (byte_at (s, at)) || byte_at (s, at) == '_');
       at++)
    value = s->bytes[at] == '_' ? value : value * 10 + (guint) (s->bytes[at] - '0');
  char next = byte_at (s, at);
  return value > 0 && value <= G_MAXUINT16 && s->bytes[from] != '0' && next != '%' &&
         (!is_word_byte (next) || strchr ("uUiIlLn", next) != NULL) &&
         !(next == '.' && g_ascii_isdigit (byte_at (s, at + 1)));
}

/* 8080, 8_080, 0x1f90: does one begin here? */
static gboolean
is_number (const PmPrefilterState *s, gsize at)
{
  char c = s->bytes[at];
  if (c < '0' || c > '9') /* nearly always */
    return FALSE;
  char next = byte_at (s, at + 1), before = byte_before (s, at, 1);
  return !is_word_byte (before) && before != '.' &&
         (g_ascii_isdigit (next) || next == '_' || (c == '0' && (next == 'x' || next == 'X'))) &&
         (!s->is_program || (before != '#' && is_port_number (s, at)));
}

/* The first number from `from` on; the length: there is none. Asked in the order of the bytes, so
 * that each is looked at once. */
static gsize
next_number (PmPrefilterState *s, gsize from)
{
  if (s->knows_number && s->number >= from)
    return s->number;
  while (from < s->length && !is_number (s, from))
    from++;
  s->knows_number = TRUE;
  return s->number = from;
}

/* What is bound behind `bind(`: an object, to a function. */
static gboolean
binds_an_object (const PmPrefilterState *s, gsize at)
{
  static const char *const objects[] = {"this", "that", "self", "null", "undefined", "_this"};
  at += byte_at (s, at) == ' ' ? 1 : 0;
  for (gsize i = 0; byte_at (s, at) == '(' && i < G_N_ELEMENTS (objects); i++)
    if (word_at (s, at + 1, objects[i]) &&
        !is_word_byte (byte_at (s, at + 1 + strlen (objects[i]))))
      return TRUE;
  return FALSE;
}

/* "listen" or "bind" at `at`, of a program that waits for events, not for clients. */
static gboolean
is_another_verb (const PmPrefilterState *s, gsize at)
{
  if (word_at (s, at, "bind"))
    return (word_before (s, at, "ta") && word_at (s, at, "bindex")) ||
           binds_an_object (s, at + strlen ("bind"));
  gsize end = at + strlen ("listener");
  if (!word_at (s, at, "listener"))
    return FALSE;
  while (is_word_byte (byte_at (s, end)))
    end++;
  return word_before (s, at, "event") || byte_at (s, end) == '(' ||
         (byte_at (s, end) == ' ' && byte_at (s, end + 1) == '(');
}

static gboolean
is_numbered_verb (const PmPrefilterState *s, gsize at)
{
  if (is_another_verb (s, at) || is_in_a_comment (s, at))
    return FALSE;
  for (gsize end = MIN (s->length, at + NEAR_BEHIND); at < end; at++)
    if (is_number (s, at))
      return TRUE;
  return FALSE;
}

static gboolean
is_numbered (PmPrefilterState *s, gsize at, gboolean is_verb)
{
  gsize from = at < NEAR_BEFORE ? 0 : at - NEAR_BEFORE;
  if (s->is_program && is_verb)
    return is_numbered_verb (s, at);
  return next_number (s, from) < MIN (s->length, at + NEAR_BEHIND) &&
         !(s->is_program && is_in_a_comment (s, at));
}

/* --- the state --- */

static guint8
buckets_of (guint wanted)
{
  static const struct {
    guint bits;
    guint8 bucket;
  } table[] = {
      {PM_PREFILTER_PORT | PM_PREFILTER_NUMBERED, PM_BUCKET_PORT},
      {PM_PREFILTER_HOST, PM_BUCKET_HOST},
      {PM_PREFILTER_ADDR, PM_BUCKET_ADDR},
      {PM_PREFILTER_URL, PM_BUCKET_URL},
      {PM_PREFILTER_LISTEN | PM_PREFILTER_BIND | PM_PREFILTER_NUMBERED, PM_BUCKET_VERB},
      {PM_PREFILTER_IP, PM_BUCKET_IP},
      {PM_PREFILTER_COLON | PM_PREFILTER_IPV6 | PM_PREFILTER_ENDPOINT, PM_BUCKET_COLON},
      {PM_PREFILTER_IPV4, PM_BUCKET_DIGITS},
  };
  guint8 buckets = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if ((wanted & table[i].bits) != 0)
      buckets |= table[i].bucket;
  return buckets;
}

void
pm_prefilter_begin (PmPrefilterState *s, const char *bytes, gsize length, guint wanted)
{
  *s = (PmPrefilterState){
      .bytes = bytes,
      .length = length,
      .is_first_enough = (wanted & PM_PREFILTER_FIRST) != 0,
      .is_program =
          (wanted & (PM_PREFILTER_PROGRAM | PM_PREFILTER_SLASHES | PM_PREFILTER_HASHES)) != 0,
      .comments = wanted & (PM_PREFILTER_SLASHES | PM_PREFILTER_HASHES),
      .wanted = wanted & PM_PREFILTER_ALL,
      .buckets = buckets_of (wanted),
  };
}

static guint
colon_bits (const PmPrefilterState *s, gsize at)
{
  char next = byte_at (s, at + 1);
  if (g_ascii_isdigit (next))
    return PM_PREFILTER_COLON | (is_endpoint (s, at) ? PM_PREFILTER_ENDPOINT : 0);
  return next == ':' && is_ipv6 (s, at) ? PM_PREFILTER_IPV6 : 0;
}

void
pm_prefilter_confirm (PmPrefilterState *s, gsize at, guint8 buckets)
{
  guint bits = 0;
  buckets &= s->buckets;
  if ((buckets & PM_BUCKET_PORT) != 0 && is_port (s, at))
    bits |= PM_PREFILTER_PORT;
  if ((buckets & PM_BUCKET_HOST) != 0 && word_at (s, at, "host"))
    bits |= PM_PREFILTER_HOST;
  if ((buckets & PM_BUCKET_ADDR) != 0 && word_at (s, at, "addr"))
    bits |= PM_PREFILTER_ADDR;
  if ((buckets & PM_BUCKET_URL) != 0 && word_at (s, at, "url"))
    bits |= PM_PREFILTER_URL;
  if ((buckets & PM_BUCKET_VERB) != 0 && word_at (s, at, "listen"))
    bits |= PM_PREFILTER_LISTEN;
  if ((buckets & PM_BUCKET_VERB) != 0 && word_at (s, at, "bind"))
    bits |= PM_PREFILTER_BIND;
  if ((buckets & PM_BUCKET_IP) != 0 && is_ip (s, at))
    bits |= PM_PREFILTER_IP;
  if ((buckets & PM_BUCKET_COLON) != 0)
    bits |= colon_bits (s, at);
  if ((buckets & PM_BUCKET_DIGITS) != 0 && is_ipv4 (s, at))
    bits |= PM_PREFILTER_IPV4;

  if ((s->wanted & PM_PREFILTER_NUMBERED) != 0 &&
      (bits & (PM_PREFILTER_PORT | PM_PREFILTER_LISTEN | PM_PREFILTER_BIND)) != 0 &&
      is_numbered (s, at, (bits & PM_PREFILTER_PORT) == 0))
    bits |= PM_PREFILTER_NUMBERED;

  bits &= s->wanted;
  if (bits == 0)
    return;
  s->found |= bits;
  s->wanted = s->is_first_enough ? 0 : s->wanted & ~bits;
  s->buckets = buckets_of (s->wanted);
}

static guint8
look_up (guint place, char c)
{
  guint8 byte = (guint8) c;
  return pm_prefilter_low[place][byte & 15] & pm_prefilter_high[place][byte >> 4];
}

guint
pm_prefilter_finish (PmPrefilterState *s, gsize at)
{
  for (; at < s->length && s->buckets != 0; at++) {
    guint8 buckets = look_up (0, s->bytes[at]) & s->buckets;
    if (buckets == 0)
      continue;
    buckets &= look_up (1, byte_at (s, at + 1)) & look_up (2, byte_at (s, at + 2));
    if (buckets != 0)
      pm_prefilter_confirm (s, at, buckets);
  }
  return s->found;
}
