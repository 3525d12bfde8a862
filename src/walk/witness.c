/* DESIGN
 * Workers write records into pages of their own; a full page goes to the file as a block. A record
 * is a directory with the names looked at in it, and one digest of all their stamps, in that order:
 * whoever holds it to what there is now needs no more than to know that something is otherwise.
 * Blocks are also what threads share the work by.
 *
 * The file has no name until it is whole. Its head says how long it is and what its bytes mix to:
 * a part of it would hold where the rest does not.
 *
 * A directory in which much is looked at is opened for that (O_PATH), since the way there is half
 * of the cost of a look; the others are reached from the root. That follows links that somebody put
 * in the place of a directory meanwhile: nothing is read there, and what is found there is not what
 * was there before. */

#include "walk/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "walk/walk-internal.h"

#define MAGIC G_GUINT64_CONSTANT (0x31746977656e6d70)
#define PAGE_BYTES (64 * 1024)
#define MOST_BYTES (G_GUINT64_CONSTANT (1) << 30)
#define WORTH_OPENING 4 /* looks */

typedef struct {
  guint64 magic;
  guint64 about;
  guint64 places;
  guint64 n_bytes; /* of the blocks behind it */
  guint64 check;
} Head;

/* A block is its length (guint64) and that many bytes of records. */

typedef enum { LISTED, LINKED, PASSED, LINK } RecordKind;

typedef struct {
  guint64 digest;
  guint32 n_bytes; /* with this, and what fills up the last eight bytes */
  guint32 root;
  guint32 kind; /* RecordKind */
  guint32 n_names;
  /* path, then of each name one LookKind and the name, all with a NUL */
} Record;

typedef enum { STAMP = 's', THROUGH = 't' } LookKind;

struct PmWitness {
  char *folder;
  int fd;
  GMutex lock; /* of all below */
  guint64 n_bytes;
  PmFingerprint check;
  PmFingerprint places;
  gint64 newest_ns;
  gboolean is_spoilt;
};

/* --- looks --- */

static PmFingerprint
mix_stamp (PmFingerprint so_far, const PmStamp *stamp)
{
  const guint64 parts[] = {stamp->device, stamp->inode, stamp->size_bytes,
                           (guint64) stamp->mtime_ns, (guint64) stamp->ctime_ns};
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    so_far = pm_fingerprint_integer (so_far, parts[i]);
  return so_far;
}

static PmFingerprint
mix_identity (PmFingerprint so_far, const struct stat *info)
{
  return pm_fingerprint_integer (pm_fingerprint_integer (so_far, info->st_dev), info->st_ino);
}

/* ret_newest_ns: raised where it is newer. */
static PmFingerprint
mix_look (PmFingerprint so_far, int fd, const char *name, int flags, gboolean *ret_link,
          gint64 *ret_newest_ns)
{
  struct stat info;
  *ret_link = FALSE;
  if (fstatat (fd, name, &info, flags) != 0)
    return pm_fingerprint_integer (so_far, (guint64) errno);
  PmStamp stamp = pm_stamp_from_stat (&info);
  *ret_link = S_ISLNK (info.st_mode);
  *ret_newest_ns = MAX (*ret_newest_ns, MAX (stamp.mtime_ns, stamp.ctime_ns));
  return mix_stamp (so_far, &stamp);
}

static PmFingerprint
mix_name (PmFingerprint so_far, int fd, const char *name, LookKind kind, gint64 *ret_newest_ns)
{
  gboolean is_link, unused;
  so_far = mix_look (so_far, fd, name, AT_SYMLINK_NOFOLLOW, &is_link, ret_newest_ns);
  return kind == THROUGH && is_link ? mix_look (so_far, fd, name, 0, &unused, ret_newest_ns)
                                    : so_far;
}

/* --- writing --- */

PmWitness *
pm_witness_new (const char *folder)
{
  static const Head empty;
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return NULL;
  PmWitness *witness = g_new0 (PmWitness, 1);
  witness->folder = g_strdup (folder);
  witness->fd = fd;
  witness->check = PM_FINGERPRINT_START;
  witness->is_spoilt = write (fd, &empty, sizeof empty) != (ssize_t) sizeof empty;
  g_mutex_init (&witness->lock);
  return witness;
}

void
pm_witness_free (PmWitness *witness)
{
  if (witness == NULL)
    return;
  close (witness->fd);
  g_mutex_clear (&witness->lock);
  g_free (witness->folder);
  g_free (witness);
}

static gboolean
write_all (int fd, const void *bytes, gsize n_bytes)
{
  for (const char *at = bytes; n_bytes > 0;) {
    ssize_t n = write (fd, at, n_bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    at += n;
    n_bytes -= (gsize) n;
  }
  return TRUE;
}

static PmFingerprint
mix_bytes (PmFingerprint so_far, const void *bytes, gsize n_bytes)
{
  for (gsize at = 0; at < n_bytes; at += sizeof (guint64)) {
    guint64 word;
    memcpy (&word, (const char *) bytes + at, sizeof word);
    so_far = pm_fingerprint_integer (so_far, word);
  }
  return so_far;
}

/* As a block. */
static void
hand_in (PmWitnessPage *page)
{
  PmWitness *witness = page->witness;
  guint64 length = page->bytes->len;
  g_mutex_lock (&witness->lock);
  witness->newest_ns = MAX (witness->newest_ns, page->newest_ns);
  if (length > 0 && (witness->n_bytes > MOST_BYTES - length - sizeof length ||
                     !write_all (witness->fd, &length, sizeof length) ||
                     !write_all (witness->fd, page->bytes->data, length)))
    witness->is_spoilt = TRUE;
  if (length > 0) {
    witness->n_bytes += sizeof length + length;
    witness->check = pm_fingerprint_integer (witness->check, length);
    witness->check = mix_bytes (witness->check, page->bytes->data, length);
  }
  g_mutex_unlock (&witness->lock);
  g_byte_array_set_size (page->bytes, 0);
}

void
pm_witness_page_init (PmWitnessPage *page, PmWitness *witness)
{
  *page =
      (PmWitnessPage){.witness = witness, .bytes = witness == NULL ? NULL : g_byte_array_new ()};
}

void
pm_witness_page_clear (PmWitnessPage *page)
{
  if (page->witness == NULL)
    return;
  hand_in (page);
  g_byte_array_unref (page->bytes);
}

void
pm_witness_spoil (PmWitness *witness)
{
  if (witness == NULL)
    return;
  g_mutex_lock (&witness->lock);
  witness->is_spoilt = TRUE;
  g_mutex_unlock (&witness->lock);
}

void
pm_witness_places (PmWitness *witness, PmFingerprint places)
{
  if (witness != NULL)
    witness->places = places;
}

/* --- records --- */

static void
append_text (PmWitnessPage *page, const char *text)
{
  g_byte_array_append (page->bytes, (const guint8 *) text, (guint) strlen (text) + 1);
}

static void
begin_record (PmWitnessPage *page, guint root, const char *path, RecordKind kind)
{
  Record record = {.root = root, .kind = kind};
  page->record = page->bytes->len;
  page->digest = PM_FINGERPRINT_START;
  g_byte_array_append (page->bytes, (const guint8 *) &record, sizeof record);
  append_text (page, path);
}

static Record
record_at (const PmWitnessPage *page)
{
  Record record;
  memcpy (&record, page->bytes->data + page->record, sizeof record);
  return record;
}

static void
end_record (PmWitnessPage *page)
{
  static const guint8 nothing[sizeof (guint64)];
  Record record = record_at (page);
  guint over = page->bytes->len % sizeof (guint64);
  if (over != 0)
    g_byte_array_append (page->bytes, nothing, (guint) sizeof (guint64) - over);
  record.digest = page->digest;
  record.n_bytes = page->bytes->len - (guint) page->record;
  memcpy (page->bytes->data + page->record, &record, sizeof record);
  if (page->bytes->len >= PAGE_BYTES)
    hand_in (page);
}

static void
append_name (PmWitnessPage *page, const char *name, LookKind kind)
{
  Record record = record_at (page);
  guint8 byte = (guint8) kind;
  record.n_names++;
  memcpy (page->bytes->data + page->record, &record, sizeof record);
  g_byte_array_append (page->bytes, &byte, 1);
  append_text (page, name);
}

static void
see_time (PmWitnessPage *page, const PmStamp *stamp)
{
  page->newest_ns = MAX (page->newest_ns, MAX (stamp->mtime_ns, stamp->ctime_ns));
}

void
pm_witness_begin (PmWitnessPage *page, guint root, const char *path, gboolean is_linked,
                  const struct stat *info)
{
  if (page->witness == NULL)
    return;
  PmStamp stamp = pm_stamp_from_stat (info);
  begin_record (page, root, path, is_linked ? LINKED : LISTED);
  page->digest = mix_stamp (page->digest, &stamp);
  see_time (page, &stamp);
}

void
pm_witness_end (PmWitnessPage *page)
{
  if (page->witness != NULL)
    end_record (page);
}

void
pm_witness_passed (PmWitnessPage *page, guint root, const char *path, const struct stat *info)
{
  if (page->witness == NULL)
    return;
  begin_record (page, root, path, PASSED);
  page->digest = mix_identity (page->digest, info);
  end_record (page);
}

void
pm_witness_file (PmWitnessPage *page, const char *name, const PmStamp *stamp)
{
  if (page->witness == NULL)
    return;
  append_name (page, name, STAMP);
  page->digest = mix_stamp (page->digest, stamp);
  see_time (page, stamp);
}

static void
look (PmWitnessPage *page, int directory_fd, const char *name, LookKind kind)
{
  if (page->witness == NULL)
    return;
  append_name (page, name, kind);
  page->digest = mix_name (page->digest, directory_fd, name, kind, &page->newest_ns);
}

void
pm_witness_look (PmWitnessPage *page, int directory_fd, const char *name)
{
  look (page, directory_fd, name, STAMP);
}

void
pm_witness_look_through (PmWitnessPage *page, int directory_fd, const char *name)
{
  look (page, directory_fd, name, THROUGH);
}

void
pm_witness_link (PmWitnessPage *page, guint root, const char *anchor, const char *path,
                 const PmStamp *target, PmFingerprint outcome)
{
  if (page->witness == NULL)
    return;
  begin_record (page, root, anchor, LINK);
  append_name (page, path, THROUGH);
  page->digest = outcome;
  if (target != NULL) {
    page->digest = mix_stamp (outcome, target);
    see_time (page, target);
  }
  end_record (page);
}

/* --- the whole --- */

gboolean
pm_witness_is_sound (const PmWitness *witness, gint64 before_ns)
{
  return witness != NULL && !witness->is_spoilt && witness->newest_ns < before_ns;
}

gboolean
pm_witness_save (PmWitness *witness, const char *file, guint64 about)
{
  Head head = {MAGIC, about, witness->places, witness->n_bytes, witness->check};
  g_autofree char *unnamed = g_strdup_printf ("/proc/self/fd/%d", witness->fd);
  g_autofree char *new = g_strdup_printf ("%s.%ld", file, (long) getpid ());
  if (pwrite (witness->fd, &head, sizeof head, 0) != (ssize_t) sizeof head)
    return FALSE;
  unlink (new); /* of a process that had the same number and was killed between these two */
  if (linkat (AT_FDCWD, unnamed, AT_FDCWD, new, AT_SYMLINK_FOLLOW) != 0)
    return FALSE;
  if (rename (new, file) == 0)
    return TRUE;
  unlink (new);
  return FALSE;
}

/* --- holding it to what there is --- */

typedef struct {
  PmWalk *walk;
  const char *bytes; /* the blocks */
  GArray *blocks;    /* gsize: where the records of each begin, behind its length */
  gint next;         /* atomic: of the blocks */
  gint differs;      /* atomic */
} Trial;

static int
fd_of_root (const Trial *trial, guint root)
{
  return root < trial->walk->roots->len
             ? g_array_index (trial->walk->roots, PmWalkRoot, root).directory->fd
             : -1;
}

/* What the record's digest would be now. `names` are behind its path. */
static PmFingerprint
digest_names (const Record *record, int fd, GString *path, const char *names)
{
  PmFingerprint digest = PM_FINGERPRINT_START;
  gboolean unused;
  gint64 newest_ns = 0;
  gsize length = path == NULL ? 0 : path->len;
  digest = path == NULL
               ? mix_look (digest, fd, "", AT_EMPTY_PATH, &unused, &newest_ns)
               : mix_look (digest, fd, path->str, record->kind == LINKED ? 0 : AT_SYMLINK_NOFOLLOW,
                           &unused, &newest_ns);
  for (guint i = 0; i < record->n_names; i++) {
    const char *name = names + 1;
    if (path != NULL) {
      g_string_truncate (path, length);
      g_string_append_c (path, '/');
      g_string_append (path, name);
    }
    digest =
        mix_name (digest, fd, path == NULL ? name : path->str, (LookKind) names[0], &newest_ns);
    names = name + strlen (name) + 1;
  }
  return digest;
}

static PmFingerprint
digest_listed (const Record *record, int root_fd, const char *path, const char *names,
               GString *scratch)
{
  if (path[0] == '\0')
    return digest_names (record, root_fd, NULL, names);
  if (record->n_names < WORTH_OPENING) {
    g_string_assign (scratch, path);
    return digest_names (record, root_fd, scratch, names);
  }
  int fd = openat (root_fd, path,
                   O_PATH | O_DIRECTORY | O_CLOEXEC | (record->kind == LINKED ? 0 : O_NOFOLLOW));
  if (fd < 0)
    return 0;
  PmFingerprint digest = digest_names (record, fd, NULL, names);
  close (fd);
  return digest;
}

static PmFingerprint
digest_passed (int root_fd, const char *path)
{
  struct stat info;
  return fstatat (root_fd, path, &info, 0) != 0 ? 0 : mix_identity (PM_FINGERPRINT_START, &info);
}

static PmFingerprint
digest_link (int root_fd, const char *anchor, const char *name)
{
  int fd = anchor[0] == '\0' ? root_fd : openat (root_fd, anchor, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  PmStamp target;
  gboolean has_target;
  PmFingerprint digest = pm_walk_try_link (fd, name, &target, &has_target);
  if (has_target)
    digest = mix_stamp (digest, &target);
  if (fd != root_fd)
    close (fd);
  return digest;
}

/* Ends with a NUL before `end`. */
static gboolean
is_text (const char *text, const char *end)
{
  return text < end && memchr (text, '\0', (gsize) (end - text)) != NULL;
}

/* FALSE: the bytes are no record. */
static gboolean
is_whole (const Record *record, const char *path, const char *end)
{
  if (!is_text (path, end))
    return FALSE;
  const char *at = path + strlen (path) + 1;
  for (guint i = 0; i < record->n_names; i++) {
    if (at >= end || (*at != STAMP && *at != THROUGH) || !is_text (at + 1, end))
      return FALSE;
    at += strlen (at + 1) + 2;
  }
  return record->kind <= LINK && (record->kind != LINK || record->n_names == 1);
}

static gboolean
record_holds (const Trial *trial, const Record *record, const char *path, const char *end,
              GString *scratch)
{
  int root_fd = fd_of_root (trial, record->root);
  if (root_fd < 0 || !is_whole (record, path, end))
    return FALSE;
  const char *names = path + strlen (path) + 1;
  PmFingerprint now = record->kind == PASSED ? digest_passed (root_fd, path)
                      : record->kind == LINK
                          ? digest_link (root_fd, path, names + 1)
                          : digest_listed (record, root_fd, path, names, scratch);
  return now == record->digest;
}

static gboolean
block_holds (const Trial *trial, const char *at, const char *end, GString *scratch)
{
  while (at < end && g_atomic_int_get (&trial->differs) == 0) {
    Record record;
    if ((gsize) (end - at) < sizeof record)
      return FALSE;
    memcpy (&record, at, sizeof record);
    if (record.n_bytes < sizeof record || record.n_bytes > (gsize) (end - at) ||
        !record_holds (trial, &record, at + sizeof record, at + record.n_bytes, scratch))
      return FALSE;
    at += record.n_bytes;
  }
  return TRUE;
}

static gpointer
try_blocks (gpointer data)
{
  Trial *trial = data;
  g_autoptr (GString) scratch = g_string_new (NULL);
  for (;;) {
    guint i = (guint) g_atomic_int_add (&trial->next, 1);
    if (i >= trial->blocks->len || g_atomic_int_get (&trial->differs) != 0)
      return NULL;
    const char *block = trial->bytes + g_array_index (trial->blocks, gsize, i);
    guint64 length;
    memcpy (&length, block - sizeof length, sizeof length);
    if (!block_holds (trial, block, block + length, scratch))
      g_atomic_int_set (&trial->differs, 1);
  }
}

/* FALSE: they do not fill the bytes. */
static gboolean
find_blocks (const char *bytes, gsize n_bytes, GArray *blocks)
{
  for (gsize at = 0; at < n_bytes;) {
    guint64 length;
    if (n_bytes - at < sizeof length)
      return FALSE;
    memcpy (&length, bytes + at, sizeof length);
    at += sizeof length;
    if (length > n_bytes - at || length % sizeof (guint64) != 0)
      return FALSE;
    g_array_append_val (blocks, at);
    at += length;
  }
  return TRUE;
}

static gboolean
all_hold (PmWalk *walk, const char *bytes, gsize n_bytes)
{
  g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  Trial trial = {.walk = walk, .bytes = bytes, .blocks = blocks};
  for (guint i = 0; i < walk->roots->len; i++)
    if (g_array_index (walk->roots, PmWalkRoot, i).directory == NULL)
      return FALSE;
  if (!find_blocks (bytes, n_bytes, blocks))
    return FALSE;
  for (guint i = 1; i < MIN (pm_walk_n_workers (walk->options), blocks->len); i++) {
    GThread *thread = g_thread_try_new ("witness", try_blocks, &trial, NULL);
    if (thread != NULL)
      g_ptr_array_add (threads, thread);
  }
  try_blocks (&trial);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  return trial.differs == 0;
}

static gboolean
head_holds (const Head *head, guint64 about, const char *bytes, gsize n_bytes)
{
  return head->magic == MAGIC && head->about == about && head->n_bytes == n_bytes &&
         n_bytes % sizeof (guint64) == 0 &&
         head->check == mix_bytes (PM_FINGERPRINT_START, bytes, n_bytes);
}

gboolean
pm_witness_holds (const char *file, guint64 about, const PmWalkOptions *options)
{
  static const PmWalkHandler nobody;
  g_autoptr (GMappedFile) map = g_mapped_file_new (file, FALSE, NULL);
  Head head;
  if (map == NULL || g_mapped_file_get_length (map) < sizeof head)
    return FALSE;
  const char *bytes = g_mapped_file_get_contents (map) + sizeof head;
  gsize n_bytes = g_mapped_file_get_length (map) - sizeof head;
  memcpy (&head, bytes - sizeof head, sizeof head);
  if (!head_holds (&head, about, bytes, n_bytes))
    return FALSE;
  PmWalkOptions without = *options;
  without.witness = NULL;
  PmWalk walk;
  pm_walk_init (&walk, &without, &nobody);
  gboolean holds = head.places == walk.digest && all_hold (&walk, bytes, n_bytes);
  pm_walk_clear (&walk);
  return holds;
}
