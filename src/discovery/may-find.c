/* DESIGN
 * The prefilter tells most files that hold nothing. What it cannot see (a service without ports, a
 * flag's number, a variable's default) is looked for in configuration only, and only where a rule
 * set that takes the file by its name would say something of it. */

#include "discovery/recognise.h"

#include <string.h>

#include "discovery/binary.h"
#include "discovery/naming.h"
#include "discovery/recognise-internal.h"
#include "discovery/scan.h"
#include "formats/format.h"
#include "walk/prefilter.h"

#define ADDRESSES (PM_PREFILTER_IPV4 | PM_PREFILTER_IPV6)
#define CANDIDATES (ADDRESSES | PM_PREFILTER_ENDPOINT | PM_PREFILTER_NUMBERED)

/* ` -p 8080`, `"-l", "3000"`: what a flag means depends on the program. */
static gboolean
has_numbered_flag (const char *bytes, gsize length)
{
  const char *end = bytes + length;
  for (const char *at = bytes; (at = memchr (at, '-', (gsize) (end - at))) != NULL; at++) {
    if (at == bytes || strchr (" \t\n\"'`[,=", at[-1]) == NULL)
      continue;
    const char *name = at + 1, *stop = MIN (end, at + 64);
    while (name < stop && (g_ascii_isalpha (*name) || *name == '-'))
      name++;
    while (name < stop && strchr (" \t\n\"'`,=-", *name) != NULL)
      name++;
    if (name > at + 1 && stop - name >= 2 && g_ascii_isdigit (name[0]) && g_ascii_isdigit (name[1]))
      return TRUE;
  }
  return FALSE;
}

/* `-p8000`: by a letter that command-flags.c knows. */
static gboolean
is_behind_a_letter_flag (const char *bytes, gsize at)
{
  return at > 1 && bytes[at - 2] == '-' && bytes[at - 1] != '\0' &&
         strchr ("pbSlLRDPiaehH", bytes[at - 1]) != NULL;
}

/* `exit 1`, `[ $# -lt 2 ]`, `| nindent 4`: what these words take is no port (POSIX.1, "Shell
 * Command Language"; Sprig's functions of templates). */
static gboolean
is_behind_a_counting_word (const char *bytes, gsize at)
{
  static const char *const words[] = {"exit",  "return", "sleep",   "shift", "-eq",
                                      "-ne",   "-gt",    "-ge",     "-lt",   "-le",
                                      "chmod", "indent", "nindent", "trunc"};
  gsize end = at;
  while (end > 0 && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t'))
    end--;
  gsize start = end;
  while (start > 0 && end - start < 8 &&
         (pm_char_is_word (bytes[start - 1]) || bytes[start - 1] == '-'))
    start--;
  for (gsize i = 0; end < at && i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == end - start && memcmp (words[i], bytes + start, end - start) == 0)
      return TRUE;
  return FALSE;
}

/* `2>&1`: a digit before a redirection is a descriptor. */
static gboolean
is_descriptor (const char *bytes, gsize at, gsize end, gsize length)
{
  return end - at == 1 && end < length && (bytes[end] == '<' || bytes[end] == '>');
}

/* The next number of at most five digits from `from` on that stands by itself; `length`: there is
 * none. */
static gsize
next_number (const char *bytes, gsize length, gsize from, gsize *ret_end)
{
  for (gsize at = MAX (from, 1); at < length; at++) {
    if (!g_ascii_isdigit (bytes[at]) ||
        (strchr (" \t\n\"'=:", bytes[at - 1]) == NULL && !is_behind_a_letter_flag (bytes, at)))
      continue;
    gsize end = at;
    while (end < length && g_ascii_isdigit (bytes[end]))
      end++;
    *ret_end = end;
    if (end - at <= 5 && (end == length || !pm_char_is_word (bytes[end])) &&
        !is_descriptor (bytes, at, end, length) && !is_behind_a_counting_word (bytes, at))
      return at;
    at = end;
  }
  return length;
}

/* Nothing but blanks between the line's beginning and a `#` before `at`. */
static gboolean
is_in_a_comment_line (const char *bytes, gsize at)
{
  const char *newline = memrchr (bytes, '\n', at);
  const char *line = newline == NULL ? bytes : newline + 1;
  while (*line == ' ' || *line == '\t')
    line++;
  return *line == '#';
}

/* Behind an operator (`$n = 1`, `$i + 1`), or a flag of one letter that no table knows (`-n 1`). */
static gboolean
is_behind_an_operator (const char *bytes, gsize at)
{
  gsize end = at, start;
  while (end > 0 && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t'))
    end--;
  for (start = end; start > 0 && strchr ("=!<>+*/%", bytes[start - 1]) != NULL;)
    start--;
  if (end < at && start < end)
    return start > 0 && (bytes[start - 1] == ' ' || bytes[start - 1] == '\t');
  return end < at && end > 2 && g_ascii_isalpha (bytes[end - 1]) && bytes[end - 2] == '-' &&
         (bytes[end - 3] == ' ' || bytes[end - 3] == '\t') && !is_behind_a_letter_flag (bytes, end);
}

/* 1 to 65535, as people write it, and no beginning of a version (`3.12`). */
static gboolean
may_be_a_port (const char *bytes, gsize at, gsize end, gsize length)
{
  guint value = 0;
  for (gsize i = at; i < end; i++)
    value = value * 10 + (guint) (bytes[i] - '0');
  gboolean is_version = end + 1 < length && bytes[end] == '.' && g_ascii_isdigit (bytes[end + 1]);
  return bytes[at] != '0' && value <= G_MAXUINT16 && !is_version;
}

/* `http.server 8000`, `runserver 8000`, `HTTP=8000`: in a script any number may be an argument. A
 * comment's line is passed over as a whole, however long it is. */
static gboolean
has_numbered_argument (const char *bytes, gsize length)
{
  gsize end = 0;
  for (gsize at = 0; (at = next_number (bytes, length, at, &end)) < length; at = end) {
    if (!may_be_a_port (bytes, at, end, length) || is_behind_an_operator (bytes, at))
      continue;
    if (!is_in_a_comment_line (bytes, at))
      return TRUE;
    const char *newline = memchr (bytes + end, '\n', length - end);
    end = newline == NULL ? length : (gsize) (newline - bytes);
  }
  return FALSE;
}

static gboolean
is_script (const PmNaming *naming, const char *bytes, gsize length)
{
  if (naming->syntax != NULL)
    return strcmp (naming->syntax, "shell") == 0;
  return length > 2 && memcmp (bytes, "#!", 2) == 0;
}

/* `listen 7`: a port of one digit is hardly ever one, so other files are not looked through for it,
 * and here only about as far from the words as the prefilter looks. */
#define NEAR_BEFORE 192
#define NEAR_BEHIND 96

static gboolean
has_a_short_port (const char *bytes, gsize length)
{
  const guint words =
      PM_PREFILTER_PORT | PM_PREFILTER_LISTEN | PM_PREFILTER_BIND | PM_PREFILTER_FIRST;
  gsize end = 0;
  if (pm_prefilter (bytes, length, words) == 0)
    return FALSE;
  for (gsize at = 0; (at = next_number (bytes, length, at, &end)) < length; at = end) {
    gsize from = at - MIN (at, NEAR_BEFORE), to = MIN (length, end + NEAR_BEHIND);
    if (pm_prefilter (bytes + from, to - from, words) != 0)
      return TRUE;
  }
  return FALSE;
}

/* `${PORT:-8080}`: a default may be a port where no word near it says so. */
#define LONGEST_DEFAULT 4096

static gboolean
has_numbered_default (const char *bytes, gsize length)
{
  const char *end = bytes + length;
  for (const char *at = bytes; (at = memchr (at, '$', (gsize) (end - at))) != NULL; at++) {
    if (end - at < 2 || at[1] != '{')
      continue;
    const char *stop = at + MIN (end - at, LONGEST_DEFAULT);
    for (const char *c = at + 2; c + 1 < stop && *c != '}'; c++)
      if (g_ascii_isdigit (c[0]) && g_ascii_isdigit (c[1]))
        return TRUE;
  }
  return FALSE;
}

/* Words go on with letters, digits, `_`, `-`, `.` and `/`. */
static gboolean
goes_on (char c)
{
  return pm_char_is_word (c) || c == '-' || c == '.' || c == '/';
}

static gboolean
has_word (const char *word, const char *bytes, gsize length)
{
  gsize word_length = strlen (word);
  const char *end = bytes + length;
  for (const char *at = bytes; (at = memmem (at, (gsize) (end - at), word, word_length)) != NULL;
       at++) {
    const char *behind = at + word_length;
    if ((at == bytes || !goes_on (at[-1])) && (behind == end || !goes_on (*behind)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_mark (const PmRuleset *ruleset, const char *bytes, gsize length)
{
  for (const char *const *word = ruleset->words; word != NULL && *word != NULL; word++)
    if (has_word (*word, bytes, length))
      return TRUE;
  if (ruleset->marks == NULL)
    return TRUE;
  for (const char *const *mark = ruleset->marks; *mark != NULL; mark++)
    if (memmem (bytes, length, *mark, strlen (*mark)) != NULL)
      return TRUE;
  return FALSE;
}

/* Without any candidate: is there a rule set that says something all the same, up to the first that
 * takes the file by its name? */
static gboolean
is_marked (const PmGlobOwners *fitting, const char *bytes, gsize length)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  for (guint i = 0; rulesets[i] != NULL; i++) {
    if (!pm_glob_owners_have (fitting, i))
      continue;
    if (has_mark (rulesets[i], bytes, length))
      return TRUE;
    if (rulesets[i]->claims == NULL)
      break;
  }
  return FALSE;
}

/* sites-available/shop: text by its extension, but a tool may know it by its name. */
static gboolean
has_a_tools_name (const PmGlobOwners *fitting)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  for (guint i = 0; rulesets[i] != NULL; i++)
    if (pm_glob_owners_have (fitting, i) && !rulesets[i]->is_fallback)
      return TRUE;
  return FALSE;
}

gboolean
pm_recognise_may_find_as (const PmNaming *naming, const PmUserRules *user, const char *file,
                          const char *project, const char *bytes, gsize length, gboolean expands)
{
  if (pm_user_rules_claim (user, file, pm_recognise_local_path (file, project), project, NULL))
    return TRUE;
  if (naming->kind == PM_FILE_IGNORED)
    return FALSE;
  /* What it is parsed for then is to tell that it cannot be, or not as a whole. */
  if (naming->kind == PM_FILE_CONFIG &&
      (length > PM_FORMAT_LIBRARY_MOST_BYTES || pm_binary_reason (bytes, length) != NULL))
    return TRUE;
  gboolean is_read = naming->kind != PM_FILE_TEXT || has_a_tools_name (&naming->fitting) ||
                     (length > 2 && memcmp (bytes, "#!", 2) == 0);
  if (pm_prefilter (bytes, length, (is_read ? CANDIDATES : ADDRESSES) | PM_PREFILTER_FIRST) != 0)
    return TRUE;
  if (is_script (naming, bytes, length))
    return has_numbered_flag (bytes, length) || has_numbered_argument (bytes, length);
  if (naming->kind == PM_FILE_SOURCE)
    return is_marked (&naming->fitting, bytes, length);
  return naming->kind == PM_FILE_CONFIG &&
         ((expands && memchr (bytes, '$', length) != NULL) ||
          has_numbered_default (bytes, length) || is_marked (&naming->fitting, bytes, length) ||
          has_numbered_flag (bytes, length) || has_a_short_port (bytes, length));
}

gboolean
pm_recognise_may_find (const PmUserRules *user, const char *file, const char *project,
                       const char *bytes, gsize length, gboolean expands)
{
  g_auto (PmNaming) naming = {0};
  pm_naming_init (&naming, pm_recognise_local_path (file, project));
  return pm_recognise_may_find_as (&naming, user, file, project, bytes, length, expands);
}
