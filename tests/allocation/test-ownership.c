#include "allocation/ownership.h"

#include "allocation-test.h"

/* What a socket is to the only service of a snapshot. */
static PmLive
judge (PmSnapshot *s)
{
  pm_ownership_judge (s->services, s->sockets, "h");
  return g_array_index (s->services, PmService, 0).live;
}

static PmSocket *
one_listener (PmSnapshot *s)
{
  listen_on (s, "team/shop", "api", 3000, "", 1);
  return add_socket (s, 3000, "0.0.0.0", 42, "/tmp");
}

static PmSocket *
one_mapping (PmSnapshot *s)
{
  publish (s, (Published){.project = "shop", .service = "redis", .port = 6379});
  return add_socket (s, 6379, "0.0.0.0", 42, "/tmp");
}

static void
nothing_listens (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "shop", "api", 3000, "", 1);
  g_assert_cmpint (judge (s), ==, PM_LIVE_NOT_LISTENING);
  add_socket (s, 2999, "0.0.0.0", 42, "/r/shop");
  add_socket (s, 3001, "0.0.0.0", 42, "/r/shop");
  g_assert_cmpint (judge (s), ==, PM_LIVE_NOT_LISTENING);
  g_array_index (s->services, PmService, 0).host = "elsewhere";
  g_assert_cmpint (judge (s), ==, PM_LIVE_UNKNOWN);
}

static void
a_stranger_is_foreign (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  one_listener (s);
  g_assert_cmpint (judge (s), ==, PM_LIVE_FOREIGN);
  g_assert_cmpint (g_array_index (s->services, PmService, 0).socket->pid, ==, 42);
}

static void
its_project_is_its_own (void)
{
  static const struct {
    const char *project;
    PmLive live;
  } cases[] = {
      {"team/shop", PM_LIVE_LISTENING},     {"team", PM_LIVE_LISTENING},
      {"team/shop/api", PM_LIVE_LISTENING}, {"team/shopping", PM_LIVE_FOREIGN},
      {"other", PM_LIVE_FOREIGN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PmSnapshot) s = pm_snapshot_new ();
    PmSocket *socket = one_listener (s);
    socket->root = "/r";
    socket->project_id = cases[i].project;
    g_assert_cmpint (judge (s), ==, cases[i].live);
    socket->root = "/another";
    g_assert_cmpint (judge (s), ==, PM_LIVE_FOREIGN);
  }
}

static void
names_are_evidence (void)
{
  static const struct {
    const char *program, *command, *unit, *cwd;
    PmLive live;
  } cases[] = {
      {"node", "node /srv/shop/server.js", "", "/", PM_LIVE_LISTENING},
      {"node", "node shop/server.js", "", "/srv", PM_LIVE_LISTENING},
      {"node", "node server.js shop", "", "/", PM_LIVE_FOREIGN},
      {"node", "node /srv/shop-old/server.js", "", "/", PM_LIVE_FOREIGN},
      {"node", "node /srv/workshop/server.js", "", "/", PM_LIVE_FOREIGN},
      {"node", "node server.js", "shop.service", "/", PM_LIVE_LISTENING},
      {"node", "node server.js", "api@2.service", "/", PM_LIVE_LISTENING},
      {"node", "node server.js", "api2.service", "/", PM_LIVE_FOREIGN},
      {"node", "node server.js", "", "/opt/shop", PM_LIVE_LISTENING},
      {"shop", "/usr/bin/shop", "", "/", PM_LIVE_LISTENING},
      {"apid", "/usr/sbin/apid", "", "/", PM_LIVE_LISTENING},
      {"apiary", "/usr/bin/apiary", "", "/", PM_LIVE_FOREIGN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PmSnapshot) s = pm_snapshot_new ();
    PmSocket *socket = one_listener (s);
    socket->program = cases[i].program;
    socket->command = cases[i].command;
    socket->unit = cases[i].unit;
    socket->cwd = cases[i].cwd;
    g_assert_cmpint (judge (s), ==, cases[i].live);
  }
}

static void
the_daemon_of_a_configuration (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  PmSocket *socket = one_listener (s);
  socket->program = "nginx";
  g_assert_cmpint (judge (s), ==, PM_LIVE_FOREIGN);
  g_array_index (s->services, PmService, 0).config_files[0].format = "nginx";
  g_assert_cmpint (judge (s), ==, PM_LIVE_LISTENING);
}

/* A daemon of the host keeps compose from publishing, whatever it is called. */
static void
a_published_port_is_a_containers (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  PmSocket *socket = one_mapping (s);
  socket->program = "redis-server";
  g_assert_cmpint (judge (s), ==, PM_LIVE_FOREIGN);
  socket->program = "docker-proxy";
  socket->is_proxy = TRUE;
  g_assert_cmpint (judge (s), ==, PM_LIVE_HIDDEN);
  socket->container = "shop-redis-1";
  g_assert_cmpint (judge (s), ==, PM_LIVE_LISTENING);
  socket->container = "shop-redis-1b";
  g_assert_cmpint (judge (s), ==, PM_LIVE_FOREIGN);
  socket->compose_service = "redis";
  socket->container_folder = "/srv/shop";
  g_assert_cmpint (judge (s), ==, PM_LIVE_LISTENING);
  socket->container_folder = "/srv/blog";
  g_assert_cmpint (judge (s), ==, PM_LIVE_FOREIGN);
}

static void
a_hidden_owner_is_no_stranger (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "shop", "api", 3000, "", 1);
  add_socket (s, 3000, "0.0.0.0", 0, "");
  g_assert_cmpint (judge (s), ==, PM_LIVE_HIDDEN);
}

static void
the_best_of_several_counts (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  one_listener (s);
  PmSocket *own = add_socket (s, 3000, "::1", 43, "/srv/shop");
  add_socket (s, 3000, "10.0.0.1", 0, "");
  g_assert_cmpint (judge (s), ==, PM_LIVE_LISTENING);
  g_assert_cmpint (g_array_index (s->services, PmService, 0).socket->pid, ==, own->pid);
  /* On an address that it does not bind, nothing is its own. */
  g_array_index (s->services, PmService, 0).bind = "192.168.1.1";
  g_assert_cmpint (judge (s), ==, PM_LIVE_FOREIGN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/ownership/" name, function)
  ADD ("nothing-listens", nothing_listens);
  ADD ("a-stranger-is-foreign", a_stranger_is_foreign);
  ADD ("its-project-is-its-own", its_project_is_its_own);
  ADD ("names-are-evidence", names_are_evidence);
  ADD ("the-daemon-of-a-configuration", the_daemon_of_a_configuration);
  ADD ("a-published-port-is-a-containers", a_published_port_is_a_containers);
  ADD ("a-hidden-owner-is-no-stranger", a_hidden_owner_is_no_stranger);
  ADD ("the-best-of-several-counts", the_best_of_several_counts);
  return g_test_run ();
}
