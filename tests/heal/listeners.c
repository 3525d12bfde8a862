/* Many small services, each a process with a socket of its own: to be killed one by one.
 *
 *   listeners COUNT FOLDER
 *
 * Number n works in FOLDER/pn. Prints "PORT PID" for each, then an empty line; ends, and all of
 * them with it, when its standard input does. */

#include <arpa/inet.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int
listen_anywhere (guint *ret_port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind (fd, (const struct sockaddr *) (void *) &address, length) != 0 ||
      listen (fd, 16) != 0 || getsockname (fd, (struct sockaddr *) (void *) &address, &length) != 0)
    return -1;
  *ret_port = ntohs (address.sin_port);
  return fd;
}

static void
serve (int listener, pid_t parent, const char *folder)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent || chdir (folder) != 0)
    _exit (1);
  for (;;) {
    int client = accept (listener, NULL, NULL);
    if (client >= 0)
      close (client);
  }
}

int
main (int argc, char *argv[])
{
  guint64 count = argc > 2 ? g_ascii_strtoull (argv[1], NULL, 10) : 0;
  pid_t parent = getpid ();
  char byte;
  signal (SIGCHLD, SIG_IGN); /* nobody asks how one ended */
  for (guint64 i = 0; i < count; i++) {
    guint port = 0;
    g_autofree char *folder = g_strdup_printf ("%s/p%" G_GUINT64_FORMAT, argv[2], i);
    int listener = listen_anywhere (&port);
    pid_t child = listener < 0 ? -1 : fork ();
    if (child == 0)
      serve (listener, parent, folder);
    if (child < 0) {
      perror ("listeners");
      return 1;
    }
    close (listener);
    printf ("%u %d\n", port, (int) child);
  }
  printf ("\n");
  fflush (stdout);
  while (read (STDIN_FILENO, &byte, 1) > 0)
    continue;
  return 0;
}
