/* Against the kernel: the sockets are this process's own, on ports that the kernel chooses. */

#include "live/live.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bound to `address`, a port of the kernel's choice; -1 where this machine has no such address. */
static int
bind_to (const char *address, int type, int v6_only, guint16 *ret_port)
{
  gboolean is_v6 = strchr (address, ':') != NULL;
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
  struct sockaddr_in v4 = {.sin_family = AF_INET};
  inet_pton (is_v6 ? AF_INET6 : AF_INET, address,
             is_v6 ? (void *) &v6.sin6_addr : (void *) &v4.sin_addr);
  socklen_t length = is_v6 ? sizeof v6 : sizeof v4;
  struct sockaddr *name = is_v6 ? (struct sockaddr *) &v6 : (struct sockaddr *) &v4;
  int fd = socket (is_v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  if (is_v6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only);
  if (bind (fd, name, length) != 0 || (type == SOCK_STREAM && listen (fd, 1) != 0) ||
      getsockname (fd, name, &length) != 0) {
    close (fd);
    return -1;
  }
  *ret_port = g_ntohs (is_v6 ? v6.sin6_port : v4.sin_port);
  return fd;
}

typedef struct {
  PmArena *arena;
  GArray *sockets;
  PmLiveReport report;
} Sight;

static void
sight_clear (Sight *sight)
{
  g_array_unref (sight->sockets);
  pm_arena_free (sight->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sight, sight_clear)

static Sight
look (const GArray *projects, const char *proc)
{
  GError *error = NULL;
  Sight sight = {pm_arena_new (), g_array_new (FALSE, FALSE, sizeof (PmSocket)), {0}};
  PmLiveOptions options = {.host = "box", .projects = projects, .proc = proc, .docker_socket = ""};
  pm_live_look (&options, sight.arena, sight.sockets, &sight.report, &error);
  g_assert_no_error (error);
  return sight;
}

static const PmSocket *
find (const Sight *sight, PmTransport transport, guint16 port, const char *address)
{
  for (guint i = 0; i < sight->sockets->len; i++) {
    const PmSocket *s = &g_array_index (sight->sockets, PmSocket, i);
    if (s->transport == transport && s->port == port && strcmp (s->address, address) == 0)
      return s;
  }
  return NULL;
}

static void
sees_every_kind_of_socket (void)
{
  static const struct {
    const char *address;
    int type, v6_only;
  } kinds[] = {
      {"127.0.0.1", SOCK_STREAM, 0}, {"0.0.0.0", SOCK_STREAM, 0},
      {"::", SOCK_STREAM, 0},        {"::", SOCK_STREAM, 1},
      {"::1", SOCK_STREAM, 1},       {"127.0.0.1", SOCK_DGRAM, 0},
      {"::", SOCK_DGRAM, 1},         {"::", SOCK_DGRAM, 0},
      {"127.0.0.2", SOCK_STREAM, 0}, {"::ffff:127.0.0.1", SOCK_STREAM, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    guint16 port;
    int fd = bind_to (kinds[i].address, kinds[i].type, kinds[i].v6_only, &port);
    if (fd < 0) {
      g_test_message ("this machine has no %s", kinds[i].address);
      continue;
    }
    g_auto (Sight) sight = look (NULL, NULL);
    const PmSocket *s =
        find (&sight, kinds[i].type == SOCK_STREAM ? PM_TRANSPORT_TCP : PM_TRANSPORT_UDP, port,
              kinds[i].address);
    g_assert_nonnull (s);
    g_assert_cmpint (s->pid, ==, getpid ());
    g_assert_cmpint (s->is_v6_only, ==, kinds[i].v6_only);
    g_assert_cmpint (s->uid, ==, getuid ());
    g_assert_cmpstr (s->host, ==, "box");
    g_assert_nonnull (strstr (s->command, "test-live-live"));
    close (fd);
    g_auto (Sight) after = look (NULL, NULL);
    g_assert_null (find (&after, s->transport, port, kinds[i].address));
  }
}

static void
what_does_not_listen_is_not_there (void)
{
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
  socklen_t length = sizeof name;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &name, length), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &name, &length), ==, 0);
  g_auto (Sight) sight = look (NULL, NULL);
  g_assert_null (find (&sight, PM_TRANSPORT_TCP, g_ntohs (name.sin_port), "127.0.0.1"));
  close (fd);
}

static void
the_innermost_project_is_it (void)
{
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *made = g_dir_make_tmp ("pm-root-XXXXXX", NULL);
  g_assert_cmpint (g_chdir (made), ==, 0);
  g_autofree char *root = g_get_current_dir (); /* without links */
  g_assert_cmpint (g_mkdir_with_parents ("shop/web/src", 0700), ==, 0);
  g_assert_cmpint (g_chdir ("shop/web/src"), ==, 0);

  g_autoptr (GArray) projects = g_array_new (FALSE, TRUE, sizeof (PmProject));
  static const char *const ids[] = {"shop", "shop/web", "shop/we", "sho", "other"};
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    PmProject project = {.root = root, .id = ids[i], .name = ids[i]};
    g_array_append_val (projects, project);
  }
  guint16 port;
  int fd = bind_to ("127.0.0.1", SOCK_STREAM, 0, &port);
  g_auto (Sight) sight = look (projects, NULL);
  const PmSocket *s = find (&sight, PM_TRANSPORT_TCP, port, "127.0.0.1");
  g_assert_nonnull (s);
  g_assert_cmpstr (s->project_id, ==, "shop/web");
  g_assert_cmpstr (s->root, ==, root);
  close (fd);

  g_assert_cmpint (g_chdir (made), ==, 0);
  fd = bind_to ("127.0.0.1", SOCK_STREAM, 0, &port);
  g_auto (Sight) outside = look (projects, NULL);
  s = find (&outside, PM_TRANSPORT_TCP, port, "127.0.0.1");
  g_assert_cmpstr (s->project_id, ==, "");
  close (fd);
  g_rmdir ("shop/web/src");
  g_rmdir ("shop/web");
  g_rmdir ("shop");
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_rmdir (made);
}

/* A procfs that shows nobody: what an ordinary user sees of others. */
static void
says_what_it_could_not_see (void)
{
  g_autofree char *proc = g_dir_make_tmp ("pm-proc-XXXXXX", NULL);
  guint16 port;
  int fd = bind_to ("127.0.0.1", SOCK_STREAM, 0, &port);
  g_auto (Sight) sight = look (NULL, proc);
  const PmSocket *s = find (&sight, PM_TRANSPORT_TCP, port, "127.0.0.1");
  g_assert_nonnull (s);
  g_assert_cmpint (s->pid, ==, 0);
  g_assert_cmpstr (s->command, ==, "");
  g_assert_cmpuint (sight.report.n_unowned, ==, sight.report.n_sockets);
  close (fd);
  g_rmdir (proc);
}

/* A procfs with one process that ends while it is looked at: what it runs reads from a pipe, to
 * which `end` writes nothing. */
typedef struct {
  char *pipe;
  int listening; /* -1: it leaves its socket to somebody else */
} Ending;

static gpointer
end (gpointer data)
{
  const Ending *ending = data;
  int pipe = open (ending->pipe, O_WRONLY | O_CLOEXEC); /* waits for the reader */
  if (ending->listening >= 0)
    close (ending->listening);
  close (pipe);
  return NULL;
}

static gboolean
sees_what_ends (gboolean with_its_socket)
{
  guint16 port;
  int fd = bind_to ("127.0.0.1", SOCK_STREAM, 0, &port);
  struct stat info;
  g_assert_cmpint (fstat (fd, &info), ==, 0);
  g_autofree char *proc = g_dir_make_tmp ("pm-proc-XXXXXX", NULL);
  g_autofree char *process = g_build_filename (proc, "4242", NULL);
  g_autofree char *folder = g_build_filename (process, "fd", NULL);
  g_autofree char *link = g_build_filename (folder, "3", NULL);
  g_autofree char *pipe = g_build_filename (process, "cmdline", NULL);
  g_autofree char *target =
      g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]", (guint64) info.st_ino);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);

  Ending ending = {pipe, with_its_socket ? fd : -1};
  GThread *thread = g_thread_new ("end", end, &ending);
  g_auto (Sight) sight = look (NULL, proc);
  g_thread_join (thread);
  const PmSocket *s = find (&sight, PM_TRANSPORT_TCP, port, "127.0.0.1");
  g_assert_true (s == NULL || s->pid == 4242);
  if (!with_its_socket)
    close (fd);
  g_unlink (pipe);
  g_unlink (link);
  g_rmdir (folder);
  g_rmdir (process);
  g_rmdir (proc);
  return s != NULL;
}

static void
what_ends_meanwhile_takes_its_sockets_along (void)
{
  g_assert_false (sees_what_ends (TRUE));
  g_assert_true (sees_what_ends (FALSE)); /* the control */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/live/live/" name, function)
  ADD ("sees-every-kind-of-socket", sees_every_kind_of_socket);
  ADD ("what-does-not-listen-is-not-there", what_does_not_listen_is_not_there);
  ADD ("the-innermost-project-is-it", the_innermost_project_is_it);
  ADD ("what-ends-meanwhile-takes-its-sockets-along", what_ends_meanwhile_takes_its_sockets_along);
  ADD ("says-what-it-could-not-see", says_what_it_could_not_see);
  return g_test_run ();
}
