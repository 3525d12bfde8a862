#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* Changes on their way through the pipeline (pipeline/): each from the moment that it is wanted
 * until it is dealt with. The stage and the report are written together, with an event of the same
 * name, so that whoever goes on after a crash knows exactly what was done. */

typedef struct {
  gint64 id;
  const char *kind;        /* "ip-change", "assign" */
  const char *source;      /* who told: a source of addresses, or "hand" */
  const char *slot;        /* which of its addresses; by hand: by whom */
  const char *old_address; /* of an assignment the old port; "" not known yet */
  const char *new_address;
  const char *stage; /* "confirmed" at first, then how far it is, or what became of it */
  gint64 confirmed_us;
  gint64 finished_us; /* 0: not dealt with yet */
  const char *report; /* a JSON object */
} PmAddressChange;

/* Opens one; id, stage and finish are not read. ret_id may be NULL. */
gboolean pm_registry_change_open (PmRegistry *registry, const PmAddressChange *change,
                                  gint64 *ret_id, GError **error);

/* One stage further, or, with `is_end`, to what became of it. `event` is appended with the report
 * as its data; NULL none. One that somebody else has ended meanwhile stays as it is. */
typedef struct {
  gint64 id;
  const char *stage;
  const char *old_address; /* NULL: as it was */
  const char *report;
  const char *event;
  gboolean is_end;
  gint64 now_us;
} PmChangeStep;

gboolean pm_registry_change_step (PmRegistry *registry, const PmChangeStep *step, GError **error);

/* One that has ended begins again at `stage`; FALSE with NOT_FOUND when it is open, or not there.
 */
gboolean pm_registry_change_reopen (PmRegistry *registry, gint64 id, const char *stage,
                                    const char *report, GError **error);

/* NOT_FOUND. */
gboolean pm_registry_change (PmRegistry *registry, gint64 id, PmArena *arena,
                             PmAddressChange *ret_change, GError **error);

/* This host's, appended to `changes` (of PmAddressChange): those that are not dealt with, oldest
 * first, or at most `limit` of all, newest first. */
gboolean pm_registry_changes_open (PmRegistry *registry, PmArena *arena, GArray *changes,
                                   GError **error);
gboolean pm_registry_changes (PmRegistry *registry, guint limit, PmArena *arena, GArray *changes,
                              GError **error);

/* How many of this host ended as `stage` since then. */
gboolean pm_registry_changes_ended (PmRegistry *registry, const char *stage, gint64 since_us,
                                    gint64 *ret_count, GError **error);

/* --- what the healer remembers of each thing that it would restart --- */

typedef struct {
  const char *subject;
  const char *state; /* the healer's own text */
  gint64 saved_us;
} PmHealingRecord;

/* This host's, appended to `records` (of PmHealingRecord). */
gboolean pm_registry_healing (PmRegistry *registry, PmArena *arena, GArray *records,
                              GError **error);

/* `state` NULL: it is forgotten. */
gboolean pm_registry_healing_put (PmRegistry *registry, const PmHealingRecord *record,
                                  GError **error);

G_END_DECLS
