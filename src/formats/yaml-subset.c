/* Reads the YAML that most files are made of, several times faster than the library does.
 *
 * DESIGN
 * The subset: block mappings and sequences, implicit keys on one line, plain and quoted scalars,
 * literal and folded ones without a given indentation, flow collections of plain and quoted
 * scalars, comments, `---`, `...` (YAML 1.2.2, chapters 6.6, 7.3, 7.4, 8.1, 8.2, 9.1). For that it
 * gives the very events of yaml-library.c, places included. Whatever else is met (anchors, aliases,
 * tags, directives, `?`, tabs that are no content, indentation that fits no level, anything that is
 * malformed or whose reading is a matter of the fine print) makes it hand over: it takes its events
 * back and says FALSE, and the library reads the text from its beginning. So doubt costs time and
 * nothing else, and no error is told here.
 *
 * One pass over the lines with a stack of the open levels, without recursion. A level is pending
 * while its key or dash waits for a value; what stands deeper on the same line or a later one is
 * that value. Values are read in yaml-subset-values.c. */

#include "formats/yaml-subset.h"

#include <string.h>

#define LONGEST_KEY 1000 /* implicit keys of more than 1024 characters are malformed (7.4.2) */

typedef struct {
  gint32 column;
  gboolean is_map;
  gboolean is_indentless; /* a sequence in the column of its key */
  gboolean is_pending;    /* a key or dash waits for its value … */
  guint32 empty_at;       /* … which stands here if nothing is written */
} Level;

typedef struct {
  PmYamlSubset s;
  gboolean is_open;  /* a document has begun … */
  gboolean has_root; /* … and so has its only value */
  gboolean has_empty_item;
  gboolean is_ended; /* by `...`: only another `---` may follow */
  Level levels[PM_BUILDER_DEEPEST];
  guint depth;
} Reader;

/* --- text --- */

/* C1 controls, a second byte order mark, line breaks that YAML 1.1 alone knew, no characters at
 * all: UTF-8 with `at` at the first byte of a character. */
static gboolean
is_odd_character (const char *at, const char *end)
{
  const guchar *bytes = (const guchar *) at;
  gsize length = (gsize) (end - at);
  if (bytes[0] == 0xc2)
    return length < 2 || bytes[1] < 0xa0;
  if (bytes[0] == 0xe2)
    return length < 3 || (bytes[1] == 0x80 && (bytes[2] == 0xa8 || bytes[2] == 0xa9));
  if (bytes[0] == 0xef)
    return length < 3 || (bytes[1] == 0xbb && bytes[2] == 0xbf) ||
           (bytes[1] == 0xbf && bytes[2] >= 0xbe);
  return FALSE;
}

/* Only printable characters (chapter 5.1), tabs and line feeds. */
static gboolean
is_printable (const PmYamlSource *source)
{
  const char *end = source->masked + source->length;
  const char *first = NULL;
  for (const char *at = source->masked + source->start; at < end; at++) {
    guchar c = (guchar) *at;
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
      return FALSE;
    if (c < 0x80)
      continue;
    if (first == NULL)
      first = at;
    if (is_odd_character (at, end))
      return FALSE;
  }
  return first == NULL || g_utf8_validate_len (first, (gsize) (end - first), NULL);
}

void
pm_yaml_subset_add (PmYamlSubset *s, PmYamlEventKind kind, PmYamlStyle style, PmSpan span,
                    gint32 indent)
{
  PmYamlEvent event = {
      .kind = (guint8) kind, .style = (guint8) style, .indent = indent, .span = span};
  g_array_append_val (s->events, event);
}

gboolean
pm_yaml_subset_line_is_over (PmYamlSubset *s)
{
  guint32 at = pm_yaml_subset_skip_spaces (s, s->at);
  if (at < s->length && s->text[at] == '#' && (at == s->line || s->text[at - 1] == ' ')) {
    const char *newline = memchr (s->text + at, '\n', s->length - at);
    at = newline == NULL ? s->length : (guint32) (newline - s->text);
  }
  s->at = at;
  return at == s->length || s->text[at] == '\n';
}

/* Moves to the first line from here on that holds more than a comment. */
static gboolean
find_content (PmYamlSubset *s)
{
  while (pm_yaml_subset_line_is_over (s)) {
    if (s->at == s->length)
      return FALSE;
    s->line = ++s->at;
  }
  return TRUE;
}

static gboolean
is_dash (const PmYamlSubset *s)
{
  return s->text[s->at] == '-' && pm_yaml_subset_ends_word (s, s->at + 1);
}

/* --- documents and levels --- */

static Level *
top (Reader *r)
{
  return r->depth == 0 ? NULL : &r->levels[r->depth - 1];
}

static void
add_empty (Reader *r, guint32 at)
{
  r->s.cursor = at;
  pm_yaml_subset_add (&r->s, PM_YAML_SCALAR, PM_YAML_EMPTY, (PmSpan){at, at}, 0);
}

/* Some empty items are errors to the library: `a:\n-\nb:`. */
static void
fill_pending (Reader *r, Level *level)
{
  r->has_empty_item = r->has_empty_item || (level->is_pending && !level->is_map);
  if (level->is_pending)
    add_empty (r, level->empty_at);
  level->is_pending = FALSE;
}

static void
close_level (Reader *r)
{
  fill_pending (r, top (r));
  PmSpan span = {r->s.cursor, r->s.cursor};
  pm_yaml_subset_add (&r->s, PM_YAML_CLOSE, PM_YAML_EMPTY, span, 0);
  r->depth--;
}

static void
begin_document (Reader *r)
{
  PmSpan span = {r->s.cursor, r->s.cursor};
  pm_yaml_subset_add (&r->s, PM_YAML_DOCUMENT, PM_YAML_EMPTY, span, 0);
  r->is_open = TRUE;
  r->has_root = r->is_ended = FALSE;
}

static void
end_document (Reader *r)
{
  while (r->depth > 0)
    close_level (r);
  if (r->is_open && !r->has_root)
    add_empty (r, r->s.cursor);
  r->is_open = FALSE;
}

/* Makes the level that a key or a dash at s.at belongs to the top one, opening it if need be. */
static gboolean
enter (Reader *r, gboolean is_map)
{
  PmYamlSubset *s = &r->s;
  Level *outside = top (r);
  Level level = {.column = (gint32) (s->at - s->line), .is_map = is_map};
  PmSpan span = {s->at, s->at};
  if (outside != NULL && outside->column == level.column && outside->is_map == is_map) {
    fill_pending (r, outside);
    return TRUE;
  }
  if (outside == NULL ? r->has_root : !outside->is_pending || outside->column > level.column)
    return FALSE;
  if (outside != NULL && outside->column == level.column) {
    if (is_map || !outside->is_map)
      return FALSE;
    level.is_indentless = TRUE;
  }
  if (r->depth == PM_BUILDER_DEEPEST)
    return FALSE;
  if (outside != NULL)
    outside->is_pending = FALSE;
  r->has_root = TRUE;
  s->cursor = s->at;
  pm_yaml_subset_add (s, is_map ? PM_YAML_MAP : PM_YAML_LIST, PM_YAML_PLAIN, span, 0);
  r->levels[r->depth++] = level;
  return TRUE;
}

/* The key or dash at the top waits for its value from here on. */
static void
wait_for_value (Reader *r)
{
  Level *level = top (r);
  level->is_pending = TRUE;
  level->empty_at = r->s.at;
}

/* Levels that the line's column leaves behind. */
static void
leave (Reader *r, gint32 column)
{
  while (r->depth > 0 && top (r)->column > column)
    close_level (r);
  if (r->depth > 0 && top (r)->is_indentless && top (r)->column == column && !is_dash (&r->s))
    close_level (r);
}

/* --- lines --- */

static gboolean
is_marker (const PmYamlSubset *s, const char *marker)
{
  return s->at == s->line && s->length - s->at >= 3 && memcmp (s->text + s->at, marker, 3) == 0 &&
         pm_yaml_subset_ends_word (s, s->at + 3);
}

static gboolean
take_document (Reader *r)
{
  end_document (r);
  r->s.at += 3;
  r->s.cursor = r->s.at;
  begin_document (r);
  return pm_yaml_subset_line_is_over (&r->s);
}

static gboolean
take_document_end (Reader *r)
{
  if (!r->is_open)
    return FALSE;
  end_document (r);
  r->is_ended = TRUE;
  r->s.at += 3;
  return pm_yaml_subset_line_is_over (&r->s);
}

/* The value that the level at the top waits for. */
static gboolean
take_value (Reader *r)
{
  Level *level = top (r);
  if (level == NULL || !level->is_pending || (gint32) (r->s.at - r->s.line) <= level->column)
    return FALSE;
  level->is_pending = FALSE;
  return pm_yaml_subset_take_value (&r->s, level->column);
}

/* Dashes, a key, a value: each may be left out, and the last may follow on deeper lines. */
static gboolean
take_line (Reader *r)
{
  PmYamlSubset *s = &r->s;
  while (is_dash (s)) {
    if (!enter (r, FALSE))
      return FALSE;
    s->at++;
    wait_for_value (r);
    if (pm_yaml_subset_line_is_over (s))
      return TRUE;
  }
  PmSpan key;
  PmYamlStyle style;
  guint32 colon;
  if (!pm_yaml_subset_find_key (s, &key, &style, &colon))
    return take_value (r);
  if (colon - s->at > LONGEST_KEY || !enter (r, TRUE))
    return FALSE;
  pm_yaml_subset_add (s, PM_YAML_SCALAR, style, key, top (r)->column);
  s->cursor = key.end + (style == PM_YAML_PLAIN ? 0 : 1);
  s->at = colon;
  wait_for_value (r);
  return pm_yaml_subset_line_is_over (s) || take_value (r);
}

static gboolean
read_all (Reader *r)
{
  while (!r->has_empty_item && find_content (&r->s)) {
    if (is_marker (&r->s, "---")) {
      if (!take_document (r))
        return FALSE;
      continue;
    }
    if (is_marker (&r->s, "...")) {
      if (!take_document_end (r))
        return FALSE;
      continue;
    }
    if (r->is_ended)
      return FALSE;
    if (!r->is_open)
      begin_document (r);
    leave (r, (gint32) (r->s.at - r->s.line));
    if (!take_line (r))
      return FALSE;
  }
  end_document (r);
  return !r->has_empty_item;
}

gboolean
pm_yaml_read_subset (const PmYamlSource *source, GArray *events)
{
  Reader reader = {.s = {.source = source,
                         .text = source->masked,
                         .length = source->length,
                         .at = source->start,
                         .line = source->start,
                         .cursor = source->start,
                         .events = events}};
  if (is_printable (source) && read_all (&reader))
    return TRUE;
  g_array_set_size (events, 0);
  return FALSE;
}
