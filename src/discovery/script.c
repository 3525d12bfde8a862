/* DESIGN
 * Two passes in the order of the file: commands and assignments, then defaults (`: ${PORT:=80}`)
 * and text where the first pass read nothing. What echo and its like print is text, not a command.
 * Variables are expanded in the arguments of commands only: what is passed from one to another, or
 * printed, was found where it is set. */

#include "discovery/script.h"

#include "discovery/embedded.h"
#include "discovery/vocabulary.h"

#include <string.h>

typedef struct {
  PmRecognition *r;
  const char *service;
  PmRule command, variable, text;
} Script;

static PmRule
rule_of (const char *id, PmGrammar grammar, PmRole role, PmScope scope, double confidence)
{
  return (PmRule){
      .id = id, .grammar = grammar, .role = role, .scope = scope, .confidence = confidence};
}

/* The program's name of a command's list, in `ret_name`; FALSE: the node is no command whose
 * arguments mean anything. */
static gboolean
is_command (const PmNode *node, char *ret_name, gsize size)
{
  static const char *const printers[] = {"echo", "printf", "test", ":", "true", "grep", "sed"};
  gsize length = node->key == NULL ? 0 : strlen (node->key);
  if (node->kind != PM_NODE_LIST || length < 3 || strcmp (node->key + length - 2, "()") != 0 ||
      length - 1 > size)
    return FALSE;
  g_strlcpy (ret_name, node->key, length - 1);
  for (gsize i = 0; i < G_N_ELEMENTS (printers); i++)
    if (strcmp (ret_name, printers[i]) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
is_redirection (const char *key)
{
  return key[0] == '<' || key[0] == '>';
}

/* The commands of $(…) stand beside it, as nodes of their own. */
static gboolean
is_substitution (const PmNode *node)
{
  return g_str_has_prefix (node->value, "$(") || node->value[0] == '`';
}

/* `for port in 4433 4434`: the numbers are looked at one after the other; nothing tells that the
 * script binds them. */
static gboolean
is_of_a_loop (const PmRecognition *r, const PmNode *node)
{
  static const char word[] = "for ";
  guint32 start = node->key_span.start;
  return start >= strlen (word) && start < r->document->length &&
         memcmp (r->document->bytes + start - strlen (word), word, strlen (word)) == 0;
}

/* A script's own `port` (names in small letters are no environment: POSIX.1, 8.1) that holds a
 * database's number is the database's. */
static const char *
name_of (const PmRecognition *r, const PmNode *node)
{
  if (is_of_a_loop (r, node) && pm_vocabulary_is_own_port (node->key))
    return "peer.port";
  const char *end = node->value + strlen (node->value);
  while (end > node->value && !g_ascii_isdigit (end[-1]))
    end--;
  const char *digits = end;
  while (digits > node->value && g_ascii_isdigit (digits[-1]))
    digits--;
  gboolean is_peers = strcmp (node->key, "port") == 0 && end - digits <= 5 &&
                      pm_vocabulary_is_a_peers_number ((guint) g_ascii_strtoull (digits, NULL, 10));
  return is_peers ? "peer.port" : node->key;
}

static void
read_assignment (const Script *script, PmEnvironment *environment, PmNodeId id)
{
  const PmNode *node = pm_document_node (script->r->document, id);
  if (is_substitution (node))
    return;
  pm_recognition_read_named (script->r, id, name_of (script->r, node), &script->variable,
                             script->service);
  if (strpbrk (node->value, "$`") != NULL)
    return;
  PmVariable variable = {
      .name = node->key,
      .value = node->value,
      .file = script->r->file,
      .line = pm_document_position (script->r->document, node->span.start).line,
      .span = node->span,
  };
  pm_environment_set (environment, &variable);
}

static void
read_commands (const Script *script, PmEnvironment *environment)
{
  PmRecognition *r = script->r;
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    char program[64];
    if (is_command (node, program, sizeof program)) {
      r->environment = environment;
      pm_recognition_read_arguments (r, program, id, &script->command, script->service);
      r->environment = NULL;
    } else if (node->kind == PM_NODE_SCALAR && node->key != NULL && !is_redirection (node->key) &&
               !(node->flags & (PM_NODE_FRAGMENT | PM_NODE_FALLBACK)))
      read_assignment (script, environment, id);
  }
}

static gboolean
was_found (const PmRecognition *r, guint first, PmSpan span)
{
  PmSpan in_file;
  if (!pm_document_file_span (r->document, span, &in_file))
    return TRUE;
  for (guint i = first; i < r->out->findings->len; i++)
    if (pm_span_overlaps (g_array_index (r->out->findings, PmFinding, i).span, in_file))
      return TRUE;
  return FALSE;
}

/* `> /dev/tcp/db/5432` (bash(1), "REDIRECTION"), which a command's grammar knows. */
static gboolean
is_connection (const PmNode *node)
{
  return g_str_has_prefix (node->value, "/dev/tcp/") || g_str_has_prefix (node->value, "/dev/udp/");
}

/* A default's name is its variable's; of a positional parameter (`PORT="${1:-4000}"`) that of the
 * variable which takes it. */
static const char *
name_of_default (const PmRecognition *r, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  if (!g_ascii_isdigit (node->variable[0]))
    return node->variable;
  for (PmNodeId at = id; at > 0 && id - at < 4; at--) {
    const PmNode *before = pm_document_node (r->document, at);
    if (before->key != NULL && before->kind == PM_NODE_SCALAR &&
        before->span.start <= node->span.start && before->span.end >= node->span.end)
      return before->key;
  }
  return node->variable;
}

static void
read_rest (const Script *script, guint first)
{
  PmRecognition *r = script->r;
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_SCALAR || r->was_read[id])
      continue;
    if (node->flags & PM_NODE_FALLBACK && node->variable != NULL) {
      if (!was_found (r, first, node->span))
        pm_recognition_read_named (r, id, name_of_default (r, id), &script->variable,
                                   script->service);
    } else if (node->quoting == PM_QUOTING_BLOCK && !(node->flags & PM_NODE_FRAGMENT) &&
               pm_embedded_read (r, id, "", &script->text, script->service)) {
      continue;
    } else if (pm_recognition_is_readable (r, id)) {
      pm_recognition_read (r, id, is_connection (node) ? &script->command : &script->text,
                           script->service);
    }
  }
}

void
pm_script_read (PmRecognition *recognition, PmScope scope, const char *service)
{
  const Script script = {
      .r = recognition,
      .service = service,
      .command = rule_of ("shell.command", PM_GRAMMAR_COMMAND, PM_ROLE_LISTEN, scope, 0.9),
      .variable = rule_of ("shell.variable", PM_GRAMMAR_TEXT, PM_ROLE_REFERENCE, scope, 0.9),
      .text = rule_of ("shell.text", PM_GRAMMAR_TEXT, PM_ROLE_REFERENCE, scope, 0.85),
  };
  g_autoptr (PmEnvironment) environment = pm_environment_new (NULL);
  const PmEnvironment *before = recognition->environment;
  guint first = recognition->out->findings->len;
  recognition->environment = NULL;
  read_commands (&script, environment);
  read_rest (&script, first);
  recognition->environment = before;
}
