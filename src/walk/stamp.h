#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* What tells one version of a file from another without reading it (statx(2)). */
typedef struct {
  guint64 device;
  guint64 inode;
  guint64 size_bytes;
  gint64 mtime_ns; /* since the epoch */
  gint64 ctime_ns;
} PmStamp;

static inline gboolean
pm_stamp_equal (const PmStamp *a, const PmStamp *b)
{
  return a->device == b->device && a->inode == b->inode && a->size_bytes == b->size_bytes &&
         a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static inline PmStamp
pm_stamp_from_stat (const struct stat *info)
{
  return (PmStamp){
      .device = info->st_dev,
      .inode = info->st_ino,
      .size_bytes = (guint64) info->st_size,
      .mtime_ns =
          (gint64) info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec,
      .ctime_ns =
          (gint64) info->st_ctim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_ctim.tv_nsec,
  };
}

G_END_DECLS
