#include "leases/host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "leases/bind-test.h"

/* --- clocks --- */

static gint64
boottime_us (void)
{
  struct timespec now;
  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* --- processes --- */

typedef struct {
  char state;
  guint n_threads;
  guint64 started;
} ProcStat;

/* proc(5): "pid (comm) state …", where comm may hold anything, brackets and newlines too, so that
 * the last bracket counts. Fields are counted from 3, the state. */
static gboolean
read_stat (gint64 pid, ProcStat *ret_stat)
{
  char path[64], text[1024];
  g_snprintf (path, sizeof path, "/proc/%" G_GINT64_FORMAT "/stat", pid);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  ssize_t length = read (fd, text, sizeof text - 1);
  close (fd);
  if (length <= 0)
    return FALSE;
  text[length] = '\0';
  const char *fields = strrchr (text, ')');
  if (fields == NULL)
    return FALSE;
  return sscanf (fields + 1,
                 " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %u %*d"
                 " %" G_GUINT64_FORMAT,
                 &ret_stat->state, &ret_stat->n_threads, &ret_stat->started) == 3;
}

static guint64
process_started (gint64 pid)
{
  ProcStat stat;
  return pid > 0 && read_stat (pid, &stat) ? stat.started : 0;
}

static PmProcessState
process_state (gint64 pid, guint64 started)
{
  ProcStat stat;
  if (pid <= 0 || (kill ((pid_t) pid, 0) != 0 && errno == ESRCH))
    return PM_PROCESS_GONE;
  if (!read_stat (pid, &stat))
    return PM_PROCESS_UNKNOWN;
  if (stat.started != started)
    return PM_PROCESS_GONE;
  gboolean is_corpse = (stat.state == 'Z' || stat.state == 'X') && stat.n_threads <= 1;
  return is_corpse ? PM_PROCESS_GONE : PM_PROCESS_LIVES;
}

/* --- this machine --- */

static void
read_boot (char *ret_boot, gsize size)
{
  g_autofree char *text = NULL;
  ret_boot[0] = '\0';
  if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    g_strlcpy (ret_boot, g_strchomp (text), size);
}

void
pm_host_init (PmHost *host)
{
  struct stat info;
  *host = (PmHost){
      .unix_us = g_get_real_time,
      .boottime_us = boottime_us,
      .can_bind = pm_bind_test,
      .process_started = process_started,
      .process_state = process_state,
      .pid_namespace = stat ("/proc/self/ns/pid", &info) == 0 ? info.st_ino : 0,
  };
  read_boot (host->boot, sizeof host->boot);
}

void
pm_host_kernel_ports (PmKernelPorts *ret_ports)
{
  g_autofree char *range = NULL, *reserved = NULL;
  g_file_get_contents ("/proc/sys/net/ipv4/ip_local_port_range", &range, NULL, NULL);
  g_file_get_contents ("/proc/sys/net/ipv4/ip_local_reserved_ports", &reserved, NULL, NULL);
  pm_kernel_ports_parse (ret_ports, range, reserved);
}
