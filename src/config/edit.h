#pragma once

#include "config/config.h"

G_BEGIN_DECLS

/* Changes of settings as changes of the configuration file's text. Comments, order and layout stay
 * as they are; a list keeps the entries that it had where they stood.
 *
 * What the values mean is not looked at: pm_config_parse judges the result, as it judges a file
 * that somebody wrote by hand. */

typedef struct {
  const char *key; /* as in text.h; an element behind the last one makes one: "service[N].match" */
  GVariant *value; /* s, as, b, x, d; NULL: the key goes, or the element. Borrowed */
} PmConfigChange;

/* The new text, all changes made one after the other; an element's place is of the file as the
 * changes before have left it. On failure *ret_wrong is the change that cannot be made
 * (PM_CONFIG_ERROR_EDIT): its key makes no sense, or is written in a way that only a person should
 * edit. */
GString *pm_config_edit (const char *bytes, gsize length, const PmConfigChange *changes,
                         gsize n_changes, gsize *ret_wrong, GError **error);

G_END_DECLS
