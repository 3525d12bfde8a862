#pragma once

#include "base/json-writer.h"
#include "leases/view.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Pools and free ports. */

#define PM_POOL_VERB_ERROR (pm_pool_verb_error_quark ())
GQuark pm_pool_verb_error_quark (void);
typedef enum { PM_POOL_VERB_ERROR_TYPE, PM_POOL_VERB_ERROR_NONE_FREE } PmPoolVerbError;

/* The defaults, as [pools] of the configuration changes them. */
PmPools *pm_verb_pools_of (const PmConfig *config);

/* The pool that a word means: a type, or anything that is known to be of one ("postgres", "vite").
 * TYPE, with the nearest right word, when it means none. "" is the pool of unknown types. */
const PmPool *pm_verb_pool_named (const PmPools *pools, const char *word, GError **error);

/* How full a pool is. Ports are counted without those that the kernel keeps. */
typedef struct {
  const PmPool *pool;
  guint size;
  guint declared; /* by services, in any variant */
  guint leased;
  guint listening; /* bound now, by whomever */
  guint in_use;    /* any of these */
} PmPoolPressure;

/* Of every pool, appended to `list` (of PmPoolPressure). *ret_unseen (a new string, or NULL; may be
 * NULL itself) is why the kernel did not tell what is bound: `listening` is 0 then. */
gboolean pm_verb_pools (PmContext *context, const PmPools *pools, GArray *list, char **ret_unseen,
                        GError **error);

/* {"type","ranges","configured","size","declared","leased","listening","inUse","free"} */
void pm_verb_pool_write_json (PmJsonWriter *json, const PmPoolPressure *pressure);

/* Keeps it for the history. Called by whatever may change it: a scan that found something new, the
 * daemon from time to time; leases keep theirs by themselves. `snapshot`: what the registry holds
 * of this host; NULL: it is asked. */
gboolean pm_verb_pools_note (PmContext *context, const PmSnapshot *snapshot, GError **error);

/* The lowest port of a pool that nothing holds now, without taking it: two that ask get the same.
 * Reads what is there and makes nothing, so that it is answered within a few milliseconds of the
 * process' start: no context is needed. `config_file` NULL: where it is looked for. */
gboolean pm_verb_port_free (const char *state_dir, const char *config_file, const char *type,
                            guint16 *ret_port, GError **error);

/* The same of a process that has a context, and the configuration that it runs with. */
gboolean pm_verb_port_free_of (PmContext *context, const char *type, guint16 *ret_port,
                               GError **error);

G_END_DECLS
