#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* `port-manager serve`: the verbs behind HTTP, and the registry kept as the files are, until SIGINT
 * or SIGTERM.
 *
 * One daemon has a state directory. At its start it recovers what transactions a crash left, and a
 * damaged registry (state.h). SIGHUP reads the configuration again; one that is wrong is refused,
 * with its lines, and the old one stays. At the end a job that is being done is waited for: a
 * transaction finishes or is rolled back. Logs, and tells a service manager how it is. */

typedef struct {
  const char *state_dir;
  const char *config_file;   /* NULL: where it is looked for */
  const char *const *listen; /* "127.0.0.1:7411", …; NULL: as the configuration says */

  /* Called once it answers. page_url is for a browser, once. */
  void (*ready) (const char *url, const char *page_url, gpointer data);
  /* Called once everything was read: what is followed now; 0 directories: files are not. */
  void (*following) (guint projects, guint directories, gpointer data);
  gpointer data;
} PmDaemonOptions;

gboolean pm_daemon_run (const PmDaemonOptions *options, GError **error);

G_END_DECLS
