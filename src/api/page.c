/* The plain page: services and conflicts as tables, without any script. Everything that
 * comes from scanned files is escaped text. */

#include "api/handlers.h"
#include "verbs/conflicts.h"

static const char style[] =
    ":root{color-scheme:light dark}\n"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}\n"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    ".error,.conflict{color:#c00;font-weight:600}.warning{color:#a60}.note,.inactive{opacity:.7}\n"
    "code{font-size:.9em}\n";

static void
append_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *escaped = g_markup_escape_text (valid, -1);
  g_string_append (out, escaped);
}

static void
append_cell (GString *out, const char *text)
{
  g_string_append (out, "<td>");
  append_text (out, text);
}

static void
append_port (GString *out, guint16 port)
{
  if (port == 0)
    g_string_append (out, "<td class=n>–");
  else
    g_string_append_printf (out, "<td class=n>%u", port);
}

static void
append_services (GString *out, const PmSnapshot *snapshot)
{
  g_string_append_printf (out,
                          "<h2>Services (%u)</h2>\n<table><tr><th>Project<th>Service<th class=n>"
                          "External<th class=n>Internal<th>Protocol<th>Status<th>Decided by\n",
                          snapshot->services->len);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    g_string_append (out, "<tr>");
    append_cell (out, service->project_id);
    append_cell (out, service->name);
    append_port (out, service->external_port);
    append_port (out, service->internal_port);
    append_cell (out, service->protocol);
    g_string_append_printf (out, "<td class=%s>%s", pm_status_name (service->status),
                            pm_status_name (service->status));
    g_string_append (out, "<td><code>");
    append_text (out, service->origin);
    g_string_append (out, "</code>\n");
  }
  g_string_append (out, "</table>\n");
}

static void
append_conflicts (GString *out, const GArray *conflicts)
{
  g_string_append_printf (out, "<h2>Conflicts (%u)</h2>\n", conflicts->len);
  if (conflicts->len == 0) {
    g_string_append (out, "<p>No conflicts.\n");
    return;
  }
  g_string_append (out, "<table><tr><th>Severity<th class=n>Port<th>Why<th>Where\n");
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    const char *severity = pm_severity_name (conflict->severity);
    g_string_append_printf (out, "<tr><td class=%s>%s", severity, severity);
    append_port (out, conflict->port);
    append_cell (out, conflict->reason);
    g_string_append (out, "<td>");
    for (guint k = 0; k < conflict->n_claimants; k++) {
      const PmClaimant *claimant = &conflict->claimants[k];
      g_string_append (out, k == 0 ? "<code>" : "<br><code>");
      append_text (out, claimant->socket != NULL ? claimant->socket->command : claimant->file);
      if (claimant->socket == NULL)
        g_string_append_printf (out, ":%u", claimant->line);
      g_string_append (out, "</code>");
    }
    g_string_append_c (out, '\n');
  }
  g_string_append (out, "</table>\n");
}

void
pm_api_page (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) conflicts = pm_verb_conflicts (call->context, &snapshot, &error);
  if (conflicts == NULL) {
    pm_call_failed (call, error);
    return;
  }
  GString *out = g_string_new ("<!doctype html>\n<html lang=en><meta charset=utf-8>"
                               "<meta name=viewport content='width=device-width'>"
                               "<title>port-manager</title><link rel=stylesheet href=plain.css>\n"
                               "<h1>port-manager</h1>\n");
  append_conflicts (out, conflicts);
  append_services (out, snapshot);
  g_string_append (out, "</html>\n");
  pm_call_text (call, 200, "text/html; charset=utf-8", out);
}

void
pm_api_page_style (PmCall *call)
{
  pm_call_text (call, 200, "text/css; charset=utf-8", g_string_new (style));
}
