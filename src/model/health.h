#pragma once

#include "base/arena.h"
#include "model/histogram.h"

G_BEGIN_DECLS

/* What is known of a service's health, and how it is checked: plain data. Text as in PmFinding. */

/* Unknown is not down: nobody looked yet, nobody could, or it has never been seen to answer. */
typedef enum { PM_HEALTH_UNKNOWN, PM_HEALTH_UP, PM_HEALTH_DOWN } PmHealth;

/* "unknown", "up", "down". */
const char *pm_health_name (PmHealth health);
gboolean pm_health_from_name (const char *name, PmHealth *ret_health);

typedef enum {
  PM_CHECK_NONE,      /* nothing that could be asked */
  PM_CHECK_TCP,       /* a connection is accepted */
  PM_CHECK_HTTP,      /* HTTP or HTTPS: a request is answered as expected */
  PM_CHECK_WEBSOCKET, /* the opening handshake of RFC 6455 is answered */
  PM_CHECK_PROCESS,   /* a process is there */
  PM_CHECK_CONTAINER, /* a container runs, and is not unhealthy by its own check */
} PmCheckKind;

/* "none", "tcp", "http", "websocket", "process", "container". */
const char *pm_check_kind_name (PmCheckKind kind);

/* One check of one service. */
typedef struct {
  gint64 service_id;
  PmCheckKind kind;
  gboolean is_configured; /* by the operator: it may ask whom it names. All others ask this host's
                             own addresses, and expect less: nobody said what is right */
  const char *obstacle; /* why it cannot be well, whatever answers there: a stranger holds its port.
                           Of PM_CHECK_NONE: why there is nothing to ask. NULL none */

  const char *host; /* TCP, HTTP, WebSocket: as the request names it, without brackets */
  const char *const *addresses; /* numeric ones of it, tried one after another; NULL: the host is
                                   looked up, once for each check */
  guint16 port;
  gboolean is_tls;
  gboolean is_unverified; /* any certificate will do */
  const char *path;       /* HTTP, WebSocket: with its query; begins with a slash */
  const char *method;     /* HTTP */
  const char *statuses;   /* that are right, as "200-299,304"; "" any below 500 */
  const char *body;       /* text that the answer must have in it; "" any answer */

  const char *name; /* process: a program's name, or the absolute path of a pid file; container: its
                       name, id or compose service; "" process: whoever has the UDP `port` */
  const char *folder; /* container: of the compose project that it must be of; "" any */

  guint interval_ms;
  guint timeout_ms;
  guint rise, fall; /* how many in a row make it up, and down */
  guint
      start_period_ms; /* from when it is first checked: failures do not count, a success ends it */
} PmCheck;

/* Where it asks, for people: "http://localhost:3000/", "process nginx". A new text. */
char *pm_check_target (const PmCheck *check);

/* Whether both ask the same in the same way, so that what is known of one holds for the other. */
gboolean pm_check_equal (const PmCheck *a, const PmCheck *b);

/* What "200-299,304" says; FALSE when it is no such list. `status` 0 asks only that. */
gboolean pm_check_statuses_match (const char *statuses, guint status, gboolean *ret_match);

/* --- what was seen --- */

/* What one look counts as, of a service that was up before or never was. What was never seen up,
 * and is not expected to be there (no check is configured), is a project that is just not running:
 * unknown, not down. */
PmHealth pm_health_counts_as (const PmCheck *check, gboolean was_up, PmHealth seen);

/* One look, as it counts: UNKNOWN what tells nothing of the service (it was never seen up, it is
 * starting, nobody could look). */
typedef struct {
  gint64 service_id;
  gint64 time_us; /* Unix time, of its beginning */
  gint64 latency_us;
  PmHealth seen;
} PmHealthSample;

/* A service as it was judged last. */
typedef struct {
  gint64 service_id;
  PmHealth health;
  gboolean is_failing;       /* the last look failed, and so far it counts as it did before */
  gint64 since_us;           /* Unix time of when it came to be so */
  gint64 last_up_us;         /* when it was last seen up; 0 never */
  gint64 checked_us;         /* when it was last looked at; 0 never */
  gint64 expires_us;         /* when this says nothing any more, unless somebody looks again */
  gint64 latency_us;         /* of the last look */
  gint64 certificate_expiry; /* Unix time in seconds; 0 none */
  const char *kind;          /* of the check */
  const char *target;
  const char *cause; /* why it is not up; "" it is */
  gint64 caused_by;  /* the service that is the root of it; 0: it is itself, or all is well */
  gint64 muted_until_us;
} PmHealthState;

/* What checks cost and give, counted since the program began. */
typedef struct {
  guint64 looks[6][3];     /* by PmCheckKind and what was seen (PmHealth) */
  PmHistogram duration[6]; /* by PmCheckKind, of all of them */
  gint64 duration_us[6];   /* in sum */
  PmHistogram lag;         /* how much later than due each began */
  gint64 lag_us;           /* in sum */
  guint scheduled;         /* services that are checked now */
} PmHealthCounters;

/* Checks and their text, shared by whoever uses them. */
typedef struct {
  gatomicrefcount references;
  PmArena *arena;
  GArray *checks; /* of PmCheck */
} PmCheckSet;

PmCheckSet *pm_check_set_new (void);
PmCheckSet *pm_check_set_ref (PmCheckSet *set);
void pm_check_set_unref (PmCheckSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmCheckSet, pm_check_set_unref)

G_END_DECLS
