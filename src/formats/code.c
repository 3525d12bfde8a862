/* Program text of languages without a grammar here (Python, Go, Java, Kotlin, Ruby, PHP, C#, Rust
 * …): what their lexical rules have in common.
 *
 * The tree is a small one of javascript.h's: `name = literal`, `name: literal`, `"name": literal`
 * and `name => literal` are keys; brackets are containers; a call is a list whose key is the last
 * name and "()", inside a map of the value's name where it has one; a named argument is a map of
 * one entry. Bare names as arguments are expressions, so that the others keep their place. Strings
 * are taken as they are written; one that holds a backslash is an expression.
 *
 * Not read: comments, prefixes of strings, types, operators.
 *
 * DESIGN
 * One pass over the bytes, one token at a time, with the name that the next value belongs to and a
 * bounded stack of open brackets. Whatever does not fit is passed over. */

#include "formats/format.h"

#include <string.h>

#define DEEPEST 96

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at, end;
  PmKey key;              /* of the next value */
  gboolean key_stays;     /* it stands before a colon: a type may follow */
  gboolean first;         /* nothing of this argument was read yet */
  guint8 opened[DEEPEST]; /* containers to close with each bracket */
  guint8 is_list[DEEPEST];
  guint depth;
  guint ignored; /* brackets over the depth */
} Code;

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || (guchar) c >= 0x80;
}

static char
byte_at (const Code *code, guint32 at)
{
  return at < code->end ? code->bytes[at] : '\0';
}

static guint32
skip_blanks (const Code *code, guint32 at)
{
  while (at < code->end && (code->bytes[at] == ' ' || code->bytes[at] == '\t'))
    at++;
  return at;
}

static gboolean
in_list (const Code *code)
{
  return code->depth > 0 && code->is_list[code->depth - 1];
}

static void
forget_key (Code *code)
{
  code->key = PM_NO_KEY;
  code->key_stays = FALSE;
}

static void
set_key (Code *code, PmSpan span, gboolean stays)
{
  if (code->key.text != NULL && code->key_stays)
    return;
  code->key = (PmKey){code->bytes + span.start, span.end - span.start, span};
  code->key_stays = stays;
}

/* --- values --- */

static void
add (Code *code, PmSpan span, PmSpan outer, PmQuoting quoting, gboolean is_literal)
{
  PmScalar scalar = {.span = span, .outer = outer, .quoting = quoting};
  if (!is_literal)
    scalar.flags |= PM_NODE_EXPRESSION;
  gboolean named = in_list (code) && code->key.text != NULL;
  if (named)
    pm_builder_open (code->builder, PM_NODE_MAP, PM_NO_KEY, outer.start);
  if (in_list (code) && !named)
    scalar.flags |= PM_NODE_ARGUMENT;
  pm_builder_scalar (code->builder, code->key, &scalar);
  if (named)
    pm_builder_close (code->builder, outer.end);
  code->first = FALSE;
}

/* What follows makes a name of what stands before it: `:`, `=>`, `=`, `:=`. Returns where the value
 * starts, or 0. */
static guint32
behind_name (const Code *code, guint32 at, gboolean *ret_is_colon)
{
  at = skip_blanks (code, at);
  char c = byte_at (code, at), next = byte_at (code, at + 1);
  *ret_is_colon = c == ':' && next != '=';
  if (c == ':' && next == '=')
    return at + 2;
  if (c == ':' && next != ':')
    return at + 1;
  if (c == '=' && next == '>')
    return at + 2;
  if (c == '=' && next != '=' && next != '~')
    return at + 1;
  return 0;
}

/* --- brackets --- */

static void
open_bracket (Code *code, PmNodeKind kind, PmKey call)
{
  if (code->depth == DEEPEST) {
    code->ignored++;
    return;
  }
  guint8 opened = 1;
  gboolean list = in_list (code);
  if (list && code->key.text != NULL) {
    pm_builder_open (code->builder, PM_NODE_MAP, PM_NO_KEY, code->at);
    opened++;
  }
  if (call.text != NULL && code->key.text != NULL) {
    pm_builder_open (code->builder, PM_NODE_MAP, code->key, code->at);
    opened++;
  }
  PmKey key = call.text != NULL ? call : code->key;
  if (list && opened == 1 && call.text != NULL) {
    pm_builder_open (code->builder, PM_NODE_MAP, PM_NO_KEY, code->at);
    opened++;
  }
  pm_builder_open (code->builder, kind, key, code->at);
  code->opened[code->depth] = opened;
  code->is_list[code->depth] = kind == PM_NODE_LIST;
  code->depth++;
  code->first = TRUE;
  forget_key (code);
}

static void
close_bracket (Code *code)
{
  forget_key (code);
  code->first = FALSE;
  if (code->ignored > 0) {
    code->ignored--;
    return;
  }
  if (code->depth == 0)
    return;
  code->depth--;
  for (guint8 i = 0; i < code->opened[code->depth]; i++)
    pm_builder_close (code->builder, code->at);
}

/* --- tokens --- */

static void
skip_line (Code *code)
{
  const char *newline = memchr (code->bytes + code->at, '\n', code->end - code->at);
  code->at = newline == NULL ? code->end : (guint32) (newline - code->bytes);
}

/* TRUE when a comment stood here. */
static gboolean
skip_comment (Code *code)
{
  char c = byte_at (code, code->at), next = byte_at (code, code->at + 1);
  if ((c == '#' && next != '[') || (c == '/' && next == '/')) {
    skip_line (code);
    return TRUE;
  }
  if (c != '/' || next != '*')
    return FALSE;
  const char *close = memmem (code->bytes + code->at, code->end - code->at, "*/", 2);
  code->at = close == NULL ? code->end : (guint32) (close - code->bytes) + 2;
  return TRUE;
}

static void
read_long_string (Code *code, char quote)
{
  const char marks[4] = {quote, quote, quote, '\0'};
  guint32 start = code->at + 3;
  const char *close = memmem (code->bytes + start, code->end - start, marks, 3);
  guint32 end = close == NULL ? code->end : (guint32) (close - code->bytes);
  guint32 outer_end = close == NULL ? code->end : end + 3;
  add (code, (PmSpan){start, end}, (PmSpan){code->at, outer_end}, PM_QUOTING_BLOCK,
       code->key.text != NULL && memchr (code->bytes + start, '\\', end - start) == NULL);
  code->at = outer_end;
}

static void
read_string (Code *code)
{
  char quote = byte_at (code, code->at);
  guint32 start = code->at + 1;
  if (quote != '`' && byte_at (code, start) == quote && byte_at (code, start + 1) == quote) {
    read_long_string (code, quote);
    return;
  }
  gboolean is_plain = TRUE;
  guint32 end = start;
  for (; end < code->end && code->bytes[end] != quote; end++) {
    if (code->bytes[end] == '\n' && quote != '`')
      break;
    if (code->bytes[end] == '\\' && quote != '`') {
      is_plain = FALSE;
      end++;
    }
  }
  if (end >= code->end || code->bytes[end] != quote) {
    code->at = start; /* a lifetime, an apostrophe */
    return;
  }
  PmSpan span = {start, end};
  code->at = end + 1;
  gboolean is_colon = FALSE;
  guint32 value = behind_name (code, code->at, &is_colon);
  char first = byte_at (code, skip_blanks (code, code->at));
  if (value != 0 && is_plain && (is_colon || byte_at (code, value - 1) == '>') && first != '\0' &&
      span.end > span.start && span.end - span.start < 200) {
    forget_key (code);
    set_key (code, span, FALSE);
    code->at = value;
    return;
  }
  PmQuoting quoting = quote == '`'    ? PM_QUOTING_BACKTICK
                      : quote == '\'' ? PM_QUOTING_SINGLE
                                      : PM_QUOTING_DOUBLE;
  add (code, span, (PmSpan){start - 1, end + 1}, quoting, is_plain);
}

static void
read_number (Code *code)
{
  guint32 start = code->at;
  while (code->at < code->end &&
         (is_name_byte (code->bytes[code->at]) ||
          (code->bytes[code->at] == '.' && g_ascii_isdigit (byte_at (code, code->at + 1)))))
    code->at++;
  PmSpan span = {start, code->at};
  /* a[1] is no value. */
  if (start < 2 || code->bytes[start - 1] != '[' || !is_name_byte (code->bytes[start - 2]))
    add (code, span, span, PM_QUOTING_NONE, TRUE);
}

/* Where a chain of names (`a.b`, `A::b`, `$a->b`) ends; `ret_last` is its last name. */
static guint32
chain_end (const Code *code, PmSpan *ret_last)
{
  guint32 at = code->at;
  for (;;) {
    guint32 start = at;
    while (at < code->end && is_name_byte (code->bytes[at]))
      at++;
    *ret_last = (PmSpan){start, at};
    guint32 next = at;
    if (byte_at (code, next) == '.')
      next += 1;
    else if ((byte_at (code, next) == ':' && byte_at (code, next + 1) == ':') ||
             (byte_at (code, next) == '-' && byte_at (code, next + 1) == '>'))
      next += 2;
    else
      return at;
    if (!is_name_byte (byte_at (code, next)))
      return at;
    at = next;
  }
}

static void
read_name (Code *code)
{
  PmSpan last;
  guint32 start = code->at;
  guint32 end = chain_end (code, &last);
  guint32 behind = skip_blanks (code, end);
  char next = byte_at (code, behind);
  if (next == '(') {
    char name[72];
    gsize length = MIN ((gsize) (last.end - last.start), sizeof name - 3);
    memcpy (name, code->bytes + last.start, length);
    memcpy (name + length, "()", 3);
    code->at = behind + 1;
    open_bracket (code, PM_NODE_LIST, (PmKey){name, length + 2, last});
    return;
  }
  gboolean is_colon = FALSE;
  guint32 value = behind_name (code, end, &is_colon);
  code->at = end;
  if (value != 0) {
    set_key (code, last, is_colon);
    code->at = value;
    return;
  }
  if (in_list (code) && code->first && (next == ',' || next == ')')) {
    PmSpan span = {start, end};
    add (code, span, span, PM_QUOTING_NONE, FALSE);
  }
}

static void
read_mark (Code *code)
{
  char c = byte_at (code, code->at);
  code->at++;
  if (c == '(' || c == '[') {
    open_bracket (code, PM_NODE_LIST, PM_NO_KEY);
  } else if (c == '{') {
    open_bracket (code, PM_NODE_MAP, PM_NO_KEY);
  } else if (c == ')' || c == ']' || c == '}') {
    close_bracket (code);
  } else if (c == ',' || c == ';') {
    forget_key (code);
    code->first = TRUE;
  } else if (c == '\n' && !in_list (code)) {
    forget_key (code);
  }
}

static void
code_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Code code = {.builder = builder,
               .bytes = bytes,
               .at = (guint32) start,
               .end = (guint32) length,
               .key = PM_NO_KEY};
  while (code.at < code.end && !pm_builder_is_full (builder)) {
    char c = bytes[code.at];
    if (skip_comment (&code))
      continue;
    if (c == '"' || c == '\'' || c == '`')
      read_string (&code);
    else if (g_ascii_isdigit (c))
      read_number (&code);
    else if (is_name_byte (c))
      read_name (&code);
    else
      read_mark (&code);
  }
  code.at = code.end;
  while (code.depth > 0)
    close_bracket (&code);
}

static char *
code_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (strchr ("\"'`\\\n\r#${}", *at) != NULL ||
        (quoting == PM_QUOTING_NONE && !g_ascii_isalnum (*at)))
      return NULL;
  if (quoting == PM_QUOTING_NONE && whole && !g_ascii_isdigit (text[0]))
    return NULL;
  return g_strdup (text);
}

const PmFormat pm_format_code = {
    .name = "code",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "what programming languages have in common",
    .parse = code_parse,
    .escape = code_escape,
};
