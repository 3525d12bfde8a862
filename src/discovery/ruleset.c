/* DESIGN
 * A read goes: scalar (or the scalars of a vector, joined by blanks) → expanded text → hits of the
 * recogniser → findings, each traced back to the bytes that it came from. Everything is appended to
 * the sighting; nothing is looked up by position later, so that a value shared by an anchor gives
 * a finding for each service that uses it. */

#include "discovery/ruleset.h"

#include "discovery/host-beside.h"
#include "discovery/ruleset-read.h"
#include "formats/format.h"

#include <string.h>

#define MOST_PIECES 256
#define BROKEN_CONFIDENCE 0.6    /* behind a syntax error */
#define COMPOSED_CONFIDENCE 0.45 /* made of several sources: cannot be edited in one place */

static const char *const no_text = "";

/* --- text --- */

gboolean
pm_recognition_is_readable (const PmRecognition *recognition, PmNodeId id)
{
  const PmNode *node = pm_document_node (recognition->document, id);
  if (node->kind != PM_NODE_SCALAR || node->flags & PM_NODE_FRAGMENT)
    return FALSE;
  return !(node->flags & PM_NODE_EXPRESSION) || strcmp (recognition->document->format, "yaml") == 0;
}

/* One scalar's part of the text that is read. */
typedef struct {
  PmNodeId node;
  PmExpanded *expanded;
  const char *text; /* after expansion */
  gsize length;
  gsize offset; /* in the whole */
} Piece;

/* A shell expands nothing between single quotes. */
static PmExpansion
expansion_of (const PmRecognition *r, PmNodeId id)
{
  if (strcmp (r->document->format, "shell") == 0 &&
      pm_document_node (r->document, id)->quoting == PM_QUOTING_SINGLE)
    return PM_EXPANSION_NONE;
  return r->ruleset->expansion;
}

gboolean
pm_recognition_may_hit (const PmRecognition *recognition, PmNodeId scalar)
{
  PmNodeId id = pm_document_resolve (recognition->document, scalar);
  const PmNode *node = pm_document_node (recognition->document, id);
  if (node->kind != PM_NODE_SCALAR || node->value == NULL)
    return FALSE;
  return pm_recogniser_may_hit (node->value, node->value_length) ||
         (recognition->ruleset->expansion != PM_EXPANSION_NONE &&
          memchr (node->value, '$', node->value_length) != NULL);
}

gboolean
pm_recognition_begin (PmRecognition *r, PmNodeId scalar)
{
  PmNodeId id = pm_document_resolve (r->document, scalar);
  if (pm_document_node (r->document, id)->kind != PM_NODE_SCALAR)
    return FALSE;
  r->was_read[id] = PM_NODE_WAS_READ;
  return pm_recognition_may_hit (r, id);
}

static gboolean
piece_init (PmRecognition *r, PmNodeId scalar, gsize offset, Piece *ret_piece)
{
  PmNodeId id = pm_document_resolve (r->document, scalar);
  if (pm_document_node (r->document, id)->kind != PM_NODE_SCALAR)
    return FALSE;
  *ret_piece = (Piece){.node = id, .offset = offset};
  ret_piece->expanded = pm_expanded_new (r->document, id, expansion_of (r, id), r->environment);
  ret_piece->text = pm_expanded_text (ret_piece->expanded, &ret_piece->length);
  return TRUE;
}

const char *
pm_recognition_text (PmRecognition *recognition, PmNodeId scalar)
{
  Piece piece;
  if (!piece_init (recognition, scalar, 0, &piece))
    return NULL;
  const char *text = pm_arena_strndup (recognition->arena, piece.text, piece.length);
  pm_expanded_free (piece.expanded);
  return text;
}

/* --- findings --- */

static const char *
slice (PmRecognition *r, const char *text, guint32 start, guint32 end)
{
  return start >= end ? no_text : pm_arena_strndup (r->arena, text + start, end - start);
}

static void
tell_origin (PmRecognition *r, const PmProvenance *provenance, PmFinding *finding)
{
  if (provenance->variable != NULL)
    finding->variable = pm_arena_strdup (r->arena, provenance->variable);
  if (provenance->definition == NULL)
    return;
  finding->origin = pm_arena_printf (r->arena, "%s:%u", provenance->definition->file,
                                     provenance->definition->line);
  finding->origin_span = provenance->definition_span;
}

static void
tell_service_protocol (PmRecognition *r, const PmHit *hit, const char *text, PmFinding *finding)
{
  finding->scheme = slice (r, text, hit->scheme_start, hit->scheme_end);
  const char *protocol = NULL;
  guint16 default_port;
  if (*finding->scheme != '\0' &&
      pm_recogniser_scheme (finding->scheme, strlen (finding->scheme), &protocol, &default_port))
    finding->protocol = protocol;
  else if (finding->transport == PM_TRANSPORT_UDP)
    finding->protocol = "udp";
}

/* `:80`, `0.0.0.0:80`, `[::]:80`, `*:80`: nobody can be reached there, so it is bound. */
static gboolean
is_wildcard (const char *text, const PmHit *hit)
{
  static const char *const wildcards[] = {"0.0.0.0", "[::]", "::", "*", "+"};
  gsize length = hit->host_end - hit->host_start;
  for (gsize i = 0; i < G_N_ELEMENTS (wildcards); i++)
    if (strlen (wildcards[i]) == length &&
        strncmp (text + hit->host_start, wildcards[i], length) == 0)
      return TRUE;
  return length == 0;
}

/* `http://$HOST:9000`: nobody knows the host, but there is one. `written` is the value as it stands
 * in the file. */
static gboolean
has_unknown_host (const PmHit *hit, const char *written)
{
  g_autofree char *port = g_strdup_printf (":%u", hit->port);
  const char *at = hit->host_end > hit->host_start ? NULL : strstr (written, port);
  return at != NULL && at > written && at[-1] != '/';
}

static PmRole
role_of (const PmHit *hit, const PmRule *rule, const char *text, const char *written)
{
  if (hit->kind == PM_KIND_IP)
    return PM_ROLE_ADDRESS;
  /* In a command a machine's name before a port is where it connects to, if no flag says else. */
  if (rule->grammar == PM_GRAMMAR_COMMAND && !hit->role_is_sure &&
      (strcmp (hit->grammar, "endpoint") == 0 || strcmp (hit->grammar, "url") == 0) &&
      (!is_wildcard (text, hit) ||
       (strcmp (hit->grammar, "url") == 0 && has_unknown_host (hit, written))))
    return PM_ROLE_REFERENCE;
  gboolean is_mapping =
      hit->role_is_sure && (hit->role == PM_ROLE_PUBLISH || hit->role == PM_ROLE_TARGET);
  if (is_mapping || (hit->role_is_sure && !rule->insists))
    return hit->role;
  return rule->role;
}

static const char *
path_of (PmRecognition *r, PmNodeId node)
{
  g_autoptr (GString) path = g_string_new (NULL);
  pm_document_append_path (r->document, node, path);
  if (r->document->outer == NULL)
    return pm_arena_strndup (r->arena, path->str, path->len);
  g_autoptr (GString) outer = g_string_new (NULL);
  pm_document_append_path (r->document->outer, r->document->outer_node, outer);
  return pm_arena_printf (r->arena, "%s>%s", outer->str, path->str);
}

/* A command and free text hold many kinds of things: which one it was belongs to the evidence. */
static const char *
rule_of (PmRecognition *r, const PmRule *rule, const PmHit *hit)
{
  if (rule->grammar != PM_GRAMMAR_COMMAND && rule->grammar != PM_GRAMMAR_TEXT)
    return rule->id;
  return pm_arena_printf (r->arena, "%s.%s", rule->id, hit->grammar);
}

/* All but what tells where its bytes come from. */
static PmFinding
finding_of (PmRecognition *r, PmNodeId id, const PmHit *hit, const char *text, const PmRule *rule,
            const char *service)
{
  const PmNode *node = pm_document_node (r->document, id);
  PmFinding finding = {
      .root = no_text,
      .project = no_text,
      .file = r->file,
      .format = r->ruleset->name,
      .address = no_text,
      .host = no_text,
      .bind = no_text,
      .scheme = no_text,
      .protocol = no_text,
      .variant = no_text,
      .profiles = no_text,
      .variable = no_text,
      .origin = no_text,
      .service = service,
      .path = path_of (r, id),
      .rule = rule_of (r, rule, hit),
      .kind = hit->kind,
      .role = role_of (hit, rule, text, node->value == NULL ? "" : node->value),
      .scope = rule->scope,
      .transport = hit->transport,
      .port = hit->port,
      .port_end = hit->port_end,
      .pair = -1,
      .confidence = rule->confidence * hit->confidence,
  };
  if (hit->kind == PM_KIND_IP)
    finding.address = hit->is_in_name ? pm_arena_strdup (r->arena, hit->address)
                                      : slice (r, text, hit->start, hit->end);
  finding.host = slice (r, text, hit->host_start, hit->host_end);
  if (finding.role == PM_ROLE_LISTEN || finding.role == PM_ROLE_PUBLISH)
    finding.bind = finding.host;
  if (node->variable != NULL)
    finding.variable = pm_arena_strdup (r->arena, node->variable);
  tell_service_protocol (r, hit, text, &finding);
  if (node->flags & PM_NODE_BROKEN)
    finding.confidence *= BROKEN_CONFIDENCE;
  return finding;
}

static void
add_finding (PmRecognition *r, const Piece *piece, const PmHit *hit, const char *text,
             const PmRule *rule, const char *service, gint32 first)
{
  PmProvenance provenance = {.span = pm_document_node (r->document, piece->node)->span};
  gboolean is_one_source =
      pm_expanded_trace (piece->expanded, (guint32) (hit->start - piece->offset),
                         (guint32) (hit->end - piece->offset), &provenance);
  PmPosition position = pm_document_position (r->document, provenance.span.start);
  is_one_source =
      pm_document_file_span (r->document, provenance.span, &provenance.span) && is_one_source;

  PmFinding finding = finding_of (r, piece->node, hit, text, rule, service);
  finding.span = provenance.span;
  finding.position = position;
  finding.pair = hit->pair < 0 ? -1 : first + hit->pair;
  tell_origin (r, &provenance, &finding);
  if (!is_one_source && provenance.definition == NULL)
    finding.confidence = MIN (finding.confidence, COMPOSED_CONFIDENCE);
  g_array_append_val (r->out->findings, finding);
}

static const Piece *
piece_at (const GArray *pieces, guint32 start)
{
  const Piece *found = NULL;
  for (guint i = 0; i < pieces->len; i++) {
    const Piece *piece = &g_array_index (pieces, Piece, i);
    if (piece->offset <= start)
      found = piece;
  }
  return found;
}

static void
move_hit (PmHit *hit, guint32 by)
{
  hit->start += by;
  hit->end += by;
  hit->host_start += by;
  hit->host_end += by;
  hit->scheme_start += by;
  hit->scheme_end += by;
}

static gint
read_pieces (PmRecognition *r, const GArray *pieces, const char *text, gsize from, gsize length,
             const PmRule *rule, const char *service)
{
  if (length > G_MAXUINT32 / 2)
    return -1;
  g_autoptr (GArray) hits = g_array_new (FALSE, TRUE, sizeof (PmHit));
  pm_recogniser_scan (rule->grammar, text + from, length - from, hits);

  gint32 first = (gint32) r->out->findings->len;
  for (guint i = 0; i < hits->len; i++) {
    PmHit *hit = &g_array_index (hits, PmHit, i);
    move_hit (hit, (guint32) from);
    add_finding (r, piece_at (pieces, hit->start), hit, text, rule, service, first);
  }
  return hits->len == 0 ? -1 : (gint) first;
}

static gboolean
take_step (PmRecognition *r)
{
  if (*r->steps_left == 0)
    return FALSE;
  --*r->steps_left;
  return TRUE;
}

gint
pm_recognition_read_part (PmRecognition *r, PmNodeId scalar, gsize from, gsize to,
                          const PmRule *rule, const char *service)
{
  Piece piece;
  if (!pm_recognition_begin (r, scalar) || !take_step (r) || !piece_init (r, scalar, 0, &piece))
    return -1;
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_append_val (pieces, piece);
  gsize end = MIN (to, piece.length);
  gint first = read_pieces (r, pieces, piece.text, MIN (from, end), end, rule, service);
  pm_expanded_free (piece.expanded);
  return first;
}

gint
pm_recognition_read_from (PmRecognition *recognition, PmNodeId scalar, gsize from,
                          const PmRule *rule, const char *service)
{
  return pm_recognition_read_part (recognition, scalar, from, G_MAXSIZE, rule, service);
}

gint
pm_recognition_read (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                     const char *service)
{
  return pm_recognition_read_from (recognition, scalar, 0, rule, service);
}

gint
pm_recognition_read_key (PmRecognition *recognition, PmNodeId id, const PmRule *rule,
                         const char *service)
{
  const PmNode *node = pm_document_node (recognition->document, id);
  gsize length = node->key == NULL ? 0 : strlen (node->key);
  /* A key has no way back from its decoded text: what is written with escapes is left. */
  if (length == 0 || length != pm_span_length (node->key_span) ||
      recognition->document->outer != NULL || !take_step (recognition))
    return -1;
  g_autoptr (GArray) hits = g_array_new (FALSE, TRUE, sizeof (PmHit));
  pm_recogniser_scan (rule->grammar, node->key, length, hits);
  gint before = (gint) recognition->out->findings->len;
  for (guint i = 0; i < hits->len; i++) {
    const PmHit *hit = &g_array_index (hits, PmHit, i);
    if (hit->kind == PM_KIND_IP) /* addresses outside of values are found by themselves */
      continue;
    PmFinding finding = finding_of (recognition, id, hit, node->key, rule, service);
    finding.span = (PmSpan){node->key_span.start + hit->start, node->key_span.start + hit->end};
    finding.position = pm_document_position (recognition->document, finding.span.start);
    g_array_append_val (recognition->out->findings, finding);
  }
  return (gint) recognition->out->findings->len > before ? before : -1;
}

static void
piece_clear (Piece *piece)
{
  g_clear_pointer (&piece->expanded, pm_expanded_free);
}

static gboolean
begin_all (PmRecognition *r, const GArray *scalars)
{
  gboolean any = FALSE;
  for (guint i = 0; i < scalars->len && i < MOST_PIECES; i++)
    any |= pm_recognition_begin (r, g_array_index (scalars, PmNodeId, i));
  return any;
}

/* `program` stands before the scalars, as no part of the file. */
static gint
read_joined (PmRecognition *r, const char *program, const GArray *scalars, const PmRule *rule,
             const char *service)
{
  if (!begin_all (r, scalars))
    return -1;
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_autoptr (GString) text = g_string_new (program);
  g_array_set_clear_func (pieces, (GDestroyNotify) piece_clear);
  for (guint i = 0; i < scalars->len && pieces->len < MOST_PIECES; i++) {
    Piece piece;
    if (text->len > 0)
      g_string_append_c (text, ' ');
    if (!take_step (r) || !piece_init (r, g_array_index (scalars, PmNodeId, i), text->len, &piece))
      continue;
    g_array_append_val (pieces, piece);
    g_string_append_len (text, piece.text, (gssize) piece.length);
  }
  if (pieces->len == 0)
    return -1;
  return read_pieces (r, pieces, text->str, 0, text->len, rule, service);
}

gint
pm_recognition_read_words (PmRecognition *recognition, const GArray *scalars, const PmRule *rule,
                           const char *service)
{
  return read_joined (recognition, "", scalars, rule, service);
}

gint
pm_recognition_read_arguments (PmRecognition *recognition, const char *program, PmNodeId list,
                               const PmRule *rule, const char *service)
{
  g_autoptr (GArray) items = pm_recognition_entries (recognition, list);
  return read_joined (recognition, program, items, rule, service);
}

gint
pm_recognition_read_vector (PmRecognition *recognition, PmNodeId list, const PmRule *rule,
                            const char *service)
{
  const PmDocument *document = recognition->document;
  if (pm_document_node (document, pm_document_resolve (document, list))->kind != PM_NODE_LIST)
    return pm_recognition_read (recognition, list, rule, service);

  g_autoptr (GArray) items = pm_recognition_entries (recognition, list);
  return pm_recognition_read_words (recognition, items, rule, service);
}

PmFinding *
pm_recognition_finding (PmRecognition *recognition, guint index)
{
  g_return_val_if_fail (index < recognition->out->findings->len, NULL);
  return &g_array_index (recognition->out->findings, PmFinding, index);
}

static void
mark (PmRecognition *r, PmNodeId below, guint8 as)
{
  for (PmNodeId id = below; id < r->document->nodes->len; id++) {
    if (id > below && pm_document_node (r->document, id)->parent < below)
      break;
    if (r->was_read[id] == 0)
      r->was_read[id] = as;
  }
}

void
pm_recognition_skip (PmRecognition *recognition, PmNodeId below)
{
  mark (recognition, below, PM_NODE_WAS_READ);
}

void
pm_recognition_pass_over (PmRecognition *recognition, PmNodeId below)
{
  mark (recognition, below, PM_NODE_WAS_PASSED_OVER);
}

/* --- documents in values --- */

gboolean
pm_recognition_read_embedded (PmRecognition *recognition, PmNodeId scalar, const char *syntax,
                              void (*read) (PmRecognition *inner, const char *service,
                                            gpointer data),
                              gpointer data, const char *service)
{
  const PmFormat *format = pm_format_by_name (syntax);
  PmNodeId resolved = pm_document_resolve (recognition->document, scalar);
  if (format == NULL || recognition->document->outer != NULL)
    return FALSE;
  g_autoptr (PmDocument) document =
      pm_format_parse_embedded (format, recognition->document, resolved);
  g_autofree guint8 *was_read = g_new0 (guint8, document->nodes->len);
  PmRecognition inner = *recognition;
  inner.document = document;
  inner.root = 0;
  inner.was_read = was_read;
  recognition->was_read[resolved] = 1;
  guint first = recognition->out->findings->len;
  read (&inner, service, data);
  pm_host_beside (&inner, first);
  return TRUE;
}

/* --- facts and links --- */

static guint32
line_of (const PmRecognition *r, PmNodeId node)
{
  const PmNode *at = pm_document_node (r->document, node);
  PmSpan span = at->key_span.end > at->key_span.start ? at->key_span : at->span;
  return pm_document_position (r->document, span.start).line;
}

PmServiceFact *
pm_recognition_add_service (PmRecognition *recognition, const char *name, PmNodeId at)
{
  PmServiceFact fact = {
      .root = no_text,
      .project = no_text,
      .file = recognition->file,
      .line = line_of (recognition, at),
      .name = pm_arena_strdup (recognition->arena, name),
      .image = no_text,
      .profiles = no_text,
      .network = no_text,
      .extends = no_text,
      .command = no_text,
      .tool = no_text,
      .aliases = no_text,
      .replicas = 1,
      .default_origin = no_text,
  };
  g_array_append_val (recognition->out->facts, fact);
  return &g_array_index (recognition->out->facts, PmServiceFact, recognition->out->facts->len - 1);
}

void
pm_recognition_add_link (PmRecognition *recognition, const char *kind, const char *file,
                         const char *service, PmNodeId at)
{
  if (recognition->out->links->len >= PM_RECOGNITION_MOST_LINKS)
    return;
  PmFileLink link = {
      .root = no_text,
      .project = no_text,
      .file = recognition->file,
      .line = line_of (recognition, at),
      .kind = kind,
      .target = pm_arena_strdup (recognition->arena, file),
      .service = pm_arena_strdup (recognition->arena, service),
  };
  g_array_append_val (recognition->out->links, link);
}

const char *
pm_recognition_resolve_path (PmRecognition *recognition, const char *path)
{
  if (path[0] == '/' || path[0] == '~' || strstr (path, "://") != NULL)
    return NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = g_strconcat (recognition->directory, "/", path, NULL);
  g_auto (GStrv) split = g_strsplit (joined, "/", 256);
  for (char **part = split; *part != NULL; part++) {
    if (**part == '\0' || strcmp (*part, ".") == 0)
      continue;
    if (strcmp (*part, "..") != 0) {
      g_ptr_array_add (parts, g_strdup (*part));
      continue;
    }
    if (parts->len == 0)
      return NULL;
    g_ptr_array_remove_index (parts, parts->len - 1);
  }
  g_ptr_array_add (parts, NULL);
  g_autofree char *clean = g_strjoinv ("/", (char **) parts->pdata);
  return pm_arena_strdup (recognition->arena, clean);
}

const char *
pm_recognition_program (PmRecognition *recognition, const char *command)
{
  const char *at = command;
  for (;;) {
    at += strspn (at, " \t\n\"'");
    gsize length = strcspn (at, " \t\n\"';&|");
    if (length == 0)
      return "";
    /* NAME=value before a command, and the program that only sets such. */
    gboolean passed_over = memchr (at, '=', length) != NULL ||
                           (length == strlen ("cross-env") && g_str_has_prefix (at, "cross-env"));
    if (!passed_over) {
      const char *slash = memrchr (at, '/', length);
      const char *name = slash == NULL ? at : slash + 1;
      return pm_arena_strndup (recognition->arena, name, length - (gsize) (name - at));
    }
    at += length;
  }
}
