/* What a name of this machine's points at: `ip.dns.name`. A change is seen as late as the name's
 * time to live allows. */

#include <gio/gio.h>

#include "ip/source.h"
#include "ip/sources.h"

typedef struct {
  PmIpSource *source;
  char *name;
  GCancellable *cancellable;
} Dns;

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
on_found (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GList *found = g_resolver_lookup_by_name_finish (G_RESOLVER (object), result, &error);
  /* Stopped: the source may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  Dns *self = data;
  g_clear_object (&self->cancellable);
  if (found == NULL) {
    pm_ip_source_fail (self->source, "%s: %s", self->name,
                       error != NULL ? error->message : "no address");
    return;
  }
  /* Their order changes from answer to answer. */
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  for (GList *item = found; item != NULL; item = item->next)
    g_ptr_array_add (addresses, g_inet_address_to_string (item->data));
  g_resolver_free_addresses (found);
  g_ptr_array_sort (addresses, by_text);
  GPtrArray *seen = pm_ip_seen_list ();
  guint n_v4 = 0, n_v6 = 0;
  for (guint i = 0; i < addresses->len; i++) {
    const char *address = g_ptr_array_index (addresses, i);
    gboolean is_v6 = strchr (address, ':') != NULL;
    g_autofree char *slot =
        g_strdup_printf ("%s/%s/%u", self->name, is_v6 ? "v6" : "v4", is_v6 ? n_v6++ : n_v4++);
    pm_ip_seen_add (seen, slot, address);
  }
  pm_ip_source_answer (self->source, seen);
}

static void
dns_ask (gpointer data, gboolean wait)
{
  Dns *self = data;
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  self->cancellable = g_cancellable_new ();
  g_resolver_lookup_by_name_async (resolver, self->name, self->cancellable, on_found, self);
}

static void
dns_stop (gpointer data)
{
  Dns *self = data;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static gpointer
dns_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  if (*config->ip.dns_name == '\0') {
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS,
                 "the source \"dns\" needs ip.dns.name, a name that points at this machine");
    return NULL;
  }
  Dns *self = g_new0 (Dns, 1);
  *self = (Dns){source, g_strdup (config->ip.dns_name), NULL};
  return self;
}

static void
dns_free (gpointer data)
{
  Dns *self = data;
  g_free (self->name);
  g_free (self);
}

const PmIpSourceKind pm_ip_dns = {
    .name = "dns",
    .summary = "what a name of this machine's points at",
    .new = dns_new,
    .ask = dns_ask,
    .stop = dns_stop,
    .free = dns_free,
};
