#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* Ports that are held, by whom, and who held them before. The registry only keeps that no port has
 * two holders: whether a holder still lives is for leases/ to judge, from what is kept here.
 *
 * As everywhere in the registry each function is one transaction, or a part of the one that
 * pm_registry_begin opened; an event (lease.taken, lease.renewed, lease.released) is part of it;
 * text of results lies in the arena. Everything is of this host alone. */

typedef struct {
  gint64 pid;            /* 0: held by time alone */
  guint64 pid_started;   /* clock ticks since boot, field 22 of /proc/PID/stat */
  guint64 pid_namespace; /* inode of /proc/PID/ns/pid: in another one the number means another */
  const char
      *boot; /* /proc/sys/kernel/random/boot_id: of which boot pid_started and the next are */
  gint64 expires_boottime_us; /* CLOCK_BOOTTIME, which nobody sets; 0: held by the process alone */
  gint64 expires_us;          /* the same as Unix time: after another boot, and for people */
} PmLeaseHolder;

typedef struct {
  gint64 id;
  PmTransport transport;
  guint16 port;
  const char *type;    /* the pool's */
  const char *project; /* the directory that the name is of; "" none */
  const char *name;    /* "" none */
  PmLeaseHolder holder;
  gint64 created_us;
  gint64 released_us;  /* 0: it is held */
  const char *outcome; /* how it ended: "released", "exited", "expired"; "" it is held */
} PmLease;

/* Takes the port; *ret_id is 0, and nothing is written but that it was wanted in vain, when
 * somebody has it. Of all that ask at once, from whatever process, one gets it. */
gboolean pm_registry_lease_take (PmRegistry *registry, const PmLease *wish, gint64 now_us,
                                 gint64 *ret_id, GError **error);

/* Another process, or another end, of a lease as it was read; NOT_FOUND when it is not held any
 * more. */
gboolean pm_registry_lease_hold (PmRegistry *registry, PmLease *io_lease,
                                 const PmLeaseHolder *holder, gint64 now_us, GError **error);

/* NOT_FOUND when it is not held any more. */
gboolean pm_registry_lease_release (PmRegistry *registry, PmLease *io_lease, const char *outcome,
                                    gint64 now_us, GError **error);

/* Releases a lease whose holder was judged to be gone, unless it has been renewed or released since
 * it was read: *ret_done tells. */
gboolean pm_registry_lease_reclaim (PmRegistry *registry, const PmLease *as_read,
                                    const char *outcome, gint64 now_us, gboolean *ret_done,
                                    GError **error);

/* Held or not; NOT_FOUND. */
gboolean pm_registry_lease (PmRegistry *registry, gint64 id, PmArena *arena, PmLease *ret_lease,
                            GError **error);

/* Those that are held, by port, appended to `leases` (of PmLease). */
gboolean pm_registry_leases (PmRegistry *registry, PmArena *arena, GArray *leases, GError **error);

/* Those of a port, held and past, newest first, at most `limit`, appended likewise. */
gboolean pm_registry_leases_of_port (PmRegistry *registry, guint16 port, guint limit,
                                     PmArena *arena, GArray *leases, GError **error);

/* --- the port that a name had last --- */

typedef struct {
  const char *project;
  const char *name;
  PmTransport transport;
  guint16 port;
  gint64 last_used_us;
} PmRememberedPort;

gboolean pm_registry_port_remember (PmRegistry *registry, const PmRememberedPort *remembered,
                                    GError **error);

/* All, appended to `list` (of PmRememberedPort). */
gboolean pm_registry_remembered_ports (PmRegistry *registry, PmArena *arena, GArray *list,
                                       GError **error);

/* --- what others bind --- */

/* Calls `found` with every range of ports that a service of this host declares, in any variant:
 * what pm_port_set_add_declared finds in a snapshot, without reading one. */
gboolean pm_registry_declared_ports (PmRegistry *registry,
                                     void (*found) (guint16 first, guint16 last, gpointer data),
                                     gpointer data, GError **error);

G_END_DECLS
