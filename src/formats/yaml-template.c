/* DESIGN
 * All actions are found first, each with what it is (control flow, comment, output) and whether
 * only blank space and other actions stand before and behind it on its lines. Then each is filled:
 * with spaces where it leaves nothing in the output or would fill lines by itself, else with
 * letters, so that it stands for a bare word. One that leads a line leaves what follows in its own
 * place once it is gone: it is filled with bytes that our reader, which has to read such a file,
 * gives no width. Go: pkg.go.dev/text/template; Jinja: its Template
 * Designer Documentation. */

#include "formats/yaml-template.h"

#include <string.h>

#define LONGEST_ACTION_WITH_STRINGS 4096

typedef struct {
  PmSpan span;
  gboolean silent;  /* control flow, a comment: puts nothing there itself */
  gboolean indents; /* starts lines of its own: … | nindent 4 */
  gboolean leads;   /* only blank space and actions before it on its line */
  gboolean trails;  /* and behind it */
} Action;

typedef struct {
  const char *bytes;
  guint32 length;
  GArray *actions;        /* of Action */
  gboolean unclosed[128]; /* by second character: no end comes any more */
} Masker;

/* --- finding --- */

static gboolean
starts_with_word (const char *at, const char *end, const char *word)
{
  gsize length = strlen (word);
  return (gsize) (end - at) >= length && memcmp (at, word, length) == 0 &&
         (at + length == end || !(g_ascii_isalnum (at[length]) || at[length] == '_'));
}

static gboolean
contains (PmSpan span, const char *bytes, const char *text)
{
  return memmem (bytes + span.start, pm_span_length (span), text, strlen (text)) != NULL;
}

static gboolean
is_silent (const char *bytes, PmSpan span)
{
  static const char *const words[] = {"if",     "else",  "end",   "range",   "with",
                                      "define", "block", "break", "continue"};
  const char *at = bytes + span.start + 2, *end = bytes + span.end - 2;
  if (bytes[span.start + 1] != '{')
    return TRUE;
  while (at < end && strchr ("- \t\r\n", *at) != NULL)
    at++;
  if (at + 1 < end && at[0] == '/' && at[1] == '*')
    return TRUE;
  if (at < end && *at == '$')
    return contains (span, bytes, ":=") || contains (span, bytes, " = ");
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (starts_with_word (at, end, words[i]))
      return TRUE;
  return FALSE;
}

/* The end of a Go action that may hold strings with braces: {{ "}}" }}; 0 when it is not plain
 * where they end. */
static guint32
end_with_strings (const Masker *m, guint32 at)
{
  guint32 limit = (guint32) MIN ((gsize) at + LONGEST_ACTION_WITH_STRINGS, m->length);
  char quote = 0;
  for (; at + 1 < limit; at++) {
    char c = m->bytes[at];
    if (c == '\\' && quote != '`')
      at++;
    else if (quote != 0 && c == '\n' && quote == '"')
      return 0;
    else if (quote != 0 && c == quote)
      quote = 0;
    else if (quote == 0 && (c == '"' || c == '`'))
      quote = c;
    else if (quote == 0 && c == '}' && m->bytes[at + 1] == '}')
      return at + 2;
  }
  return 0;
}

static guint32
end_of_action (Masker *m, guint32 start)
{
  char second = m->bytes[start + 1];
  guint32 inside = start + 2;
  gboolean comment = FALSE;
  if (second == '{') {
    guint32 at = inside;
    while (at < m->length && (m->bytes[at] == '-' || m->bytes[at] == ' '))
      at++;
    comment = m->length - at >= 2 && memcmp (m->bytes + at, "/*", 2) == 0;
    guint32 end = comment ? 0 : end_with_strings (m, inside);
    if (end != 0)
      return end;
  }
  char closing[] = {second == '{' ? '}' : second, '}', 0};
  const char *from = m->bytes + inside, *file_end = m->bytes + m->length;
  if (comment) {
    const char *slash = memmem (from, (gsize) (file_end - from), "*/", 2);
    from = slash == NULL ? from : slash;
  }
  const char *found = memmem (from, (gsize) (file_end - from), closing, 2);
  if (found == NULL)
    m->unclosed[(guchar) second] = TRUE;
  return found == NULL ? 0 : (guint32) (found - m->bytes) + 2;
}

static void
find_actions (Masker *m)
{
  guint32 at = 0;
  while (at + 3 < m->length) {
    const char *brace = memchr (m->bytes + at, '{', m->length - at - 1);
    if (brace == NULL)
      break;
    guint32 start = (guint32) (brace - m->bytes);
    char second = brace[1];
    /* ${#name} is a shell's length of a variable. */
    gboolean opens =
        second == '{' || second == '%' || (second == '#' && (start == 0 || brace[-1] != '$'));
    guint32 end = 0;
    if (opens && !m->unclosed[(guchar) second])
      end = end_of_action (m, start);
    if (end == 0) {
      at = start + 1;
      continue;
    }
    Action action = {.span = {start, end}};
    action.silent = is_silent (m->bytes, action.span);
    action.indents = contains (action.span, m->bytes, "nindent");
    g_array_append_val (m->actions, action);
    at = end;
  }
}

/* --- filling --- */

/* Blank space only in [start, end), up to the line break that may stand in it: 1, or, when there is
 * a break first, 2; 0 when there is something else. */
static int
blank_forward (const char *bytes, guint32 start, guint32 end)
{
  for (; start < end; start++) {
    if (bytes[start] == '\n')
      return 2;
    if (bytes[start] != ' ' && bytes[start] != '\t' && bytes[start] != '\r')
      return 0;
  }
  return 1;
}

static int
blank_backward (const char *bytes, guint32 start, guint32 end)
{
  while (end > start) {
    end--;
    if (bytes[end] == '\n')
      return 2;
    if (bytes[end] != ' ' && bytes[end] != '\t')
      return 0;
  }
  return 1;
}

static void
find_neighbours (Masker *m)
{
  guint n = m->actions->len;
  Action *actions = (Action *) (void *) m->actions->data;
  for (guint i = 0; i < n; i++) {
    guint32 from = i == 0 ? 0 : actions[i - 1].span.end;
    int blank = blank_backward (m->bytes, from, actions[i].span.start);
    actions[i].leads = blank == 2 || (blank == 1 && (i == 0 || actions[i - 1].leads));
  }
  for (guint i = n; i-- > 0;) {
    guint32 to = i + 1 == n ? m->length : actions[i + 1].span.start;
    int blank = blank_forward (m->bytes, actions[i].span.end, to);
    actions[i].trails = blank == 2 || (blank == 1 && (i + 1 == n || actions[i + 1].trails));
  }
}

/* What a byte of an action is filled with. */
static char
filling (const Masker *m, const Action *action)
{
  char before = action->span.start > 0 ? m->bytes[action->span.start - 1] : '\n';
  if (action->leads && action->trails)
    return ' ';
  if (action->silent && action->leads)
    return PM_YAML_NO_WIDTH;
  if (action->silent && (action->trails || before == ':'))
    return ' ';
  return action->indents && action->trails && strchr (" \t", before) != NULL ? ' ' : 'x';
}

static void
fill (char *text, const Masker *m, const Action *action)
{
  char filler = filling (m, action);
  for (guint32 at = action->span.start; at < action->span.end; at++)
    if (filler == 'x' || (text[at] != '\n' && text[at] != '\r'))
      text[at] = filler;
}

char *
pm_yaml_mask_templates (const char *bytes, guint32 length, GArray *actions)
{
  Masker m = {bytes, length, g_array_new (FALSE, FALSE, sizeof (Action)), {FALSE}};
  char *text = NULL;
  find_actions (&m);
  if (m.actions->len > 0) {
    find_neighbours (&m);
    text = g_malloc (length + 1);
    memcpy (text, bytes, length);
    text[length] = '\0';
  }
  for (guint i = 0; i < m.actions->len; i++) {
    const Action *action = &g_array_index (m.actions, Action, i);
    fill (text, &m, action);
    g_array_append_val (actions, action->span);
  }
  g_array_unref (m.actions);
  return text;
}

/* --- fallbacks --- */

static char *
trimmed (const char *start, const char *end)
{
  while (start < end && strchr ("{- \t|(", *start) != NULL)
    start++;
  while (end > start && strchr ("}- \t|),", end[-1]) != NULL)
    end--;
  return g_strndup (start, (gsize) (end - start));
}

static const char *
find_default (const char *at, const char *end)
{
  while ((at = memmem (at, (gsize) (end - at), "default", 7)) != NULL) {
    if (!g_ascii_isalnum (at[-1]) && at[-1] != '.' && at[-1] != '_' &&
        (at[7] == ' ' || at[7] == '('))
      return at;
    at += 7;
  }
  return NULL;
}

gboolean
pm_yaml_template_fallback (const char *bytes, PmSpan action, PmSpan *ret_literal,
                           PmQuoting *ret_quoting, char **ret_variable)
{
  const char *start = bytes + action.start + 2, *end = bytes + action.end - 2;
  const char *word =
      start < end && bytes[action.start + 1] == '{' ? find_default (start, end) : NULL;
  if (word == NULL)
    return FALSE;
  const char *from = word + 7;
  while (from < end && (*from == ' ' || *from == '('))
    from++;
  char quote = from < end && (*from == '"' || *from == '\'') ? *from++ : 0;
  const char *to = from;
  while (to < end &&
         (quote != 0 ? *to != quote && *to != '\\' && *to != '\n' : g_ascii_isdigit (*to)))
    to++;
  gboolean ends = quote != 0 ? to < end && *to == quote : to < end && strchr (" )|}-", *to) != NULL;
  if (!ends || to == from)
    return FALSE;
  *ret_literal = (PmSpan){(guint32) (from - bytes), (guint32) (to - bytes)};
  *ret_quoting = quote == '"' ? PM_QUOTING_DOUBLE
                 : quote == 0 ? PM_QUOTING_NONE
                              : PM_QUOTING_SINGLE;
  const char *bar = memchr (start, '|', (gsize) (word - start));
  if (bar != NULL) {
    *ret_variable = trimmed (start, bar);
  } else {
    const char *behind = quote != 0 ? to + 1 : to;
    const char *next = memchr (behind, '|', (gsize) (end - behind));
    *ret_variable = trimmed (behind, next == NULL ? end : next);
  }
  return TRUE;
}
