#include "cli/pools-past.h"

#include "base/since.h"
#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "verbs/analytics.h"

#define SINCE "30d"

static void
add_forecast (PmTable *table, const PmPoolTrend *trend)
{
  if (trend->full_in_days < 0)
    pm_table_add (table, PM_CELL_DIM, trend->n_days < 3 ? "too early" : "not in sight");
  else if (trend->full_in_days < 1)
    pm_table_add (table, PM_CELL_BAD, trend->full_in_days > 0 ? "within a day" : "now");
  else
    pm_table_add (table, trend->full_in_days < 14 ? PM_CELL_WARN : PM_CELL_PLAIN, "in %.0f days",
                  trend->full_in_days);
}

static void
print_pools (const PmCli *cli, const PmPortAnalytics *analytics)
{
  static const PmColumn columns[] = {
      {"TYPE", FALSE, PM_COLUMN_NAME},    {"PORTS", TRUE, PM_COLUMN_WHOLE},
      {"IN USE", TRUE, PM_COLUMN_WHOLE},  {"PEAK", TRUE, PM_COLUMN_WHOLE},
      {"TAKEN", TRUE, PM_COLUMN_WHOLE},   {"RELEASED", TRUE, PM_COLUMN_WHOLE},
      {"REFUSED", TRUE, PM_COLUMN_WHOLE}, {"A DAY", TRUE, PM_COLUMN_WHOLE},
      {"FULL", FALSE, PM_COLUMN_WHOLE},
  };
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < analytics->pools->len; i++) {
    const PmPoolTrend *trend = &g_array_index (analytics->pools, PmPoolTrend, i);
    pm_table_add (table, PM_CELL_PLAIN, "%s", trend->type);
    pm_table_add (table, PM_CELL_PLAIN, "%u", trend->size);
    pm_table_add (table, PM_CELL_PLAIN, "%u", trend->in_use);
    pm_table_add (table, PM_CELL_PLAIN, "%u", trend->peak);
    pm_table_add (table, PM_CELL_PLAIN, "%u", trend->taken);
    pm_table_add (table, PM_CELL_PLAIN, "%u", trend->released);
    pm_table_add (table, trend->refused > 0 ? PM_CELL_BAD : PM_CELL_PLAIN, "%u", trend->refused);
    pm_table_add (table, PM_CELL_PLAIN, "%+.1f", trend->per_day);
    add_forecast (table, trend);
  }
  pm_table_print (table, cli->color, cli->width);
}

static void
print_contested (const PmCli *cli, const PmPortAnalytics *analytics)
{
  static const PmColumn columns[] = {
      {"PORT", TRUE, PM_COLUMN_WHOLE},      {"WANTED IN VAIN", TRUE, PM_COLUMN_WHOLE},
      {"CONFLICTS", TRUE, PM_COLUMN_WHOLE}, {"LEASED", TRUE, PM_COLUMN_WHOLE},
      {"LAST", FALSE, PM_COLUMN_TIME},
  };
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  if (analytics->contested->len == 0)
    return;
  printf ("\nmost contested\n");
  for (guint i = 0; i < analytics->contested->len; i++) {
    const PmPortDemand *demand = &g_array_index (analytics->contested, PmPortDemand, i);
    char last[PM_TIMESTAMP_SIZE];
    pm_timestamp_format (demand->last_us, last);
    pm_table_add (table, PM_CELL_PLAIN, "%u%s", demand->port,
                  demand->transport == PM_TRANSPORT_UDP ? "/udp" : "");
    pm_table_add (table, PM_CELL_PLAIN, "%u", demand->lost);
    pm_table_add (table, PM_CELL_PLAIN, "%u", demand->conflicts);
    pm_table_add (table, PM_CELL_PLAIN, "%u", demand->leased);
    pm_table_add (table, PM_CELL_DIM, "%s", last);
  }
  pm_table_print (table, cli->color, cli->width);
}

PmExit
pm_pools_past (PmCli *cli, const char *since)
{
  GError *error = NULL;
  gint64 since_us;
  if (!pm_since_parse (since == NULL ? SINCE : since, g_get_real_time (), &since_us))
    return pm_cli_usage (&pm_command_pools, "“%s” is no time (2h, 7d, 2026-11-22, RFC 3339)",
                         since);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autoptr (PmPortAnalytics) analytics = pm_verb_port_analytics (cli->context, since_us, &error);
  if (analytics == NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_port_analytics_write_json (&json, analytics);
    pm_output_json (out);
    return PM_EXIT_DONE;
  }
  if (analytics->pools->len == 0) {
    printf ("Nothing is known of that time.\n");
    return PM_EXIT_DONE;
  }
  print_pools (cli, analytics);
  printf ("%u service%s moved to another port\n", analytics->moves,
          analytics->moves == 1 ? "" : "s");
  print_contested (cli, analytics);
  return PM_EXIT_DONE;
}
