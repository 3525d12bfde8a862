#pragma once

#include "registry/addresses.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* What becomes of a confirmed change of an external address, by `ip.policy`:
 *
 *   confirmed ─ notify ──────────────────→ noted
 *             ─ propose ─→ plan, keep ───→ proposed   (a person applies the plan by its id)
 *             ─ apply ───→ plan, apply ──→ applied
 *                          nothing holds it → unaffected
 *                          refused or failed → failed, and no file is changed
 *
 * Where files still say an older address of the same slot, because an earlier change was only
 * proposed, that is what is replaced. Every stage is timed. The end is written with its event
 * "ip.STAGE" and the report: {"source", "slot", "oldValue", "newValue", "policy", "confirmed",
 * "stages":[{"stage","elapsedMs"}], "files", "edits", "planId", "transactionId", "cause",
 * "advice"}. A change that a crash left open is dealt with again at the next start: a transaction
 * that was committed leaves nothing to do then.
 *
 * FALSE only when the registry cannot be written. `stage` is called as each begins; NULL nobody. */
typedef void (*PmPipelineStage) (const char *stage, gpointer data);

gboolean pm_pipeline_address_change (PmContext *context, const PmAddressChange *change,
                                     PmPipelineStage stage, gpointer data, GString *report,
                                     GError **error);

G_END_DECLS
