#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "model/candidates.h"
#include "model/finding-json.h"
#include "model/host.h"
#include "verbs/check.h"

/* FILE:LINE; the file may hold colons itself. */
static gboolean
parse_place (const char *text, char **ret_file, guint32 *ret_line)
{
  const char *colon = strrchr (text, ':');
  guint64 line;
  if (colon == NULL || colon == text ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT32, &line, NULL))
    return FALSE;
  *ret_file = g_strndup (text, (gsize) (colon - text));
  *ret_line = (guint32) line;
  return TRUE;
}

/* A path as typed, from anywhere, or as the tables show it: relative to a root. */
static gboolean
is_in_file (const PmFinding *f, const char *typed, const char *resolved)
{
  if (strcmp (f->file, typed) == 0)
    return TRUE;
  gsize length = strlen (f->root);
  return resolved != NULL && strncmp (resolved, f->root, length) == 0 && resolved[length] == '/' &&
         strcmp (resolved + length + 1, f->file) == 0;
}

static const PmService *
service_of (const PmSnapshot *snapshot, const PmFinding *f)
{
  const PmService *named = NULL;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (strcmp (service->name, f->owner) != 0 || strcmp (service->project_id, f->project) != 0 ||
        strcmp (service->root, f->root) != 0)
      continue;
    if (service->external_port == f->port || service->internal_port == f->port)
      return service;
    named = service;
  }
  return f->role == PM_ROLE_REFERENCE ? named : NULL;
}

/* As `assign` takes it: of a service with several ports, with the one that is meant. */
static char *
name_for_assign (const PmSnapshot *snapshot, const PmService *service)
{
  guint n = 0;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *other = &g_array_index (snapshot->services, PmService, i);
    n += strcmp (service->name, other->name) == 0 &&
         strcmp (service->project_id, other->project_id) == 0;
  }
  guint port = service->external_port != 0 ? service->external_port : service->internal_port;
  return n == 1 ? g_strdup_printf ("%s/%s", service->project_id, service->name)
                : g_strdup_printf ("%s/%s:%u", service->project_id, service->name, port);
}

static void
print_consumers (const PmSnapshot *snapshot, const PmFinding *f)
{
  const PmService *service =
      f->kind == PM_KIND_IP || f->role == PM_ROLE_REFERENCE ? NULL : service_of (snapshot, f);
  gboolean first = TRUE;
  for (guint i = 0; service != NULL && i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    if (edge->to_service < 0 ||
        &g_array_index (snapshot->services, PmService, edge->to_service) != service)
      continue;
    const PmFinding *from = &g_array_index (snapshot->findings, PmFinding, edge->finding);
    g_autofree char *owner = pm_full_name (from->owner, from->project);
    pm_output_field (first ? "  pointed at" : "", "by %s, %s:%u", owner, from->file,
                     from->position.line);
    first = FALSE;
  }
}

/* Whom it could mean, where nothing that is written decides. */
static GArray *
candidates_of (const PmSnapshot *snapshot, guint index)
{
  const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, index);
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (guint));
  pm_candidates_find (snapshot, f, f->host, candidates);
  return candidates;
}

static void
print_candidates (const PmSnapshot *snapshot, guint index)
{
  g_autoptr (GArray) candidates = candidates_of (snapshot, index);
  if (candidates->len < 2) {
    pm_output_field ("  points at", "nobody that is known here");
    return;
  }
  pm_output_field ("  points at", "one of several; no file says which:");
  for (guint i = 0; i < candidates->len; i++) {
    const PmService *service =
        &g_array_index (snapshot->services, PmService, g_array_index (candidates, guint, i));
    pm_output_field ("", "%s/%s (%s)", service->project_id, pm_service_shown_name (service),
                     service->origin);
  }
  pm_output_field ("  decided", "by you: say which with means = \"…\" in a [[rule]] for this file; "
                                "or by a port for each of them (“resolve”); or a [[rule]] with "
                                "silence = true, if it is no reference");
}

/* As “check” has it, with what to do. */
static void
print_lost_meaning (const PmSnapshot *snapshot, const PmFinding *f)
{
  g_autoptr (GArray) results = pm_verb_check (snapshot, NULL);
  for (guint i = 0; i < results->len; i++) {
    const PmCheckResult *result = &g_array_index (results, PmCheckResult, i);
    if (strcmp (result->rule, "unknown-meaning") == 0 && result->line == f->position.line &&
        result->column == f->position.column && strcmp (result->file, f->file) == 0 &&
        strcmp (result->root, f->root) == 0)
      pm_output_field ("  points at", "nobody: %s; %s", result->message, result->remedy);
  }
}

static void
print_target (const PmSnapshot *snapshot, guint index)
{
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    if (edge->finding != index)
      continue;
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, index);
    if (edge->to_service < 0 && f->means != NULL) {
      print_lost_meaning (snapshot, f);
      continue;
    }
    if (f->means != NULL)
      pm_output_field ("  means", "%s says that this means %s", pm_finding_said_at (f), f->means);
    if (edge->to_service < 0) {
      print_candidates (snapshot, index);
      continue;
    }
    const PmService *to = &g_array_index (snapshot->services, PmService, edge->to_service);
    g_autofree char *name = pm_service_full_name (to);
    pm_output_field ("  points at", "%s (%s)", name, to->origin);
  }
}

static void
print_change (const PmSnapshot *snapshot, const PmFinding *f)
{
  const PmService *service = service_of (snapshot, f);
  if (f->text_class > PM_TEXT_SOURCE)
    pm_output_field ("  changes", "never by itself: it stands in %s",
                     pm_text_class_name (f->text_class));
  else if (f->kind == PM_KIND_IP && pm_host_is_this_machine (f->address))
    pm_output_field ("  changes", "never: it is the same on every machine");
  else if (f->kind == PM_KIND_IP)
    pm_output_field ("  changes", "with “port-manager ip change %s NEW”", f->address);
  else if (f->role == PM_ROLE_REFERENCE)
    pm_output_field ("  changes", "when the service that it points at moves");
  else if (service != NULL) {
    g_autofree char *name = name_for_assign (snapshot, service);
    pm_output_field ("  changes", "with “port-manager assign %s PORT”%s", name,
                     f->origin[0] == '\0' ? "" : ", at its origin");
  }
}

static void
print_finding (const PmSnapshot *snapshot, guint index)
{
  const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, index);
  if (f->kind == PM_KIND_IP)
    pm_output_line ("%s  address, column %u", f->address, f->position.column);
  else if (f->port_end > f->port)
    pm_output_line ("%u-%u  %s, column %u", f->port, f->port_end, pm_role_name (f->role),
                    f->position.column);
  else
    pm_output_line ("%u  %s, column %u", f->port, pm_role_name (f->role), f->position.column);
  pm_output_field ("  where", "%s in %s (%s%s%s)", f->path, f->file, f->format,
                   f->variant[0] == '\0' ? "" : ", ", f->variant);
  pm_output_field ("  rule", "%s, %.0f %% sure", f->rule, f->confidence * 100);
  if (f->standing == PM_STANDING_KEPT)
    pm_output_field ("  kept", "it could not be read there when last looked; “scan” says why");
  g_autofree char *owner = pm_full_name (f->owner, f->project);
  pm_output_field ("  service", "%s", owner);
  if (f->host[0] != '\0') {
    g_autofree char *endpoint = pm_finding_endpoint (f);
    pm_output_field ("  endpoint", "%s", endpoint);
  }
  if (f->origin[0] != '\0')
    pm_output_field ("  comes from", "%s%s%s", f->origin,
                     f->variable[0] == '\0' ? "" : ", variable ", f->variable);
  print_target (snapshot, index);
  print_consumers (snapshot, f);
  print_change (snapshot, f);
}

static void
write_service_id (PmJsonWriter *json, const PmSnapshot *snapshot, guint service)
{
  pm_json_int (json, g_array_index (snapshot->services, PmService, service).id);
}

/* Of each reference the one that it points at, or null, and whom else it could mean. */
static void
write_targets (PmJsonWriter *json, const PmSnapshot *snapshot, const GArray *indexes)
{
  pm_json_key (json, "pointsAt");
  pm_json_begin_array (json);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    guint place = 0;
    while (place < indexes->len && g_array_index (indexes, guint, place) != edge->finding)
      place++;
    if (place == indexes->len)
      continue;
    g_autoptr (GArray) candidates = candidates_of (snapshot, edge->finding);
    pm_json_begin_object (json);
    pm_json_member_int (json, "finding", place);
    pm_json_key (json, "serviceId");
    if (edge->to_service < 0)
      pm_json_null (json);
    else
      write_service_id (json, snapshot, (guint) edge->to_service);
    pm_json_key (json, "candidates");
    pm_json_begin_array (json);
    for (guint k = 0; k < candidates->len; k++)
      write_service_id (json, snapshot, g_array_index (candidates, guint, k));
    pm_json_end_array (json);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
print_json (const PmSnapshot *snapshot, const GArray *indexes)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "findings");
  pm_json_begin_array (&json);
  for (guint i = 0; i < indexes->len; i++)
    pm_finding_write_json (
        &json, &g_array_index (snapshot->findings, PmFinding, g_array_index (indexes, guint, i)));
  pm_json_end_array (&json);
  write_targets (&json, snapshot, indexes);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static gboolean
is_known_file (const PmSnapshot *snapshot, const char *typed, const char *resolved)
{
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    PmFinding place = {.root = document->root, .file = document->file};
    if (is_in_file (&place, typed, resolved))
      return TRUE;
  }
  return FALSE;
}

/* The host whose services are written in a file that is called so; NULL none. */
static const char *
host_of_file (const GArray *services, const char *file)
{
  for (guint i = 0; i < services->len; i++) {
    const PmService *s = &g_array_index (services, PmService, i);
    for (guint k = 0; k < s->n_config_files; k++) {
      PmFinding place = {.root = s->root, .file = s->config_files[k].path};
      if (is_in_file (&place, file, NULL))
        return s->host;
    }
  }
  return NULL;
}

static PmExit
refuse_unknown (PmCli *cli, const char *file)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  const char *host = pm_registry_services (cli->context->registry, arena, services, NULL)
                         ? host_of_file (services, file)
                         : NULL;
  if (host != NULL && strcmp (host, pm_registry_host (cli->context->registry)) != 0)
    return pm_cli_refuse (PM_EXIT_REFUSED,
                          "%s is a file of the host %s: ask there, where its findings are", file,
                          host);
  return pm_cli_refuse (PM_EXIT_USAGE, "%s is not among the documents of the last scan", file);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  g_autofree char *file = NULL;
  guint32 line = 0;
  if (argc != 1 || !parse_place (argv[0], &file, &line))
    return pm_cli_usage (&pm_command_explain, "takes one FILE:LINE; lines count from 1");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot (cli->context->registry, &snapshot, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);

  char *resolved = realpath (file, NULL);
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->position.line == line && is_in_file (f, file, resolved))
      g_array_append_val (seen, i);
  }
  gboolean known = is_known_file (snapshot, file, resolved);
  free (resolved);

  if (!known && seen->len == 0)
    return refuse_unknown (cli, file);
  if (cli->json)
    print_json (snapshot, seen);
  else if (seen->len == 0)
    pm_output_line ("%s:%u: nothing that is a port or an address was seen there", file, line);
  else
    for (guint i = 0; i < seen->len; i++)
      print_finding (snapshot, g_array_index (seen, guint, i));
  return PM_EXIT_DONE;
}

static const char *const examples[] = {"explain shop-api/.env:1",
                                       "explain ~/projects/shop/compose.yaml:12", NULL};

const PmCommand pm_command_explain = {
    .name = "explain",
    .arguments = "FILE:LINE",
    .summary = "what was seen there, by which rule, how sure, and what points at it",
    .details =
        "FILE is a path, or one relative to a root as the tables show it. Tells of the last scan.",
    .examples = examples,
    .run = run,
};
