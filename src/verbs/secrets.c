#include "verbs/secrets.h"

#include <string.h>

#define LONG_RUN 24 /* bytes: a UUID without dashes has 32, a word rarely more than 20 */

static void
hide (guint8 *hidden, gsize start, gsize end)
{
  memset (hidden + start, 1, end - start);
}

static gboolean
is_of_the_web (const char *line, gsize at)
{
  return (at >= 4 && g_ascii_strncasecmp (line + at - 4, "http", 4) == 0) ||
         (at >= 5 && g_ascii_strncasecmp (line + at - 5, "https", 5) == 0);
}

/* scheme://user:password@; and http://token@, as of Git servers and error trackers: of the web a
 * user alone is no name. */
static void
hide_url_passwords (const char *line, gsize length, guint8 *hidden)
{
  for (gsize at = 0; at + 3 < length; at++) {
    if (memcmp (line + at, "://", 3) != 0)
      continue;
    gsize end = at + 3;
    while (end < length && strchr (" \t\"'`<>/?#", line[end]) == NULL)
      end++;
    gsize sign = end;
    while (sign > at + 3 && line[sign - 1] != '@')
      sign--;
    const char *colon = sign == at + 3 ? NULL : memchr (line + at + 3, ':', sign - at - 4);
    if (colon != NULL)
      hide (hidden, (gsize) (colon - line) + 1, sign - 1);
    else if (sign > at + 4 && is_of_the_web (line, at))
      hide (hidden, at + 3, sign - 1);
  }
}

static gboolean
names_a_secret (const char *key, gsize length)
{
  static const char *const words[] = {"secret",     "passw",  "pwd",     "token",
                                      "credential", "apikey", "api_key", "api-key",
                                      "private",    "_key",   "-key",    "passphrase"};
  /* DB_PASS, requirepass, GITHUB_PAT, but no COMPASS_PORT, no PATH */
  static const char *const endings[] = {"key",  "pass", "jwt", "_pat",
                                        "-pat", "_pw",  "-pw", "_auth"};
  static const char *const whole[] = {"pat", "pw", "auth", NULL};
  g_autofree char *lower = g_ascii_strdown (key, (gssize) length);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (lower, words[i]) != NULL)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return g_strv_contains (whole, lower);
}

/* `"private": true` of package.json, `token: null`: they tell nothing, and a diff is for reading.
 */
static gboolean
is_no_secret (const char *value, gsize length)
{
  static const char *const words[] = {"true", "false", "null"};
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (length == strlen (words[i]) && memcmp (value, words[i], length) == 0)
      return TRUE;
  return FALSE;
}

/* KEY=value, key: value, "key": "value", --key value, ["--key", "value"]: the value is the rest of
 * the line. */
static void
hide_named_values (const char *line, gsize length, guint8 *hidden)
{
  for (gsize at = 0; at < length;) {
    if (!g_ascii_isalpha (line[at])) {
      at++;
      continue;
    }
    gsize start = at;
    while (at < length && (g_ascii_isalnum (line[at]) || strchr ("_-.", line[at]) != NULL))
      at++;
    gsize after = at;
    while (after < length && strchr ("\"' \t", line[after]) != NULL)
      after++;
    gboolean is_flag = start > 1 && line[start - 1] == '-' && after > at;
    while (is_flag && after < length && strchr (",\"' \t", line[after]) != NULL)
      after++;
    gboolean is_key = after < length && (line[after] == '=' || line[after] == ':');
    if ((!is_flag && !is_key) || !names_a_secret (line + start, at - start))
      continue;
    gsize value = is_key ? after + 1 : after;
    while (value < length && strchr ("\"'`=> \t", line[value]) != NULL)
      value++;
    gsize end = length;
    while (end > value && strchr ("\"'`,; \t\r", line[end - 1]) != NULL)
      end--;
    if (end > value && !is_no_secret (line + value, end - value))
      hide (hidden, value, end);
    return;
  }
}

static void
hide_after_scheme (const char *line, gsize length, guint8 *hidden)
{
  static const char *const schemes[] = {"bearer ", "basic "};
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    gsize n = strlen (schemes[i]);
    for (gsize at = 0; at + n < length; at++) {
      if (g_ascii_strncasecmp (line + at, schemes[i], n) != 0)
        continue;
      gsize end = at + n;
      while (end < length && strchr (" \t\"'`,", line[end]) == NULL)
        end++;
      hide (hidden, at + n, end);
    }
  }
}

/* curl -u user:password, --user user:password */
static void
hide_after_user_flag (const char *line, gsize length, guint8 *hidden)
{
  static const char *const flags[] = {" -u", " --user", " --proxy-user"};
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++) {
    gsize n = strlen (flags[i]);
    for (gsize at = 0; at + n < length; at++) {
      if (memcmp (line + at, flags[i], n) != 0 || strchr (" =\t", line[at + n]) == NULL)
        continue;
      gsize start = at + n + 1, end = start;
      while (end < length && strchr (" \t", line[end]) == NULL)
        end++;
      const char *colon = memchr (line + start, ':', end - start);
      if (colon != NULL)
        hide (hidden, (gsize) (colon - line) + 1, end);
    }
  }
}

static void
hide_random_runs (const char *line, gsize length, guint8 *hidden)
{
  for (gsize at = 0; at < length;) {
    gsize start = at;
    gboolean digit = FALSE, letter = FALSE;
    for (; at < length && (g_ascii_isalnum (line[at]) || strchr ("+_=", line[at]) != NULL); at++) {
      digit |= g_ascii_isdigit (line[at]) != 0;
      letter |= g_ascii_isalpha (line[at]) != 0;
    }
    if (at - start >= LONG_RUN && digit && letter)
      hide (hidden, start, at);
    if (at == start)
      at++;
  }
}

char *
pm_secrets_mask (const char *line, gsize length, const PmSpan *shown, guint n_shown)
{
  g_autofree guint8 *hidden = g_malloc0 (length + 1);
  hide_url_passwords (line, length, hidden);
  hide_named_values (line, length, hidden);
  hide_after_scheme (line, length, hidden);
  hide_after_user_flag (line, length, hidden);
  hide_random_runs (line, length, hidden);
  for (guint i = 0; i < n_shown; i++)
    if (shown[i].end <= length && shown[i].start <= shown[i].end)
      memset (hidden + shown[i].start, 0, pm_span_length (shown[i]));

  GString *out = g_string_new (NULL);
  for (gsize at = 0; at < length; at++)
    if (!hidden[at])
      g_string_append_c (out, line[at]);
    else if (at == 0 || !hidden[at - 1])
      g_string_append (out, "****");
  return g_string_free (out, FALSE);
}
