/* DESIGN
 * Nest's is in the tree: the options' map, what it stands beside, and the call around. Of Elixir's
 * `config :app, App.Repo, port: 5432` the tree has the last key only: the line that the statement
 * begins with is looked for in the bytes before. */

#include "discovery/program-contexts.h"

#include "discovery/program-calls.h"
#include "discovery/ruleset-read.h"
#include "discovery/vocabulary.h"

#include <string.h>

#define MOST_ABOVE 4
#define MOST_LINES 60
#define MOST_BYTES 4000

static const PmNode *
node_at (const PmRecognition *r, PmNodeId id)
{
  return pm_document_node (r->document, id);
}

static gboolean
read_as (PmRecognition *r, PmNodeId scalar, const PmRule *rule, PmGrammar grammar, PmRole role,
         const char *service)
{
  PmRule owned = *rule;
  owned.grammar = grammar;
  owned.role = role;
  owned.insists = TRUE;
  return pm_recognition_read (r, scalar, &owned, service) >= 0;
}

/* --- NestJS --- */

static const char *
call_around (const PmRecognition *r, PmNodeId id)
{
  for (guint level = 0; id != 0 && level < MOST_ABOVE; level++, id = node_at (r, id)->parent)
    if (pm_call_is (node_at (r, id)->key))
      return node_at (r, id)->key;
  return "";
}

/* `Transport.TCP` beside the options that a literal stands in; NULL: there is none. */
static const char *
transport_beside (const PmRecognition *r, PmNodeId options)
{
  const PmNode *node = node_at (r, options);
  if (options == 0 || node->kind != PM_NODE_MAP || g_strcmp0 (node->key, "options") != 0)
    return NULL;
  PmNodeId transport = pm_document_child (r->document, node->parent, "transport");
  const char *text = transport == 0 ? NULL : pm_document_text (r->document, transport);
  return text != NULL && g_str_has_prefix (text, "Transport.") ? text + strlen ("Transport.")
                                                               : NULL;
}

static gboolean
read_nests (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  static const char *const bound[] = {"TCP", "GRPC", NULL};
  static const char *const servers[] = {"createMicroservice()", "connectMicroservice()", NULL};
  const PmNode *node = node_at (r, scalar);
  gboolean is_port = g_strcmp0 (node->key, "port") == 0;
  if (!is_port && g_strcmp0 (node->key, "url") != 0)
    return FALSE;
  const char *transport = transport_beside (r, node->parent);
  if (transport == NULL)
    return FALSE;
  gboolean binds = g_strv_contains (bound, transport) &&
                   g_strv_contains (servers, call_around (r, node->parent));
  return read_as (r, scalar, rule, is_port ? PM_GRAMMAR_PORT : PM_GRAMMAR_ENDPOINT,
                  binds ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE, service);
}

/* --- Ecto --- */

/* The line that begins the `config` statement around a byte; NULL: none near. */
static const char *
config_line (const PmDocument *document, gsize at, gsize *ret_length)
{
  static const char word[] = "config ";
  const char *bytes = document->bytes, *end = bytes + at;
  const char *least = at > MOST_BYTES ? end - MOST_BYTES : bytes;
  for (guint i = 0; i < MOST_LINES && end > least; i++) {
    const char *newline = memrchr (least, '\n', (gsize) (end - least));
    const char *line = newline == NULL ? least : newline + 1;
    const char *text = line;
    while (text < end && *text == ' ')
      text++;
    if ((gsize) (end - text) > strlen (word) && memcmp (text, word, strlen (word)) == 0) {
      *ret_length = (gsize) (end - text);
      return text;
    }
    end = newline == NULL ? least : newline;
  }
  return NULL;
}

static gboolean
read_ectos (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  static const char repository[] = "Repo,";
  const PmNode *node = node_at (r, scalar);
  gsize length = 0;
  if (g_strcmp0 (node->key, "port") != 0 || r->document->outer != NULL)
    return FALSE;
  const char *line = config_line (r->document, node->span.start, &length);
  return line != NULL && memmem (line, length, repository, strlen (repository)) != NULL &&
         read_as (r, scalar, rule, PM_GRAMMAR_PORT, PM_ROLE_REFERENCE, service);
}

/* --- CherryPy --- */

/* `{"server.socket_port": 9090}`, and `cherrypy.server.socket_port = 9090`, whose key is the last
 * name. */
static gboolean
read_cherrypys (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  static const char before[] = "cherrypy.server.";
  const PmNode *node = node_at (r, scalar);
  gsize length = strlen (before), at = node->key_span.start;
  gboolean is_setting = g_strcmp0 (node->key, "server.socket_port") == 0 &&
                        memmem (r->document->bytes, r->document->length, "cherrypy", 8) != NULL;
  gboolean is_attribute = g_strcmp0 (node->key, "socket_port") == 0 && at >= length &&
                          memcmp (r->document->bytes + at - length, before, length) == 0;
  return (is_setting || is_attribute) &&
         read_as (r, scalar, rule, PM_GRAMMAR_PORT, PM_ROLE_LISTEN, service);
}

/* --- Spring --- */

/* SERVER_PORT of server.port ("Relaxed Binding": environment variables). */
static const char *
variable_of (PmRecognition *r, const char *property, gsize length)
{
  char *name = pm_arena_strndup (r->arena, property, length);
  for (char *at = name; *at != '\0'; at++)
    *at = *at == '.' ? '_' : g_ascii_toupper (*at);
  return name;
}

/* `@Value ("${server.port:8080}") int port` */
static gboolean
read_springs (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  const PmNode *node = node_at (r, scalar);
  const char *text = node->value, *colon = strchr (text, ':');
  if (g_strcmp0 (node_at (r, node->parent)->key, "Value()") != 0 ||
      !g_str_has_prefix (text, "${") || colon == NULL)
    return FALSE;
  gsize digits = strspn (colon + 1, "0123456789"), start = (gsize) (colon + 1 - text);
  gsize length = (gsize) (colon - text) - 2;
  if (digits == 0 || strcmp (colon + 1 + digits, "}") != 0)
    return FALSE;
  const char *property = pm_arena_strndup (r->arena, text + 2, length);
  PmKeyword keyword;
  pm_vocabulary_look_up (property, NULL, &keyword);
  if (keyword.meaning != PM_KEYWORD_PORT) /* and no `page.size:20` either */
    return TRUE;
  PmRule port = *rule;
  port.grammar = PM_GRAMMAR_PORT;
  port.role = pm_vocabulary_is_own_port (property) ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE;
  port.insists = TRUE;
  gint first = pm_recognition_read_part (r, scalar, start, start + digits, &port, service);
  if (first >= 0)
    pm_recognition_finding (r, (guint) first)->variable = variable_of (r, property, length);
  return TRUE;
}

gboolean
pm_program_read_in_context (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                            const char *service)
{
  const char *file = recognition->file;
  if (g_str_has_suffix (file, "ts") || g_str_has_suffix (file, "js"))
    return read_nests (recognition, scalar, rule, service);
  if (g_str_has_suffix (file, ".exs") || g_str_has_suffix (file, ".ex"))
    return read_ectos (recognition, scalar, rule, service);
  if (g_str_has_suffix (file, ".py"))
    return read_cherrypys (recognition, scalar, rule, service);
  if (g_str_has_suffix (file, ".java"))
    return read_springs (recognition, scalar, rule, service);
  return FALSE;
}
