#pragma once

#include "model/conflict.h"
#include "model/event.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* The memory of the program: what was observed, what was decided, and one log of all changes.
 *
 *   PmRegistryOptions options = { .state_directory = directory };
 *   g_autoptr (PmRegistry) registry = pm_registry_open (&options, &error);
 *   pm_registry_store_scan (registry, observed, &scope, conflicts, now_us, &changes, &error);
 *   pm_registry_snapshot (registry, &snapshot, &error);
 *
 * Any number of processes, and with a shared registry any number of hosts, work on it at once:
 * every row knows its host, ids are given by the registry and never reused. Each function is one
 * transaction: all of it or nothing. pm_registry_begin makes several one. Changes of services and
 * conflicts append to the event log, and changes of ports, addresses and status to the port
 * history, in that same transaction.
 *
 * A PmRegistry belongs to one thread at a time; open one for each thread. Text that comes out lies
 * in the arena given (or in the snapshot); rows are appended to the array given. On failure neither
 * is of use. Times are Unix time in µs. */

#define PM_REGISTRY_ERROR (pm_registry_error_quark ())
GQuark pm_registry_error_quark (void);

typedef enum {
  PM_REGISTRY_ERROR_IO,      /* disk full, read error, no connection */
  PM_REGISTRY_ERROR_BUSY,    /* somebody else wrote for longer than the wait allows */
  PM_REGISTRY_ERROR_CORRUPT, /* damaged, or not a registry */
  PM_REGISTRY_ERROR_NEWER,   /* written by a newer port-manager */
  PM_REGISTRY_ERROR_OLDER,   /* by an older one, and this was to be opened read-only */
  PM_REGISTRY_ERROR_PERMISSION,
  PM_REGISTRY_ERROR_NOT_FOUND, /* no such row */
  PM_REGISTRY_ERROR_EXISTS,    /* there is one already */
  PM_REGISTRY_ERROR_INVALID,   /* what was to be stored contradicts itself */
} PmRegistryError;

typedef struct PmRegistry PmRegistry;

typedef struct {
  const char *url;             /* NULL or "": in the state directory; or postgresql://… */
  const char *state_directory; /* made, for its owner only, where it is missing */
  const char *host;            /* NULL or "": this machine's name */
  guint busy_wait_ms;          /* how long to wait for other writers; 0: 10 s */
  gboolean read_only;          /* neither makes, migrates nor writes anything: NOT_FOUND, OLDER */
  gboolean may_be_away;        /* a server that cannot be reached is no failure: see below */
} PmRegistryOptions;

/* Opens, makes or migrates. A registry that is newer or damaged is refused, untouched; the message
 * says what to do. */
PmRegistry *pm_registry_open (const PmRegistryOptions *options, GError **error);
void pm_registry_close (PmRegistry *registry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmRegistry, pm_registry_close)

/* Whether it can be asked, as far as is known without asking. With `may_be_away` a registry is
 * opened whose server cannot be reached: until it can, every function fails with IO, and what
 * opening does besides (making, migrating: NEWER, CORRUPT) is done by the first call that finds it
 * there. A server that is there and refuses is a failure in any case. */
gboolean pm_registry_reach (PmRegistry *registry, GError **error);

/* The name under which this machine's rows are kept. */
const char *pm_registry_host (const PmRegistry *registry);

/* --- transactions --- */

/* What an acknowledged commit survives. An observation can be made again, so it is committed
 * without waiting for the disk: a power cut may take the last ones back, never half of one. */
typedef enum { PM_DURABILITY_OBSERVATION, PM_DURABILITY_DECISION } PmDurability;

/* Makes what follows, up to the commit, one transaction. Pairs nest; the outermost decides, and its
 * durability counts. After a failure in between only rollback is left; commit then fails and rolls
 * back. */
gboolean pm_registry_begin (PmRegistry *registry, PmDurability durability, GError **error);
gboolean pm_registry_commit (PmRegistry *registry, GError **error);
void pm_registry_rollback (PmRegistry *registry);

/* --- scans --- */

/* A service that a transaction gave another port: the one by which others reach it. */
typedef struct {
  gint64 service_id;
  guint16 port;
} PmScanMove;

/* Where only some documents were looked at: all that may be otherwise than it is stored. `observed`
 * then has all services, projects and problems, but of the documents only those that may have
 * changed, and its services know their ids. */
typedef struct {
  const PmRooted *projects; /* whose services may have changed, come or gone */
  guint n_projects;
  const PmRooted *gone; /* documents that are no more */
  guint n_gone;
} PmScanPart;

/* What conflicts said when this process stored them: those that say the same, and that nobody else
 * has stored since, need not be written out to be compared. */
typedef struct PmStoredConflicts PmStoredConflicts;
PmStoredConflicts *pm_stored_conflicts_new (void);
void pm_stored_conflicts_free (PmStoredConflicts *stored);

typedef struct {
  const char *const *roots; /* NULL-terminated: what was scanned. NULL: all that `observed` and the
                               registry hold of this host */
  gboolean status_is_known; /* observed services tell active from inactive; otherwise those do of
                               which is known what lives, and of the others the registry keeps what
                               it has */
  gboolean pins_are_known;  /* the same of what the configuration pins: their `pinned` */
  const GArray *conflicts;  /* of PmConflict, all of this host, their indices into observed's
                               services; NULL: not looked for, what is open stays open */
  const PmScanMove *moves;  /* n_moves of them: which service is which, where ports have moved */
  guint n_moves;
  const char *survey;        /* kept along with what is stored, for pm_registry_survey; NULL: what
                                was kept holds no more */
  const PmScanPart *part;    /* NULL: observed is all there is */
  gint64 *ret_ids;           /* as many as observed's services: their ids; NULL */
  PmStoredConflicts *stored; /* what the caller stored before; NULL: nothing is remembered */
} PmScanScope;

typedef struct {
  guint services_created, services_changed, services_removed;
  guint documents_changed, documents_removed; /* changed: new ones included */
  guint conflicts_opened, conflicts_closed;
  gboolean anything; /* FALSE: nothing at all was written */
} PmScanChanges;

/* Makes the registry say what was observed. What lies in a root of the scope and is not in
 * `observed` is gone; what `observed` holds of other roots (a snapshot's, completed) is compared
 * too.
 *
 * Services keep their ids: by host, root, project, name, transport and ports, the internal one
 * before the external, and, where exactly one of these went and one came, over a change of both. A
 * service that comes back gets its old id. Documents are compared by what they say; one that is
 * unchanged is not written, and a scan that found nothing new writes nothing. Every finding, fact
 * and link must belong to one of observed's documents (INVALID otherwise). ret_changes may be NULL.
 */
gboolean pm_registry_store_scan (PmRegistry *registry, const PmSnapshot *observed,
                                 const PmScanScope *scope, gint64 now_us,
                                 PmScanChanges *ret_changes, GError **error);

/* Everything of this host: what plans and conflicts are judged by. */
gboolean pm_registry_snapshot (PmRegistry *registry, PmSnapshot **ret_snapshot, GError **error);

/* The same, and behind this host's services those of all others: to be shown. */
gboolean pm_registry_snapshot_of_all (PmRegistry *registry, PmSnapshot **ret_snapshot,
                                      GError **error);

/* What a rescan needs to know what changed: projects and documents of this host alone. */
gboolean pm_registry_documents (PmRegistry *registry, PmSnapshot **ret_snapshot, GError **error);

/* Problems of this host alone. */
gboolean pm_registry_problems (PmRegistry *registry, PmSnapshot **ret_snapshot, GError **error);

/* The text that the last scan of this host kept along; "" when it kept none. As long as it is
 * there, the registry holds what that scan observed, and what the text says of others. */
gboolean pm_registry_survey (PmRegistry *registry, PmArena *arena, const char **ret_survey,
                             GError **error);

/* --- hosts --- */

/* The names of all that ever opened it, in order, as char * in the arena. */
gboolean pm_registry_hosts (PmRegistry *registry, PmArena *arena, GArray *names, GError **error);

/* --- services --- */

/* All that are there, by project and name, appended to `services` (of PmService). */
gboolean pm_registry_services (PmRegistry *registry, PmArena *arena, GArray *services,
                               GError **error);

/* One by id, also one that has been removed since; NOT_FOUND. */
gboolean pm_registry_service (PmRegistry *registry, gint64 id, PmArena *arena,
                              PmService *ret_service, GError **error);

/* What health checks and live sockets tell. A service in conflict stays that. */
gboolean pm_registry_set_status (PmRegistry *registry, gint64 id, PmStatus status, gint64 now_us,
                                 GError **error);

/* What a person says about a service; NULL leaves as is, "" takes it back. */
typedef struct {
  const char *pinned;
  const char *tags;
  const char *name;
  const char *protocol;
} PmAnnotation;

gboolean pm_registry_annotate (PmRegistry *registry, gint64 id, const PmAnnotation *annotation,
                               gint64 now_us, GError **error);

/* What runs now: the status of this host's services, by their `live`, and its conflicts (of
 * PmConflict, their indices into the snapshot's services), in one transaction. `snapshot` is what
 * the registry gave, told of what lives; its services get the status that is stored. What is as it
 * was is not written. */
gboolean pm_registry_store_live (PmRegistry *registry, PmSnapshot *snapshot,
                                 const GArray *conflicts, gint64 now_us, gboolean *ret_changed,
                                 GError **error);

/* How many conflicts of this host are open, by PmSeverity. */
gboolean pm_registry_count_conflicts (PmRegistry *registry, guint ret_counts[3], GError **error);

/* Open conflicts of this host: each a JSON object as the API gives it, by port, as char * in the
 * arena. */
gboolean pm_registry_conflicts (PmRegistry *registry, PmArena *arena, GArray *objects,
                                GError **error);

/* --- history --- */

typedef struct {
  gint64 id;
  gint64 service_id;
  const char *host;
  const char *project_id;
  const char *project_name; /* what the configuration calls it; "": by its id */
  const char *service_name;
  const char *old_value;   /* NULL: there was none */
  const char *new_value;   /* NULL: there is none now */
  const char *change_type; /* internal_port, external_port, external_ip, status, created, removed */
  gint64 timestamp_us;
} PmHistoryEntry;

typedef struct {
  guint16 port;        /* that had to do with this port; 0 any */
  gint64 service_id;   /* 0 any */
  const char *service; /* of services with this name, or "project/name"; NULL any */
  const char *project; /* of this project's services, by its id; NULL any */
  gint64 since_us;     /* not older; 0 any */
  gint64 until_us;     /* not newer; 0 any */
  gint64 before_id;    /* cursor: the last id of the page before; 0 from the newest */
  guint limit;         /* 0: 1000 */
} PmHistoryQuery;

/* Newest first, appended to `entries` (of PmHistoryEntry). */
gboolean pm_registry_history (PmRegistry *registry, const PmHistoryQuery *query, PmArena *arena,
                              GArray *entries, GError **error);

/* --- events --- */

/* `data` is a JSON object. */
gboolean pm_registry_event_append (PmRegistry *registry, const char *event, const char *data,
                                   gint64 now_us, GError **error);

/* Behind `after_id`, oldest first, at most `limit` (0: 1000), appended to `events` (of PmEvent). */
gboolean pm_registry_events (PmRegistry *registry, gint64 after_id, guint limit, PmArena *arena,
                             GArray *events, GError **error);

/* The newest event's id; 0 without any. */
gboolean pm_registry_last_event (PmRegistry *registry, gint64 *ret_id, GError **error);

/* Takes away events older than `before_us`, but the newest `keep`. */
gboolean pm_registry_prune_events (PmRegistry *registry, gint64 before_us, guint keep,
                                   GError **error);

/* A number that differs after any other process committed something: cheap enough to ask for many
 * times a second. */
gboolean pm_registry_change_token (PmRegistry *registry, gint64 *ret_token, GError **error);

G_END_DECLS
