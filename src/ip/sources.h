#pragma once

#include "config/config.h"

G_BEGIN_DECLS

/* Who tells this machine's external addresses: the sources that the configuration names, each asked
 * on the main loop, and what each said last.
 *
 *   g_autoptr (PmIpSources) sources = pm_ip_sources_new (config, heard, self, &error);
 *   …                               `heard` is called for each answer and each failure
 *
 * A source that waits (GCP's metadata server, the kernel) is asked again as soon as it answered;
 * the others every `ip.interval_s`. A question that nobody answers in time is a failure, never "no
 * change"; after failures the pause grows from 1 s to 60 s. */

#define PM_IP_ERROR (pm_ip_error_quark ())
GQuark pm_ip_error_quark (void);
typedef enum {
  PM_IP_ERROR_SETTINGS, /* a source lacks a setting; the message names it */
} PmIpError;

typedef struct PmIpSources PmIpSources;

typedef struct {
  const char *source;  /* "gcp" */
  const char *slot;    /* "nic0/0" */
  const char *address; /* in its canonical form (RFC 5952); valid, of whatever network */
} PmIpReading;

/* One answer, or `cause` why there is none; `readings` are gone when this returns. An address that
 * is no address fails the whole answer. */
typedef void (*PmIpHeard) (const char *source, const PmIpReading *readings, guint n_readings,
                           const char *cause, gpointer data);

/* Attached to the thread's default main context. NULL `heard`: only asked by hand. */
PmIpSources *pm_ip_sources_new (const PmConfig *config, PmIpHeard heard, gpointer data,
                                GError **error);
void pm_ip_sources_free (PmIpSources *sources);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmIpSources, pm_ip_sources_free)

/* Starts asking, and goes on until freed. */
void pm_ip_sources_start (PmIpSources *sources);

/* One plain question to every source, to all but one, or to one; each is told through `heard`. A
 * plain question that is under way will do. */
void pm_ip_sources_ask (PmIpSources *sources);
void pm_ip_sources_ask_others (PmIpSources *sources, const char *name);
void pm_ip_sources_ask_one (PmIpSources *sources, const char *name);

/* --- what each said last --- */

typedef struct {
  const char *name;
  const char *summary;
  gboolean waits;
  gint64 spoke_at;   /* µs of real time of its last answer; 0: never */
  gint64 failed_at;  /* of its last failure; 0: never */
  const char *cause; /* of that failure; NULL: none since it spoke */
  guint n_failures;  /* in a row */
} PmIpSourceState;

guint pm_ip_sources_count (const PmIpSources *sources);
void pm_ip_sources_state (const PmIpSources *sources, guint n, PmIpSourceState *ret_state);

/* All kinds there are: name and summary, ended by a NULL name. */
typedef struct {
  const char *name;
  const char *summary;
} PmIpSourceName;
const PmIpSourceName *pm_ip_source_names (void);

G_END_DECLS
