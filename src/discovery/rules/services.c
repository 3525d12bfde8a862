/* What starts programs: systemd units (systemd.socket "ListenStream=", systemd.exec
 * "Environment=", systemd.service "ExecStart="; Podman's quadlets: "PublishPort="), supervisord
 * ("Configuration File": [program:x], [inet_http_server]), Procfiles (Heroku's "The Procfile") and
 * mprocs ("Config": procs, each a shell's line or a cmd).
 *
 * A program's name is its service's. */

#include "discovery/rules/rules.h"

#include <string.h>

static const PmRule command = {.id = "service.command",
                               .grammar = PM_GRAMMAR_COMMAND,
                               .role = PM_ROLE_LISTEN,
                               .scope = PM_SCOPE_HOST,
                               .confidence = 0.95};
static const PmRule other = {
    .id = "service.other", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.85};

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,           \
    .scope = PM_SCOPE_HOST, .confidence = 0.98, .insists = TRUE                                    \
  }

/* --- systemd --- */

static const char *const unit_files[] = {"*.service", "*.socket", "*.container",
                                         "*.service.d/*.conf", NULL};

static const PmRule unit_rules[] = {
    READ ("systemd.listen", "Socket.ListenStream", ENDPOINT, LISTEN),
    READ ("systemd.listen", "Socket.ListenDatagram", ENDPOINT, LISTEN),
    READ ("systemd.publish", "*.PublishPort", MAPPING, PUBLISH),
};

static const PmRule environment = {.id = "systemd.environment",
                                   .grammar = PM_GRAMMAR_COMMAND,
                                   .role = PM_ROLE_REFERENCE,
                                   .scope = PM_SCOPE_HOST,
                                   .confidence = 0.95};

/* One assignment is read by its name. Several may stand in a line, each quoted as a whole: the
 * COMMAND grammar takes words of the form NAME=value for what they are. */
static void
read_environment (PmRecognition *r, PmNodeId id)
{
  if (strpbrk (pm_document_node (r->document, id)->value, " \"'") == NULL)
    pm_recognition_read_assignment (r, id, &environment, "");
  else
    pm_recognition_read (r, id, &environment, "");
}

static void
recognise_unit (PmRecognition *r)
{
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_SCALAR || node->key == NULL)
      continue;
    if (strcmp (node->key, "Environment") == 0)
      read_environment (r, id);
    else if (g_str_has_prefix (node->key, "Exec"))
      pm_recognition_read (r, id, &command, "");
  }
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT && g_str_has_prefix (finding->path, "Socket.ListenDatagram"))
      finding->transport = PM_TRANSPORT_UDP;
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_systemd = {
    .name = "systemd",
    .files = unit_files,
    .syntax = "systemd",
    .rules = unit_rules,
    .n_rules = G_N_ELEMENTS (unit_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_unit,
};

/* --- supervisord --- */

static const char *const supervisor_files[] = {"*.conf", "*.ini", "*.supervisor", NULL};

/* `[program:web]` gives `web`. */
static const char *
program_of (const char *section)
{
  return g_str_has_prefix (section, "program:") ? section + strlen ("program:") : NULL;
}

static void
recognise_supervisor (PmRecognition *r)
{
  static const PmRule assignments = {.id = "supervisor.environment",
                                     .grammar = PM_GRAMMAR_COMMAND,
                                     .role = PM_ROLE_REFERENCE,
                                     .scope = PM_SCOPE_HOST,
                                     .confidence = 0.95};
  static const PmRule control = READ ("supervisor.control", NULL, ENDPOINT, LISTEN);
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const PmNode *section = pm_document_node (r->document, id);
    const char *name = section->key == NULL ? NULL : program_of (section->key);
    PmNodeId start = pm_document_child (r->document, id, "command");
    PmNodeId port = pm_document_child (r->document, id, "port");
    if (name != NULL && start != 0) {
      PmServiceFact *fact = pm_recognition_add_service (r, name, id);
      const char *text = pm_document_text (r->document, start);
      fact->command = text == NULL ? "" : pm_arena_strdup (r->arena, text);
      pm_recognition_read (r, start, &command, pm_arena_strdup (r->arena, name));
    }
    if (port != 0 && g_strcmp0 (section->key, "inet_http_server") == 0)
      pm_recognition_read (r, port, &control, "");
    PmNodeId variables = pm_document_child (r->document, id, "environment");
    if (variables != 0) /* PORT="8080",API="http://x" */
      pm_recognition_read (r, variables, &assignments,
                           name == NULL ? "" : pm_arena_strdup (r->arena, name));
    pm_recognition_read_keys (r, id, &other, name == NULL ? "" : pm_arena_strdup (r->arena, name));
  }
}

static gboolean
claims_supervisor (const PmDocument *document)
{
  for (PmNodeId id = pm_document_node (document, 0)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const char *key = pm_document_node (document, id)->key;
    if (key != NULL && (program_of (key) != NULL || strcmp (key, "supervisord") == 0))
      return TRUE;
  }
  return FALSE;
}

static const char *const supervisor_marks[] = {"program:", NULL};

const PmRuleset pm_ruleset_supervisor = {
    .name = "supervisor",
    .files = supervisor_files,
    .syntax = "ini",
    .marks = supervisor_marks,
    .claims = claims_supervisor,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_supervisor,
};

/* --- Procfile --- */

static const char *const procfiles[] = {"Procfile", "Procfile.*", "*.procfile", NULL};

/* `web` is the project itself, the one process that is given PORT; the others are its helpers. */
static void
recognise_procfile (PmRecognition *r)
{
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_SCALAR || node->key == NULL)
      continue;
    gboolean is_own = strcmp (node->key, "web") == 0;
    const char *name = is_own ? "" : pm_arena_strdup (r->arena, node->key);
    if (!is_own) {
      PmServiceFact *fact = pm_recognition_add_service (r, name, id);
      fact->command = pm_arena_strdup (r->arena, node->value);
    }
    pm_recognition_read (r, id, &command, name);
  }
}

const PmRuleset pm_ruleset_procfile = {
    .name = "procfile",
    .files = procfiles,
    .syntax = "procfile",
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise_procfile,
};

/* --- mprocs --- */

static const char *const mprocs_files[] = {"mprocs.yaml", "mprocs.yml", "mprocs.json",
                                           "mprocs.*.yaml", NULL};

static void
recognise_mprocs (PmRecognition *r)
{
  PmNodeId procs = pm_document_child (r->document, r->root, "procs");
  for (PmNodeId id = procs == 0 ? 0 : pm_document_node (r->document, procs)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->key == NULL)
      continue;
    PmNodeId shell =
        node->kind == PM_NODE_SCALAR ? id : pm_document_child (r->document, id, "shell");
    PmNodeId vector = pm_document_child (r->document, id, "cmd");
    const char *name = pm_arena_strdup (r->arena, node->key);
    const char *text = shell == 0 ? NULL : pm_document_text (r->document, shell);
    PmServiceFact *fact = pm_recognition_add_service (r, name, id);
    fact->command = text == NULL ? "" : pm_arena_strdup (r->arena, text);
    if (text != NULL)
      pm_recognition_read (r, shell, &command, name);
    if (vector != 0)
      pm_recognition_read_vector (r, vector, &command, name);
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_mprocs = {
    .name = "mprocs",
    .files = mprocs_files,
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise_mprocs,
};
