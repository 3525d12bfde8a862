#include "ip/sources.h"

#include "ip/frame.h"

G_DEFINE_QUARK (pm - ip - error - quark, pm_ip_error)

/* All there are. */
static const PmIpSourceKind *const kinds[] = {
    &pm_ip_gcp,  &pm_ip_gcp_compute, &pm_ip_aws,  &pm_ip_azure,   &pm_ip_interface,
    &pm_ip_http, &pm_ip_dns,         &pm_ip_stun, &pm_ip_command, &pm_ip_fixed,
};

struct PmIpSources {
  PmHttpClient *http;
  GPtrArray *list; /* of PmIpSource */
};

static const PmIpSourceKind *
kind_named (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i]->name, name) == 0)
      return kinds[i];
  return NULL;
}

const PmIpSourceName *
pm_ip_source_names (void)
{
  static PmIpSourceName names[G_N_ELEMENTS (kinds) + 1];
  static gsize filled;
  if (g_once_init_enter (&filled)) {
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      names[i] = (PmIpSourceName){kinds[i]->name, kinds[i]->summary};
    g_once_init_leave (&filled, 1);
  }
  return names;
}

PmIpSources *
pm_ip_sources_new (const PmConfig *config, PmIpHeard heard, gpointer data, GError **error)
{
  g_autoptr (PmIpSources) sources = g_new0 (PmIpSources, 1);
  sources->http = pm_http_client_new ();
  sources->list = g_ptr_array_new_with_free_func ((GDestroyNotify) pm_ip_source_free);
  for (char **name = config->ip.sources; *name != NULL; name++) {
    /* The configuration's own check knows the names. */
    PmIpSource *source =
        pm_ip_source_new (kind_named (*name), config, sources->http, heard, data, error);
    if (source == NULL)
      return NULL;
    g_ptr_array_add (sources->list, source);
  }
  return g_steal_pointer (&sources);
}

void
pm_ip_sources_free (PmIpSources *sources)
{
  if (sources == NULL)
    return;
  g_ptr_array_unref (sources->list);
  pm_http_client_free (sources->http);
  g_free (sources);
}

void
pm_ip_sources_start (PmIpSources *sources)
{
  for (guint i = 0; i < sources->list->len; i++)
    pm_ip_source_start (g_ptr_array_index (sources->list, i));
}

void
pm_ip_sources_ask (PmIpSources *sources)
{
  for (guint i = 0; i < sources->list->len; i++)
    pm_ip_source_ask (g_ptr_array_index (sources->list, i));
}

static void
ask_where (PmIpSources *sources, const char *name, gboolean is_named)
{
  for (guint i = 0; i < sources->list->len; i++) {
    PmIpSource *source = g_ptr_array_index (sources->list, i);
    if ((strcmp (pm_ip_source_name (source), name) == 0) == is_named)
      pm_ip_source_ask (source);
  }
}

void
pm_ip_sources_ask_others (PmIpSources *sources, const char *name)
{
  ask_where (sources, name, FALSE);
}

void
pm_ip_sources_ask_one (PmIpSources *sources, const char *name)
{
  ask_where (sources, name, TRUE);
}

guint
pm_ip_sources_count (const PmIpSources *sources)
{
  return sources->list->len;
}

void
pm_ip_sources_state (const PmIpSources *sources, guint n, PmIpSourceState *ret_state)
{
  pm_ip_source_state (g_ptr_array_index (sources->list, n), ret_state);
}
