#pragma once

#include "config/config.h"
#include "live/holders.h"
#include "registry/registry.h"

G_BEGIN_DECLS

/* What every verb works with: where state is kept, the configuration, and the
 * open registry. One thread at a time. */

/* What a crash had left, and what became of it when the state was opened. */
typedef struct {
  guint n_transactions;
  gboolean needs_attention; /* files that somebody else changed were left as they are */
  char *told;               /* one line for each transaction; NULL none */
  char *failure;            /* why something is left; NULL nothing is */
} PmContextRecovery;

/* `step` is static; total 0: nobody knows. */
typedef void (*PmContextProgress) (const char *step, guint64 done, guint64 total, gpointer data);

typedef struct {
  char *state_dir;
  PmConfig *config;
  PmRegistry *registry;
  PmContextRecovery recovery;
  PmHolders *holders;         /* of sockets, so that looking again and again is cheap */
  PmContextProgress progress; /* NULL: nobody wants to know */
  gpointer progress_data;
} PmContext;

/* For whoever stays: a registry's server that is away is waited for (pm_registry_reach). */
typedef enum { PM_CONTEXT_AT_ONCE, PM_CONTEXT_PATIENT } PmContextPatience;

/* What is being done, for whoever waits: `done` of `total`. */
void pm_context_progress (const PmContext *context, const char *step, guint64 done, guint64 total);

const PmContextRecovery *pm_context_recovery (const PmContext *context);

/* Reads the configuration, then opens, and on first use makes, the state directory (or the registry
 * that the configuration names), and recovers transactions that a crash left; another process's
 * that is at work is left alone. `config_file` NULL: where it is looked for by default; one that is
 * named must exist. */
PmContext *pm_context_open (const char *state_dir, const char *config_file, GError **error);

/* The same. With PM_CONTEXT_PATIENT, what could not be recovered without the registry's server is
 * recovered by pm_context_recover, once that is there. */
PmContext *pm_context_open_with (const char *state_dir, const char *config_file,
                                 PmContextPatience patience, GError **error);

/* Takes the place of what pm_context_recovery told. */
void pm_context_recover (PmContext *context);

/* Whether opening it would have something to recover. */
gboolean pm_context_needs_recovery (const char *state_dir);

/* For another thread of a process that has opened one: the same state and configuration, and a
 * registry connection of its own; recovers nothing. */
PmContext *pm_context_join (const char *state_dir, PmConfig *config, GError **error);
PmContext *pm_context_join_with (const char *state_dir, PmConfig *config,
                                 PmContextPatience patience, GError **error);
void pm_context_free (PmContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmContext, pm_context_free)

/* When a scan was last finished, whether it found anything new or not; 0 never. */
gint64 pm_context_last_scan_us (const PmContext *context);
void pm_context_scan_finished (PmContext *context);

G_END_DECLS
