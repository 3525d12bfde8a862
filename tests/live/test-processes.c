#include "live/processes.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
units_and_containers_by_cgroup (void)
{
  static const struct {
    const char *text, *unit, *container;
  } cases[] = {
      {"0::/system.slice/shop-api.service\n", "shop-api.service", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service\n", "shop.service",
       ""},
      {"0::/system.slice/docker-" ID ".scope\n", "docker-" ID ".scope", ID},
      {"12:pids:/docker/" ID "\n0::/\n", "", ID},
      {"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope\n",
       "cri-containerd-" ID ".scope", ID},
      {"0::/machine.slice/libpod-" ID ".scope/container\n", "libpod-" ID ".scope", ID},
      {"9:name=systemd:/\n", "", ""},
      {"0::/user.slice/abc\n", "", ""},
      {"no colon at all", "", ""},
      {"", "", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    const char *cgroup = pm_process_cgroup (cases[i].text, arena);
    g_assert_cmpstr (pm_process_unit (cgroup, arena), ==, cases[i].unit);
    g_assert_cmpstr (pm_process_container (cgroup, arena), ==, cases[i].container);
  }
}

/* A procfs of our own: files, and links that lead nowhere. */
typedef struct {
  char *path;
} Proc;

static void
proc_clear (Proc *proc)
{
  g_autofree char *command = g_strdup_printf ("rm -r %s", proc->path);
  g_assert_cmpint (system (command), ==, 0);
  g_free (proc->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Proc, proc_clear)

static Proc
proc_new (void)
{
  GError *error = NULL;
  Proc proc = {g_dir_make_tmp ("pm-proc-XXXXXX", &error)};
  g_assert_no_error (error);
  return proc;
}

static void
add_descriptor (const Proc *proc, int pid, int fd, const char *target)
{
  g_autofree char *folder = g_strdup_printf ("%s/%d/fd", proc->path, pid);
  g_autofree char *link = g_strdup_printf ("%s/%d", folder, fd);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, link), ==, 0);
}

static void
add_file (const Proc *proc, int pid, const char *name, const char *content, gssize length)
{
  g_autofree char *path = g_strdup_printf ("%s/%d/%s", proc->path, pid, name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, length, NULL));
}

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
  g_assert_cmpuint (pm_processes_holding (proc.path, inodes, G_N_ELEMENTS (inodes), NULL, pids), ==,
                    0);
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
  g_autoptr (PmHolders) holders = pm_holders_new ();
  const guint64 inodes[] = {10, 11, 12};
  gint pids[G_N_ELEMENTS (inodes)];
  add_descriptor (&proc, 40, 5, "socket:[10]");
  add_descriptor (&proc, 50, 6, "socket:[11]");
  pm_processes_holding (proc.path, inodes, 2, holders, pids);
  g_assert_cmpint (pids[0], ==, 40);

  add_descriptor (&proc, 39, 5, "socket:[10]"); /* nobody looks there as long as 40 has it */
  pm_processes_holding (proc.path, inodes, 2, holders, pids);
  g_assert_cmpint (pids[0], ==, 40);
  g_assert_cmpint (pids[1], ==, 50);

  g_autofree char *gone = g_strdup_printf ("%s/50/fd/6", proc.path);
  g_assert_cmpint (g_remove (gone), ==, 0);
  add_descriptor (&proc, 60, 6, "socket:[11]");
  add_descriptor (&proc, 61, 6, "socket:[12]"); /* a new socket */
  pm_processes_holding (proc.path, inodes, 3, holders, pids);
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
    pm_processes_holding (proc.path, inodes, SOCKETS, NULL, pids);
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
  pm_processes_holding (proc.path, inodes, G_N_ELEMENTS (numbers), NULL, pids);
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
  pm_processes_holding ("/proc", inodes, G_N_ELEMENTS (numbers), NULL, pids);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_assert_cmpint (pids[i], ==, getpid ());
    close (numbers[i]);
  }
}

static void
no_procfs_at_all (void)
{
  const guint64 inode = 10;
  gint pid;
  g_assert_cmpuint (pm_processes_holding ("/nonexistent", &inode, 1, NULL, &pid), ==, 0);
  g_assert_cmpint (pid, ==, 0);
}

static void
what_a_process_is (void)
{
  static const char command[] = "/usr/bin/python3\0-m\0http.server\0";
  static const char daemon[] = "nginx: master process /usr/sbin/nginx";
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmProcess process;
  add_file (&proc, 7, "cmdline", command, sizeof command - 1);
  add_file (&proc, 7, "cgroup", "0::/x.service\n", -1);
  g_autofree char *cwd = g_strdup_printf ("%s/7/cwd", proc.path);
  g_assert_cmpint (symlink ("/srv/gone (deleted)", cwd), ==, 0);
  pm_process_read (proc.path, 7, arena, &process);
  g_assert_cmpstr (process.command, ==, "/usr/bin/python3 -m http.server");
  g_assert_cmpstr (process.program, ==, "python3");
  g_assert_cmpstr (process.cwd, ==, "/srv/gone");
  g_assert_cmpstr (process.cgroup, ==, "/x.service");

  add_file (&proc, 8, "cmdline", daemon, sizeof daemon - 1);
  pm_process_read (proc.path, 8, arena, &process);
  g_assert_cmpstr (process.program, ==, "nginx");

  add_file (&proc, 9, "cmdline", "", 0);
  add_file (&proc, 9, "comm", "nfsd\n", -1);
  pm_process_read (proc.path, 9, arena, &process);
  g_assert_cmpstr (process.command, ==, "[nfsd]");

  pm_process_read (proc.path, 4711, arena, &process);
  g_assert_cmpstr (process.command, ==, "");
  g_assert_cmpstr (process.cwd, ==, "");
}

static void
a_long_command_is_cut (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autofree char *command = g_strnfill (100000, 'x');
  PmProcess process;
  add_file (&proc, 7, "cmdline", command, 100000);
  pm_process_read (proc.path, 7, arena, &process);
  g_assert_cmpuint (strlen (process.command), ==, 1024);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/live/processes/" name, function)
  ADD ("units-and-containers-by-cgroup", units_and_containers_by_cgroup);
  ADD ("holders-by-inode", holders_by_inode);
  ADD ("who-held-it-last-is-asked-first", who_held_it_last_is_asked_first);
  ADD ("many-holders", many_holders);
  ADD ("scattered-numbers", scattered_numbers);
  ADD ("scattered-numbers-of-the-kernel", scattered_numbers_of_the_kernel);
  ADD ("no-procfs-at-all", no_procfs_at_all);
  ADD ("what-a-process-is", what_a_process_is);
  ADD ("a-long-command-is-cut", a_long_command_is_cut);
  return g_test_run ();
}
