#include "verbs/pin.h"

#include <string.h>

#include "verbs/find-service.h"

G_DEFINE_QUARK (pm - pin - error - quark, pm_pin_error)

static gboolean
check_reason (const char *reason, GError **error)
{
  if (reason == NULL)
    return TRUE;
  if (reason[strspn (reason, " \t\n")] != '\0' && g_utf8_validate (reason, -1, NULL))
    return TRUE;
  g_set_error_literal (error, PM_PIN_ERROR, PM_PIN_ERROR_REASON,
                       "say why it may not be moved: whoever wants to move it will read that");
  return FALSE;
}

gboolean
pm_verb_pin (PmContext *context, const char *service, const char *reason, PmArena *arena,
             PmService *ret_service, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!check_reason (reason, error) || !pm_registry_snapshot (context->registry, &snapshot, error))
    return FALSE;
  gint index = pm_verb_find_service (snapshot, service, error);
  if (index < 0)
    return pm_verb_find_elsewhere (context->registry, service, error);
  gint64 id = g_array_index (snapshot->services, PmService, index).id;
  if (!pm_registry_annotate (context->registry, id,
                             &(PmAnnotation){.pinned = reason == NULL ? "" : reason},
                             g_get_real_time (), error) ||
      !pm_registry_service (context->registry, id, arena, ret_service, error))
    return FALSE;
  if (reason != NULL || ret_service->pinned[0] == '\0')
    return TRUE;
  g_autofree char *name = pm_service_full_name (ret_service);
  g_set_error (error, PM_PIN_ERROR, PM_PIN_ERROR_CONFIGURED,
               "%s is pinned by %s: “%s”; take that away there and scan again", name,
               context->config->file == NULL ? "the configuration" : context->config->file,
               ret_service->pinned);
  return FALSE;
}
