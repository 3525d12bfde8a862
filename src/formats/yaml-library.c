/* Reads well-formed YAML with libfyaml's events.
 *
 * DESIGN
 * Events are copied to our own list, so that nothing of libfyaml outlives this call and the tree is
 * built only once it is known whether the text is well-formed and how many documents it has. The
 * library gives no place for what is not written (an empty value) nor for the header of a block
 * scalar: both are looked up from `cursor`, which stands behind the last thing read. Its own
 * messages are caught: it prints them otherwise. */

#include "formats/yaml-events.h"

#include <libfyaml.h>
#include <string.h>

typedef struct {
  const PmYamlSource *source;
  GArray *events;
  GArray *open; /* of Level */
  guint32 cursor;
} Reader;

typedef struct {
  PmYamlEventKind kind;
  gint32 indent;
  gboolean flow;
  gboolean at_value; /* of a map: a key was read */
} Level;

/* The first message of the library, without its position, which we say ourselves. */
static void
keep_message (struct fy_diag *diag, void *user, const char *text, size_t length)
{
  GString *message = user;
  if (message->len < 400)
    g_string_append_len (message, text, (gssize) MIN (length, 400));
}

static PmSpan
token_span (const Reader *reader, struct fy_token *token)
{
  const struct fy_mark *start = token == NULL ? NULL : fy_token_start_mark (token);
  const struct fy_mark *end = token == NULL ? NULL : fy_token_end_mark (token);
  if (start == NULL || end == NULL)
    return (PmSpan){reader->cursor, reader->cursor};
  guint32 base = reader->source->start, length = reader->source->length;
  guint32 from = (guint32) MIN (base + start->input_pos, length);
  return (PmSpan){from, (guint32) CLAMP (base + end->input_pos, from, length)};
}

static PmSpan
anchor_span (const Reader *reader, struct fy_token *token)
{
  return token == NULL ? (PmSpan){0, 0} : token_span (reader, token);
}

static Level *
top (Reader *reader)
{
  return reader->open->len == 0 ? NULL
                                : &g_array_index (reader->open, Level, reader->open->len - 1);
}

/* A node begins: in a map it is the key or the value in turn. */
static void
count_node (Reader *reader)
{
  Level *level = top (reader);
  if (level != NULL && level->kind == PM_YAML_MAP)
    level->at_value = !level->at_value;
}

static guint32
skip_space (const PmYamlSource *source, guint32 at)
{
  const char *text = source->masked;
  while (at < source->length) {
    if (pm_yaml_is_blank (text[at]) || pm_yaml_is_break (text[at]))
      at++;
    else if (text[at] == '#')
      while (at < source->length && !pm_yaml_is_break (text[at]))
        at++;
    else
      break;
  }
  return at;
}

static guint32
skip_properties (const PmYamlSource *source, guint32 at)
{
  const char *text = source->masked;
  guint32 behind = at;
  for (;;) {
    while (at < source->length && pm_yaml_is_blank (text[at]))
      at++;
    if (at >= source->length || (text[at] != '&' && text[at] != '!'))
      return behind;
    while (at < source->length && strchr (" \t\r\n,]}", text[at]) == NULL)
      at++;
    behind = at;
  }
}

/* Where a value that is not written would stand: behind its indicator and properties. */
static guint32
empty_place (Reader *reader)
{
  const PmYamlSource *source = reader->source;
  const Level *level = top (reader);
  guint32 at = skip_space (source, reader->cursor);
  if (level == NULL || at >= source->length)
    return reader->cursor;
  char wanted = level->kind == PM_YAML_LIST ? '-' : level->at_value ? ':' : '?';
  if (source->masked[at] != wanted)
    return reader->cursor;
  return skip_properties (source, at + 1);
}

/* The | or > in front of the block scalar that comes next. */
static guint32
block_header (Reader *reader, guint32 limit)
{
  const PmYamlSource *source = reader->source;
  guint32 at = reader->cursor;
  while (at < limit) {
    guint32 before = at;
    at = skip_properties (source, skip_space (source, at));
    if (at < limit && strchr ("-:?", source->masked[at]) != NULL)
      at++;
    if (at < limit && (source->masked[at] == '|' || source->masked[at] == '>'))
      return at;
    if (at == before)
      break;
  }
  return limit;
}

static PmYamlStyle
style_of (struct fy_token *token)
{
  switch (fy_token_scalar_style (token)) {
  case FYSS_SINGLE_QUOTED:
    return PM_YAML_SINGLE;
  case FYSS_DOUBLE_QUOTED:
    return PM_YAML_DOUBLE;
  case FYSS_LITERAL:
  case FYSS_FOLDED:
    return PM_YAML_BLOCK;
  default:
    return PM_YAML_PLAIN;
  }
}

static void
add (Reader *reader, const PmYamlEvent *event)
{
  /* A map of one pair inside [ ] is told of at its colon. */
  if (reader->events->len > 0 && event->style != PM_YAML_EMPTY) {
    PmYamlEvent *last = &g_array_index (reader->events, PmYamlEvent, reader->events->len - 1);
    if (last->kind == PM_YAML_MAP && event->span.start < last->span.start)
      last->span.start = event->span.start;
  }
  g_array_append_val (reader->events, *event);
}

static void
add_scalar (Reader *reader, struct fy_token *token, struct fy_token *anchor)
{
  PmYamlEvent event = {.kind = PM_YAML_SCALAR, .anchor = anchor_span (reader, anchor)};
  const Level *level = top (reader);
  if (token == NULL) {
    event.style = PM_YAML_EMPTY;
    event.span.start = event.span.end = reader->cursor = empty_place (reader);
  } else {
    event.style = (guint8) style_of (token);
    event.span = token_span (reader, token);
    event.indent = level == NULL ? -1 : level->indent;
  }
  if (event.style == PM_YAML_BLOCK) {
    event.span.start = block_header (reader, event.span.start);
    event.span.end = pm_yaml_block_end (reader->source, event.span.start, event.indent);
  } else if (event.style == PM_YAML_PLAIN && pm_span_length (event.span) == 0) {
    event.style = PM_YAML_EMPTY;
  }
  gboolean quoted = event.style == PM_YAML_SINGLE || event.style == PM_YAML_DOUBLE;
  reader->cursor = event.span.end + (quoted ? 1 : 0);
  add (reader, &event);
  count_node (reader);
}

static void
add_alias (Reader *reader, struct fy_token *token)
{
  PmYamlEvent event = {.kind = PM_YAML_ALIAS, .style = PM_YAML_PLAIN};
  event.span = token_span (reader, token);
  if (event.span.start > 0 && reader->source->masked[event.span.start - 1] == '*')
    event.span.start--;
  reader->cursor = event.span.end;
  add (reader, &event);
  count_node (reader);
}

static void
add_open (Reader *reader, PmYamlEventKind kind, struct fy_token *token, struct fy_token *anchor)
{
  PmYamlEvent event = {.kind = (guint8) kind, .style = PM_YAML_PLAIN};
  event.span = token_span (reader, token);
  event.anchor = anchor_span (reader, anchor);
  add (reader, &event);
  count_node (reader);

  const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark (token);
  const Level *outside = top (reader);
  gboolean flow = pm_span_length (event.span) > 0;
  Level level = {.kind = kind, .flow = flow};
  if (flow || mark == NULL)
    level.indent = outside == NULL ? -1 : outside->indent;
  else
    level.indent = mark->column;
  g_array_append_val (reader->open, level);
  reader->cursor = MAX (reader->cursor, event.span.end);
}

static void
add_close (Reader *reader, struct fy_token *token)
{
  PmSpan span = token_span (reader, token);
  if (pm_span_length (span) > 0)
    reader->cursor = span.end;
  PmYamlEvent event = {.kind = PM_YAML_CLOSE, .span = {reader->cursor, reader->cursor}};
  g_array_append_val (reader->events, event);
  if (reader->open->len > 0)
    g_array_set_size (reader->open, reader->open->len - 1);
}

static void
add_document (Reader *reader, struct fy_token *token)
{
  if (token != NULL)
    reader->cursor = token_span (reader, token).end;
  PmYamlEvent event = {.kind = PM_YAML_DOCUMENT, .span = {reader->cursor, reader->cursor}};
  g_array_append_val (reader->events, event);
  g_array_set_size (reader->open, 0);
}

static void
take (Reader *reader, struct fy_event *event)
{
  switch (event->type) {
  case FYET_DOCUMENT_START:
    add_document (reader, event->document_start.document_start);
    break;
  case FYET_MAPPING_START:
    add_open (reader, PM_YAML_MAP, event->mapping_start.mapping_start, event->mapping_start.anchor);
    break;
  case FYET_SEQUENCE_START:
    add_open (reader, PM_YAML_LIST, event->sequence_start.sequence_start,
              event->sequence_start.anchor);
    break;
  case FYET_MAPPING_END:
    add_close (reader, event->mapping_end.mapping_end);
    break;
  case FYET_SEQUENCE_END:
    add_close (reader, event->sequence_end.sequence_end);
    break;
  case FYET_SCALAR:
    add_scalar (reader, event->scalar.value, event->scalar.anchor);
    break;
  case FYET_ALIAS:
    add_alias (reader, event->alias.anchor);
    break;
  default:
    break;
  }
}

/* "<…>:3:4: error: what was wrong\n…": the line, the column and the words. */
static void
read_message (const PmYamlSource *source, const char *message, guint32 *ret_offset,
              char **ret_reason)
{
  const char *words = strstr (message, "error: ");
  const char *place = strstr (message, ">:");
  guint64 line = 0;
  if (place != NULL && (words == NULL || place < words))
    line = g_ascii_strtoull (place + 2, NULL, 10);
  guint32 at = source->start;
  for (guint64 i = 1; i < line && at < source->length; i++) {
    const char *found = memchr (source->masked + at, '\n', source->length - at);
    at = found == NULL ? source->length : (guint32) (found - source->masked) + 1;
  }
  *ret_offset = at;
  words = words == NULL ? "malformed" : words + strlen ("error: ");
  *ret_reason = g_strndup (words, strcspn (words, "\n"));
}

static gboolean
read_events (Reader *reader, struct fy_parser *parser)
{
  const PmYamlSource *source = reader->source;
  if (fy_parser_set_string (parser, source->masked + source->start,
                            source->length - source->start) != 0)
    return FALSE;
  struct fy_event *event;
  while ((event = fy_parser_parse (parser)) != NULL) {
    take (reader, event);
    fy_parser_event_free (parser, event);
  }
  return !fy_parser_get_stream_error (parser);
}

gboolean
pm_yaml_read_with_library (const PmYamlSource *source, GArray *events, guint32 *ret_offset,
                           char **ret_reason)
{
  g_autoptr (GString) message = g_string_new (NULL);
  struct fy_diag_cfg diag_cfg;
  fy_diag_cfg_default (&diag_cfg);
  diag_cfg.fp = NULL;
  diag_cfg.output_fn = keep_message;
  diag_cfg.user = message;
  diag_cfg.colorize = false;
  struct fy_diag *diag = fy_diag_create (&diag_cfg);
  struct fy_parse_cfg cfg = {
      .flags = FYPCF_JSON_NONE | FYPCF_ALLOW_DUPLICATE_KEYS | FYPCF_SLOPPY_FLOW_INDENTATION,
      .diag = diag,
  };
  struct fy_parser *parser = fy_parser_create (&cfg);

  Reader reader = {
      .source = source,
      .events = events,
      .open = g_array_new (FALSE, TRUE, sizeof (Level)),
      .cursor = source->start,
  };
  gboolean read = parser != NULL && read_events (&reader, parser);
  if (!read)
    read_message (source, message->str, ret_offset, ret_reason);
  g_array_unref (reader.open);
  if (parser != NULL)
    fy_parser_destroy (parser);
  fy_diag_destroy (diag);
  return read;
}
