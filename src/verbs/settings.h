#pragma once

#include "config/edit.h"
#include "verbs/change.h"

G_BEGIN_DECLS

/* The program's own configuration file, changed by the program.
 *
 *   pm_settings_open    what is there now, and its version
 *   pm_settings_plan    what it would be, judged as the loader judges it; a diff for people
 *   pm_settings_write   one transaction of the update engine: journaled, and it can be undone
 *
 * Who writes tells it as the event "config.changed" {"transaction","file"}, in the database
 * transaction that records it; `serve` reads its configuration again when it sees that, whichever
 * process wrote.
 *
 * Some keys are changed by hand only (PM_SETTING_BY_HAND): who may change settings over HTTP must
 * not thereby run commands, read files or open the server to others. And a password goes only where
 * it was given for: with another server it has to be given again. */

typedef struct {
  char *path;    /* as it is looked for */
  char *version; /* another one whenever it was written */
  GString *bytes;
  gboolean exists; /* if not, bytes are none */
} PmSettings;

/* A mistake of a wish. */
typedef struct {
  gsize change; /* G_MAXSIZE: none of them */
  guint line;   /* of the file as it would be; 0: none */
  char *cause;
} PmSettingsMistake;

/* A file that cannot be read is PM_CONFIG_ERROR_READ; one that is not there is empty. */
gboolean pm_settings_open (const PmContext *context, PmSettings *ret_settings, GError **error);
void pm_settings_clear (PmSettings *settings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmSettings, pm_settings_clear)

/* A GArray of PmSettingsMistake. */
GArray *pm_settings_mistakes_new (void);

/* The text that the changes make; NULL with what is wrong with them. */
GString *pm_settings_plan (const PmSettings *settings, const PmConfigChange *changes,
                           gsize n_changes, GArray *mistakes);

/* Unified, secrets masked; empty when nothing changes. */
GString *pm_settings_diff (const PmSettings *settings, const GString *text);

/* The spans of what is secret, in their order; a GArray of PmSpan. */
GArray *pm_settings_secrets (const char *bytes, gsize length);

/* `wish` in words. The file is made, for its owner alone, when it is not there. */
gboolean pm_settings_write (PmContext *context, const PmSettings *settings, const GString *text,
                            const char *wish, PmChangeResult *ret_result, GError **error);

G_END_DECLS
