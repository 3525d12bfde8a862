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
    if (digits < 1 || digits > 3)
      return FALSE;
    i += digits;
    if (group < 3 && byte_at (s, i++) != separator)
      return FALSE;
  }
  return TRUE;
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

static gboolean
is_endpoint (const PmPrefilterState *s, gsize colon)
{
  gsize n = digits_at (s, colon + 1, 6);
  return n >= 2 && n <= 5 && s->bytes[colon + 1] != '0' &&
         !is_word_byte (byte_at (s, colon + 1 + n)) && !is_key_of_json (s, colon) &&
         !is_time (s, colon, n);
}

/* 8080, 8_080, 0x1f90: does one begin here? */
static gboolean
is_number (const PmPrefilterState *s, gsize at)
{
  char c = s->bytes[at], next = byte_at (s, at + 1), before = byte_before (s, at, 1);
  return g_ascii_isdigit (c) && !is_word_byte (before) && before != '.' &&
         (g_ascii_isdigit (next) || next == '_' || (c == '0' && (next == 'x' || next == 'X')));
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

static gboolean
is_near_number (PmPrefilterState *s, gsize at)
{
  gsize from = at < NEAR_BEFORE ? 0 : at - NEAR_BEFORE;
  return next_number (s, from) < MIN (s->length, at + NEAR_BEHIND);
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
      is_near_number (s, at))
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
