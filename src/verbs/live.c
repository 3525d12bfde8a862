/* DESIGN
 * Between two refreshes a small file in the state directory keeps which ports are declared, and a
 * digest of the sockets on them. It holds for what the registry knew when it was written, told by
 * the survey's text, which changes with whatever a scan stores. */

#include "verbs/live.h"

#include <string.h>

#include "allocation/ownership.h"
#include "allocation/taken-ports.h"
#include "base/digest.h"
#include "live/sockets.h"
#include "verbs/conflicts.h"
#include "verbs/secrets.h"

/* --- a look --- */

/* Sockets of one process share the text. */
static void
mask_commands (PmSnapshot *snapshot)
{
  const char *last = NULL, *masked = NULL;
  for (guint i = 0; i < snapshot->sockets->len; i++) {
    PmSocket *socket = &g_array_index (snapshot->sockets, PmSocket, i);
    if (socket->command != last) {
      last = socket->command;
      g_autofree char *text = pm_secrets_mask (last, strlen (last), NULL, 0);
      masked = pm_arena_strdup (snapshot->arena, text);
    }
    socket->command = masked;
  }
}

void
pm_verb_live_tell (PmContext *context, PmSnapshot *snapshot, PmLiveSight *ret_sight)
{
  const char *host = pm_registry_host (context->registry);
  PmLiveSight sight = {.counts = {.docker_failure = ""}};
  PmLiveOptions options = {.host = pm_arena_strdup (snapshot->arena, host),
                           .projects = snapshot->projects,
                           .holders = context->holders};
  g_autoptr (GError) error = NULL;
  snapshot->is_live = FALSE;
  g_array_set_size (snapshot->sockets, 0);
  if (!context->config->scan.sockets)
    sight.failure = "[scan] sockets = false";
  else if (!pm_live_look (&options, snapshot->arena, snapshot->sockets, &sight.counts, &error))
    sight.failure = pm_arena_strdup (snapshot->arena, error->message);
  else
    snapshot->is_live = TRUE;
  if (snapshot->is_live) {
    mask_commands (snapshot);
    pm_ownership_judge (snapshot->services, snapshot->sockets, host);
  }
  if (ret_sight != NULL)
    *ret_sight = sight;
}

PmSnapshot *
pm_verb_live_services (PmContext *context, PmLiveSight *ret_sight, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_documents (context->registry, &snapshot, error) ||
      !pm_registry_services (context->registry, snapshot->arena, snapshot->services, error))
    return NULL;
  pm_verb_live_tell (context, snapshot, ret_sight);
  return g_steal_pointer (&snapshot);
}

/* --- what was seen the last time --- */

typedef struct {
  char magic[8];
  PmDigest registry; /* of the survey's text */
  PmDigest sockets;  /* of those on declared ports */
  PmPortSet declared;
} Memory;

static const char magic[8] = "pmlive1";

static char *
memory_file (const PmContext *context)
{
  return g_build_filename (context->state_dir, "live", NULL);
}

static gboolean
load (const PmContext *context, Memory *memory)
{
  g_autofree char *file = memory_file (context), *bytes = NULL;
  gsize length;
  if (!g_file_get_contents (file, &bytes, &length, NULL) || length != sizeof *memory)
    return FALSE;
  memcpy (memory, bytes, sizeof *memory);
  return memcmp (memory->magic, magic, sizeof magic) == 0;
}

/* Without it the next refresh looks at everything, which is no failure of this one. */
static void
save (const PmContext *context, Memory *memory)
{
  g_autofree char *file = memory_file (context);
  memcpy (memory->magic, magic, sizeof magic);
  g_file_set_contents_full (file, (const char *) (void *) memory, sizeof *memory,
                            G_FILE_SET_CONTENTS_NONE, 0600, NULL);
}

/* FALSE: the registry has no survey that holds, so nothing tells whether it changed. */
static gboolean
digest_registry (PmContext *context, PmDigest *ret_digest)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *survey = "";
  if (!pm_registry_survey (context->registry, arena, &survey, NULL) || survey[0] == '\0')
    return FALSE;
  *ret_digest = pm_digest_of (survey, strlen (survey));
  return TRUE;
}

static PmDigest
digest_sockets (const GArray *bound, const PmPortSet *declared)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < bound->len; i++) {
    const PmBoundSocket *s = &g_array_index (bound, PmBoundSocket, i);
    if (!pm_port_set_has (declared, s->port))
      continue;
    g_string_append_printf (text, "%d %u %d %u %" G_GUINT64_FORMAT " ", s->transport, s->port,
                            s->is_v6_only, s->device, s->inode);
    g_string_append_len (text, (const char *) s->address, sizeof s->address);
  }
  return pm_digest_of (text->str, text->len);
}

static gboolean
is_as_before (PmContext *context, const GArray *bound)
{
  Memory memory;
  PmDigest registry;
  if (!load (context, &memory) || !digest_registry (context, &registry))
    return FALSE;
  PmDigest sockets = digest_sockets (bound, &memory.declared);
  return pm_digest_equal (&registry, &memory.registry) &&
         pm_digest_equal (&sockets, &memory.sockets);
}

static void
remember (PmContext *context, const PmSnapshot *snapshot, const GArray *bound)
{
  g_autofree Memory *memory = g_new0 (Memory, 1);
  if (!digest_registry (context, &memory->registry))
    return;
  pm_port_set_add_declared (&memory->declared, snapshot);
  memory->sockets = digest_sockets (bound, &memory->declared);
  save (context, memory);
}

/* --- refresh --- */

/* `bound` was asked for first: what comes or goes meanwhile is seen by the next refresh. */
static PmSnapshot *
refresh (PmContext *context, const GArray *bound, gboolean *ret_changed, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot (context->registry, &snapshot, error))
    return NULL;
  pm_verb_live_tell (context, snapshot, NULL);
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (context, snapshot);
  if (!pm_registry_store_live (context->registry, snapshot, conflicts, g_get_real_time (),
                               ret_changed, error))
    return NULL;
  if (context->config->scan.sockets)
    remember (context, snapshot, bound);
  return g_steal_pointer (&snapshot);
}

gboolean
pm_verb_live_refresh (PmContext *context, gboolean anyway, gboolean *ret_changed,
                      PmSnapshot **ret_snapshot, GError **error)
{
  g_autoptr (GArray) bound = g_array_new (FALSE, TRUE, sizeof (PmBoundSocket));
  gboolean changed = FALSE;
  gboolean sockets = context->config->scan.sockets;
  if (ret_snapshot != NULL)
    *ret_snapshot = NULL;
  if (ret_changed != NULL)
    *ret_changed = FALSE;
  if (!sockets && !anyway)
    return TRUE;
  if (sockets && !pm_sockets_bound (bound, error))
    return FALSE;
  if (!anyway && is_as_before (context, bound))
    return TRUE;
  g_autoptr (PmSnapshot) snapshot = refresh (context, bound, &changed, error);
  if (snapshot == NULL)
    return FALSE;
  if (ret_changed != NULL)
    *ret_changed = changed;
  if (ret_snapshot != NULL)
    *ret_snapshot = g_steal_pointer (&snapshot);
  return TRUE;
}
