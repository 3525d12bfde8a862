/* Program text of languages without a grammar here (Python, Go, Java, Kotlin, Ruby, PHP, C#, Rust
 * …): what their lexical rules have in common.
 *
 * The tree is a small one of javascript.h's: `name = literal`, `name: literal`, `"name": literal`
 * and `name => literal` are keys; brackets are containers; a call is a list whose key is the last
 * name and "()", inside a map of the value's name where it has one; a named argument is a map of
 * one entry. Bare names as arguments are expressions, so that the others keep their place. Strings
 * are taken as they are written; one that holds a backslash is an expression.
 *
 * Ruby (The Ruby Language, "Methods", "Literals") is the same with two things more: a method that
 * is called without parentheses (`port 3000`, `set :port, 4567`) is a call up to the end of its
 * line, or of the line behind a comma; and a symbol (`:port`) is a literal.
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
  PmKey keys[DEEPEST]; /* the name that the value in each bracket has */
  guint depth;
  guint ignored; /* brackets over the depth */
  gboolean is_ruby;
  guint command; /* depth of the call without parentheses that is open; 0 none */
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
  guint32 end = at;
  at = skip_blanks (code, at);
  char c = byte_at (code, at), next = byte_at (code, at + 1);
  *ret_is_colon = c == ':' && next != '=';
  if (code->is_ruby && c == ':' && at > end) /* of a symbol, or between two values */
    return 0;
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
  code->keys[code->depth] = code->key;
  code->is_list[code->depth] = kind == PM_NODE_LIST;
  code->depth++;
  code->first = TRUE;
  forget_key (code);
}

/* What follows stands in for the value, or is made of it: `getenv ('PORT') ?: 3000`, `ENV["PORT"]
 * || 3000`, `var ("PORT").unwrap_or (3000)`, `os.Getenv ("PORT") ?? "3000"`. */
static gboolean
goes_on_with_a_fallback (Code *code)
{
  static const char *const marks[] = {"??", "?:", "||", "or ", "?.", "."};
  guint32 at = skip_blanks (code, code->at), line = at;
  while (line < code->end && g_ascii_isspace (code->bytes[line]))
    line++;
  if (byte_at (code, line) == '.') /* a chain may go on in the next line */
    code->at = at = line;
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (code->end - at >= strlen (marks[i]) &&
        memcmp (code->bytes + at, marks[i], strlen (marks[i])) == 0)
      return TRUE;
  return FALSE;
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
  if (code->keys[code->depth].text != NULL && goes_on_with_a_fallback (code))
    code->key = code->keys[code->depth];
}

/* --- calls without parentheses --- */

static gboolean
is_word_of_ruby (const char *word, gsize length)
{
  static const char *const words[] = {
      "if",     "unless", "while", "until", "return", "def",   "class",  "module",
      "end",    "do",     "then",  "else",  "elsif",  "when",  "case",   "begin",
      "rescue", "ensure", "yield", "and",   "or",     "not",   "in",     "for",
      "break",  "next",   "raise", "alias", "undef",  "super", "require"};
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == length && strncmp (words[i], word, length) == 0)
      return TRUE;
  return FALSE;
}

/* Nothing but blanks and what opens a block or ends a statement stands before it. */
static gboolean
starts_statement (const Code *code, guint32 at)
{
  while (at > 0 && (code->bytes[at - 1] == ' ' || code->bytes[at - 1] == '\t'))
    at--;
  return at == 0 || strchr ("\n\r;{|", code->bytes[at - 1]) != NULL;
}

/* `name value`: the blank between them, and what a value begins with. */
static gboolean
is_command (const Code *code, guint32 start, guint32 end)
{
  guint32 at = skip_blanks (code, end);
  char c = byte_at (code, at), next = byte_at (code, at + 1);
  if (!code->is_ruby || code->command != 0 || in_list (code) || code->depth >= DEEPEST ||
      at == end || code->key.text != NULL || !starts_statement (code, start) ||
      is_word_of_ruby (code->bytes + start, end - start))
    return FALSE;
  guint32 word = at;
  while (word < code->end && is_name_byte (code->bytes[word]))
    word++;
  gboolean is_word = is_name_byte (c) && !is_word_of_ruby (code->bytes + at, word - at);
  return is_word || c == '"' || c == '\'' || (c == ':' && is_name_byte (next));
}

static void
close_command (Code *code)
{
  code->command = 0;
  close_bracket (code);
}

#define MOST_BLANKS 256 /* behind a comma: lists go on no further */

/* At a line's end, or at a bracket that closes what stands around the call. */
static gboolean
ends_command (const Code *code, char c)
{
  if (code->command == 0 || code->depth != code->command || code->ignored > 0)
    return FALSE;
  guint32 at = code->at, least = at > MOST_BLANKS ? at - MOST_BLANKS : 0;
  while (at > least && g_ascii_isspace (code->bytes[at - 1]))
    at--;
  gboolean goes_on = at > least && strchr (",\\", code->bytes[at - 1]) != NULL;
  return c == '\n' ? !goes_on : c == ')' || c == ']' || c == '}';
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

#define LONGEST_NAME 200

/* Keys are short. Digits do not count: what an address is told by is no matter of its length. */
static gboolean
has_length_of_name (const Code *code, PmSpan text)
{
  guint n = 0;
  for (guint32 at = text.start; at < text.end && n < LONGEST_NAME; at++)
    n += !g_ascii_isxdigit (code->bytes[at]) && code->bytes[at] != '.' && code->bytes[at] != ':';
  return n < LONGEST_NAME;
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
      span.end > span.start && has_length_of_name (code, span)) {
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
open_call (Code *code, PmSpan called)
{
  char name[72];
  gsize length = MIN ((gsize) (called.end - called.start), sizeof name - 3);
  memcpy (name, code->bytes + called.start, length);
  memcpy (name + length, "()", 3);
  open_bracket (code, PM_NODE_LIST, (PmKey){name, length + 2, called});
}

/* `:port`, and `:port => 3000`. */
static gboolean
read_symbol (Code *code)
{
  guint32 start = code->at + 1, end = start;
  char before = code->at > 0 ? code->bytes[code->at - 1] : '\0';
  if (!code->is_ruby || byte_at (code, code->at) != ':' || before == ':' || is_name_byte (before))
    return FALSE;
  while (end < code->end && is_name_byte (code->bytes[end]))
    end++;
  if (end == start)
    return FALSE;
  gboolean is_colon = FALSE;
  guint32 value = behind_name (code, end, &is_colon);
  if (value != 0 && byte_at (code, value - 1) == '>') {
    forget_key (code);
    set_key (code, (PmSpan){start, end}, FALSE);
    code->at = value;
    return TRUE;
  }
  add (code, (PmSpan){start, end}, (PmSpan){start - 1, end}, PM_QUOTING_NONE, TRUE);
  code->at = end;
  return TRUE;
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
    code->at = behind + 1;
    open_call (code, last);
    return;
  }
  gboolean is_colon = FALSE;
  guint32 value = behind_name (code, end, &is_colon);
  if (value == 0 && is_command (code, start, end)) {
    open_call (code, last);
    code->command = code->depth;
    code->at = end;
    return;
  }
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
  if (ends_command (code, c))
    close_command (code);
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
parse (PmBuilder *builder, const char *bytes, gsize start, gsize length, gboolean is_ruby)
{
  Code code = {.builder = builder,
               .bytes = bytes,
               .at = (guint32) start,
               .end = (guint32) length,
               .key = PM_NO_KEY,
               .is_ruby = is_ruby};
  while (code.at < code.end && !pm_builder_is_full (builder)) {
    char c = bytes[code.at];
    if (c == ' ' || c == '\t') { /* a third of all bytes, and no token */
      code.at++;
      continue;
    }
    if ((c == '#' || c == '/') && skip_comment (&code))
      continue;
    if (c == '"' || c == '\'' || c == '`')
      read_string (&code);
    else if (g_ascii_isdigit (c))
      read_number (&code);
    else if (is_name_byte (c))
      read_name (&code);
    else if (!read_symbol (&code))
      read_mark (&code);
  }
  code.at = code.end;
  while (code.depth > 0)
    close_bracket (&code);
}

static void
code_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  parse (builder, bytes, start, length, FALSE);
}

static void
ruby_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  parse (builder, bytes, start, length, TRUE);
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

const PmFormat pm_format_ruby = {
    .name = "ruby",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "Ruby",
    .parse = ruby_parse,
    .escape = code_escape,
};
