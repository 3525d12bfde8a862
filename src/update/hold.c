#include "update/hold.h"

#include <errno.h>

#define POLL_MS 10

PmHoldResult
pm_hold_take (PmHold *hold, const PmFile *parent, const char *name, guint wait_ms,
              gboolean may_lease)
{
  pm_hold_clear (hold);
  if (!pm_place_open_file (parent, name, &hold->file))
    return PM_HOLD_FAILED;
  if (!may_lease)
    return PM_HOLD_TAKEN;
  gint64 deadline = g_get_monotonic_time () + (gint64) wait_ms * 1000;
  while (PM_FS (hold->file.fs, set_lease, hold->file.fd, F_RDLCK) < 0) {
    if (errno != EAGAIN)
      return PM_HOLD_TAKEN; /* EACCES, EINVAL, ENOLCK: no lease to be had here */
    if (g_get_monotonic_time () >= deadline)
      return PM_HOLD_BUSY;
    g_usleep (POLL_MS * 1000);
  }
  hold->is_leased = TRUE;
  return PM_HOLD_TAKEN;
}

gboolean
pm_hold_is_intact (const PmHold *hold)
{
  return !hold->is_leased || PM_FS (hold->file.fs, get_lease, hold->file.fd) != F_UNLCK;
}

void
pm_hold_clear (PmHold *hold)
{
  if (hold->is_leased && hold->file.fd >= 0)
    hold->file.fs->set_lease (hold->file.fs, hold->file.fd, F_UNLCK);
  hold->is_leased = FALSE;
  pm_file_clear (&hold->file);
}
