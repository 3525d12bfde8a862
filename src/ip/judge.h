#pragma once

#include "ip/sources.h"

G_BEGIN_DECLS

/* Which of the readings are a change of an address. Pure: time is an argument.
 *
 *   g_autoptr (PmIpJudge) judge = pm_ip_judge_new (hold_down_us, allowed);
 *   pm_ip_judge_know (judge, "gcp", "nic0/0", "203.0.113.7");      what was stored
 *   pm_ip_judge_hear (judge, "gcp", readings, n, now, ruled, self);
 *   … ask the source again that pm_ip_judge_due names
 *
 * A new address is believed when a second reading of the same slot says it after the hold-down, or
 * as soon as another source says it as well. Only a public address, or one in the networks that are
 * allowed, can be one. A failure, an empty answer and a slot that is missing change nothing. */

typedef struct PmIpJudge PmIpJudge;

typedef enum {
  PM_IP_LEARNED,   /* the first address of a slot; old_address is "" */
  PM_IP_DETECTED,  /* another one than is known; not believed yet */
  PM_IP_WITHDRAWN, /* it did not hold */
  PM_IP_CONFIRMED, /* act; it is the known one now */
  PM_IP_REFUSED,   /* neither public nor allowed; told once per address */
} PmIpRulingKind;

typedef struct {
  PmIpRulingKind kind;
  const char *source, *slot;
  const char *old_address, *new_address;
  const char *second; /* the other source that confirmed it; NULL: it held by itself */
} PmIpRuling;

typedef void (*PmIpRuled) (const PmIpRuling *ruling, gpointer data);

/* `allowed`: networks as in pm_external_is_within; outlives the judge. */
PmIpJudge *pm_ip_judge_new (gint64 hold_down_us, const char *const *allowed);
void pm_ip_judge_free (PmIpJudge *judge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmIpJudge, pm_ip_judge_free)

void pm_ip_judge_know (PmIpJudge *judge, const char *source, const char *slot, const char *address);

/* One whole answer of one source; `now_us` is monotonic. The same change told by several sources is
 * confirmed once. */
void pm_ip_judge_hear (PmIpJudge *judge, const char *source, const PmIpReading *readings,
                       guint n_readings, gint64 now_us, PmIpRuled ruled, gpointer data);

/* When the first hold-down is over, in monotonic µs, and whose answer it waits for; -1: nothing is
 * waiting. */
gint64 pm_ip_judge_due (const PmIpJudge *judge, const char **ret_source);

G_END_DECLS
