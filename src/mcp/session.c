/* DESIGN
 * Requests are done one after the other, in the order in which they came: a tool works on files and
 * on the registry, where nothing is gained by more. Only while a person is being asked are messages
 * read in between: the answer and a cancellation count at once, a ping is answered, and everything
 * else waits in a queue of bounded length. */

#include "mcp/mcp.h"

#include <string.h>

#include "base/suggest.h"
#include "mcp/ask.h"
#include "mcp/tool.h"
#include "mcp/wire.h"
#include "verbs/backup.h"

#define MOST_WAITING 256
#define MOST_NAME 64

/* The newest first: what a client gets that asks for one that is not known here. */
static const char *const revisions[] = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05",
                                        NULL};

static const char instructions[] =
    "port-manager knows the ports and addresses of all projects on this machine, who declares "
    "them, "
    "in which file and line, and what listens now. Before you write a port into a file or start a "
    "server, take one with lease_port: nobody else gets it. To move a port or an address use "
    "assign_port, resolve_conflicts or change_address rather than editing files: every place that "
    "refers to it moves with it, in one transaction that can be undone, after the person has "
    "agreed.";

struct PmMcpAsk {
  const PmMcpOptions *options;
  PmWire *wire;
  GQueue *waiting; /* json_t *, read while somebody was asked */
  gboolean can_ask;
  char *actor;
  gint64 last_question;  /* ids of our own requests */
  const json_t *current; /* the id of the call that is being run; NULL none */
  gboolean is_cancelled; /* that one */
  gboolean has_ended;
  GError *failure; /* of the input */
};

typedef struct PmMcpAsk Session;

/* --- what a message is --- */

static const char *
method_of (const json_t *message)
{
  return json_string_value (json_object_get (message, "method"));
}

/* The id of a request; NULL: it has none that could be answered. */
static const json_t *
id_of (const json_t *message)
{
  const json_t *id = json_object_get (message, "id");
  return json_is_string (id) || json_is_integer (id) ? id : NULL;
}

static gboolean
is_answer (const json_t *message)
{
  return method_of (message) == NULL && (json_object_get (message, "result") != NULL ||
                                         json_object_get (message, "error") != NULL);
}

/* --- the handshake --- */

static void
learn_client (Session *session, const json_t *params)
{
  const json_t *asks = json_object_get (json_object_get (params, "capabilities"), "elicitation");
  const char *name =
      json_string_value (json_object_get (json_object_get (params, "clientInfo"), "name"));
  glong length = name == NULL ? 0 : MIN (MOST_NAME, g_utf8_strlen (name, -1));
  g_autofree char *short_name = name == NULL ? g_strdup ("") : g_utf8_substring (name, 0, length);
  /* An empty object is the form of before there was another one, by URL. */
  session->can_ask = json_is_object (asks) &&
                     (json_object_size (asks) == 0 || json_object_get (asks, "form") != NULL);
  g_free (session->actor);
  session->actor =
      short_name[0] == '\0' ? g_strdup ("an agent") : g_strdup_printf ("agent %s", short_name);
}

static const char *
revision_for (const json_t *params)
{
  const char *wanted = json_string_value (json_object_get (params, "protocolVersion"));
  return wanted != NULL && g_strv_contains (revisions, wanted) ? wanted : revisions[0];
}

static void
initialize (Session *session, const json_t *id, const json_t *params)
{
  learn_client (session, params);
  PmJsonWriter json = pm_wire_begin_result (session->wire, id);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "protocolVersion", revision_for (params));
  pm_json_key (&json, "capabilities");
  pm_json_raw (&json, "{\"tools\":{}}");
  pm_json_key (&json, "serverInfo");
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "name", "port-manager");
  pm_json_member_string (&json, "title", "Ports and addresses of all projects");
  pm_json_member_string (&json, "version", session->options->version);
  pm_json_end_object (&json);
  pm_json_member_string (&json, "instructions", instructions);
  pm_json_end_object (&json);
  pm_wire_end_result (session->wire, &json);
}

static void
ping (Session *session, const json_t *id, const json_t *params)
{
  (void) params;
  PmJsonWriter json = pm_wire_begin_result (session->wire, id);
  pm_json_raw (&json, "{}");
  pm_wire_end_result (session->wire, &json);
}

/* --- tools --- */

static void
list_tools (Session *session, const json_t *id, const json_t *params)
{
  (void) params;
  PmJsonWriter json = pm_wire_begin_result (session->wire, id);
  pm_json_begin_object (&json);
  pm_json_key (&json, "tools");
  pm_json_begin_array (&json);
  for (const PmMcpTool *const *tool = pm_mcp_tools (); *tool != NULL; tool++)
    pm_mcp_tool_write_json (&json, *tool);
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_wire_end_result (session->wire, &json);
}

/* The text is the same JSON once more, for clients of before there was any other ("Structured
 * Content"); of a failure it is the message. */
static void
answer_call (Session *session, const json_t *id, const char *text, gboolean is_error)
{
  PmJsonWriter json = pm_wire_begin_result (session->wire, id);
  pm_json_begin_object (&json);
  pm_json_key (&json, "content");
  pm_json_begin_array (&json);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "type", "text");
  pm_json_member_string (&json, "text", text);
  pm_json_end_object (&json);
  pm_json_end_array (&json);
  if (!is_error) {
    pm_json_key (&json, "structuredContent");
    pm_json_raw (&json, text);
  }
  pm_json_member_bool (&json, "isError", is_error);
  pm_json_end_object (&json);
  pm_wire_end_result (session->wire, &json);
}

/* The person's shell may have another state directory than the client. */
static char *
program_of (const PmMcpOptions *options)
{
  g_autofree char *state = g_shell_quote (options->state_dir);
  g_autofree char *config =
      options->config_file == NULL ? NULL : g_shell_quote (options->config_file);
  return g_strconcat ("port-manager --state ", state, config == NULL ? "" : " --config ", config,
                      NULL);
}

static gboolean
run_tool (Session *session, const PmMcpTool *tool, const json_t *arguments, GString *out,
          GError **error)
{
  if (!pm_mcp_tool_check (tool, arguments, error))
    return FALSE;
  const PmMcpOptions *options = session->options;
  g_autoptr (PmContext) context = pm_context_open (options->state_dir, options->config_file, error);
  if (context == NULL)
    return FALSE;
  g_autofree char *program = program_of (options);
  PmMcpCall call = {
      .context = context,
      .program = program,
      .arguments = arguments,
      .json = pm_json_writer (out),
      .ask = session,
      .actor = session->actor == NULL ? "an agent" : session->actor,
  };
  gboolean done = tool->run (&call, error);
  if (tool->effect != PM_MCP_LOOKS)
    pm_verb_backup_follow (context);
  return done;
}

static const PmMcpTool *
tool_named (const char *name)
{
  for (const PmMcpTool *const *tool = pm_mcp_tools (); name != NULL && *tool != NULL; tool++)
    if (strcmp ((*tool)->name, name) == 0)
      return *tool;
  return NULL;
}

static void
call_tool (Session *session, const json_t *id, const json_t *params)
{
  g_autoptr (GError) error = NULL;
  const char *name = json_string_value (json_object_get (params, "name"));
  const PmMcpTool *tool = tool_named (name);
  if (tool == NULL) {
    pm_wire_refuse (session->wire, id, PM_WIRE_INVALID_PARAMS, "there is no tool “%s”",
                    name == NULL ? "" : name);
    return;
  }
  g_autoptr (GString) out = g_string_new (NULL);
  session->current = id;
  session->is_cancelled = FALSE;
  gboolean done = run_tool (session, tool, json_object_get (params, "arguments"), out, &error);
  session->current = NULL;
  if (!session->is_cancelled)
    answer_call (session, id, done ? out->str : error->message, !done);
}

/* --- messages --- */

static const struct {
  const char *name;
  void (*run) (Session *session, const json_t *id, const json_t *params);
} methods[] = {
    {"initialize", initialize},
    {"ping", ping},
    {"tools/list", list_tools},
    {"tools/call", call_tool},
};

static void
answer_request (Session *session, const json_t *message)
{
  const json_t *id = id_of (message);
  const char *method = method_of (message);
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (methods[i].name, method) == 0) {
      methods[i].run (session, id, json_object_get (message, "params"));
      return;
    }
  pm_wire_refuse (session->wire, id, PM_WIRE_METHOD_NOT_FOUND, "there is no method “%s”", method);
}

/* A call that waits is forgotten; one that waits for a person ends without an answer. */
static void
cancel (Session *session, const json_t *params)
{
  const json_t *id = json_object_get (params, "requestId");
  session->is_cancelled |= session->current != NULL && json_equal (id, session->current);
  for (GList *link = session->waiting->head; link != NULL; link = link->next)
    if (json_equal (id, id_of (link->data))) {
      json_decref (link->data);
      g_queue_delete_link (session->waiting, link);
      return;
    }
}

static void
take_notice (Session *session, const json_t *message)
{
  if (strcmp (method_of (message), "notifications/cancelled") == 0)
    cancel (session, json_object_get (message, "params"));
}

/* TRUE: it is a request that is to be answered. Everything else has been dealt with. */
static gboolean
is_request (Session *session, const json_t *message)
{
  const char *version = json_string_value (json_object_get (message, "jsonrpc"));
  if (is_answer (message))
    return FALSE; /* of a question that nobody asks any more */
  if (g_strcmp0 (version, "2.0") != 0 || method_of (message) == NULL) {
    pm_wire_refuse (session->wire, id_of (message), PM_WIRE_INVALID_REQUEST,
                    "no message of JSON-RPC 2.0");
    return FALSE;
  }
  if (json_object_get (message, "id") == NULL) {
    take_notice (session, message);
    return FALSE;
  }
  if (id_of (message) == NULL)
    pm_wire_refuse (session->wire, NULL, PM_WIRE_INVALID_REQUEST, "an id is a text or an integer");
  return id_of (message) != NULL;
}

static json_t *
read_message (Session *session)
{
  json_t *message =
      pm_wire_is_broken (session->wire)
          ? NULL
          : pm_wire_read (session->wire, session->failure == NULL ? &session->failure : NULL);
  session->has_ended |= message == NULL;
  return message;
}

/* --- the person --- */

/* What comes while somebody is asked; takes the message over. */
static void
put_aside (Session *session, json_t *message)
{
  if (!is_request (session, message)) {
    json_decref (message);
    return;
  }
  gboolean is_ping = strcmp (method_of (message), "ping") == 0;
  if (!is_ping && session->waiting->length < MOST_WAITING) {
    g_queue_push_tail (session->waiting, message);
    return;
  }
  if (is_ping)
    ping (session, id_of (message), NULL);
  else
    pm_wire_refuse (session->wire, id_of (message), PM_WIRE_BUSY,
                    "a person is being asked, and %u requests wait already", MOST_WAITING);
  json_decref (message);
}

static gboolean
answers (const json_t *message, gint64 question)
{
  return is_answer (message) && json_integer_value (json_object_get (message, "id")) == question;
}

/* NULL: the call was cancelled, or the client is gone. */
static json_t *
await_answer (Session *session, gint64 question)
{
  while (!session->has_ended && !session->is_cancelled) {
    json_t *message = read_message (session);
    if (message != NULL && answers (message, question))
      return message;
    if (message != NULL)
      put_aside (session, message);
  }
  return NULL;
}

static void
send_question (Session *session, gint64 id, const char *question)
{
  g_autoptr (GString) params = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (params);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "message", question);
  pm_json_key (&json, "requestedSchema");
  pm_json_raw (&json, "{\"type\":\"object\",\"properties\":{\"write\":{\"type\":\"boolean\","
                      "\"title\":\"Write it\",\"description\":\"Whether this is to be written\","
                      "\"default\":false}},\"required\":[\"write\"]}");
  pm_json_end_object (&json);
  pm_wire_send (session->wire, id, "elicitation/create", params->str);
}

static void
take_question_back (Session *session, gint64 id)
{
  g_autofree char *params = g_strdup_printf (
      "{\"requestId\":%" G_GINT64_FORMAT ",\"reason\":\"the call was cancelled\"}", id);
  pm_wire_send (session->wire, 0, "notifications/cancelled", params);
}

static gboolean
agrees (const json_t *answer)
{
  const json_t *result = json_object_get (answer, "result");
  const char *action = json_string_value (json_object_get (result, "action"));
  const json_t *content = json_object_get (result, "content");
  return g_strcmp0 (action, "accept") == 0 && json_is_true (json_object_get (content, "write"));
}

PmMcpAnswer
pm_mcp_ask (PmMcpAsk *session, const char *question)
{
  if (!session->can_ask)
    return PM_MCP_CANNOT_ASK;
  gint64 id = ++session->last_question;
  send_question (session, id, question);
  json_t *answer = await_answer (session, id);
  if (answer == NULL) {
    take_question_back (session, id);
    return PM_MCP_GONE;
  }
  /* A client that promised to ask and then cannot is one that cannot. */
  PmMcpAnswer chosen = json_object_get (answer, "error") != NULL ? PM_MCP_CANNOT_ASK
                       : agrees (answer)                         ? PM_MCP_AGREED
                                                                 : PM_MCP_DECLINED;
  json_decref (answer);
  return chosen;
}

/* --- the session --- */

static void
serve_one (Session *session, json_t *message)
{
  answer_request (session, message);
  json_decref (message);
}

gboolean
pm_mcp_serve (const PmMcpOptions *options, GError **error)
{
  g_autoptr (PmWire) wire = pm_wire_new (options->input, options->output);
  Session session = {.options = options, .wire = wire, .waiting = g_queue_new ()};
  while (!session.has_ended) {
    json_t *message = g_queue_pop_head (session.waiting);
    if (message != NULL) {
      serve_one (&session, message);
      continue;
    }
    message = read_message (&session);
    if (message != NULL && is_request (&session, message))
      serve_one (&session, message);
    else
      json_decref (message);
  }
  g_queue_free_full (session.waiting, (GDestroyNotify) json_decref);
  g_free (session.actor);
  if (session.failure != NULL)
    g_propagate_error (error, session.failure);
  return session.failure == NULL;
}
