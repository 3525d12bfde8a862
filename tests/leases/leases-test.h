#pragma once

#include "leases/desk.h"

G_BEGIN_DECLS

/* A registry in a directory of its own, and a machine that is told what to say. */

typedef struct {
  char *directory;
  PmRegistry *registry;
} PmLeasesTest;

PmLeasesTest *pm_leases_test_new (void);
void pm_leases_test_free (PmLeasesTest *test); /* removes the directory */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmLeasesTest, pm_leases_test_free)

PmRegistry *pm_leases_test_open (const PmLeasesTest *test);

/* Runs SQL with an own connection; the first column of the first row. */
gint64 pm_leases_test_sql (const PmLeasesTest *test, const char *sql);

/* One pool "api" of these ports; the rest are the defaults. */
PmPools *pm_leases_test_pools (guint16 first, guint16 last);

/* --- the machine: one for the whole test program --- */

typedef struct {
  gint64 unix_us;
  gint64 boottime_us;
  PmPortSet bound;    /* by anybody, with a server behind it */
  PmPortSet leaving;  /* by a connection that is ending */
  GHashTable *living; /* pid → when it started; a pid that is not in it does not run */
} PmFakeHost;

extern PmFakeHost pm_fake_host;
void pm_fake_host_reset (void);
void pm_fake_host_start (gint64 pid, guint started);
void pm_fake_host_kill (gint64 pid);
void pm_fake_host_bind (guint16 port, gboolean bound);

PmHost pm_leases_test_host (void);

G_END_DECLS
