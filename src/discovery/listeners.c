#include "discovery/listeners.h"

#include <string.h>

#include "discovery/shared-files.h"

enum {
  RANK_FLAG,
  RANK_SCRIPT_ENVIRONMENT,
  RANK_LOCAL_FILE,
  RANK_FILE,
  RANK_TOOL,
  RANK_PROFILE, /* counts where somebody asks for it */
  RANK_SOURCE,
  RANK_TEMPLATE,
};

/* --- slots --- */

static const char *
last_key (const char *path)
{
  const char *dot = strrchr (path, '.');
  return dot == NULL ? path : dot + 1;
}

static gboolean
is_upper_case (const char *name)
{
  for (; *name != '\0'; name++)
    if (g_ascii_islower (*name))
      return FALSE;
  return TRUE;
}

static gboolean
is_main_variable (const char *name)
{
  static const char *const main_variables[] = {
      "PORT",         "APP_PORT",      "SERVER_PORT",  "HTTP_PORT", "LISTEN_PORT",
      "WEB_PORT",     "API_PORT",      "SERVICE_PORT", "VITE_PORT", "FLASK_RUN_PORT",
      "BACKEND_PORT", "FRONTEND_PORT", "UVICORN_PORT", NULL,
  };
  return g_strv_contains (main_variables, name);
}

static gboolean
is_main_script (const char *path)
{
  static const char *const scripts[] = {"scripts.dev",
                                        "scripts.start",
                                        "scripts.serve",
                                        "scripts.develop",
                                        "scripts.start:dev",
                                        "scripts.dev:server",
                                        NULL};
  return g_strv_contains (scripts, path);
}

static gboolean
is_main_section (const char *path)
{
  static const char *const sections[] = {
      "port", "server.port", "devServer.port", "http.port", "app.port", "listen", NULL};
  if (g_strv_contains (sections, path))
    return TRUE;
  /* app.listen(3000), server.listen(…) */
  return strstr (path, "listen()") != NULL;
}

static const char *
slot_of (PmSnapshot *snapshot, const PmFinding *f)
{
  const char *key = last_key (f->path);
  if (g_str_has_suffix (f->rule, ".debugger"))
    return "debugger";
  if (is_upper_case (key) && key[0] != '\0')
    return is_main_variable (key) ? "main" : key;
  if (g_str_has_prefix (f->path, "scripts."))
    return is_main_script (f->path) ? "main" : f->path;
  if (is_main_section (f->path))
    return "main";
  if (f->variable[0] != '\0' && is_main_variable (f->variable))
    return "main";
  return pm_arena_strdup (snapshot->arena, f->path);
}

/* --- a frontend's development server beside a process of the package --- */

#define DEV_SERVER "dev-server" /* a slot */

/* They read their own file and flags, and no PORT. */
static gboolean
is_dev_server_tool (const char *tool)
{
  static const char *const tools[] = {"vite",    "vue-cli", "webpack", "rspack",
                                      "angular", "parcel",  NULL};
  return g_strv_contains (tools, tool);
}

static gboolean
is_dev_server_format (const char *format)
{
  static const char *const formats[] = {"vite", "webpack", "angular", NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_program_format (const char *format)
{
  static const char *const formats[] = {"javascript", "code", NULL};
  return g_strv_contains (formats, format);
}

typedef struct {
  PmSnapshot *snapshot;
  GHashTable *processes; /* owners of which program text binds a port itself */
  GHashTable *scripts;   /* "root\nfile:line" of scripts that start a development server */
} DevServers;

static char *
owner_key (const PmFinding *f)
{
  return g_strconcat (f->root, "\n", f->project, "\n", f->owner, NULL);
}

static char *
line_key (const char *root, const char *file, guint line)
{
  return g_strdup_printf ("%s\n%s:%u", root, file, line);
}

static gboolean
is_of_a_dev_server (const DevServers *servers, const PmFinding *f)
{
  static const char *const own_variables[] = {"VITE_PORT", "FRONTEND_PORT", NULL};
  if (is_dev_server_format (f->format))
    return f->variable[0] == '\0' || g_strv_contains (own_variables, f->variable);
  if (strcmp (f->format, "env") == 0)
    return g_strv_contains (own_variables, last_key (f->path));
  if (strcmp (f->format, "package.json") != 0 || strstr (f->rule, "flag") == NULL)
    return FALSE;
  g_autofree char *line = line_key (f->root, f->file, f->position.line);
  return g_hash_table_contains (servers->scripts, line);
}

static void
index_dev_servers (DevServers *servers, const GArray *listeners)
{
  for (guint i = 0; i < listeners->len; i++) {
    const PmListener *one = &g_array_index (listeners, PmListener, i);
    const PmFinding *f = &g_array_index (servers->snapshot->findings, PmFinding, one->finding);
    if (strcmp (one->slot, "main") == 0 && is_program_format (f->format))
      g_hash_table_add (servers->processes, owner_key (f));
  }
  for (guint i = 0; i < servers->snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (servers->snapshot->facts, PmServiceFact, i);
    if (is_dev_server_tool (fact->tool))
      g_hash_table_add (servers->scripts, line_key (fact->root, fact->file, fact->line));
  }
}

/* Vite and Express of one package run side by side: neither overrides the other. */
static void
part_dev_servers (PmSnapshot *snapshot, GArray *listeners)
{
  g_autoptr (GHashTable) processes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) scripts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  DevServers servers = {snapshot, processes, scripts};
  index_dev_servers (&servers, listeners);
  for (guint i = 0; i < listeners->len && g_hash_table_size (processes) > 0; i++) {
    PmListener *one = &g_array_index (listeners, PmListener, i);
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, one->finding);
    if (strcmp (one->slot, "main") != 0 || !is_of_a_dev_server (&servers, f))
      continue;
    g_autofree char *owner = owner_key (f);
    if (g_hash_table_contains (processes, owner))
      one->slot = DEV_SERVER;
  }
}

gboolean
pm_listeners_is_anothers (const PmServiceFact *fact, const GArray *files)
{
  gboolean is_program = FALSE;
  if (!is_dev_server_tool (fact->tool))
    return FALSE;
  for (guint i = 0; i < files->len; i++) {
    const PmConfigFile *file = &g_array_index (files, PmConfigFile, i);
    if (is_dev_server_format (file->format) ||
        (file->line == fact->line && strcmp (file->path, fact->file) == 0))
      return FALSE;
    is_program |= is_program_format (file->format) && file->role == PM_ROLE_LISTEN;
  }
  return is_program;
}

/* --- several commands of one script --- */

static gboolean
is_flag_of_a_script (const PmFinding *f)
{
  return g_str_has_prefix (f->path, "scripts.") && strstr (f->rule, "flag") != NULL &&
         !g_str_has_suffix (f->rule, ".debugger");
}

/* `concurrently "vite --port 5179" "json-server -p 3055"`, `a & b`: the commands of one script run
 * side by side, so a further port of it is a further listener, and overrides nothing. */
static void
part_commands (PmSnapshot *snapshot, GArray *listeners)
{
  g_autoptr (GHashTable) first = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < listeners->len; i++) {
    PmListener *one = &g_array_index (listeners, PmListener, i);
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, one->finding);
    if (!is_flag_of_a_script (f))
      continue;
    char *script = g_strjoin ("\n", f->root, f->file, f->path, NULL);
    guint port = GPOINTER_TO_UINT (g_hash_table_lookup (first, script));
    if (port == 0)
      g_hash_table_insert (first, g_steal_pointer (&script), GUINT_TO_POINTER (f->port));
    else if (port != f->port)
      one->slot = pm_arena_printf (snapshot->arena, "%s %u", f->path, f->port);
    g_free (script);
  }
}

/* --- modes and ranks --- */

/* Modes that a person means when they say "the" configuration. */
static const char *
mode_of (const char *variant)
{
  static const char *const base[] = {"",    "local",       "override",          "template",
                                     "dev", "development", "development.local", NULL};
  return g_strv_contains (base, variant) ? "" : variant;
}

static guint
rank_of (const PmFinding *f)
{
  if (strcmp (f->variant, "template") == 0)
    return RANK_TEMPLATE;
  if (strstr (f->rule, "flag") != NULL)
    return RANK_FLAG;
  if (g_str_has_prefix (f->path, "scripts."))
    return RANK_SCRIPT_ENVIRONMENT;
  if (strcmp (f->format, "env") == 0)
    return g_str_has_suffix (f->variant, "local") ? RANK_LOCAL_FILE : RANK_FILE;
  /* No profile is active by itself, local neither (docs.spring.io, "Profile Specific Files"). */
  if (strcmp (f->format, "spring") == 0 && f->variant[0] != '\0')
    return RANK_PROFILE;
  return f->text_class == PM_TEXT_SOURCE ? RANK_SOURCE : RANK_TOOL;
}

/* --- candidates --- */

static int
compare (const PmSnapshot *snapshot, const PmListener *a, const PmListener *b)
{
  const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, a->finding);
  const PmFinding *g = &g_array_index (snapshot->findings, PmFinding, b->finding);
  int order = strcmp (f->root, g->root);
  if (order == 0)
    order = strcmp (f->project, g->project);
  if (order == 0)
    order = strcmp (f->owner, g->owner);
  if (order == 0)
    order = (int) f->transport - (int) g->transport;
  if (order == 0)
    order = strcmp (a->slot, b->slot);
  return order == 0 ? strcmp (a->mode, b->mode) : order;
}

gboolean
pm_listeners_same (const PmSnapshot *snapshot, const PmListener *a, const PmListener *b)
{
  return compare (snapshot, a, b) == 0;
}

static gint
compare_for_sort (gconstpointer a, gconstpointer b, gpointer snapshot)
{
  const PmListener *left = a, *right = b;
  int order = compare (snapshot, left, right);
  if (order != 0)
    return order;
  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  return left->finding < right->finding ? -1 : left->finding > right->finding;
}

/* Places that several findings speak of: a variable's definition, and what is made of it. */
typedef struct {
  GHashTable *of_mappings; /* origins of what containers publish: what stands there is theirs */
  GHashTable
      *of_listeners; /* where a port that a process binds is written: uses of it are no more */
} Places;

static char *
place_key (const PmFinding *f, const char *place)
{
  return g_strconcat (f->root, "\n", place, NULL);
}

static char *
own_place (const PmFinding *f)
{
  return g_strdup_printf ("%s\n%s:%u", f->root, f->file, f->position.line);
}

static void
places_clear (Places *places)
{
  g_hash_table_unref (places->of_mappings);
  g_hash_table_unref (places->of_listeners);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Places, places_clear)

static void
places_init (Places *places, const PmSnapshot *snapshot)
{
  places->of_mappings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  places->of_listeners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind != PM_KIND_PORT)
      continue;
    if (f->origin[0] != '\0' && (f->role == PM_ROLE_PUBLISH || f->role == PM_ROLE_TARGET))
      g_hash_table_add (places->of_mappings, place_key (f, f->origin));
    if (f->role == PM_ROLE_LISTEN && f->origin[0] == '\0')
      g_hash_table_add (places->of_listeners, own_place (f));
  }
}

static gboolean
is_said_elsewhere (const Places *places, const PmFinding *f)
{
  g_autofree char *own = own_place (f);
  if (g_hash_table_contains (places->of_mappings, own))
    return TRUE;
  g_autofree char *origin = place_key (f, f->origin);
  return f->origin[0] != '\0' && g_hash_table_contains (places->of_listeners, origin);
}

GArray *
pm_listeners_collect (PmSnapshot *snapshot, double least_confidence)
{
  GArray *listeners = g_array_new (FALSE, FALSE, sizeof (PmListener));
  g_auto (Places) places;
  g_autoptr (PmSharedFiles) shared = pm_shared_files_new (snapshot);
  places_init (&places, snapshot);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind != PM_KIND_PORT || f->role != PM_ROLE_LISTEN || f->scope != PM_SCOPE_HOST ||
        f->port == 0 || f->confidence < least_confidence ||
        (f->text_class != PM_TEXT_CONFIG && f->text_class != PM_TEXT_SOURCE) ||
        is_said_elsewhere (&places, f) || pm_shared_files_is_anothers (shared, f))
      continue;
    guint rank = rank_of (f);
    PmListener listener = {i, slot_of (snapshot, f), mode_of (f->variant), rank, rank <= RANK_FILE};
    g_array_append_val (listeners, listener);
  }
  part_dev_servers (snapshot, listeners);
  part_commands (snapshot, listeners);
  g_array_sort_with_data (listeners, compare_for_sort, snapshot);
  return listeners;
}
