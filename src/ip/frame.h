#pragma once

#include "ip/source.h"
#include "ip/sources.h"

G_BEGIN_DECLS

/* The frame around one source, for sources.c. Private to ip/. */

/* `http`, `config` and `data` outlive it. */
PmIpSource *pm_ip_source_new (const PmIpSourceKind *kind, const PmConfig *config,
                              PmHttpClient *http, PmIpHeard heard, gpointer data, GError **error);
void pm_ip_source_free (PmIpSource *source);

/* Asks, and again and again. */
void pm_ip_source_start (PmIpSource *source);

/* One plain question now, instead of an open one; one that is under way will do. */
void pm_ip_source_ask (PmIpSource *source);

const char *pm_ip_source_name (const PmIpSource *source);

void pm_ip_source_state (const PmIpSource *source, PmIpSourceState *ret_state);

G_END_DECLS
