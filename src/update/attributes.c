/* DESIGN
 * Owner first (a change of owner clears set-user-ID bits), then attributes (an ACL changes the
 * mode), the mode last. */

#include "update/attributes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_NAMES_BYTES (64 * 1024) /* XATTR_LIST_MAX and XATTR_SIZE_MAX of linux/limits.h */
#define MOST_VALUE_BYTES (64 * 1024)
#define MOST_GROUPS 1024

/* The names, each ended with a NUL. No attributes at all is fine. */
static gboolean
list_names (const PmFile *file, char *names, gsize *ret_length)
{
  ssize_t length = PM_FS (file->fs, flistxattr, file->fd, names, MOST_NAMES_BYTES);
  if (length < 0 && errno != ENOTSUP)
    return FALSE;
  *ret_length = length < 0 ? 0 : (gsize) length;
  return TRUE;
}

static gboolean
has_name (const char *names, gsize length, const char *wanted)
{
  for (const char *name = names; name < names + length; name += strlen (name) + 1)
    if (g_str_equal (name, wanted))
      return TRUE;
  return FALSE;
}

static gboolean
copy_value (const PmFile *from, const PmFile *to, const char *name, char *value, char *present)
{
  ssize_t length = PM_FS (from->fs, fgetxattr, from->fd, name, value, MOST_VALUE_BYTES);
  if (length < 0)
    return FALSE;
  ssize_t have = PM_FS (to->fs, fgetxattr, to->fd, name, present, MOST_VALUE_BYTES);
  if (have == length && memcmp (value, present, (gsize) length) == 0)
    return TRUE;
  return PM_FS (to->fs, fsetxattr, to->fd, name, value, (gsize) length) == 0;
}

static gboolean
copy_xattrs (const PmFile *from, const PmFile *to)
{
  g_autofree char *wanted = g_malloc0 (MOST_NAMES_BYTES + 1);
  g_autofree char *inherited = g_malloc0 (MOST_NAMES_BYTES + 1);
  gsize wanted_length, inherited_length;
  if (!list_names (from, wanted, &wanted_length) || !list_names (to, inherited, &inherited_length))
    return FALSE;
  if (wanted_length == 0 && inherited_length == 0)
    return TRUE;

  g_autofree char *value = g_malloc (MOST_VALUE_BYTES);
  g_autofree char *present = g_malloc (MOST_VALUE_BYTES);
  const char *name;
  for (name = inherited; name < inherited + inherited_length; name += strlen (name) + 1)
    if (!has_name (wanted, wanted_length, name) && PM_FS (to->fs, fremovexattr, to->fd, name) < 0)
      return FALSE;
  for (name = wanted; name < wanted + wanted_length; name += strlen (name) + 1)
    if (!copy_value (from, to, name, value, present))
      return FALSE;
  return TRUE;
}

gboolean
pm_attributes_copy (const PmFile *from, const struct statx *status, const PmFile *to)
{
  return PM_FS (to->fs, fchown, to->fd, status->stx_uid, status->stx_gid) == 0 &&
         copy_xattrs (from, to) && PM_FS (to->fs, fchmod, to->fd, status->stx_mode & 07777) == 0;
}

gboolean
pm_attributes_can_own (const struct statx *status)
{
  if (geteuid () == 0)
    return TRUE;
  if (status->stx_uid != geteuid ())
    return FALSE;
  gid_t groups[MOST_GROUPS];
  int count = getgroups (MOST_GROUPS, groups);
  for (int i = 0; i < count; i++)
    if (groups[i] == status->stx_gid)
      return TRUE;
  return status->stx_gid == getegid ();
}
