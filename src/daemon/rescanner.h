#pragma once

#include "verbs/scan.h"
#include "verbs/watched.h"

G_BEGIN_DECLS

/* Private to follow.c: the thread that reads files and writes the registry. What is asked for while
 * it works is gathered, and done as one. */

typedef struct PmRescanner PmRescanner;

typedef struct {
  gboolean was_everything;
  gboolean has_watched;
  PmWatched watched;   /* valid while the call lasts */
  const GError *error; /* NULL none */
} PmRescanned;

/* On the main loop, after each round. */
typedef void (*PmRescannedFunc) (const PmRescanned *result, gpointer data);

PmRescanner *pm_rescanner_new (const char *state_dir, PmConfig *config, PmRescannedFunc done,
                               gpointer data);
void pm_rescanner_free (PmRescanner *rescanner);

void pm_rescanner_paths (PmRescanner *rescanner, const char *const *paths);
void pm_rescanner_everything (PmRescanner *rescanner);

/* Looks whether other directories are to be followed than before, if events tell that it may be. */
void pm_rescanner_look (PmRescanner *rescanner);

/* An event, and a setting, that it writes. `data` is JSON. */
void pm_rescanner_event (PmRescanner *rescanner, const char *event, const char *data);
void pm_rescanner_setting (PmRescanner *rescanner, const char *key, const char *value);

G_END_DECLS
