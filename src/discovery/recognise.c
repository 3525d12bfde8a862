/* DESIGN
 * Three steps. Choose: the name's globs, then a look inside, decide the rule set; a document is
 * parsed once per syntax that is tried. Read: the rule set's table over all scalars, then its
 * function, for each document of a stream. Finish: addresses that stand outside of everything that
 * was read (comments, keys, text without syntax) are added, silenced lines are taken out, and the
 * file's variant and text class are written into every finding. */

#include "discovery/recognise.h"

#include "discovery/binary.h"
#include "discovery/elsewhere.h"
#include "discovery/host-beside.h"
#include "discovery/naming.h"
#include "discovery/passive.h"
#include "discovery/recognise-internal.h"
#include "discovery/silence.h"
#include "discovery/stray-addresses.h"
#include "formats/format.h"

#include <string.h>

#define MOST_FINDINGS 50000
#define MOST_STEPS 500000

/* --- what is read --- */

typedef struct {
  const PmRuleset *ruleset; /* NULL: none */
  const PmFormat *format;   /* of document */
  PmDocument *document;
} Choice;

typedef struct {
  const char *file; /* relative to the root */
  const char *project;
  const char *project_name;
  const char *local; /* the file relative to the project */
  const char *bytes;
  gsize length;
  PmNaming naming; /* its path is somebody else's */
  Choice choice;
  const PmUserRules *user;
  GArray *silences; /* of PmSilence */
  PmArena *arena;
  PmSighting *out;
} Reading;

static void
reading_clear (Reading *reading)
{
  pm_document_free (reading->choice.document);
  g_array_unref (reading->silences);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

const char *
pm_recognise_local_path (const char *file, const char *project)
{
  gsize length = strlen (project);
  if (length > 0 && strncmp (file, project, length) == 0 && file[length] == '/')
    return file + length + 1;
  return file;
}

static const char *
last_part (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash == NULL ? path : slash + 1;
}

PmFileKind
pm_recognise_kind (const char *file)
{
  g_auto (PmNaming) naming = {0};
  pm_naming_init (&naming, file);
  return naming.kind;
}

static PmSighting *
sighting_new (const char *file, PmArena *arena)
{
  PmSighting *sighting = g_new0 (PmSighting, 1);
  sighting->file = pm_arena_strdup (arena, file);
  sighting->format = "text";
  sighting->variant = "";
  sighting->findings = g_array_new (FALSE, TRUE, sizeof (PmFinding));
  sighting->facts = g_array_new (FALSE, TRUE, sizeof (PmServiceFact));
  sighting->links = g_array_new (FALSE, TRUE, sizeof (PmFileLink));
  sighting->problems = g_array_new (FALSE, TRUE, sizeof (PmProblem));
  return sighting;
}

void
pm_sighting_free (PmSighting *sighting)
{
  if (sighting == NULL)
    return;
  g_array_unref (sighting->findings);
  g_array_unref (sighting->facts);
  g_array_unref (sighting->links);
  g_array_unref (sighting->problems);
  g_free (sighting);
}

/* --- choosing --- */

/* Parses as the rule set wants it, unless it is parsed like that already. */
static gboolean
parse (Reading *reading, const PmRuleset *ruleset)
{
  const char *syntax = ruleset->syntax != NULL ? ruleset->syntax : reading->naming.syntax;
  const PmFormat *format = syntax == NULL ? NULL : pm_format_by_name (syntax);
  if (format == NULL)
    return FALSE;
  if (reading->choice.format == format)
    return TRUE;
  pm_document_free (reading->choice.document);
  reading->choice.document = pm_format_parse (format, reading->bytes, reading->length);
  reading->choice.format = format;
  return TRUE;
}

static gboolean
wants (const PmRuleset *ruleset, const char *bytes, gsize length)
{
  return ruleset->wants == NULL || ruleset->wants (bytes, length);
}

static void
choose (Reading *reading)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  for (guint i = 0; rulesets[i] != NULL; i++) {
    if (!pm_glob_owners_have (&reading->naming.fitting, i) ||
        !wants (rulesets[i], reading->bytes, reading->length) || !parse (reading, rulesets[i]))
      continue;
    if (rulesets[i]->claims != NULL && !rulesets[i]->claims (reading->choice.document))
      continue;
    reading->choice.ruleset = rulesets[i];
    return;
  }
}

/* A file that only the user knows has no rules but the user's. */
static const char *const any_file[] = {"*", NULL};
static const PmRuleset users = {.name = "user", .files = any_file, .is_fallback = TRUE};

static void
choose_for_user (Reading *reading)
{
  const char *syntax = NULL;
  if (!pm_user_rules_claim (reading->user, reading->file, reading->local, reading->project,
                            &syntax))
    return;
  reading->naming.kind = PM_FILE_CONFIG;
  if (syntax != NULL)
    reading->naming.syntax = syntax;
  if (reading->choice.ruleset == NULL && parse (reading, &users)) {
    reading->choice.ruleset = &users;
    reading->naming.text_class = PM_TEXT_CONFIG;
  }
}

/* --- reading a document --- */

static void
walk_table (PmRecognition *r)
{
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = r->root; r->ruleset->n_rules > 0 && id < nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (id > r->root && node->parent < r->root)
      break;
    if (!pm_recognition_is_readable (r, id))
      continue;
    for (guint i = 0; i < r->ruleset->n_rules; i++)
      if (pm_path_match (r->document, r->root, id, r->ruleset->rules[i].path, NULL)) {
        pm_recognition_read (r, id, &r->ruleset->rules[i], "");
        break;
      }
  }
}

static void
read_root (PmRecognition *r, PmNodeId root)
{
  guint first = r->out->findings->len;
  r->root = root;
  walk_table (r);
  if (r->ruleset->recognise != NULL)
    r->ruleset->recognise (r);
  pm_host_beside (r, first);
}

static const char *
directory_of (const char *file, PmArena *arena)
{
  const char *slash = strrchr (file, '/');
  return slash == NULL ? "" : pm_arena_strndup (arena, file, (gsize) (slash - file));
}

/* A stream's documents are the root's children; anything else is one document. */
static gboolean
is_stream (const PmDocument *document)
{
  PmNodeId first = pm_document_node (document, 0)->first_child;
  return first != 0 && pm_document_node (document, first)->flags & PM_NODE_DOCUMENT;
}

static void
add_problem (Reading *reading, guint32 line, const char *reason)
{
  PmProblem problem = {.root = "",
                       .file = reading->out->file,
                       .line = line,
                       .reason = pm_arena_strdup (reading->arena, reason)};
  g_array_append_val (reading->out->problems, problem);
}

static void
read_document (Reading *reading, const PmEnvironment *environment, guint8 *was_read)
{
  const PmDocument *document = reading->choice.document;
  guint32 steps_left = MOST_STEPS;
  PmRecognition recognition = {
      .ruleset = reading->choice.ruleset,
      .document = document,
      .file = reading->out->file,
      .project = reading->project,
      .project_name = reading->project_name,
      .directory = reading->naming.directory != NULL ? reading->naming.directory
                                                     : directory_of (reading->file, reading->arena),
      .environment = environment,
      .arena = reading->arena,
      .out = reading->out,
      .was_read = was_read,
      .steps_left = &steps_left,
  };
  reading->out->format = reading->choice.ruleset->name;

  if (!is_stream (document)) {
    read_root (&recognition, 0);
    pm_user_rules_apply (reading->user, &recognition, reading->local, reading->silences);
  }
  for (PmNodeId id = is_stream (document) ? pm_document_node (document, 0)->first_child : 0;
       id != 0 && reading->out->findings->len < MOST_FINDINGS;
       id = pm_document_node (document, id)->next_sibling) {
    read_root (&recognition, id);
    pm_user_rules_apply (reading->user, &recognition, reading->local, reading->silences);
  }
  if (steps_left == 0 || reading->out->findings->len >= MOST_FINDINGS ||
      reading->out->links->len >= PM_RECOGNITION_MOST_LINKS)
    add_problem (reading, 0, "says more than is read of one file; the rest is left out");
}

static void
report_problems (Reading *reading)
{
  const PmDocument *document = reading->choice.document;
  for (guint i = 0; i < document->problems->len; i++) {
    const PmDocumentProblem *from = &g_array_index (document->problems, PmDocumentProblem, i);
    add_problem (reading, pm_document_position (document, from->offset).line, from->reason);
  }
}

/* --- finishing --- */

static const char *
variant_of (const Reading *reading)
{
  if (reading->naming.is_template)
    return "template";
  if (reading->naming.variant != NULL)
    return reading->naming.variant;
  const PmRuleset *ruleset = reading->choice.ruleset;
  if (ruleset != NULL && ruleset->variant != NULL)
    return ruleset->variant (reading->local);
  return pm_naming_variant (reading->local);
}

static void
finish (Reading *reading, guint n_read)
{
  reading->out->variant = pm_arena_strdup (reading->arena, variant_of (reading));
  gboolean is_elsewhere = pm_elsewhere (reading->file);
  for (guint i = 0; i < reading->out->findings->len; i++) {
    PmFinding *finding = &g_array_index (reading->out->findings, PmFinding, i);
    if (i < n_read)
      finding->text_class = reading->naming.text_class;
    if (*finding->variant == '\0')
      finding->variant = reading->out->variant;
    if (is_elsewhere && finding->kind == PM_KIND_PORT && finding->scope == PM_SCOPE_HOST)
      finding->scope = PM_SCOPE_CLUSTER;
  }
  for (guint i = 0; i < reading->out->facts->len; i++) {
    PmServiceFact *fact = &g_array_index (reading->out->facts, PmServiceFact, i);
    fact->format = reading->out->format;
    fact->variant = reading->out->variant;
  }
  pm_user_rules_mean (reading->user, reading->file, reading->local, reading->project,
                      reading->out->findings, reading->arena);
  pm_user_rules_silence (reading->user, reading->file, reading->local, reading->project,
                         reading->silences);
  pm_silence (reading->out, reading->bytes, reading->length, reading->silences);
}

/* A script without an extension says by its first line what it is. */
static void
look_at_first_line (Reading *reading)
{
  if (reading->naming.kind != PM_FILE_TEXT || reading->length < 3 ||
      memcmp (reading->bytes, "#!", 2) != 0)
    return;
  const char *newline = memchr (reading->bytes, '\n', reading->length);
  gsize length = newline == NULL ? reading->length : (gsize) (newline - reading->bytes);
  reading->naming.kind = PM_FILE_SOURCE;
  reading->naming.text_class = PM_TEXT_SOURCE;
  if (length < 128 && memmem (reading->bytes, length, "sh", 2) != NULL)
    reading->naming.syntax = "shell";
  else if (length < 128 && memmem (reading->bytes, length, "node", 4) != NULL)
    reading->naming.syntax = "javascript";
}

static void
look_whether_passive (Reading *reading)
{
  if (reading->naming.is_passive ||
      pm_passive_by_content (reading->naming.syntax, reading->bytes, reading->length))
    pm_naming_make_passive (&reading->naming);
}

/* --- the whole --- */

PmSighting *
pm_recognise_as (const PmNaming *naming, const PmUserRules *user, const char *project_name,
                 const char *file, const char *project, const char *bytes, gsize length,
                 const PmEnvironment *environment, PmArena *arena)
{
  g_auto (Reading) reading = {
      .file = file,
      .project = project,
      .project_name = project_name != NULL ? project_name : last_part (project),
      .local = pm_recognise_local_path (file, project),
      .bytes = bytes,
      .length = length,
      .naming = *naming,
      .user = user,
      .silences = g_array_new (FALSE, FALSE, sizeof (PmSilence)),
      .arena = arena,
      .out = sighting_new (file, arena),
  };
  if (reading.naming.kind == PM_FILE_IGNORED &&
      !pm_user_rules_claim (user, file, reading.local, project, NULL))
    return reading.out;
  const char *binary = pm_binary_reason (bytes, length);
  if (binary != NULL) {
    if (reading.naming.kind == PM_FILE_CONFIG) /* whoever trusts in it must know */
      add_problem (&reading, 1, binary);
    return reading.out;
  }

  look_at_first_line (&reading);
  look_whether_passive (&reading);
  choose (&reading);
  choose_for_user (&reading);
  g_autofree guint8 *was_read = NULL;
  if (reading.choice.ruleset != NULL) {
    was_read = g_new0 (guint8, reading.choice.document->nodes->len);
    read_document (&reading, environment, was_read);
    report_problems (&reading);
  }
  guint n_read = reading.out->findings->len;
  PmStrayPlace place = {
      .bytes = bytes,
      .length = length,
      .document = reading.choice.ruleset == NULL ? NULL : reading.choice.document,
      .was_read = was_read,
      .text_class = reading.naming.text_class,
      .most_findings = MOST_FINDINGS,
      .arena = arena,
  };
  pm_stray_addresses (&place, reading.out);
  finish (&reading, n_read);
  return reading.out;
}

PmSighting *
pm_recognise_by (const PmUserRules *user, const char *project_name, const char *file,
                 const char *project, const char *bytes, gsize length,
                 const PmEnvironment *environment, PmArena *arena)
{
  g_auto (PmNaming) naming = {0};
  pm_naming_init (&naming, pm_recognise_local_path (file, project));
  return pm_recognise_as (&naming, user, project_name, file, project, bytes, length, environment,
                          arena);
}

PmSighting *
pm_recognise (const char *file, const char *project, const char *bytes, gsize length,
              const PmEnvironment *environment, PmArena *arena)
{
  return pm_recognise_by (NULL, NULL, file, project, bytes, length, environment, arena);
}

void
pm_recognise_definitions (const char *file, const char *bytes, gsize length,
                          PmEnvironment *environment)
{
  const PmFormat *format = pm_format_by_name ("dotenv");
  g_autoptr (PmDocument) document = pm_format_parse (format, bytes, length);
  for (PmNodeId id = pm_document_node (document, 0)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const PmNode *node = pm_document_node (document, id);
    if (node->kind != PM_NODE_SCALAR || node->key == NULL)
      continue;
    PmVariable variable = {
        .name = node->key,
        .value = node->value,
        .file = file,
        .line = pm_document_position (document, node->span.start).line,
        .span = node->span,
    };
    pm_environment_set (environment, &variable);
  }
}
