#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Opens the state for the daemon, and helps itself where a person would have to help the command
 * line: a damaged registry is moved aside, and the newest good backup takes its place, or an empty
 * one where there is none; what the files say is scanned anew after it. What was done is logged,
 * and so is what transactions were recovered. A registry's server that is away is no failure. */

typedef struct {
  const char *state_dir;
  const char *config_file;
  gboolean is_suspect; /* the registry was seen to be damaged: it is checked as a whole first */
} PmStateOptions;

PmContext *pm_state_open (const PmStateOptions *options, GError **error);

/* Logs what was recovered, and what could not be. */
void pm_state_log_recovery (const PmContext *context);

/* Whether an error says that the registry is damaged. */
gboolean pm_state_is_damage (const GError *error);

G_END_DECLS
