#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* `port-manager serve`: the verbs behind HTTP, until SIGINT or SIGTERM. */

typedef struct {
  const char *listen;                             /* "127.0.0.1:7411" */
  void (*ready) (const char *url, gpointer data); /* called once it answers */
  gpointer data;
} PmDaemonOptions;

gboolean pm_daemon_run (PmContext *context, const PmDaemonOptions *options, GError **error);

G_END_DECLS
