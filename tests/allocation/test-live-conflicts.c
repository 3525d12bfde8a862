/* What listens now, beside what is declared. */

#include <string.h>

#include "allocation-test.h"
#include "allocation/conflicts.h"
#include "allocation/ownership.h"

static GArray *
find (PmSnapshot *s)
{
  pm_ownership_judge (s->services, s->sockets, "h");
  return pm_conflicts_find (s, &(PmResolveRules){0});
}

/* The worst severity, or -1. */
static int
worst (PmSnapshot *s)
{
  g_autoptr (GArray) conflicts = find (s);
  return conflicts->len == 0 ? -1 : (int) g_array_index (conflicts, PmConflict, 0).severity;
}

static void
a_stranger_on_a_declared_port (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "shop", "api", 8080, "", 1);
  add_socket (s, 8080, "0.0.0.0", 42, "/tmp");
  add_socket (s, 8080, "::", 42, "/tmp");
  add_socket (s, 8081, "0.0.0.0", 43, "/tmp"); /* nobody's port */
  g_autoptr (GArray) conflicts = find (s);
  g_assert_cmpuint (conflicts->len, ==, 1);
  const PmConflict *conflict = &g_array_index (conflicts, PmConflict, 0);
  g_assert_cmpint (conflict->severity, ==, PM_SEVERITY_ERROR);
  g_assert_cmpuint (conflict->n_claimants, ==, 2); /* one process, though on two addresses */
  g_assert_cmpint (conflict->claimants[0].service, ==, 0);
  g_assert_cmpint (conflict->claimants[1].service, ==, -1);
  g_assert_cmpint (conflict->claimants[1].socket->pid, ==, 42);
  g_assert_cmpstr (conflict->reason, ==,
                   "python3 -m http.server (process 42) listens on tcp port 8080, which api of "
                   "shop wants");
  /* 8081 is bound, if by nobody that matters. */
  g_assert_cmpint (conflict->suggested_service, ==, 0);
  g_assert_cmpuint (conflict->suggested_port, ==, 8082);
}

static void
its_own_process_is_none (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "shop", "api", 8080, "", 1);
  add_socket (s, 8080, "0.0.0.0", 42, "/srv/shop");
  g_assert_cmpint (worst (s), ==, -1);
}

static void
what_cannot_be_seen_is_none (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "shop", "api", 8080, "", 1);
  add_socket (s, 8080, "0.0.0.0", 0, "");
  g_assert_cmpint (worst (s), ==, -1);
}

static void
addresses_and_transports_decide (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "shop", "api", 8080, "", 1);
  g_array_index (s->services, PmService, 0).bind = "127.0.0.1";
  PmSocket *socket = add_socket (s, 8080, "10.0.0.1", 42, "/tmp");
  g_assert_cmpint (worst (s), ==, -1);
  socket->address = "::";
  g_assert_cmpint (worst (s), ==, PM_SEVERITY_ERROR);
  socket->is_v6_only = TRUE;
  g_assert_cmpint (worst (s), ==, -1);
  socket->address = "0.0.0.0";
  g_assert_cmpint (worst (s), ==, PM_SEVERITY_ERROR);
  socket->transport = PM_TRANSPORT_UDP;
  g_assert_cmpint (worst (s), ==, -1);
}

static void
who_listens_already_has_no_quarrel (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "shop", "api", 8080, "", 1);
  add_socket (s, 8080, "0.0.0.0", 41, "/srv/shop");
  add_socket (s, 8080, "::1", 42, "/tmp");
  g_assert_cmpint (worst (s), ==, -1);
}

static void
evidence_limits_severity (void)
{
  static const struct {
    const char *variant;
    double confidence;
    int severity;
  } cases[] = {
      {"", 1, PM_SEVERITY_ERROR},  {"", 0.6, PM_SEVERITY_WARNING},
      {"", 0.4, PM_SEVERITY_NOTE}, {"production", 1, PM_SEVERITY_NOTE},
      {"template", 1, -1},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PmSnapshot) s = pm_snapshot_new ();
    listen_on (s, "shop", "api", 8080, cases[i].variant, cases[i].confidence);
    add_socket (s, 8080, "0.0.0.0", 42, "/tmp");
    g_assert_cmpint (worst (s), ==, cases[i].severity);
  }
}

static void
a_stopped_profile_is_a_note (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "tools", .port = 9000, .profiles = "tools"});
  add_socket (s, 9000, "0.0.0.0", 42, "/tmp");
  g_assert_cmpint (worst (s), ==, PM_SEVERITY_NOTE);
}

static void
ranges_are_declared_too (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 9000, .port_end = 9010});
  add_socket (s, 8999, "0.0.0.0", 41, "/tmp");
  add_socket (s, 9005, "0.0.0.0", 42, "/tmp");
  add_socket (s, 9011, "0.0.0.0", 43, "/tmp");
  g_autoptr (GArray) conflicts = find (s);
  g_assert_cmpuint (conflicts->len, ==, 1);
  g_assert_cmpstr (g_array_index (conflicts, PmConflict, 0).id, ==, "tcp-9005");
  /* A part of a range cannot move. */
  g_assert_cmpint (g_array_index (conflicts, PmConflict, 0).suggested_service, ==, -1);
}

/* Two want the port and one of them has it: that is their conflict, and no third one's. */
static void
a_claimants_own_socket_is_no_claimant (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "blog", "blog", 8080, "", 1);
  listen_on (s, "shop", "shop", 8080, "", 1);
  add_socket (s, 8080, "0.0.0.0", 42, "/srv/shop");
  g_autoptr (GArray) conflicts = find (s);
  g_assert_cmpuint (conflicts->len, ==, 1);
  const PmConflict *conflict = &g_array_index (conflicts, PmConflict, 0);
  g_assert_cmpuint (conflict->n_claimants, ==, 2);
  g_assert_null (conflict->claimants[1].socket);
  g_assert_cmpint (conflict->suggested_service, ==, 0); /* the one that does not run */
  g_assert_cmpint (g_array_index (s->services, PmService, 0).live, ==, PM_LIVE_FOREIGN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/live-conflicts/" name, function)
  ADD ("a-stranger-on-a-declared-port", a_stranger_on_a_declared_port);
  ADD ("its-own-process-is-none", its_own_process_is_none);
  ADD ("what-cannot-be-seen-is-none", what_cannot_be_seen_is_none);
  ADD ("addresses-and-transports-decide", addresses_and_transports_decide);
  ADD ("who-listens-already-has-no-quarrel", who_listens_already_has_no_quarrel);
  ADD ("evidence-limits-severity", evidence_limits_severity);
  ADD ("a-stopped-profile-is-a-note", a_stopped_profile_is_a_note);
  ADD ("ranges-are-declared-too", ranges_are_declared_too);
  ADD ("a-claimants-own-socket-is-no-claimant", a_claimants_own_socket_is_no_claimant);
  return g_test_run ();
}
