#include "leases-test.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000)

/* --- asking --- */

typedef struct {
  PmLeasesTest *test;
  PmDesk *desk;
} Setup;

static Setup
setup (guint16 first, guint16 last)
{
  PmHost host = pm_leases_test_host ();
  Setup s = {.test = pm_leases_test_new ()};
  pm_fake_host_reset ();
  s.desk = pm_desk_new (s.test->registry, pm_leases_test_pools (first, last), &host);
  return s;
}

static void
setup_clear (Setup *s)
{
  pm_desk_free (s->desk);
  pm_leases_test_free (s->test);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Setup, setup_clear)

/* A second desk on the same registry, as another process would have. */
static PmDesk *
another_desk (PmRegistry *registry, guint16 first, guint16 last)
{
  PmHost host = pm_leases_test_host ();
  return pm_desk_new (registry, pm_leases_test_pools (first, last), &host);
}

static PmDeskRequest
wish (PmDesk *desk, const char *name, gint64 pid, gint64 ttl_s)
{
  g_autoptr (GError) error = NULL;
  PmDeskRequest request = {
      .lease = {.type = "api", .project = "/p", .name = name == NULL ? "" : name}};
  pm_lease_holder_init (&request.lease.holder, pm_desk_host (desk), pid, ttl_s, &error);
  g_assert_no_error (error);
  return request;
}

static void
serve (PmDesk *desk, PmDeskRequest *request)
{
  pm_desk_serve (desk, &request, 1);
}

/* The port, or 0 when it was refused for that reason. */
static guint16
take (PmDesk *desk, const char *name, gint64 pid, gint64 ttl_s, gint64 *ret_id)
{
  PmDeskRequest request = wish (desk, name, pid, ttl_s);
  serve (desk, &request);
  g_assert_no_error (request.error);
  g_assert_cmpint (request.lease.id, >, 0);
  if (ret_id != NULL)
    *ret_id = request.lease.id;
  return request.lease.port;
}

static void
release (PmDesk *desk, gint64 id)
{
  PmDeskRequest request = {.kind = PM_DESK_RELEASE, .lease = {.id = id}};
  serve (desk, &request);
  g_assert_no_error (request.error);
}

static void
assert_exhausted (PmDesk *desk)
{
  PmDeskRequest request = wish (desk, NULL, 0, 60);
  serve (desk, &request);
  g_assert_error (request.error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED);
  g_clear_error (&request.error);
}

/* --- tests --- */

static void
gives_every_port_of_a_pool_once (void)
{
  g_auto (Setup) s = setup (8000, 8019);
  PmPortSet given = {0};
  PmDeskRequest requests[25], *list[25];
  for (guint i = 0; i < 25; i++) {
    requests[i] = wish (s.desk, NULL, 0, 60);
    list[i] = &requests[i];
  }
  pm_desk_serve (s.desk, list, 25);
  guint taken = 0, refused = 0;
  for (guint i = 0; i < 25; i++) {
    if (requests[i].error != NULL) {
      g_assert_error (requests[i].error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED);
      g_clear_error (&requests[i].error);
      refused++;
      continue;
    }
    g_assert_false (pm_port_set_has (&given, requests[i].lease.port));
    pm_port_set_add (&given, requests[i].lease.port);
    taken++;
  }
  g_assert_cmpuint (taken, ==, 20);
  g_assert_cmpuint (refused, ==, 5);
  g_assert_cmpint (pm_leases_test_sql (s.test, "SELECT count (*) FROM leases"), ==, 20);
  g_assert_cmpint (pm_leases_test_sql (s.test, "SELECT taken FROM pool_hours"), ==, 20);
  g_assert_cmpint (pm_leases_test_sql (s.test, "SELECT refused FROM pool_hours"), ==, 5);
  g_assert_cmpint (pm_leases_test_sql (s.test, "SELECT peak FROM pool_hours"), ==, 20);
}

static void
passes_over_what_others_have (void)
{
  g_auto (Setup) s = setup (8000, 8005);
  pm_fake_host_bind (8000, TRUE);
  pm_port_set_add (&pm_fake_host.leaving, 8001);
  pm_leases_test_sql (s.test,
                      "INSERT INTO services (project_id, service_name, external_ip, internal_port,"
                      " external_port, protocol, status, last_updated, config_files, host, root,"
                      " transport, scope, bind, type, variant, profiles, origin, confidence,"
                      " fingerprint) VALUES ('p', 'a', '', 80, 8002, 'http', 'inactive', 0, '[]',"
                      " 'here', '/r', 'tcp', 'host', '', '', '', '', '', 1, 0)");
  PmPortSet given = {0};
  for (guint i = 0; i < 3; i++)
    pm_port_set_add (&given, take (s.desk, NULL, 0, 60, NULL));
  for (guint16 port = 8003; port <= 8005; port++)
    g_assert_true (pm_port_set_has (&given, port));
  assert_exhausted (s.desk);
}

static void
two_desks_never_give_the_same (void)
{
  g_auto (Setup) s = setup (8000, 8009);
  g_autoptr (PmRegistry) registry = pm_leases_test_open (s.test);
  g_autoptr (PmDesk) other = another_desk (registry, 8000, 8009);
  PmPortSet given = {0};
  for (guint i = 0; i < 10; i++) {
    guint16 port = take (i % 2 == 0 ? s.desk : other, NULL, 0, 60, NULL);
    g_assert_false (pm_port_set_has (&given, port));
    pm_port_set_add (&given, port);
  }
  assert_exhausted (s.desk);
  assert_exhausted (other);
}

static void
a_name_gets_its_port_again (void)
{
  g_auto (Setup) s = setup (8000, 8999);
  gint64 id;
  guint16 front = take (s.desk, "front", 0, 60, &id);
  guint16 back = take (s.desk, "back", 0, 60, NULL);
  g_assert_cmpuint (front, !=, back);
  release (s.desk, id);
  pm_port_set_add (&pm_fake_host.leaving, front); /* its last connections still end */
  g_assert_cmpuint (take (s.desk, "front", 0, 60, &id), ==, front);
  release (s.desk, id);

  /* And so in another process, and for another project another one. */
  g_autoptr (PmRegistry) registry = pm_leases_test_open (s.test);
  g_autoptr (PmDesk) other = another_desk (registry, 8000, 8999);
  PmDeskRequest elsewhere = wish (other, "front", 0, 60);
  elsewhere.lease.project = "/q";
  serve (other, &elsewhere);
  g_assert_cmpuint (elsewhere.lease.port, !=, front);
  g_assert_cmpuint (take (other, "front", 0, 60, NULL), ==, front);
}

/* Somebody sits on it for a while: another port now, and its own again later. */
static void
a_usual_port_outlives_a_squatter (void)
{
  g_auto (Setup) s = setup (8000, 8999);
  gint64 id;
  guint16 usual = take (s.desk, "front", 0, 60, &id);
  release (s.desk, id);
  pm_fake_host_bind (usual, TRUE);
  PmDeskRequest request = wish (s.desk, "front", 0, 60);
  serve (s.desk, &request);
  g_assert_cmpuint (request.lease.port, !=, usual);
  g_assert_cmpuint (request.usual, ==, usual);
  release (s.desk, request.lease.id);
  pm_fake_host_bind (usual, FALSE);
  g_assert_cmpuint (take (s.desk, "front", 0, 60, NULL), ==, usual);
}

/* The same name twice at once is two holders: never one port. */
static void
a_name_that_runs_twice_has_two_ports (void)
{
  g_auto (Setup) s = setup (8000, 8999);
  gint64 first, second;
  guint16 one = take (s.desk, "front", 0, 60, &first), two = take (s.desk, "front", 0, 60, &second);
  g_assert_cmpuint (one, !=, two);
  release (s.desk, second);
  release (s.desk, first);
  g_assert_cmpuint (take (s.desk, "front", 0, 60, NULL), ==, one);
}

static void
usual_ports_of_others_are_given_last (void)
{
  g_auto (Setup) s = setup (8000, 8003);
  gint64 id;
  guint16 front = take (s.desk, "front", 0, 60, &id);
  release (s.desk, id);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (take (s.desk, NULL, 0, 60, NULL), !=, front);
  g_assert_cmpuint (take (s.desk, NULL, 0, 60, NULL), ==, front);
}

static void
takes_back_from_the_dead_alone (void)
{
  g_auto (Setup) s = setup (8000, 8000);
  pm_fake_host_start (42, 5);
  g_assert_cmpuint (take (s.desk, NULL, 42, 0, NULL), ==, 8000);
  assert_exhausted (s.desk);
  pm_fake_host_kill (42);
  pm_fake_host_bind (8000, TRUE); /* a child of it lives on */
  pm_fake_host.boottime_us += SECOND;
  assert_exhausted (s.desk);
  pm_fake_host_bind (8000, FALSE);
  pm_fake_host.boottime_us += SECOND;
  g_assert_cmpuint (take (s.desk, NULL, 0, 60, NULL), ==, 8000);

  pm_fake_host.boottime_us += 59 * SECOND;
  assert_exhausted (s.desk);
  pm_fake_host.boottime_us += SECOND;
  g_assert_cmpuint (take (s.desk, NULL, 0, 60, NULL), ==, 8000);
  g_assert_cmpint (
      pm_leases_test_sql (s.test, "SELECT group_concat (outcome) = 'exited,expired' FROM leases"),
      ==, 1);
}

static void
renewal_keeps_a_lease (void)
{
  g_auto (Setup) s = setup (8000, 8000);
  gint64 id;
  take (s.desk, NULL, 0, 60, &id);
  pm_fake_host.boottime_us += 50 * SECOND;
  PmDeskRequest renew = wish (s.desk, NULL, 0, 60);
  renew.kind = PM_DESK_RENEW;
  renew.lease.id = id;
  serve (s.desk, &renew);
  g_assert_no_error (renew.error);
  g_assert_cmpuint (renew.lease.port, ==, 8000);
  pm_fake_host.boottime_us += 50 * SECOND;
  assert_exhausted (s.desk);
  pm_fake_host.boottime_us += 10 * SECOND;
  take (s.desk, NULL, 0, 60, NULL);
  serve (s.desk, &renew); /* too late */
  g_assert_error (renew.error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND);
  g_clear_error (&renew.error);
}

static void
a_wrong_id_fails_nobody_else (void)
{
  g_auto (Setup) s = setup (8000, 8009);
  PmDeskRequest wrong = {.kind = PM_DESK_RELEASE, .lease = {.id = 4711}};
  PmDeskRequest right = wish (s.desk, NULL, 0, 60), type = wish (s.desk, NULL, 0, 60);
  PmDeskRequest *list[] = {&wrong, &type, &right};
  type.lease.type = "aip";
  pm_desk_serve (s.desk, list, G_N_ELEMENTS (list));
  g_assert_error (wrong.error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND);
  g_assert_error (type.error, PM_LEASE_ERROR, PM_LEASE_ERROR_TYPE);
  g_assert_no_error (right.error);
  g_assert_cmpint (pm_leases_test_sql (s.test, "SELECT count (*) FROM leases"), ==, 1);
  g_clear_error (&wrong.error);
  g_clear_error (&type.error);
}

static void
gives_a_certain_port_or_says_why_not (void)
{
  g_auto (Setup) s = setup (8000, 8009);
  PmDeskRequest one = wish (s.desk, NULL, 0, 60);
  one.lease.port = 7000; /* of no pool: that is the asker's business */
  serve (s.desk, &one);
  g_assert_no_error (one.error);
  g_assert_cmpuint (one.lease.port, ==, 7000);
  PmDeskRequest again = wish (s.desk, NULL, 0, 60);
  again.lease.port = 7000;
  serve (s.desk, &again);
  g_assert_error (again.error, PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN);
  g_clear_error (&again.error);
  pm_fake_host_bind (7001, TRUE);
  again.lease.port = 7001;
  serve (s.desk, &again);
  g_assert_error (again.error, PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN);
  g_clear_error (&again.error);
  g_assert_cmpint (pm_leases_test_sql (s.test, "SELECT sum (lost) FROM port_demand"), ==, 2);
}

/* What this desk does not see yet, the registry does. */
static void
a_stale_view_gives_nothing_twice (void)
{
  g_auto (Setup) s = setup (8000, 8002);
  g_autoptr (PmRegistry) registry = pm_leases_test_open (s.test);
  g_autoptr (PmDesk) other = another_desk (registry, 8000, 8002);
  PmDeskRequest ours[2] = {wish (s.desk, "a", 0, 60), wish (s.desk, "b", 0, 60)};
  PmDeskRequest theirs = wish (other, "a", 0, 60);
  PmDeskRequest *list[] = {&ours[0], &ours[1]};
  theirs.lease.project = "/p";
  serve (other, &theirs);
  pm_desk_serve (s.desk, list, 2);
  g_assert_no_error (ours[0].error);
  g_assert_no_error (ours[1].error);
  g_assert_cmpuint (ours[0].lease.port, !=, ours[1].lease.port);
  g_assert_cmpuint (ours[0].lease.port, !=, theirs.lease.port);
  g_assert_cmpuint (ours[1].lease.port, !=, theirs.lease.port);
}

/* One number, two transports: each is a lease of its own where somebody asks for the number, and
 * nobody else gets it. */
static void
a_number_is_leased_by_transport (void)
{
  static const PmTransport transports[] = {PM_TRANSPORT_TCP, PM_TRANSPORT_UDP};
  g_auto (Setup) s = setup (8000, 8001);
  PmDeskRequest ours[2];
  for (guint i = 0; i < 2; i++) {
    ours[i] = wish (s.desk, NULL, 0, 60);
    ours[i].lease.port = 8000;
    ours[i].lease.transport = transports[i];
    serve (s.desk, &ours[i]);
    g_assert_no_error (ours[i].error);
    PmDeskRequest again = wish (s.desk, NULL, 0, 60);
    again.lease.port = 8000;
    again.lease.transport = transports[i];
    serve (s.desk, &again);
    g_assert_error (again.error, PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN);
    g_clear_error (&again.error);
  }
  release (s.desk, ours[0].lease.id);
  g_assert_cmpuint (take (s.desk, NULL, 0, 60, NULL), ==, 8001); /* 8000 is still leased by UDP */
  assert_exhausted (s.desk);
  release (s.desk, ours[1].lease.id);
  g_assert_cmpuint (take (s.desk, NULL, 0, 60, NULL), ==, 8000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  static const struct {
    const char *path;
    void (*run) (void);
  } tests[] = {
      {"gives-every-port-of-a-pool-once", gives_every_port_of_a_pool_once},
      {"passes-over-what-others-have", passes_over_what_others_have},
      {"two-desks-never-give-the-same", two_desks_never_give_the_same},
      {"a-name-gets-its-port-again", a_name_gets_its_port_again},
      {"a-usual-port-outlives-a-squatter", a_usual_port_outlives_a_squatter},
      {"a-name-that-runs-twice-has-two-ports", a_name_that_runs_twice_has_two_ports},
      {"usual-ports-of-others-are-given-last", usual_ports_of_others_are_given_last},
      {"takes-back-from-the-dead-alone", takes_back_from_the_dead_alone},
      {"renewal-keeps-a-lease", renewal_keeps_a_lease},
      {"a-number-is-leased-by-transport", a_number_is_leased_by_transport},
      {"a-wrong-id-fails-nobody-else", a_wrong_id_fails_nobody_else},
      {"gives-a-certain-port-or-says-why-not", gives_a_certain_port_or_says_why_not},
      {"a-stale-view-gives-nothing-twice", a_stale_view_gives_nothing_twice},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/leases/desk/", tests[i].path, NULL);
    g_test_add_func (path, tests[i].run);
  }
  int status = g_test_run ();
  g_clear_pointer (&pm_fake_host.living, g_hash_table_unref);
  return status;
}
