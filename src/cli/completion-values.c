/* DESIGN
 * One table says what each placeholder may be: words, or a function that asks the registry. What
 * stands for something else in some command has a row of its own, before the general one. */

#include <string.h>

#include "cli/completions.h"
#include "model/filter.h"
#include "registry/records.h"
#include "verbs/addresses.h"
#include "verbs/conflicts.h"
#include "verbs/lease.h"
#include "verbs/pools.h"

#define MOST_PAST 50 /* transactions */

/* Opened only when it is there and sound: a Tab makes nothing, and repairs nothing. */
static PmRegistry *
open_registry (PmCli *cli)
{
  g_autofree char *registry = g_build_filename (cli->state_dir, "registry.db", NULL);
  if (cli->context == NULL && (!g_file_test (registry, G_FILE_TEST_IS_REGULAR) ||
                               pm_context_needs_recovery (cli->state_dir)))
    return NULL;
  return pm_cli_open (cli) ? cli->context->registry : NULL;
}

static PmSnapshot *
open_snapshot (PmCli *cli)
{
  PmSnapshot *snapshot = NULL;
  g_autoptr (GError) error = NULL;
  PmRegistry *registry = open_registry (cli);
  return registry != NULL && pm_registry_snapshot (registry, &snapshot, &error) ? snapshot : NULL;
}

static void
add_number (PmCompletions *completions, gint64 number, const char *meaning)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  pm_completions_add (completions, text, meaning);
}

/* --- of the registry --- */

/* Of all that goes by one name of one project. */
typedef struct {
  guint rows, everyday_rows;
  guint transports; /* bits of PmTransport */
} NameUse;

/* From a name to its one project's id, "" where several projects have it. */
static GHashTable *
owners_of_names (const PmSnapshot *snapshot)
{
  GHashTable *owners = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    const char *owner = g_hash_table_lookup (owners, service->name);
    gboolean is_shared = owner != NULL && strcmp (owner, service->project_id) != 0;
    g_hash_table_insert (owners, (char *) service->name,
                         (char *) (is_shared ? "" : service->project_id));
  }
  return owners;
}

/* From project/name to its NameUse. */
static GHashTable *
uses_of_names (const PmSnapshot *snapshot)
{
  GHashTable *uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    g_autofree char *full = g_strdup_printf ("%s/%s", service->project_id, service->name);
    NameUse *use = g_hash_table_lookup (uses, full);
    if (use == NULL) {
      use = g_new0 (NameUse, 1);
      g_hash_table_insert (uses, g_steal_pointer (&full), use);
    }
    use->rows++;
    use->everyday_rows += service->variant[0] == '\0';
    use->transports |= 1u << service->transport;
  }
  return uses;
}

/* As pm_verb_find_service takes it: by name alone where one project has it, else with the project;
 * with the port where the name means several, and the transport where one port may be two. */
static char *
name_to_type (const PmService *service, GHashTable *owners, GHashTable *uses)
{
  const char *owner = g_hash_table_lookup (owners, service->name);
  g_autofree char *full = g_strdup_printf ("%s/%s", service->project_id, service->name);
  const NameUse *use = g_hash_table_lookup (uses, full);
  const char *name = owner[0] != '\0' ? service->name : full;
  if (use->rows == 1 || use->everyday_rows == 1)
    return g_strdup (name);
  guint port = service->external_port != 0 ? service->external_port : service->internal_port;
  if ((use->transports & (use->transports - 1)) == 0)
    return g_strdup_printf ("%s:%u", name, port);
  return g_strdup_printf ("%s:%u/%s", name, port, pm_transport_name (service->transport));
}

static void
add_services (PmCompletions *completions)
{
  g_autoptr (PmSnapshot) snapshot = open_snapshot (completions->cli);
  if (snapshot == NULL)
    return;
  g_autoptr (GHashTable) owners = owners_of_names (snapshot);
  g_autoptr (GHashTable) uses = uses_of_names (snapshot);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    char *name = name_to_type (service, owners, uses);
    g_autofree char *meaning =
        g_strdup_printf ("%s, port %u", service->project_id, service->external_port);
    if (g_hash_table_add (told, name))
      pm_completions_add (completions, name, meaning);
  }
}

static void
add_service_ids (PmCompletions *completions)
{
  g_autoptr (PmSnapshot) snapshot = open_snapshot (completions->cli);
  for (guint i = 0; snapshot != NULL && i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    g_autofree char *name = pm_service_full_name (service);
    g_autofree char *meaning = g_strdup_printf ("%s, port %u", name, service->external_port);
    add_number (completions, service->id, meaning);
  }
}

static void
add_conflicts (PmCompletions *completions)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  if (open_registry (completions->cli) == NULL)
    return;
  g_autoptr (GArray) conflicts = pm_verb_conflicts (completions->cli->context, &snapshot, &error);
  for (guint i = 0; conflicts != NULL && i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    pm_completions_add (completions, conflict->id, conflict->reason);
  }
}

static void
add_transactions (PmCompletions *completions)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  g_autoptr (GError) error = NULL;
  PmRegistry *registry = open_registry (completions->cli);
  if (registry == NULL ||
      !pm_registry_transactions (registry, 0, MOST_PAST, arena, records, &error))
    return;
  for (guint i = 0; i < records->len; i++) {
    const PmTransactionRecord *record = &g_array_index (records, PmTransactionRecord, i);
    g_autofree char *meaning = g_strdup_printf ("%s, %s", record->kind, record->state);
    add_number (completions, record->id, meaning);
  }
}

static void
add_leases (PmCompletions *completions)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmLease));
  g_autoptr (GError) error = NULL;
  if (open_registry (completions->cli) == NULL ||
      !pm_verb_leases (completions->cli->context, arena, list, &error))
    return;
  for (guint i = 0; i < list->len; i++) {
    const PmLease *lease = &g_array_index (list, PmLease, i);
    g_autofree char *meaning =
        g_strdup_printf ("port %u, %s %s", lease->port, lease->type, lease->name);
    add_number (completions, lease->id, meaning);
  }
}

static void
add_tokens (PmCompletions *completions)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (PmToken));
  g_autoptr (GError) error = NULL;
  PmRegistry *registry = open_registry (completions->cli);
  if (registry == NULL || !pm_registry_tokens (registry, arena, tokens, &error))
    return;
  for (guint i = 0; i < tokens->len; i++)
    pm_completions_add (completions, g_array_index (tokens, PmToken, i).name,
                        g_array_index (tokens, PmToken, i).role);
}

static void
add_addresses (PmCompletions *completions)
{
  g_autoptr (PmSnapshot) snapshot = open_snapshot (completions->cli);
  if (snapshot == NULL)
    return;
  g_autoptr (GArray) list = pm_verb_addresses (snapshot);
  for (guint i = 0; i < list->len; i++) {
    const PmKnownAddress *known = &g_array_index (list, PmKnownAddress, i);
    g_autofree char *meaning = g_strdup_printf ("in %u places", known->places);
    pm_completions_add (completions, known->address, meaning);
  }
}

static void
add_projects (PmCompletions *completions)
{
  g_autoptr (PmSnapshot) snapshot = open_snapshot (completions->cli);
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; snapshot != NULL && i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (g_hash_table_add (told, (char *) service->project_id))
      pm_completions_add (completions, service->project_id, NULL);
  }
}

/* --- of the configuration --- */

static void
add_types (PmCompletions *completions)
{
  g_autoptr (PmPools) pools = open_registry (completions->cli) == NULL
                                  ? pm_pools_new ()
                                  : pm_verb_pools_of (completions->cli->context->config);
  for (guint i = 0; i < pm_pools_count (pools); i++)
    pm_completions_add (completions, pm_pools_at (pools, i)->type, NULL);
}

/* "project:" and then the projects, "is:" and then the states. */
static void
add_filters (PmCompletions *completions)
{
  const char *colon = strchr (completions->word, ':');
  for (const char *const *key = pm_filter_keys (); *key != NULL; key++) {
    g_autofree char *text = g_strconcat (*key, ":", NULL);
    if (!g_str_has_prefix (completions->word, text)) {
      pm_completions_add (completions, text, NULL);
      continue;
    }
    PmCompletions behind = {completions->out, completions->cli, text, colon + 1};
    if (strcmp (*key, "project") == 0)
      add_projects (&behind);
    else if (strcmp (*key, "type") == 0)
      add_types (&behind);
    for (const char *const *state = pm_filter_states (); strcmp (*key, "is") == 0 && *state != NULL;
         state++)
      pm_completions_add (&behind, *state, NULL);
  }
}

/* --- what each placeholder is --- */

typedef struct {
  const char *command; /* NULL any */
  const char *placeholder;
  const char *words; /* NULL: asked for; "@…" the shell's */
  void (*add) (PmCompletions *completions);
} Meaning;

static const Meaning meanings[] = {
    {"services", "ID", NULL, add_service_ids},
    {"undo", "ID", NULL, add_transactions},
    {"release", "ID", NULL, add_leases},
    {"lease", "ID", NULL, add_leases},
    {"resolve", "ID", NULL, add_conflicts},
    {"events", "ID", NULL, add_projects},
    {"history", "S", NULL, add_services},
    {"token", "NAME", NULL, add_tokens},
    {"token", "T", "12h 30d", NULL},
    {"history", "T", "2h 7d", NULL},
    {"pools", "T", "2h 7d", NULL},
    {NULL, "SERVICE", NULL, add_services},
    {NULL, "FILTER", NULL, add_filters},
    {NULL, "T", NULL, add_types},
    {NULL, "OLD", NULL, add_addresses},
    {NULL, "ROLE", "viewer operator admin", NULL},
    {NULL, "WHEN", "auto always never", NULL},
    {NULL, "CHANNEL", "mail slack webhook", NULL},
    {NULL, "ROOT", "@folders", NULL},
    {NULL, "DIR", "@folders", NULL},
    {NULL, "FILE", "@files", NULL},
    {NULL, "FILE:LINE", "@files", NULL},
    {NULL, "CMD", "@commands", NULL},
};

static void
add_meaning (PmCompletions *completions, const Meaning *meaning)
{
  if (meaning->add != NULL)
    meaning->add (completions);
  else if (meaning->words[0] == '@')
    g_string_append_printf (completions->out, "%s\n", meaning->words);
  else {
    g_auto (GStrv) words = g_strsplit (meaning->words, " ", -1);
    for (char **word = words; *word != NULL; word++)
      pm_completions_add (completions, *word, NULL);
  }
}

void
pm_completions_add_values (PmCompletions *completions, const PmCommand *command,
                           const char *placeholder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++) {
    const Meaning *meaning = &meanings[i];
    gboolean is_its = meaning->command == NULL ||
                      (command != NULL && strcmp (meaning->command, command->name) == 0);
    if (is_its && strcmp (meaning->placeholder, placeholder) == 0) {
      add_meaning (completions, meaning);
      return;
    }
  }
}
