#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* `port-manager serve`: the verbs behind HTTP, until SIGINT or SIGTERM. */

typedef struct {
  const char *const *listen; /* "127.0.0.1:7411", …; NULL-terminated */
  /* Called once it answers. page_url is for a browser, once. */
  void (*ready) (const char *url, const char *page_url, gpointer data);
  gpointer data;
} PmDaemonOptions;

gboolean pm_daemon_run (PmContext *context, const PmDaemonOptions *options, GError **error);

G_END_DECLS
