/* Ruby: Puma's configuration (puma/dsl.rb: `port`, `bind`, `activate_control_app`), Unicorn's and
 * Pitchfork's (`listen`), by their documentation; everything else as any program (program.h).
 *
 * Both are Ruby itself, whose directives are calls. A port is often what the environment says, or
 * else a number: `port ENV.fetch ("PORT") { 3000 }`, `port ENV["PORT"] || 3000`,
 * `bind "tcp://0.0.0.0:#{ENV.fetch ('PORT', 3000)}"`. */

#include "discovery/program-parts.h"
#include "discovery/program.h"
#include "discovery/rules/rules.h"
#include "discovery/server-defaults.h"

#include <string.h>

static const char *const puma_files[] = {"puma.rb", "puma.*.rb", "**/puma/*.rb", NULL};
static const char *const unicorn_files[] = {"unicorn.rb", "unicorn.*.rb", "pitchfork.conf.rb",
                                            "**/unicorn/*.rb", NULL};
static const char *const ruby_files[] = {"*.rb",    "*.ru",      "*.rake",    "Rakefile", "Gemfile",
                                         "Capfile", "Guardfile", "*.gemspec", NULL};

static const PmRule by_name = {
    .id = "ruby", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.75};
static const PmRule port = {.id = "ruby.port",
                            .grammar = PM_GRAMMAR_PORT,
                            .role = PM_ROLE_LISTEN,
                            .scope = PM_SCOPE_HOST,
                            .confidence = 0.95,
                            .insists = TRUE};
static const PmRule host = {.id = "ruby.host",
                            .grammar = PM_GRAMMAR_HOST,
                            .role = PM_ROLE_ADDRESS,
                            .scope = PM_SCOPE_HOST,
                            .confidence = 0.95};
static const PmRule bind_to = {.id = "ruby.bind",
                               .grammar = PM_GRAMMAR_ENDPOINT,
                               .role = PM_ROLE_LISTEN,
                               .scope = PM_SCOPE_HOST,
                               .confidence = 0.95,
                               .insists = TRUE};

static gboolean
is_scalar (const PmRecognition *r, PmNodeId id)
{
  return pm_document_node (r->document, id)->kind == PM_NODE_SCALAR;
}

static gboolean
is_number (const PmRecognition *r, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  guint16 number;
  return is_scalar (r, id) && pm_recogniser_port (node->value, node->value_length, &number);
}

/* The name in the first string below a call, which is that of the environment's variable. */
static const char *
variable_below (PmRecognition *r, PmNodeId call)
{
  for (PmNodeId id = call + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < call)
      return "";
    if (is_scalar (r, id) && node->quoting != PM_QUOTING_NONE && g_ascii_isupper (node->value[0]))
      return pm_arena_strdup (r->arena, node->value);
  }
  return "";
}

/* `port 3000, '0.0.0.0'`: a number anywhere below it; what stands behind as a text is the host. */
static void
read_port (PmRecognition *r, PmNodeId call)
{
  const char *variable = variable_below (r, call);
  for (PmNodeId id = call + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < call)
      break;
    if (!is_scalar (r, id))
      continue;
    gint found = pm_recognition_read (r, id, is_number (r, id) ? &port : &host, "");
    if (found >= 0 && is_number (r, id))
      pm_recognition_finding (r, (guint) found)->variable = variable;
  }
}

/* `listen 8080`, `bind 'tcp://0.0.0.0:9292'`: the first argument says where. */
static void
read_bind (PmRecognition *r, PmNodeId call)
{
  PmNodeId first = pm_document_node (r->document, call)->first_child;
  if (first != 0 && is_scalar (r, first) && !pm_program_read_hole (r, first, &bind_to, ""))
    pm_recognition_read (r, first, &bind_to, "");
}

typedef struct {
  const char *call;
  void (*read) (PmRecognition *r, PmNodeId call);
} Directive;

static const Directive puma_directives[] = {
    {"port()", read_port},
    {"bind()", read_bind},
    {"activate_control_app()", read_bind},
};
static const Directive unicorn_directives[] = {{"listen()", read_bind}};

static void
read_directives (PmRecognition *r, const Directive *directives, gsize n_directives)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    for (gsize i = 0; i < n_directives && node->kind == PM_NODE_LIST && node->key != NULL; i++)
      if (strcmp (node->key, directives[i].call) == 0)
        directives[i].read (r, id);
  }
}

static void
recognise (PmRecognition *r)
{
  pm_program_read (r, r->root, &by_name, "");
  pm_server_defaults_tell (r);
}

static void
recognise_puma (PmRecognition *r)
{
  read_directives (r, puma_directives, G_N_ELEMENTS (puma_directives));
  recognise (r);
}

static void
recognise_unicorn (PmRecognition *r)
{
  read_directives (r, unicorn_directives, G_N_ELEMENTS (unicorn_directives));
  recognise (r);
}

const PmRuleset pm_ruleset_puma = {
    .name = "puma",
    .files = puma_files,
    .syntax = "ruby",
    .recognise = recognise_puma,
};

const PmRuleset pm_ruleset_unicorn = {
    .name = "unicorn",
    .files = unicorn_files,
    .syntax = "ruby",
    .recognise = recognise_unicorn,
};

const PmRuleset pm_ruleset_ruby = {
    .name = "code",
    .files = ruby_files,
    .syntax = "ruby",
    .is_fallback = TRUE,
    .marks = pm_server_defaults_marks_ruby,
    .recognise = recognise,
};
