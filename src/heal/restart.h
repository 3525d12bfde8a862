#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Restarting a service by whatever keeps it running: systemd, compose, Docker, PM2, or a command of
 * the operator's. One file each behind provider.h; nothing here decides whether to restart.
 *
 *   PmRestartTarget target = {.provider = "systemd", .unit = "shop-api.service"};
 *   pm_restart (&target, &options, &error);
 *
 * Blocks its thread, and needs no main loop; any number of threads may restart different targets at
 * once. That it succeeded says that the provider did it: whether the service works again is a
 * probe's to say. */

#define PM_HEAL_ERROR (pm_heal_error_quark ())
GQuark pm_heal_error_quark (void);
typedef enum {
  PM_HEAL_ERROR_SETTINGS,  /* a setting is missing; the message names it */
  PM_HEAL_ERROR_FORBIDDEN, /* would run a project's own content as root, or as somebody else */
  PM_HEAL_ERROR_ABSENT,    /* no such unit, container or process; or the provider is not here */
  PM_HEAL_ERROR_FAILED,    /* it was tried: the message has the provider's last words */
  PM_HEAL_ERROR_TIMEOUT,
} PmHealError;

/* What is restarted. Text is the caller's; NULL or "" is not set. */
typedef struct {
  const char *provider;       /* "systemd", "compose", "docker", "pm2", "command" */
  const char *unit;           /* systemd */
  const char *container;      /* compose: the service's key; docker: name or id */
  const char *process;        /* pm2: name */
  const char *const *command; /* command: an argument vector */
  const char *directory;      /* where compose, pm2 and command run: the project's folder */
  const char *file; /* compose: its file; pm2: the ecosystem file; relative to `directory` */
} PmRestartTarget;

#define PM_RESTART_TIMEOUT_MS                                                                      \
  90000 /* systemd's own limit for a start, twice over for none of ours */

typedef struct {
  guint timeout_ms;          /* 0: PM_RESTART_TIMEOUT_MS */
  const char *docker_socket; /* NULL: where it is by default */
  GCancellable *cancellable; /* NULL none */
} PmRestartOptions;

gboolean pm_restart (const PmRestartTarget *target, const PmRestartOptions *options,
                     GError **error);

/* The same without doing it: settings are there, and the provider is known. */
gboolean pm_restart_check (const PmRestartTarget *target, GError **error);

/* What tells one target from another: services of one unit are restarted once. A new string, fit to
 * be shown: "systemd shop-api.service". */
char *pm_restart_key (const PmRestartTarget *target);

G_END_DECLS
