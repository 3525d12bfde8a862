#include "api/traffic.h"

#include "api/exposition.h"
#include "api/route.h"

/* Of what no route is for. */
#define NO_ROUTE "none"

/* Upper ends in seconds; the last bucket has none. */
static const double ends[PM_TRAFFIC_BUCKETS] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                0.05,   0.1,   0.25,   1,     5};

typedef struct {
  guint64 buckets[PM_TRAFFIC_BUCKETS + 1];
  guint64 count;
  gint64 sum_us;
  GHashTable *statuses; /* status → how many, both as pointers */
} Route;

struct PmTraffic {
  gsize n_routes;
  Route *routes; /* as in the table, and one for none */
};

PmTraffic *
pm_traffic_new (void)
{
  PmTraffic *traffic = g_new0 (PmTraffic, 1);
  traffic->n_routes = pm_routes_count ();
  traffic->routes = g_new0 (Route, traffic->n_routes + 1);
  for (gsize i = 0; i <= traffic->n_routes; i++)
    traffic->routes[i].statuses = g_hash_table_new (g_direct_hash, g_direct_equal);
  return traffic;
}

void
pm_traffic_free (PmTraffic *traffic)
{
  for (gsize i = 0; i <= traffic->n_routes; i++)
    g_hash_table_unref (traffic->routes[i].statuses);
  g_free (traffic->routes);
  g_free (traffic);
}

void
pm_traffic_count (PmTraffic *traffic, const PmCall *call, guint status, gint64 elapsed_us)
{
  gsize index = call->route == NULL ? traffic->n_routes : pm_route_index (call->route);
  Route *route = &traffic->routes[index];
  guint bucket = 0;
  while (bucket < PM_TRAFFIC_BUCKETS &&
         (double) elapsed_us > ends[bucket] * (double) G_USEC_PER_SEC)
    bucket++;
  route->buckets[bucket]++;
  route->count++;
  route->sum_us += elapsed_us;
  gsize known = GPOINTER_TO_SIZE (g_hash_table_lookup (route->statuses, GUINT_TO_POINTER (status)));
  g_hash_table_insert (route->statuses, GUINT_TO_POINTER (status), GSIZE_TO_POINTER (known + 1));
}

static const char *
method_of (gsize index)
{
  const PmRoute *route = pm_route_at (index);
  return route == NULL ? NO_ROUTE : route->method;
}

static const char *
pattern_of (gsize index)
{
  const PmRoute *route = pm_route_at (index);
  return route == NULL ? NO_ROUTE : route->pattern;
}

static void
write_requests (const PmTraffic *traffic, GString *out)
{
  static const char name[] = "port_manager_http_requests_total";
  pm_exposition_begin (out, name, "counter", "Requests answered, by route and status.");
  for (gsize i = 0; i <= traffic->n_routes; i++) {
    GHashTableIter iter;
    gpointer status, count;
    g_hash_table_iter_init (&iter, traffic->routes[i].statuses);
    while (g_hash_table_iter_next (&iter, &status, &count)) {
      char code[16];
      g_snprintf (code, sizeof code, "%u", GPOINTER_TO_UINT (status));
      pm_exposition_sample (out, name, "", (double) GPOINTER_TO_SIZE (count), "method",
                            method_of (i), "route", pattern_of (i), "code", code, NULL);
    }
  }
}

static void
write_histogram (GString *out, const char *name, const Route *route, const char *method,
                 const char *pattern)
{
  guint64 sum = 0;
  for (guint b = 0; b <= PM_TRAFFIC_BUCKETS; b++) {
    char end[G_ASCII_DTOSTR_BUF_SIZE] = "+Inf";
    if (b < PM_TRAFFIC_BUCKETS)
      g_ascii_formatd (end, sizeof end, "%g", ends[b]);
    sum += route->buckets[b];
    pm_exposition_sample (out, name, "_bucket", (double) sum, "method", method, "route", pattern,
                          "le", end, NULL);
  }
  pm_exposition_sample (out, name, "_sum", (double) route->sum_us / (double) G_USEC_PER_SEC,
                        "method", method, "route", pattern, NULL);
  pm_exposition_sample (out, name, "_count", (double) route->count, "method", method, "route",
                        pattern, NULL);
}

void
pm_traffic_write (const PmTraffic *traffic, GString *out)
{
  static const char name[] = "port_manager_http_request_duration_seconds";
  write_requests (traffic, out);
  pm_exposition_begin (out, name, "histogram", "Time from a request's head to its answer.");
  for (gsize i = 0; i <= traffic->n_routes; i++)
    if (traffic->routes[i].count > 0)
      write_histogram (out, name, &traffic->routes[i], method_of (i), pattern_of (i));
}
