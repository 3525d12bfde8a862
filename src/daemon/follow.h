#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Keeps the registry as the files are: follows the directories of all roots, and reads again what
 * changed, on a thread of its own.
 *
 * Everything is read at the beginning, and again every FOLLOW_EVERYTHING_S, since what lies in a
 * directory that held nothing is not followed; more often where the kernel's limits let not all be
 * followed, at once when events were lost. Roots that come or go, by whatever process, are noticed.
 * Such things are told in the event log: "watch.limited", "watch.overflowed", "root.missing",
 * "root.returned". What doctor wants to know is kept in the registry as the setting "watch". */

#define PM_FOLLOW_EVERYTHING_S 300
#define PM_FOLLOW_EVERYTHING_LIMITED_S 30

typedef struct PmFollow PmFollow;

typedef struct {
  /* The first time that everything was read. */
  void (*ready) (guint projects, guint directories, gpointer data);
  /* A rescan failed; what it was to read is read with the next one. */
  void (*failed) (const GError *error, gpointer data);
  /* Something for the log of the daemon. */
  void (*note) (const char *text, gpointer data);
} PmFollowCalls;

/* The calls come on the main loop. */
PmFollow *pm_follow_new (const char *state_dir, PmConfig *config, const PmFollowCalls *calls,
                         gpointer data);

/* Waits for a rescan that is being done. */
void pm_follow_free (PmFollow *follow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmFollow, pm_follow_free)

G_END_DECLS
