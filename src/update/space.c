#include "update/space.h"

#include <errno.h>

#define RECORD_BYTES 512 /* of the journal for one target, paths included, edits aside */
#define EDIT_BYTES 40

typedef struct {
  guint64 device;
  guint64 bytes;
  guint64 files;
  const PmTarget *target; /* some file on it */
} Need;

static guint64
block_rounded (guint64 bytes)
{
  return (bytes + 4095) / 4096 * 4096;
}

static Need *
need_of (GArray *needs, guint64 device)
{
  for (guint i = 0; i < needs->len; i++)
    if (g_array_index (needs, Need, i).device == device)
      return &g_array_index (needs, Need, i);
  Need need = {.device = device};
  g_array_append_val (needs, need);
  return &g_array_index (needs, Need, needs->len - 1);
}

static guint64
device_of (const struct statx *status)
{
  return ((guint64) status->stx_dev_major << 32) | status->stx_dev_minor;
}

static void
add_candidate (GArray *needs, guint64 state_device, const PmCandidate *candidate)
{
  const PmTarget *target = candidate->target;
  guint64 record = RECORD_BYTES;
  for (guint i = 0; i < target->edits->len; i++) {
    const PmEdit *edit = &g_array_index (target->edits, PmEdit, i);
    record += EDIT_BYTES + pm_span_length (edit->old_span) + pm_span_length (edit->new_span);
  }
  if (target->method == PM_METHOD_IN_PLACE)
    record += target->old.size_bytes + target->new.size_bytes;
  need_of (needs, state_device)->bytes += record;

  Need *need = need_of (needs, device_of (&candidate->status));
  need->target = target;
  if (target->method == PM_METHOD_EXCHANGE) {
    need->bytes += block_rounded (target->new.size_bytes);
    need->files++;
  } else if (target->new.size_bytes > target->old.size_bytes) {
    need->bytes += block_rounded (target->new.size_bytes - target->old.size_bytes);
  }
}

static void
check_room (PmTransaction *transaction, const Need *need, int fd, const char *path)
{
  struct statfs status;
  if (PM_FS (transaction->fs, fstatfs, fd, &status) < 0) {
    pm_file_notes_add (transaction->notes, path, "its file system cannot be asked for space: %s",
                       g_strerror (errno));
    return;
  }
  guint64 block = (guint64) MAX (status.f_bsize, 1), left = (guint64) status.f_bavail;
  if (status.f_blocks > 0 && (need->bytes + block - 1) / block > left)
    pm_file_notes_add (transaction->notes, path,
                       "no space for the copies: %" G_GUINT64_FORMAT
                       " bytes are needed and %" G_GUINT64_FORMAT " blocks of %" G_GUINT64_FORMAT
                       " are free",
                       need->bytes, left, block);
  else if (status.f_files > 0 && need->files > (guint64) status.f_ffree)
    pm_file_notes_add (transaction->notes, path, "no inodes for the copies");
}

void
pm_space_check (PmTransaction *transaction, const GPtrArray *candidates)
{
  struct statx status;
  const PmFile *journals = pm_lock_journals (transaction->lock);
  if (PM_FS (transaction->fs, statx, journals->fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK,
             &status) < 0) {
    pm_file_notes_add (transaction->notes, "state directory", "%s", g_strerror (errno));
    return;
  }
  g_autoptr (GArray) needs = g_array_new (FALSE, TRUE, sizeof (Need));
  for (guint i = 0; i < candidates->len; i++)
    add_candidate (needs, device_of (&status), g_ptr_array_index (candidates, i));

  for (guint i = 0; i < needs->len; i++) {
    const Need *need = &g_array_index (needs, Need, i);
    if (need->target == NULL) {
      check_room (transaction, need, journals->fd, "state directory");
      continue;
    }
    g_auto (PmFile) parent = PM_FILE_NONE (transaction->fs);
    g_autofree char *path = pm_target_path (need->target);
    if (pm_place_open_parent (pm_roots_find (transaction->roots, need->target->root), need->target,
                              &parent))
      check_room (transaction, need, parent.fd, path);
  }
}
