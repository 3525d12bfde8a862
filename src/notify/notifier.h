#pragma once

#include "config/config.h"
#include "registry/registry.h"

G_BEGIN_DECLS

/* Tells people what happens: follows the event log, whichever process writes it, and sends what it
 * has to tell through the channels of the configuration, until it is freed.
 *
 *   PmNotifierOptions options = {.state_dir = …, .config = config, .dashboard = url};
 *   PmNotifier *notifier = pm_notifier_new (&options);
 *   …
 *   pm_notifier_free (notifier);
 *
 * It has a thread, a main context and a registry connection of its own, and each channel has its
 * own place in the queue, its own clock and its own failures: a receiver that hangs delays nothing
 * but itself. At least once: what a crash leaves is sent at the next start, with the same key if it
 * may have been sent before. What cannot be sent is tried again for notify.keep_h, then dropped,
 * which is written down (registry/outbox.h).
 *
 * One process of a host runs one. Problems with the registry are warnings in the log, and tried
 * again. */

typedef struct PmNotifier PmNotifier;

typedef struct {
  const char *state_dir;
  PmConfig *config;
  const char *dashboard; /* where the links of messages lead; "" there are none */
} PmNotifierOptions;

PmNotifier *pm_notifier_new (const PmNotifierOptions *options);

/* Ends what is being sent; it stays in the queue. Waits for the thread, which waits for nobody. */
void pm_notifier_free (PmNotifier *notifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmNotifier, pm_notifier_free)

G_END_DECLS
