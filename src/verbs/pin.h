#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Pins: ports that may not be moved, and why. Those of the configuration ([[service]] pinned) hold
 * from the next scan on; a person's go before them. */

#define PM_PIN_ERROR (pm_pin_error_quark ())
GQuark pm_pin_error_quark (void);
typedef enum {
  PM_PIN_ERROR_REASON,    /* none was given */
  PM_PIN_ERROR_CONFIGURED /* the configuration pins it: only there can it be unpinned */
} PmPinError;

/* `service` as in find-service.h; `reason` NULL unpins. The service as it is then, its text in the
 * arena. */
gboolean pm_verb_pin (PmContext *context, const char *service, const char *reason, PmArena *arena,
                      PmService *ret_service, GError **error);

G_END_DECLS
