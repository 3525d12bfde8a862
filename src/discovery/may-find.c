/* DESIGN
 * The prefilter tells most files that hold nothing. What it cannot see (a service without ports, a
 * flag's number, a variable's default) is looked for in configuration only, and only where a rule
 * set that takes the file by its name would say something of it. */

#include "discovery/recognise.h"

#include <string.h>

#include "base/find-bytes.h"

#include "discovery/address.h"
#include "discovery/binary.h"
#include "discovery/naming.h"
#include "discovery/passive.h"
#include "discovery/recognise-internal.h"
#include "discovery/scan.h"
#include "discovery/script-numbers.h"
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
        (strchr (" \t\n\"'=:", bytes[at - 1]) == NULL && !pm_script_is_letter_flag (bytes, at)))
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
         (bytes[end - 3] == ' ' || bytes[end - 3] == '\t') &&
         !pm_script_is_letter_flag (bytes, end);
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

#define MOST_NUMBERS 64 /* that are looked at closely; one of so many may be one */

/* `http.server 8000`, `runserver 8000`, `HTTP=8000`; of another interpreter's script any number. A
 * comment's line is passed over as a whole, however long it is. */
static gboolean
has_numbered_argument (const char *bytes, gsize length, gboolean is_shell)
{
  gsize end = 0;
  guint n_numbers = 0;
  gboolean takes_any = !is_shell || pm_script_takes_numbers (bytes, length);
  for (gsize at = 0; (at = next_number (bytes, length, at, &end)) < length; at = end) {
    if (!may_be_a_port (bytes, at, end, length) || is_behind_an_operator (bytes, at))
      continue;
    if (is_in_a_comment_line (bytes, at)) {
      const char *newline = memchr (bytes + end, '\n', length - end);
      end = newline == NULL ? length : (gsize) (newline - bytes);
    } else if (takes_any || ++n_numbers > MOST_NUMBERS ||
               pm_script_number_is_named (bytes, length, at)) {
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
is_one_of (const char *word, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (g_ascii_strcasecmp (word, list[i]) == 0)
      return TRUE;
  return FALSE;
}

/* How less is believed of program text, by the comments of its language: those that may also be
 * something else in it do not count. */
static guint
comments_of (const char *file)
{
  static const char *const slashes[] = {
      "js", "mjs", "cjs", "jsx", "ts",   "mts",   "cts", "tsx",    "go",   "java",
      "kt", "kts", "c",   "h",   "cc",   "cpp",   "cxx", "hpp",    "rs",   "scala",
      "cs", "php", "m",   "mm",  "dart", "swift", "zig", "groovy", "proto"};
  static const char *const hashes[] = {"py",  "rb",  "sh",   "bash", "zsh", "ksh",
                                       "pl",  "pm",  "ex",   "exs",  "r",   "jl",
                                       "nim", "ps1", "psm1", "fish", "awk", "tcl"};
  const char *dot = strrchr (file, '.');
  if (dot != NULL && is_one_of (dot + 1, slashes, G_N_ELEMENTS (slashes)))
    return PM_PREFILTER_SLASHES;
  if (dot != NULL && is_one_of (dot + 1, hashes, G_N_ELEMENTS (hashes)))
    return PM_PREFILTER_HASHES;
  return PM_PREFILTER_PROGRAM;
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

static guint
candidates_of (const PmNaming *naming, const char *bytes, gsize length)
{
  if (naming->is_passive)
    return ADDRESSES;
  if (naming->kind == PM_FILE_SOURCE)
    return CANDIDATES | comments_of (naming->path);
  gboolean is_read = naming->kind != PM_FILE_TEXT || has_a_tools_name (&naming->fitting) ||
                     (length > 2 && memcmp (bytes, "#!", 2) == 0);
  return is_read ? CANDIDATES : ADDRESSES;
}

static gboolean
is_script (const PmNaming *naming, const char *bytes, gsize length)
{
  if (naming->syntax != NULL)
    return strcmp (naming->syntax, "shell") == 0;
  return length > 2 && memcmp (bytes, "#!", 2) == 0;
}

/* By its extension, or by an interpreter that is called sh, bash, dash, zsh … */
static gboolean
is_shell (const PmNaming *naming, const char *bytes, gsize length)
{
  const char *newline = memchr (bytes, '\n', length);
  gsize end = newline == NULL ? length : (gsize) (newline - bytes);
  return naming->syntax != NULL || memmem (bytes, end, "sh", strlen ("sh")) != NULL;
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
  for (const char *at = bytes;
       (at = pm_find_bytes (at, (gsize) (end - at), word, word_length)) != NULL; at++) {
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
    if (pm_find_bytes (bytes, length, *mark, strlen (*mark)) != NULL)
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

static gboolean
holds (const char *bytes, gsize length, guint candidates)
{
  return pm_prefilter (bytes, length, candidates | PM_PREFILTER_FIRST) != 0 ||
         pm_address_encoded_is_in (bytes, length);
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
  if (holds (bytes, length, candidates_of (naming, bytes, length)))
    return !pm_passive_by_content (naming->syntax, bytes, length) ||
           holds (bytes, length, ADDRESSES);
  if (naming->is_passive)
    return FALSE;
  if (is_script (naming, bytes, length))
    return (!is_shell (naming, bytes, length) && has_numbered_flag (bytes, length)) ||
           pm_script_connects (bytes, length) ||
           has_numbered_argument (bytes, length, is_shell (naming, bytes, length));
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
