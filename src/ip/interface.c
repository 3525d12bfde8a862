/* DESIGN
 * The kernel's own addresses: getifaddrs(3), asked when rtnetlink(7) says that an address came or
 * went. The messages are not read for what they say: they only wake, so a lost one (ENOBUFS) costs
 * nothing, and neither does one that tells what is known. An open question is answered after half a
 * minute in any case. */

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ip/external.h"
#include "ip/source.h"
#include "ip/sources.h"

#define OPEN_FOR_S 30

typedef struct {
  PmIpSource *source;
  char *only; /* name of the interface; "" all */
  int fd;
  guint on_message, on_time;
} Interface;

static const char *
text_of (const struct sockaddr *address, char *text)
{
  if (address == NULL)
    return NULL;
  if (address->sa_family == AF_INET)
    return inet_ntop (AF_INET, &((const struct sockaddr_in *) (gconstpointer) address)->sin_addr,
                      text, INET6_ADDRSTRLEN);
  if (address->sa_family == AF_INET6)
    return inet_ntop (AF_INET6, &((const struct sockaddr_in6 *) (gconstpointer) address)->sin6_addr,
                      text, INET6_ADDRSTRLEN);
  return NULL;
}

static gboolean
is_wanted (const Interface *self, const struct ifaddrs *item, const char *address)
{
  static const char *const of_the_link[] = {"fe80::/10", "169.254.0.0/16", NULL};
  if ((item->ifa_flags & IFF_LOOPBACK) != 0 || (item->ifa_flags & IFF_UP) == 0)
    return FALSE;
  if (*self->only != '\0' && strcmp (self->only, item->ifa_name) != 0)
    return FALSE;
  return !pm_external_is_within (address, of_the_link);
}

static void
answer (Interface *self)
{
  struct ifaddrs *list = NULL;
  if (getifaddrs (&list) != 0) {
    pm_ip_source_fail (self->source, "the kernel's addresses: %s", g_strerror (errno));
    return;
  }
  GPtrArray *seen = pm_ip_seen_list ();
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (const struct ifaddrs *item = list; item != NULL; item = item->ifa_next) {
    char text[INET6_ADDRSTRLEN];
    const char *address = text_of (item->ifa_addr, text);
    if (address == NULL || !is_wanted (self, item, address))
      continue;
    char *family = g_strdup_printf ("%s/%s", item->ifa_name, strchr (address, ':') ? "v6" : "v4");
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, family));
    g_autofree char *slot = g_strdup_printf ("%s/%u", family, n);
    g_hash_table_replace (counts, family, GUINT_TO_POINTER (n + 1));
    pm_ip_seen_add (seen, slot, address);
  }
  freeifaddrs (list);
  pm_ip_source_answer (self->source, seen);
}

static void
interface_stop (gpointer data)
{
  Interface *self = data;
  g_clear_handle_id (&self->on_message, g_source_remove);
  g_clear_handle_id (&self->on_time, g_source_remove);
}

static void
drain (Interface *self)
{
  char buffer[8192];
  while (recv (self->fd, buffer, sizeof buffer, MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
    continue;
}

static gboolean
on_message (gint fd, GIOCondition condition, gpointer data)
{
  Interface *self = data;
  drain (self);
  interface_stop (self);
  answer (self);
  return G_SOURCE_CONTINUE; /* it is removed already */
}

static gboolean
on_time (gpointer data)
{
  interface_stop (data);
  answer (data);
  return G_SOURCE_CONTINUE;
}

static void
interface_ask (gpointer data, gboolean wait)
{
  Interface *self = data;
  if (!wait) {
    drain (self);
    answer (self);
    return;
  }
  self->on_message = g_unix_fd_add (self->fd, G_IO_IN | G_IO_ERR, on_message, self);
  self->on_time = g_timeout_add_seconds (OPEN_FOR_S, on_time, self);
}

static gpointer
interface_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (fd < 0 || bind (fd, (const struct sockaddr *) &address, sizeof address) != 0) {
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS,
                 "the source \"interface\": no netlink socket: %s", g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return NULL;
  }
  Interface *self = g_new0 (Interface, 1);
  self->source = source;
  self->only = g_strdup (config->ip.interface);
  self->fd = fd;
  return self;
}

static void
interface_free (gpointer data)
{
  Interface *self = data;
  close (self->fd);
  g_free (self->only);
  g_free (self);
}

const PmIpSourceKind pm_ip_interface = {
    .name = "interface",
    .summary = "this machine's own network interfaces, as the kernel tells of them",
    .waits = TRUE,
    .new = interface_new,
    .ask = interface_ask,
    .stop = interface_stop,
    .free = interface_free,
};
