/* What the configuration says: `ip.fixed`. */

#include "ip/sources.h"

#include "ip/source.h"

typedef struct {
  PmIpSource *source;
  char **addresses;
} Fixed;

static void
fixed_ask (gpointer data, gboolean wait)
{
  Fixed *self = data;
  GPtrArray *seen = pm_ip_seen_list ();
  for (guint i = 0; self->addresses[i] != NULL; i++) {
    g_autofree char *slot = g_strdup_printf ("%u", i);
    pm_ip_seen_add (seen, slot, self->addresses[i]);
  }
  pm_ip_source_answer (self->source, seen);
}

static void
fixed_stop (gpointer data)
{
}

static gpointer
fixed_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  if (config->ip.fixed[0] == NULL) {
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS,
                 "the source \"fixed\" needs ip.fixed, a list of addresses");
    return NULL;
  }
  Fixed *self = g_new0 (Fixed, 1);
  *self = (Fixed){source, g_strdupv (config->ip.fixed)};
  return self;
}

static void
fixed_free (gpointer data)
{
  Fixed *self = data;
  g_strfreev (self->addresses);
  g_free (self);
}

const PmIpSourceKind pm_ip_fixed = {
    .name = "fixed",
    .summary = "the addresses that ip.fixed names",
    .new = fixed_new,
    .ask = fixed_ask,
    .stop = fixed_stop,
    .free = fixed_free,
};
