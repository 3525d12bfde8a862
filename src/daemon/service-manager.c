#include "daemon/service-manager.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A path, or a name in the abstract namespace, which begins with '@'. */
static gboolean
find_socket (struct sockaddr_un *ret_address, socklen_t *ret_length)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (path == NULL || (path[0] != '/' && path[0] != '@') ||
      strlen (path) >= sizeof ret_address->sun_path)
    return FALSE;
  memcpy (ret_address->sun_path, path, strlen (path));
  if (path[0] == '@')
    ret_address->sun_path[0] = '\0';
  *ret_length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + strlen (path));
  return TRUE;
}

/* Nobody waits for an answer, and nothing can be done about a failure. */
static void
send_text (const char *text)
{
  struct sockaddr_un address;
  socklen_t length;
  if (!find_socket (&address, &length))
    return;
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  (void) !sendto (fd, text, strlen (text), MSG_NOSIGNAL, (struct sockaddr *) &address, length);
  close (fd);
}

void
pm_service_manager_ready (const char *status)
{
  g_autofree char *text = g_strdup_printf ("READY=1\nSTATUS=%s", status);
  send_text (text);
}

void
pm_service_manager_reloading (void)
{
  g_autofree char *text =
      g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
  send_text (text);
}

void
pm_service_manager_stopping (void)
{
  send_text ("STOPPING=1");
}

void
pm_service_manager_status (const char *status)
{
  g_autofree char *text = g_strdup_printf ("STATUS=%s", status);
  send_text (text);
}

static gboolean
on_turn (gpointer data)
{
  send_text ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

guint
pm_service_manager_watch (void)
{
  const char *usec = g_getenv ("WATCHDOG_USEC"), *pid = g_getenv ("WATCHDOG_PID");
  guint64 every_us, ours;
  if (usec == NULL || !g_ascii_string_to_unsigned (usec, 10, 1, G_MAXINT64, &every_us, NULL))
    return 0;
  if (pid != NULL && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT32, &ours, NULL) ||
                      ours != (guint64) getpid ()))
    return 0;
  send_text ("WATCHDOG=1");
  return g_timeout_add ((guint) CLAMP (every_us / 2000, 1, G_MAXINT), on_turn, NULL);
}
