/* Against the kernel: sockets of this process, on ports that the kernel chooses. */

#include "live/sockets.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int
bind_somewhere (int family, int type)
{
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK)};
  const struct sockaddr *name =
      family == AF_INET6 ? (const struct sockaddr *) &v6 : (const struct sockaddr *) &v4;
  int fd = socket (family, type | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, name, family == AF_INET6 ? sizeof v6 : sizeof v4), ==, 0);
  g_assert_true (type != SOCK_STREAM || listen (fd, 1) == 0);
  return fd;
}

static gboolean
is_listed (const GArray *sockets, guint64 inode)
{
  for (guint i = 0; i < sockets->len; i++)
    if (g_array_index (sockets, PmBoundSocket, i).inode == inode)
      return TRUE;
  return FALSE;
}

/* Machines without IPv6 have no such address. */
static gboolean
has_v6 (void)
{
  struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean has = fd >= 0 && bind (fd, (const struct sockaddr *) &name, sizeof name) == 0;
  if (fd >= 0)
    close (fd);
  return has;
}

/* Of every kind `n`: every other one is closed, and those alone are taken out. */
static void
keep_bound (guint n)
{
  static const struct {
    int family, type;
  } kinds[] = {{AF_INET, SOCK_STREAM}, {AF_INET, SOCK_DGRAM}, {AF_INET6, SOCK_STREAM}};
  guint n_all = n * (has_v6 () ? 3 : 2);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  g_autofree guint64 *inodes = g_new0 (guint64, n_all);
  g_autofree int *fds = g_new0 (int, n *G_N_ELEMENTS (kinds));
  GError *error = NULL;
  struct stat info;
  for (guint i = 0; i < n_all; i++) {
    fds[i] = bind_somewhere (kinds[i / n].family, kinds[i / n].type);
    g_assert_cmpint (fstat (fds[i], &info), ==, 0);
    inodes[i] = info.st_ino;
  }
  g_assert_true (pm_sockets_bound (all, &error));
  for (guint i = 0; i < all->len; i++)
    for (guint k = 0; k < n_all; k++)
      if (g_array_index (all, PmBoundSocket, i).inode == inodes[k])
        g_array_append_val (ours, g_array_index (all, PmBoundSocket, i));
  g_assert_cmpuint (ours->len, ==, n_all);
  for (guint i = 0; i < n_all; i += 2)
    close (fds[i]);
  g_assert_true (pm_sockets_keep_bound (ours, &error));
  for (guint i = 0; i < n_all; i++)
    g_assert_cmpint (is_listed (ours, inodes[i]), ==, i % 2);
  for (guint i = 1; i < n_all; i += 2)
    close (fds[i]);
}

static void
one_of_each_kind_is_asked_for_again (void)
{
  keep_bound (1);
}

static void
as_many_as_the_kernel_filters (void)
{
  keep_bound (2);
  keep_bound (32);
}

static void
more_than_the_kernel_filters (void)
{
  keep_bound (33);
}

/* The kernel tells any one of those that share a port. */
static void
those_that_share_a_port_are_told_apart (void)
{
  enum { SOCKETS = 8 };
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK)};
  socklen_t size = sizeof name;
  int fds[SOCKETS], on = 1;
  guint64 inodes[SOCKETS];
  struct stat info;
  for (guint i = 0; i < SOCKETS; i++) {
    fds[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt (fds[i], SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    g_assert_cmpint (bind (fds[i], (const struct sockaddr *) &name, sizeof name), ==, 0);
    g_assert_cmpint (getsockname (fds[i], (struct sockaddr *) &name, &size), ==, 0);
    g_assert_cmpint (listen (fds[i], 1), ==, 0);
    g_assert_cmpint (fstat (fds[i], &info), ==, 0);
    inodes[i] = info.st_ino;
    PmBoundSocket one = {.port = g_ntohs (name.sin_port), .inode = info.st_ino};
    memcpy (one.address, &name.sin_addr, 4);
    g_array_append_val (sockets, one);
  }
  close (fds[0]);
  g_assert_true (pm_sockets_keep_bound (sockets, NULL));
  for (guint i = 0; i < SOCKETS; i++)
    g_assert_cmpint (is_listed (sockets, inodes[i]), ==, i > 0);
  for (guint i = 1; i < SOCKETS; i++)
    close (fds[i]);
}

static void
of_none_nobody_is_asked (void)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  g_assert_true (pm_sockets_keep_bound (none, NULL));
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/live/sockets/" name, function)
  ADD ("one-of-each-kind-is-asked-for-again", one_of_each_kind_is_asked_for_again);
  ADD ("as-many-as-the-kernel-filters", as_many_as_the_kernel_filters);
  ADD ("more-than-the-kernel-filters", more_than_the_kernel_filters);
  ADD ("those-that-share-a-port-are-told-apart", those_that_share_a_port_are_told_apart);
  ADD ("of-none-nobody-is-asked", of_none_nobody_is_asked);
  return g_test_run ();
}
