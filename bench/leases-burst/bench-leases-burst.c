/* How fast a server gives out ports that are kept: some processes ask for one after the other, as
 * fast as it goes, until so many are given out.
 *
 * usage: bench-leases-burst port-manager|portserver SOCKET PROCESSES ALLOCATIONS
 *
 * port-manager: POST /api/ports/allocate over one connection each, held by the asking process.
 * portserver (Debian's python3-portpicker): a connection for each port, as its protocol is; the
 * pid, a newline, and the port comes back. Prints seconds. */

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int
dial (const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("%s: %m", path);
  return fd;
}

/* Until the answer has `end` in it. */
static gboolean
exchange (int fd, const char *request, const char *end, char *answer, gsize size)
{
  gsize length = 0;
  if (send (fd, request, strlen (request), MSG_NOSIGNAL) < 0)
    return FALSE;
  do {
    ssize_t n = recv (fd, answer + length, size - 1 - length, 0);
    if (n <= 0)
      return FALSE;
    length += (gsize) n;
    answer[length] = '\0';
  } while (strstr (answer, end) == NULL);
  return TRUE;
}

static void
ask_port_manager (const char *path, guint n)
{
  char body[64], request[512], answer[4096];
  g_snprintf (body, sizeof body, "{\"type\":\"burst\",\"pid\":%d}", (int) getpid ());
  g_snprintf (request, sizeof request,
              "POST /api/ports/allocate HTTP/1.1\r\nHost: localhost\r\n"
              "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
              strlen (body), body);
  int fd = dial (path);
  for (guint i = 0; i < n; i++)
    if (!exchange (fd, request, "}}", answer, sizeof answer) || strstr (answer, " 201 ") == NULL)
      g_error ("not given: %s", answer);
  close (fd);
}

static void
ask_portserver (const char *path, guint n)
{
  char request[32], answer[64];
  g_snprintf (request, sizeof request, "%d\n", (int) getpid ());
  for (guint i = 0; i < n; i++) {
    int fd = dial (path);
    if (!exchange (fd, request, "\n", answer, sizeof answer) || atoi (answer) == 0)
      g_error ("not given");
    close (fd);
  }
}

int
main (int argc, char *argv[])
{
  if (argc != 5)
    g_error ("usage: bench-leases-burst port-manager|portserver SOCKET PROCESSES ALLOCATIONS");
  guint n_processes = (guint) atoi (argv[3]), n = (guint) atoi (argv[4]) / n_processes;
  gboolean failed = FALSE;
  int start[2], status;
  if (pipe (start) != 0)
    g_error ("pipe: %m");
  for (guint i = 0; i < n_processes; i++)
    if (fork () == 0) {
      char byte;
      close (start[1]);
      ssize_t nothing = read (start[0], &byte, 1); /* until all are there */
      (void) nothing;
      (strcmp (argv[1], "portserver") == 0 ? ask_portserver : ask_port_manager) (argv[2], n);
      _exit (0);
    }
  gint64 began_us = g_get_monotonic_time ();
  close (start[0]);
  close (start[1]);
  while (wait (&status) > 0)
    failed |= status != 0;
  printf ("%.3f\n", (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC);
  return failed ? 1 : 0;
}
