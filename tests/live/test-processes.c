#include "live/processes.h"

#include <string.h>
#include <unistd.h>

#include "procfs.h"

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
  ADD ("what-a-process-is", what_a_process_is);
  ADD ("a-long-command-is-cut", a_long_command_is_cut);
  return g_test_run ();
}
