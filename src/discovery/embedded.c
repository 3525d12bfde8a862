/* DESIGN
 * A name of a configuration file chooses the syntax. Otherwise every line is put into one of a few
 * kinds, and a text whose lines are all of kinds that go together is of that syntax: prose, SQL and
 * scripts always have some line that fits nothing. nginx's directives have rules of their own; all
 * else is read by its keys. */

#include "discovery/embedded.h"

#include <string.h>

#include "discovery/cluster-keys.h"
#include "discovery/naming.h"

#define MOST_LINES 2000 /* looked at to tell what a text is */

typedef struct {
  guint sections, assignments, pairs, directives, others;
  gboolean has_nginx; /* a directive that is nginx's */
} Lines;

static gboolean
begins_with_word (const char *line, gsize length, const char *const *words)
{
  gsize word = 0;
  while (word < length && (g_ascii_isalpha (line[word]) || line[word] == '_'))
    word++;
  for (; *words != NULL; words++)
    if (strlen (*words) == word && memcmp (line, *words, word) == 0)
      return word < length;
  return FALSE;
}

/* How many bytes of a key stand at the front: names with dots and dashes, quoted or not. */
static gsize
key_length (const char *line, gsize length)
{
  gsize at = 0;
  char quote = length > 0 && (line[0] == '"' || line[0] == '\'') ? line[0] : '\0';
  if (quote != '\0') {
    const char *close = memchr (line + 1, quote, length - 1);
    return close == NULL ? 0 : (gsize) (close - line) + 1;
  }
  while (at < length && (g_ascii_isalnum (line[at]) || strchr ("_-./@", line[at]) != NULL))
    at++;
  return at;
}

static gboolean
begins_with (const char *line, gsize length, const char *prefix)
{
  gsize n = strlen (prefix);
  return length >= n && memcmp (line, prefix, n) == 0;
}

/* `{{- $peer := default "0.0.0.0:9094" .Values.peer }}`: an endpoint that only the text as it is
 * tells of. */
static gboolean
is_template_with_a_port (const char *line, gsize length)
{
  if (!begins_with (line, length, "{{"))
    return FALSE;
  for (gsize i = 2; i + 1 < length; i++)
    if (line[i] == ':' && g_ascii_isdigit (line[i + 1]))
      return TRUE;
  return FALSE;
}

static void
count_line (Lines *lines, const char *line, gsize length)
{
  static const char *const nginx[] = {"listen",       "server",     "upstream",  "location",
                                      "server_name",  "proxy_pass", "http",      "events",
                                      "fastcgi_pass", "stream",     "grpc_pass", NULL};
  char last = line[length - 1];
  if (is_template_with_a_port (line, length)) {
    lines->others++;
    return;
  }
  if (line[0] == '#' || line[0] == ';' || begins_with (line, length, "//") ||
      begins_with (line, length, "{{"))
    return;
  if (line[0] == '[' && last == ']') {
    lines->sections++;
    return;
  }
  gboolean ends_in_template = length > 1 && last == '}' && line[length - 2] == '}';
  if (last == ';' || last == '{' || (last == '}' && !ends_in_template)) {
    lines->directives++;
    lines->has_nginx |= begins_with_word (line, length, nginx);
    return;
  }
  if (line[0] == '-' && length > 1 && line[1] == ' ') {
    lines->pairs++;
    return;
  }
  gsize key = key_length (line, length), at = key;
  while (at < length && (line[at] == ' ' || line[at] == '\t'))
    at++;
  if (key > 0 && at < length && line[at] == '=')
    lines->assignments++;
  else if (key > 0 && key < length && line[key] == ':' &&
           (key + 1 == length || line[key + 1] == ' '))
    lines->pairs++;
  else
    lines->others++;
}

static Lines
count_lines (const char *text, gsize length)
{
  Lines lines = {0};
  const char *end = text + length;
  for (guint n = 0; text < end && n < MOST_LINES; n++) {
    const char *newline = memchr (text, '\n', (gsize) (end - text));
    const char *to = newline == NULL ? end : newline;
    const char *from = text;
    while (from < to && g_ascii_isspace (*from))
      from++;
    while (to > from && g_ascii_isspace (to[-1]))
      to--;
    if (to > from)
      count_line (&lines, from, (gsize) (to - from));
    text = newline == NULL ? end : newline + 1;
  }
  return lines;
}

static const char *
syntax_by_name (const char *name)
{
  g_auto (PmNaming) naming = {0};
  if (*name == '\0' || strchr (name, '.') == NULL)
    return NULL;
  pm_naming_init (&naming, name);
  /* Every daemon has its own syntax in files of other names. */
  if (naming.kind != PM_FILE_CONFIG || naming.syntax == NULL ||
      (strcmp (naming.syntax, "ini") == 0 && !g_str_has_suffix (name, ".ini")))
    return NULL;
  return naming.syntax;
}

static gboolean
is_json (const char *text, gsize length)
{
  while (length > 0 && g_ascii_isspace (*text)) {
    text++;
    length--;
  }
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  return length > 1 && text[0] == '{' && text[length - 1] == '}' && text[1] != '{' &&
         memchr (text, '"', length) != NULL;
}

const char *
pm_embedded_syntax (const char *name, const char *text, gsize length)
{
  const char *by_name = syntax_by_name (name);
  if (by_name != NULL)
    return by_name;
  if (is_json (text, length))
    return "json";
  Lines lines = count_lines (text, length);
  if (lines.has_nginx && lines.directives > lines.others && lines.pairs == 0)
    return "nginx";
  if (lines.others > 0 || lines.directives > 0)
    return NULL;
  if (lines.sections > 0 && lines.assignments > 0)
    return "ini";
  if (lines.assignments > 0)
    return "properties";
  return lines.pairs > 0 && lines.sections == 0 ? "yaml" : NULL;
}

/* --- reading --- */

static const PmRuleset *
ruleset_of (const char *syntax)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  for (guint i = 0; rulesets[i] != NULL; i++)
    if (strcmp (rulesets[i]->name, syntax) == 0 && g_strcmp0 (rulesets[i]->syntax, syntax) == 0)
      return rulesets[i];
  return NULL;
}

static void
read_inner (PmRecognition *inner, const char *service, gpointer data)
{
  const PmRule *rule = data;
  guint first = inner->out->findings->len;
  const PmRuleset *own =
      strcmp (inner->document->format, "nginx") == 0 ? ruleset_of ("nginx") : NULL;
  if (own == NULL) {
    pm_recognition_read_keys (inner, inner->root, rule, service);
    pm_cluster_keys_settle (inner, first);
    return;
  }
  own->recognise (inner);
  for (guint i = first; i < inner->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (inner, i);
    finding->service = pm_arena_strdup (inner->arena, service);
    finding->scope = rule->scope;
    finding->confidence *= rule->confidence;
  }
}

gboolean
pm_embedded_read (PmRecognition *recognition, PmNodeId scalar, const char *name, const PmRule *rule,
                  const char *service)
{
  const PmNode *node =
      pm_document_node (recognition->document, pm_document_resolve (recognition->document, scalar));
  if (node->kind != PM_NODE_SCALAR || node->value == NULL ||
      memchr (node->value, '\n', node->value_length) == NULL)
    return FALSE;
  const char *syntax = pm_embedded_syntax (name, node->value, node->value_length);
  return syntax != NULL && pm_recognition_read_embedded (recognition, scalar, syntax, read_inner,
                                                         (gpointer) rule, service);
}
