#include "walk/file-system.h"

#include <linux/magic.h>
#include <sys/vfs.h>

static gboolean
is_one_of (int fd, const guint32 *magics, gsize n_magics)
{
  struct statfs info;
  if (fstatfs (fd, &info) != 0)
    return FALSE;
  for (gsize i = 0; i < n_magics; i++)
    if ((guint32) info.f_type == magics[i])
      return TRUE;
  return FALSE;
}

gboolean
pm_file_system_is_of_the_kernel (int fd)
{
  static const guint32 magics[] = {
      PROC_SUPER_MAGIC,    SYSFS_MAGIC,        DEBUGFS_MAGIC,  TRACEFS_MAGIC,    CGROUP_SUPER_MAGIC,
      CGROUP2_SUPER_MAGIC, DEVPTS_SUPER_MAGIC, BPF_FS_MAGIC,   SECURITYFS_MAGIC, PSTOREFS_MAGIC,
      EFIVARFS_MAGIC,      SELINUX_MAGIC,      BINFMTFS_MAGIC,
  };
  return is_one_of (fd, magics, G_N_ELEMENTS (magics));
}

gboolean
pm_file_system_keeps_times (int fd)
{
  static const guint32 magics[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,  BTRFS_SUPER_MAGIC,
                                   TMPFS_MAGIC,      F2FS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC};
  return is_one_of (fd, magics, G_N_ELEMENTS (magics));
}
