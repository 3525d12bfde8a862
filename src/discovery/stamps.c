/* DESIGN
 * One array of (key, value), sorted by key, written as it lies in memory behind a header: 16 bytes
 * a file, loaded with one read, looked up by halving from where it
 * should lie. Each entry has a byte that says whether it
 * was met; setting a byte needs no lock. The file is this machine's own, so it has its byte order;
 * the magic number is different on a machine with another one. */

#include "discovery/stamps.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"

#define MAGIC G_GUINT64_CONSTANT (0x31706d6174736d70)
#define KIND_BITS G_GUINT64_CONSTANT (3)

typedef struct {
  guint64 magic;
  guint64 remark;
  guint64 n;
} Header;

typedef struct {
  guint64 key;
  guint64 value; /* detail, with the kind in the lowest bits */
} Entry;

struct PmStamps {
  GArray *entries; /* of Entry */
  guint8 *met;     /* of those that were loaded; NULL: nothing was */
  guint64 remark;
};

/* --- digests --- */

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014), which spreads each bit over all. */
guint64
pm_stamps_mix (guint64 so_far, guint64 integer)
{
  guint64 z = (so_far ^ integer) + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

guint64
pm_stamps_mix_text (guint64 so_far, const char *text)
{
  gsize length = strlen (text);
  guint64 digest = pm_stamps_mix (so_far, length);
  for (gsize at = 0; at < length; at += sizeof (guint64)) {
    guint64 piece = 0;
    memcpy (&piece, text + at, MIN (sizeof piece, length - at));
    digest = pm_stamps_mix (digest, piece);
  }
  return digest;
}

guint64
pm_stamps_mix_stamp (guint64 so_far, const PmStamp *stamp)
{
  guint64 digest = pm_stamps_mix (so_far, stamp->device);
  digest = pm_stamps_mix (digest, stamp->inode);
  digest = pm_stamps_mix (digest, stamp->size_bytes);
  digest = pm_stamps_mix (digest, (guint64) stamp->mtime_ns);
  return pm_stamps_mix (digest, (guint64) stamp->ctime_ns);
}

/* --- entries --- */

PmStamps *
pm_stamps_new (void)
{
  PmStamps *stamps = g_new0 (PmStamps, 1);
  stamps->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  return stamps;
}

void
pm_stamps_free (PmStamps *stamps)
{
  if (stamps == NULL)
    return;
  g_array_unref (stamps->entries);
  g_free (stamps->met);
  g_free (stamps);
}

void
pm_stamps_free_all (PmStamps **stamps)
{
  for (guint i = 0; stamps != NULL && stamps[i] != NULL; i++)
    pm_stamps_free (stamps[i]);
  g_free (stamps);
}

/* Where a key of its size would lie: keys are spread evenly, so it is not far from there. */
static guint
guess (PmStampsKey key, guint n)
{
  return (guint) ((key >> 32) * n >> 32);
}

gboolean
pm_stamps_are_none (const PmStamps *stamps)
{
  return stamps->met == NULL || stamps->entries->len == 0;
}

gboolean
pm_stamps_look_up (PmStamps *stamps, PmStampsKey key, PmStampsEntry *ret_entry)
{
  guint n = stamps->met == NULL ? 0 : stamps->entries->len;
  guint low = guess (key, n), high = low, step = 64;
  for (; low > 0 && g_array_index (stamps->entries, Entry, low).key >= key; step *= 2)
    low -= MIN (low, step);
  for (step = 64; high < n && g_array_index (stamps->entries, Entry, high).key < key; step *= 2)
    high += MIN (n - high, step);
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (stamps->entries, Entry, middle).key < key)
      low = middle + 1;
    else
      high = middle;
  }
  if (stamps->met == NULL || low == stamps->entries->len)
    return FALSE;
  const Entry *entry = &g_array_index (stamps->entries, Entry, low);
  if (entry->key != key)
    return FALSE;
  stamps->met[low] = 1;
  ret_entry->kind = (PmStampsKind) (entry->value & KIND_BITS);
  ret_entry->detail = entry->value & ~KIND_BITS;
  return TRUE;
}

gboolean
pm_stamps_was_added (const PmStamps *stamps, PmStampsKey key)
{
  for (guint i = 0; i < stamps->entries->len; i++)
    if (g_array_index (stamps->entries, Entry, i).key == key)
      return TRUE;
  return FALSE;
}

gboolean
pm_stamps_all_met (const PmStamps *stamps)
{
  return stamps->met != NULL && memchr (stamps->met, 0, stamps->entries->len) == NULL;
}

void
pm_stamps_add (PmStamps *stamps, PmStampsKey key, PmStampsEntry entry)
{
  Entry added = {key, (entry.detail & ~KIND_BITS) | entry.kind};
  if (stamps->entries->len < PM_STAMPS_MOST_FILES)
    g_array_append_val (stamps->entries, added);
}

guint64
pm_stamps_remark (const PmStamps *stamps)
{
  return stamps->remark;
}

void
pm_stamps_set_remark (PmStamps *stamps, guint64 remark)
{
  stamps->remark = remark;
}

/* --- the file --- */

/* Are these bytes a header and its entries? */
static gboolean
is_whole (const char *bytes, gsize length, Header *ret_header)
{
  if (length < sizeof *ret_header)
    return FALSE;
  memcpy (ret_header, bytes, sizeof *ret_header);
  return ret_header->magic == MAGIC && ret_header->n <= PM_STAMPS_MOST_FILES &&
         length == sizeof *ret_header + ret_header->n * sizeof (Entry);
}

PmStamps *
pm_stamps_load (const char *file, const char *identity)
{
  g_autoptr (PmStamps) stamps = pm_stamps_new ();
  g_autofree char *bytes = NULL;
  gsize length;
  struct stat info;
  if (stat (file, &info) != 0 || !S_ISREG (info.st_mode) ||
      (guint64) info.st_size > sizeof (Header) + PM_STAMPS_MOST_FILES * sizeof (Entry) ||
      !g_file_get_contents (file, &bytes, &length, NULL))
    return g_steal_pointer (&stamps);
  Header header;
  PmDigest digest = pm_digest_of (bytes, length);
  g_autofree char *actual = pm_digest_to_hex (&digest);
  if (strcmp (actual, identity) != 0 || !is_whole (bytes, length, &header))
    return g_steal_pointer (&stamps);
  g_array_append_vals (stamps->entries, bytes + sizeof header, (guint) header.n);
  stamps->met = g_malloc0 (header.n + 1);
  stamps->remark = header.remark;
  return g_steal_pointer (&stamps);
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *left = a, *right = b;
  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  return left->value < right->value ? -1 : left->value > right->value;
}

char *
pm_stamps_save (PmStamps *stamps, const char *file, GError **error)
{
  g_array_sort (stamps->entries, compare_entries);
  Header header = {MAGIC, stamps->remark, stamps->entries->len};
  gsize entries_bytes = (gsize) stamps->entries->len * sizeof (Entry);
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new ((guint) (sizeof header + entries_bytes));
  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  if (entries_bytes > 0)
    g_byte_array_append (bytes, (const guint8 *) stamps->entries->data, (guint) entries_bytes);
  if (!g_file_set_contents_full (file, (const char *) bytes->data, bytes->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return NULL;
  PmDigest digest = pm_digest_of (bytes->data, bytes->len);
  return pm_digest_to_hex (&digest);
}
