/* Configuration in XML: Tomcat's server.xml ("The Server Component", "The HTTP Connector", "The AJP
 * Connector"), and any other by the names of its elements and attributes (ClickHouse's config.xml,
 * Jellyfin's network.xml, Spring's beans, Ant's properties, Hadoop's configuration). Manifests of
 * packages have a rule set of their own (manifests.c).
 *
 * A pair may be spread over two: `<property name="port" value="80"/>` of Spring and Ant, `<add
 * key= value=>` of .NET, `<property><name>port</name><value>80</value></property>` of Hadoop.
 *
 * Run configurations of JetBrains' IDEs ("Run/debug configurations": stored as project files): the
 * options for the program's and the virtual machine's arguments are command lines.
 *
 * Most XML is no configuration: a file is parsed only when something in it is called a port. */

#include "discovery/rules/rules.h"
#include "discovery/vocabulary.h"

#include <string.h>

#define MOST_BYTES (512 * 1024) /* more is data */

static const char *const server_files[] = {"server.xml", "server-*.xml", NULL};
static const char *const files[] = {"*.xml", NULL};
static const char *const run_files[] = {"**/.idea/runConfigurations/*.xml", "**/.run/*.run.xml",
                                        NULL};
static const char *const others[] = {"AndroidManifest.xml", "**/res/**", "pom.xml", NULL};

#define RULE(id_, path_, role_)                                                                    \
  {                                                                                                \
    .id = "tomcat." id_, .path = path_, .grammar = PM_GRAMMAR_PORT, .role = PM_ROLE_##role_,       \
    .scope = PM_SCOPE_HOST, .confidence = 0.98                                                     \
  }

static const PmRule server_rules[] = {
    RULE ("shutdown", "Server.@port", LISTEN),
    RULE ("connector", "**.Connector.@port", LISTEN),
    RULE ("redirect", "**.Connector.@redirectPort", REFERENCE),
};

static const PmRule by_name = {
    .id = "xml", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.75};

/* --- names --- */

static const char *
text_of (const PmRecognition *r, PmNodeId map, const char *key)
{
  PmNodeId id = pm_document_child (r->document, map, key);
  return id == 0 ? NULL : pm_document_text (r->document, id);
}

/* What stands beside a value and tells what it is of. */
static const char *
name_beside (const PmRecognition *r, PmNodeId map)
{
  static const char *const keys[] = {"@name", "@key", "name"};
  const char *name = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (keys) && name == NULL; i++)
    name = text_of (r, map, keys[i]);
  return name;
}

static const char *
name_of (const PmRecognition *r, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  const char *key = node->key == NULL ? "" : node->key;
  const char *beside = strcmp (key, "@value") == 0 || strcmp (key, "value") == 0
                           ? name_beside (r, node->parent)
                           : NULL;
  if (beside != NULL)
    return beside;
  if (strcmp (key, "#text") == 0)
    key = pm_document_node (r->document, node->parent)->key;
  return key == NULL ? "" : key[0] == '@' ? key + 1 : key;
}

/* Only what a name surely says: sizes and versions stand everywhere in XML. */
static gboolean
is_told_by (const char *name)
{
  PmKeyword keyword;
  pm_vocabulary_look_up (name, NULL, &keyword);
  return *name != '\0' &&
         (keyword.meaning == PM_KEYWORD_PORT || keyword.meaning == PM_KEYWORD_ENDPOINT ||
          keyword.meaning == PM_KEYWORD_LISTEN || keyword.meaning == PM_KEYWORD_HOST);
}

/* `<host>db</host><port>9000</port>`: the port of the machine that stands beside it. NULL: no
 * machine, or this one's own sockets. */
static const char *
host_beside (const PmRecognition *r, PmNodeId id)
{
  static const char *const keys[] = {"host", "@host", "hostname", "@hostname"};
  static const char *const here[] = {"", "0.0.0.0", "::", "*", "127.0.0.1", "::1", NULL};
  PmNodeId map = pm_document_node (r->document, id)->parent;
  const char *host = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (keys) && host == NULL; i++)
    host = text_of (r, map, keys[i]);
  return host == NULL || strcmp (host, "localhost") == 0 || g_strv_contains (here, host) ? NULL
                                                                                         : host;
}

static void
read_name (PmRecognition *r, PmNodeId id, const char *name)
{
  guint first = r->out->findings->len;
  pm_recognition_read_named (r, id, name, &by_name, "");
  const char *host = strcmp (name, "port") == 0 ? host_beside (r, id) : NULL;
  for (guint i = first; host != NULL && i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    finding->role = PM_ROLE_REFERENCE;
    finding->host = pm_arena_strdup (r->arena, host);
    finding->bind = "";
  }
}

static void
read_names (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    if (r->was_read[id] || !pm_recognition_is_readable (r, id) || !pm_recognition_may_hit (r, id))
      continue;
    const char *name = name_of (r, id);
    if (is_told_by (name))
      read_name (r, id, name);
  }
}

/* --- Tomcat --- */

/* "address": of a connector all by default, of the shutdown port this machine alone. */
static void
tell_address (PmRecognition *r, PmNodeId port, guint first)
{
  PmNodeId map = pm_document_node (r->document, port)->parent;
  const char *address = text_of (r, map, "@address");
  if (address == NULL && g_strcmp0 (pm_document_node (r->document, map)->key, "Server") == 0)
    address = "localhost";
  for (guint i = first; address != NULL && i < r->out->findings->len; i++)
    pm_recognition_finding (r, i)->bind = pm_arena_strdup (r->arena, address);
}

static void
read_server (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++)
    for (gsize i = 0; i < G_N_ELEMENTS (server_rules); i++)
      if (pm_recognition_is_readable (r, id) &&
          pm_path_match (r->document, r->root, id, server_rules[i].path, NULL)) {
        guint first = r->out->findings->len;
        pm_recognition_read (r, id, &server_rules[i], "");
        if (server_rules[i].role == PM_ROLE_LISTEN)
          tell_address (r, id, first);
        break;
      }
  read_names (r);
}

static gboolean
is_tomcats (const PmDocument *document)
{
  PmNodeId server = pm_document_child (document, 0, "Server");
  return server != 0 && pm_document_child (document, server, "Service") != 0;
}

/* --- run configurations --- */

static void
read_run_configuration (PmRecognition *r)
{
  static const PmRule arguments = {.id = "run-configuration",
                                   .grammar = PM_GRAMMAR_COMMAND,
                                   .role = PM_ROLE_LISTEN,
                                   .scope = PM_SCOPE_HOST,
                                   .confidence = 0.9};
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const char *name = name_of (r, id);
    if (g_str_has_suffix (name, "PARAMETERS") && pm_recognition_is_readable (r, id))
      pm_recognition_read (r, id, &arguments, "");
  }
  read_names (r);
}

/* --- which files --- */

static gboolean
wants (const char *bytes, gsize length)
{
  static const char *const marks[] = {"ort=\"", "ort='", "ort>", "ort\"", "PORT"};
  for (gsize i = 0; length <= MOST_BYTES && i < G_N_ELEMENTS (marks); i++)
    if (memmem (bytes, length, marks[i], strlen (marks[i])) != NULL)
      return TRUE;
  return FALSE;
}

const PmRuleset pm_ruleset_tomcat = {
    .name = "tomcat",
    .files = server_files,
    .syntax = "xml",
    .wants = wants,
    .marks = pm_ruleset_no_marks,
    .claims = is_tomcats,
    .recognise = read_server,
};

const PmRuleset pm_ruleset_run_configuration = {
    .name = "run-configuration",
    .files = run_files,
    .syntax = "xml",
    .marks = pm_ruleset_no_marks,
    .recognise = read_run_configuration,
};

const PmRuleset pm_ruleset_generic_xml = {
    .name = "xml",
    .files = files,
    .but_no = others,
    .syntax = "xml",
    .is_fallback = TRUE,
    .wants = wants,
    .marks = pm_ruleset_no_marks,
    .recognise = read_names,
};
