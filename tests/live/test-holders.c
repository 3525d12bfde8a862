/* Who holds which socket: of a procfs of our own, and of real processes. */

#include "live/holders.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/processes.h"
#include "procfs.h"

#define LATER_US (10 * G_USEC_PER_SEC)
#define LATER_TICKS G_MAXUINT /* since the machine was started: after any look */

static guint
holding (const char *proc, const guint64 *inodes, guint n_inodes, PmHolders *holders, gint *pids)
{
  g_autoptr (PmHoldersLook) look = pm_holders_look (proc, holders);
  return pm_holders_look_end (look, inodes, n_inodes, pids);
}

static gint64 now_us;

static gint64
tell_time (void)
{
  return now_us;
}

static PmHolders *
memory_with_our_clock (void)
{
  PmHolders *holders = pm_holders_new ();
  now_us = G_USEC_PER_SEC;
  pm_holders_set_clock (holders, tell_time);
  return holders;
}

/* --- a procfs of our own --- */

static void
holders_by_inode (void)
{
  g_auto (Proc) proc = proc_new ();
  add_descriptor (&proc, 1, 3, "socket:[10]");
  add_descriptor (&proc, 1, 4, "socket:[11]");
  add_descriptor (&proc, 40, 0, "/dev/null");
  add_descriptor (&proc, 40, 5, "socket:[10]");
  add_descriptor (&proc, 40, 6, "socket:[13]");
  add_descriptor (&proc, 41, 6, "pipe:[12]");
  add_file (&proc, 42, "comm", "gone\n", -1);
  const guint64 inodes[] = {10, 11, 12, 13, 0};
  gint pids[G_N_ELEMENTS (inodes)];
  g_assert_cmpuint (holding (proc.path, inodes, G_N_ELEMENTS (inodes), NULL, pids), ==, 0);
  g_assert_cmpint (pids[0], ==, 40); /* not init, which hands it out */
  g_assert_cmpint (pids[1], ==, 1);
  g_assert_cmpint (pids[2], ==, 0);
  g_assert_cmpint (pids[3], ==, 40);
  g_assert_cmpint (pids[4], ==, 0);
}

static void
who_held_it_last_is_asked_first (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  const guint64 inodes[] = {10, 11, 12};
  gint pids[G_N_ELEMENTS (inodes)];
  add_descriptor (&proc, 40, 5, "socket:[10]");
  add_descriptor (&proc, 50, 6, "socket:[11]");
  holding (proc.path, inodes, 2, holders, pids);
  g_assert_cmpint (pids[0], ==, 40);

  add_descriptor (&proc, 39, 5, "socket:[10]"); /* nobody looks there as long as 40 has it */
  holding (proc.path, inodes, 2, holders, pids);
  g_assert_cmpint (pids[0], ==, 40);
  g_assert_cmpint (pids[1], ==, 50);

  g_autofree char *gone = g_strdup_printf ("%s/50/fd/6", proc.path);
  g_assert_cmpint (g_remove (gone), ==, 0);
  add_descriptor (&proc, 60, 6, "socket:[11]");
  add_descriptor (&proc, 61, 6, "socket:[12]"); /* a new socket */
  holding (proc.path, inodes, 3, holders, pids);
  g_assert_cmpint (pids[1], ==, 60);
  g_assert_cmpint (pids[2], ==, 61);
}

/* More than one thread: the lowest holder counts, whoever finds it first. */
static void
many_holders (void)
{
  enum { SOCKETS = 400, PROCESSES = 60 };
  g_auto (Proc) proc = proc_new ();
  g_autofree guint64 *inodes = g_new (guint64, SOCKETS);
  g_autofree gint *pids = g_new (gint, SOCKETS);
  for (int i = 0; i < SOCKETS; i++) {
    inodes[i] = 1000u + (guint) i;
    g_autofree char *target = g_strdup_printf ("socket:[%d]", 1000 + i);
    add_descriptor (&proc, 200 + i % PROCESSES, i, target); /* a child */
    add_descriptor (&proc, 100 + i % PROCESSES, i, target); /* its parent */
  }
  for (int run = 0; run < 20; run++) {
    holding (proc.path, inodes, SOCKETS, NULL, pids);
    for (int i = 0; i < SOCKETS; i++)
      g_assert_cmpint (pids[i], ==, 100 + i % PROCESSES);
  }
}

/* Numbers far apart from each other, as those that shells give out: whatever the kernel says of how
 * many there are, each is found. */
static void
scattered_numbers (void)
{
  static const int numbers[] = {0, 1, 9, 10, 99, 100, 255, 1000, 65535};
  g_auto (Proc) proc = proc_new ();
  guint64 inodes[G_N_ELEMENTS (numbers)];
  gint pids[G_N_ELEMENTS (numbers)];
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *target = g_strdup_printf ("socket:[%u]", 500 + i);
    add_descriptor (&proc, 70, numbers[i], target);
    inodes[i] = 500 + i;
  }
  holding (proc.path, inodes, G_N_ELEMENTS (numbers), NULL, pids);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpint (pids[i], ==, 70);
}

/* The same of the kernel's own procfs: sockets of this process at numbers of our choice. */
static void
scattered_numbers_of_the_kernel (void)
{
  static const int numbers[] = {40, 99, 100, 101, 400};
  guint64 inodes[G_N_ELEMENTS (numbers)];
  gint pids[G_N_ELEMENTS (numbers)];
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    struct stat info;
    int fd = socket (AF_UNIX, SOCK_STREAM, 0);
    g_assert_cmpint (dup2 (fd, numbers[i]), ==, numbers[i]);
    close (fd);
    g_assert_cmpint (fstat (numbers[i], &info), ==, 0);
    inodes[i] = info.st_ino;
  }
  holding ("/proc", inodes, G_N_ELEMENTS (numbers), NULL, pids);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_assert_cmpint (pids[i], ==, getpid ());
    close (numbers[i]);
  }
}

/* One process with many: several threads share it. Every third number is unused. */
static void
many_descriptors_of_one_process (void)
{
  enum { SOCKETS = 1800 };
  struct rlimit limit;
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < SOCKETS + 100) {
    g_test_skip ("this user may not open so many files");
    return;
  }
  g_autofree int *fds = g_new (int, SOCKETS);
  g_autofree guint64 *inodes = g_new0 (guint64, SOCKETS);
  g_autofree gint *pids = g_new (gint, SOCKETS);
  for (guint i = 0; i < SOCKETS; i++) {
    struct stat info;
    fds[i] = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint (fstat (fds[i], &info), ==, 0);
    inodes[i] = info.st_ino;
  }
  for (guint i = 0; i < SOCKETS; i += 3)
    close (fds[i]);
  for (guint run = 0; run < 5; run++) {
    holding ("/proc", inodes, SOCKETS, NULL, pids);
    for (guint i = 0; i < SOCKETS; i++)
      g_assert_cmpint (pids[i], ==, i % 3 == 0 ? 0 : getpid ());
  }
  for (guint i = 0; i < SOCKETS; i++)
    if (i % 3 != 0)
      close (fds[i]);
}

static void
no_procfs_at_all (void)
{
  const guint64 inode = 10;
  gint pid;
  g_assert_cmpuint (holding ("/nonexistent", &inode, 1, NULL, &pid), ==, 0);
  g_assert_cmpint (pid, ==, 0);
}

static void
add_process (const Proc *proc, int pid, const char *state, guint started)
{
  g_autofree char *stat =
      g_strdup_printf ("%d (a) name)) %s 1 1 1 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0"
                       " %u 1 1 1\n",
                       pid, state, started);
  add_file (proc, pid, "stat", stat, -1);
}

static void
remove_descriptor (const Proc *proc, int pid, int fd)
{
  g_autofree char *link = g_strdup_printf ("%s/%d/fd/%d", proc->path, pid, fd);
  g_assert_cmpint (g_remove (link), ==, 0);
}

static gint
holder_of (const Proc *proc, guint64 inode, PmHolders *holders)
{
  gint pid = -1;
  holding (proc->path, &inode, 1, holders, &pid);
  return pid;
}

/* Its descriptors are not read again before the time is over. */
static void
who_lives_on_is_believed_for_ten_seconds (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  add_process (&proc, 40, "S", 1);
  add_descriptor (&proc, 40, 5, "socket:[10]");
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 40);
  remove_descriptor (&proc, 40, 5);
  add_process (&proc, 41, "S", 1);
  add_descriptor (&proc, 41, 9, "socket:[10]");
  now_us += LATER_US - 1;
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 40);
  now_us += 1;
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 41);
  remove_descriptor (&proc, 41, 9);
  add_descriptor (&proc, 40, 5, "socket:[10]");
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 41); /* it has ten seconds of its own */
}

static void
another_process_under_the_same_id_is_not_believed (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  add_process (&proc, 40, "S", 1);
  add_descriptor (&proc, 40, 5, "socket:[10]");
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 40);
  add_process (&proc, 40, "S", LATER_TICKS);
  remove_descriptor (&proc, 40, 5);
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 0);
  add_descriptor (&proc, 60, 5, "socket:[11]"); /* a socket that is new is looked for at once */
  g_assert_cmpint (holder_of (&proc, 11, holders), ==, 60);
}

static void
who_has_died_and_waits_for_its_parent_is_not_believed (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  add_process (&proc, 40, "S", 1);
  add_descriptor (&proc, 40, 5, "socket:[10]");
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 40);
  add_process (&proc, 40, "Z", 1);
  remove_descriptor (&proc, 40, 5);
  add_process (&proc, 41, "S", 1);
  add_descriptor (&proc, 41, 5, "socket:[10]");
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 41);
}

/* It may have got its id between the look at its descriptors and the question when it started. */
static void
who_began_after_the_look_is_asked_once_more (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  add_process (&proc, 40, "S", LATER_TICKS);
  add_descriptor (&proc, 40, 5, "socket:[10]");
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 40);
  remove_descriptor (&proc, 40, 5);
  add_descriptor (&proc, 41, 5, "socket:[10]");
  g_assert_cmpint (holder_of (&proc, 10, holders), ==, 41);
}

/* What nobody holds is looked for again after ten seconds, and others are believed meanwhile. */
static void
nobody_is_believed_for_ten_seconds_too (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  const guint64 inodes[] = {10, 11};
  gint pids[2];
  add_process (&proc, 40, "S", 1);
  add_descriptor (&proc, 40, 5, "socket:[10]");
  holding (proc.path, inodes, 2, holders, pids);
  g_assert_cmpint (pids[1], ==, 0);
  add_descriptor (&proc, 41, 5, "socket:[11]");
  holding (proc.path, inodes, 2, holders, pids);
  g_assert_cmpint (pids[1], ==, 0);
  now_us += LATER_US;
  holding (proc.path, inodes, 2, holders, pids);
  g_assert_cmpint (pids[0], ==, 40);
  g_assert_cmpint (pids[1], ==, 41);
}

/* --- real processes --- */

static guint64
inode_of (int fd)
{
  struct stat info;
  g_assert_cmpint (fstat (fd, &info), ==, 0);
  return info.st_ino;
}

static int
listen_somewhere (void)
{
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK)};
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  if (bind (fd, (const struct sockaddr *) &name, sizeof name) != 0 || listen (fd, 1) != 0)
    _exit (1);
  return fd;
}

/* One that was started before a look begins, by the kernel's clock, is believed at the next. */
static void
let_the_clock_tick (void)
{
  g_usleep (2 * G_USEC_PER_SEC / (gulong) sysconf (_SC_CLK_TCK));
}

static gint
real_holder (guint64 inode, PmHolders *holders)
{
  gint pid = -1;
  holding ("/proc", &inode, 1, holders, &pid);
  return pid;
}

static void
end (pid_t pid)
{
  kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    continue;
}

/* The parent binds, the child inherits. Both live until they are killed. */
static void
bind_and_fork (int report)
{
  struct {
    guint64 inode;
    pid_t child;
  } told = {.inode = inode_of (listen_somewhere ())};
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if ((told.child = fork ()) != 0 && write (report, &told, sizeof told) != sizeof told)
    _exit (1);
  for (;;)
    pause ();
}

static void
a_child_goes_on_with_its_parents_socket (void)
{
  struct {
    guint64 inode;
    pid_t child;
  } told;
  int report[2];
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 1), ==, 0);
  g_assert_cmpint (pipe (report), ==, 0);
  pid_t parent = fork ();
  if (parent == 0)
    bind_and_fork (report[1]);
  g_assert_cmpint (read (report[0], &told, sizeof told), ==, sizeof told);
  let_the_clock_tick ();
  pid_t first = MIN (parent, told.child), second = MAX (parent, told.child);
  g_assert_cmpint (real_holder (told.inode, holders), ==, first);
  g_assert_cmpint (real_holder (told.inode, holders), ==, first);
  kill (first, SIGKILL);
  if (first == parent)
    end (parent);
  while (pm_process_started ("/proc", first) != 0)
    g_usleep (1000);
  g_assert_cmpint (real_holder (told.inode, holders), ==, second); /* at once */
  if (first != parent)
    end (parent);
  end (told.child);
  close (report[0]);
  close (report[1]);
}

static void
send_descriptor (int channel, int fd)
{
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof (int))];
  } control = {0};
  char byte = 0;
  struct iovec data = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof fd);
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  if (sendmsg (channel, &message, 0) != 1)
    _exit (1);
}

/* Binds, tells the inode, and passes the socket on when it is told to. */
static void
bind_and_pass (int control, int channel)
{
  char byte;
  int fd = listen_somewhere ();
  guint64 inode = inode_of (fd);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (write (control, &inode, sizeof inode) != sizeof inode || read (control, &byte, 1) != 1)
    _exit (1);
  send_descriptor (channel, fd);
  close (fd);
  if (write (control, &byte, 1) != 1)
    _exit (1);
  for (;;)
    pause ();
}

static void
take_and_hold (int control, int channel)
{
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof (int))];
  } space = {0};
  char byte;
  struct iovec data = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = &space, .msg_controllen = sizeof space};
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (recvmsg (channel, &message, 0) != 1 || write (control, &byte, 1) != 1)
    _exit (1);
  for (;;)
    pause ();
}

/* Who passed a socket on and closed it is told as its holder for ten seconds, not longer. */
static void
a_socket_that_was_passed_on (void)
{
  int giver[2], taker[2], channel[2];
  guint64 inode;
  char byte = 0;
  g_autoptr (PmHolders) holders = memory_with_our_clock ();
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, giver), ==, 0);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, taker), ==, 0);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, channel), ==, 0);
  pid_t from = fork ();
  if (from == 0)
    bind_and_pass (giver[1], channel[0]);
  pid_t to = fork ();
  if (to == 0)
    take_and_hold (taker[1], channel[1]);
  g_assert_cmpint (read (giver[0], &inode, sizeof inode), ==, sizeof inode);
  let_the_clock_tick ();
  g_assert_cmpint (real_holder (inode, holders), ==, from);
  g_assert_cmpint (write (giver[0], &byte, 1), ==, 1);
  g_assert_cmpint (read (giver[0], &byte, 1), ==, 1);
  g_assert_cmpint (read (taker[0], &byte, 1), ==, 1);
  g_assert_cmpint (real_holder (inode, NULL), ==, to);
  g_assert_cmpint (real_holder (inode, holders), ==, from);
  now_us += LATER_US;
  g_assert_cmpint (real_holder (inode, holders), ==, to);
  end (from);
  end (to);
  for (guint i = 0; i < 2; i++) {
    close (giver[i]);
    close (taker[i]);
    close (channel[i]);
  }
}

/* Nobody asks for anything: the threads end all the same. */
static void
a_look_that_is_given_up (void)
{
  for (guint i = 0; i < 20; i++)
    pm_holders_look_free (pm_holders_look ("/proc", NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/live/holders/" name, function)
  ADD ("by-inode", holders_by_inode);
  ADD ("who-held-it-last-is-asked-first", who_held_it_last_is_asked_first);
  ADD ("many-holders", many_holders);
  ADD ("scattered-numbers", scattered_numbers);
  ADD ("scattered-numbers-of-the-kernel", scattered_numbers_of_the_kernel);
  ADD ("many-descriptors-of-one-process", many_descriptors_of_one_process);
  ADD ("no-procfs-at-all", no_procfs_at_all);
  ADD ("who-lives-on-is-believed-for-ten-seconds", who_lives_on_is_believed_for_ten_seconds);
  ADD ("another-process-under-the-same-id-is-not-believed",
       another_process_under_the_same_id_is_not_believed);
  ADD ("who-has-died-and-waits-for-its-parent-is-not-believed",
       who_has_died_and_waits_for_its_parent_is_not_believed);
  ADD ("who-began-after-the-look-is-asked-once-more", who_began_after_the_look_is_asked_once_more);
  ADD ("nobody-is-believed-for-ten-seconds-too", nobody_is_believed_for_ten_seconds_too);
  ADD ("a-child-goes-on-with-its-parents-socket", a_child_goes_on_with_its_parents_socket);
  ADD ("a-socket-that-was-passed-on", a_socket_that_was_passed_on);
  ADD ("a-look-that-is-given-up", a_look_that_is_given_up);
  return g_test_run ();
}
