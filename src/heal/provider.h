#pragma once

#include "heal/restart.h"

G_BEGIN_DECLS

/* What a restart provider is: one file each, one line in restart.c. Private to heal/. */

typedef struct {
  const char *name;    /* as in `restart.provider` */
  const char *setting; /* that it cannot do without: "restart.unit" */

  /* What it restarts, as a text that is the same for the same thing; NULL: the setting is missing.
   * A new string. */
  char *(*subject) (const PmRestartTarget *target);

  /* `deadline_us` is of the monotonic clock. */
  gboolean (*restart) (const PmRestartTarget *target, const PmRestartOptions *options,
                       gint64 deadline_us, GError **error);
} PmRestartProvider;

extern const PmRestartProvider pm_provider_systemd;
extern const PmRestartProvider pm_provider_compose;
extern const PmRestartProvider pm_provider_docker;
extern const PmRestartProvider pm_provider_pm2;
extern const PmRestartProvider pm_provider_command;

static inline gboolean
pm_heal_is_set (const char *text)
{
  return text != NULL && *text != '\0';
}

G_END_DECLS
