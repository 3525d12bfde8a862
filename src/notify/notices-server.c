#include "notify/notices-private.h"

#include <string.h>

gboolean
pm_notice_token (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *name = pm_notice_member (data, "name");
  gboolean is_created = strcmp (event->event, "token.created") == 0;
  /* Each time counts: a name may be given, taken and given again. */
  pm_notice_say (&notice->subject, "token/%s/%" G_GINT64_FORMAT, name, event->id);
  if (is_created) {
    pm_notice_say (&notice->what, "a token of the API was created: %s, role %s", name,
                   pm_notice_member (data, "role"));
    pm_notice_say (&notice->todo, "if that was nobody you know: port-manager token revoke %s",
                   name);
  } else if (strcmp (event->event, "token.revoked") == 0) {
    notice->severity = PM_SEVERITY_NOTE;
    pm_notice_say (&notice->what, "a token of the API was revoked: %s", name);
  } else if (strcmp (event->event, "token.guessed") == 0) {
    notice->severity = PM_SEVERITY_ERROR;
    pm_notice_say (&notice->subject, "token/guessed/%s", pm_notice_member (data, "address"));
    pm_notice_say (&notice->what, "somebody sends wrong tokens to the API, from %s",
                   pm_notice_member (data, "address"));
    pm_notice_say (&notice->done, "requests from there are refused for a while");
    pm_notice_say (&notice->todo, "find out who that is; a script with a revoked token looks the "
                                  "same");
  } else {
    return FALSE;
  }
  pm_notice_say (&notice->where, "the API of this machine");
  return TRUE;
}

gboolean
pm_notice_registry (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  pm_notice_say (&notice->subject, "%s/%" G_GINT64_FORMAT, event->event, event->id);
  if (strcmp (event->event, "backup.failed") == 0) {
    pm_notice_say (&notice->subject, "backup");
    pm_notice_say (&notice->what, "the registry could not be backed up: %s",
                   pm_notice_member (data, "reason"));
    pm_notice_say (&notice->todo,
                   "port-manager doctor; port-manager backup FILE makes one by hand");
  } else if (strcmp (event->event, "registry.restored") == 0) {
    pm_notice_say (&notice->what, "the registry was restored from a backup");
    pm_notice_say (&notice->where, "%s", pm_notice_member (data, "from"));
    pm_notice_say (&notice->done, "what was there before is kept as %s",
                   pm_notice_member (data, "kept"));
    pm_notice_say (&notice->todo, "port-manager scan reads what has changed since");
  } else if (strcmp (event->event, "registry.rebuilt") == 0) {
    pm_notice_say (&notice->what, "the registry was begun anew from the files");
    pm_notice_say (&notice->done, "what was there before is kept as %s",
                   pm_notice_member (data, "kept"));
  } else {
    return FALSE;
  }
  return TRUE;
}

gboolean
pm_notice_config (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  pm_notice_say (&notice->subject, "config/%" G_GINT64_FORMAT, event->id);
  pm_notice_say (&notice->what, "a new configuration was refused: %s",
                 pm_notice_member (data, "reason"));
  pm_notice_say (&notice->done, "the one before is in use");
  pm_notice_say (&notice->todo, "mend the file and send SIGHUP again");
  return TRUE;
}

gboolean
pm_notice_root (const PmEvent *event, const json_t *data, PmNotice *notice)
{
  const char *root = PM_NOTICE_ANY (data, "path", "root");
  pm_notice_say (&notice->subject, "root/%s", root);
  pm_notice_say (&notice->where, "%s", root);
  notice->is_over = strcmp (event->event, "root.returned") == 0;
  if (notice->is_over) {
    pm_notice_say (&notice->what, "a root is there again: %s", root);
    return TRUE;
  }
  pm_notice_say (&notice->what, "a root is not there any more: %s", root);
  pm_notice_say (&notice->done, "what is known of its projects is kept");
  pm_notice_say (&notice->todo, "mount or restore it, or forget it");
  return TRUE;
}
