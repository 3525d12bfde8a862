#pragma once

#include "config/config.h"
#include "net/http-client.h"

G_BEGIN_DECLS

/* What a source of external addresses is: one file each, one line in sources.c. Private to ip/.
 *
 * The frame (source.c) asks, the kind answers each question exactly once, with pm_ip_source_answer
 * or pm_ip_source_fail, at once or later. The frame keeps the time: when the next question is due,
 * how long one may take, how long to wait after failures. */

typedef struct PmIpSource PmIpSource;

/* An address where it was seen. The slot stays the same while its address changes, so that one
 * change is told from another: "nic0/0", "web-1/nic0/0". */
typedef struct {
  char *slot;
  char *address; /* as the source wrote it; the frame checks it */
} PmIpSeen;

typedef struct {
  const char *name;    /* as in `ip.sources` */
  const char *summary; /* a line for people */

  /* Whether a question can stay open until something changes. Others are asked every interval. */
  gboolean waits;

  /* NULL and an error that names the setting that is missing. */
  gpointer (*new) (PmIpSource *source, const PmConfig *config, GError **error);

  /* `wait`: may be answered when something changes, or after half a minute without. */
  void (*ask) (gpointer self, gboolean wait);

  /* Gives up the question that is open: no answer comes. */
  void (*stop) (gpointer self);
  void (*free) (gpointer self);
} PmIpSourceKind;

/* --- for the kinds --- */

PmHttpClient *pm_ip_source_http (PmIpSource *source);

/* An empty list is an answer: no address. Takes `seen` over (of PmIpSeen, see below). */
void pm_ip_source_answer (PmIpSource *source, GPtrArray *seen);
void pm_ip_source_fail (PmIpSource *source, const char *cause, ...) G_GNUC_PRINTF (2, 3);

GPtrArray *pm_ip_seen_list (void);
void pm_ip_seen_add (GPtrArray *seen, const char *slot, const char *address);

extern const PmIpSourceKind pm_ip_gcp;
extern const PmIpSourceKind pm_ip_gcp_compute;
extern const PmIpSourceKind pm_ip_aws;
extern const PmIpSourceKind pm_ip_azure;
extern const PmIpSourceKind pm_ip_interface;
extern const PmIpSourceKind pm_ip_http;
extern const PmIpSourceKind pm_ip_dns;
extern const PmIpSourceKind pm_ip_stun;
extern const PmIpSourceKind pm_ip_command;
extern const PmIpSourceKind pm_ip_fixed;

G_END_DECLS
