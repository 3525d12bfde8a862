#include <string.h>

#include "api/handlers.h"
#include "api/parameters.h"
#include "model/finding-json.h"

typedef struct {
  const char *project, *file, *service, *address, *kind, *role;
  gint64 port;
} Wish;

static gboolean
is (const char *wanted, const char *value)
{
  return wanted == NULL || strcmp (wanted, value) == 0;
}

static gboolean
fits (const Wish *wish, const PmFinding *f)
{
  return is (wish->project, f->project) && is (wish->file, f->file) &&
         is (wish->service, f->service) && is (wish->address, f->address) &&
         is (wish->kind, pm_kind_name (f->kind)) && is (wish->role, pm_role_name (f->role)) &&
         (wish->port == 0 ||
          (f->kind == PM_KIND_PORT && wish->port >= f->port && wish->port <= f->port_end));
}

/* A cursor is how many findings of the snapshot lie behind. */
static void
write_page (PmCall *call, const PmSnapshot *snapshot, const Wish *wish, gint64 skip)
{
  PmJsonWriter json = pm_call_json (call, 200);
  gint64 limit = pm_call_query_integer (call, "limit", PM_PAGE_LIMIT);
  gint64 total = 0, written = 0, next = 0;
  pm_json_begin_object (&json);
  pm_json_key (&json, "findings");
  pm_json_begin_array (&json);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *finding = &g_array_index (snapshot->findings, PmFinding, i);
    if (!fits (wish, finding) || total++ < skip)
      continue;
    if (written == limit) {
      next = skip + written;
      continue;
    }
    pm_finding_write_json (&json, finding);
    written++;
  }
  pm_json_end_array (&json);
  pm_json_member_cursor (&json, next);
  pm_json_member_int (&json, "total", total);
  pm_json_end_object (&json);
}

void
pm_api_findings (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  gint64 skip;
  Wish wish = {
      .project = pm_call_query (call, "project"),
      .file = pm_call_query (call, "file"),
      .service = pm_call_query (call, "service"),
      .address = pm_call_query (call, "address"),
      .kind = pm_call_query (call, "kind"),
      .role = pm_call_query (call, "role"),
      .port = pm_call_query_integer (call, "port", 0),
  };
  if (!pm_call_cursor (call, &skip))
    return;
  if (pm_registry_snapshot (call->context->registry, &snapshot, &error))
    write_page (call, snapshot, &wish, skip);
  else
    pm_call_failed (call, error);
}
