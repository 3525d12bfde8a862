/* DESIGN
 * A later look asks for each socket in turn, and ends with the first that settles all of them:
 * believe (its process is the one that it was), ask (whoever held it still reads as holding it),
 * search (all processes are looked at). Whether a process is the one that it was is asked once a
 * look: it is if it began before the look that saw it last, since its id was taken then. One that
 * began while that look went on cannot be told from one that took its id meanwhile: it is asked,
 * and believed from the second look on. */

#include "live/holders.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "live/inode-table.h"
#include "live/processes.h"
#include "live/search.h"

#define INIT_PID 1
#define LOOK_AGAIN_US (10 * G_USEC_PER_SEC)

struct PmHolders {
  gint64 (*now_us) (void);
  guint64 *inodes;    /* those that were bound when it was looked last */
  gint *pids;         /* of each */
  PmInodeTable known; /* places of both */
  guint64 seen_ticks; /* when that look began: all of them lived then, or later */
  guint n_hidden;
  gint64 asked_us;    /* when the descriptors of all that are remembered were read; 0 never */
  gint64 searched_us; /* when all processes were looked at for what nobody was seen to hold */
};

struct PmHoldersLook {
  char *proc;
  PmHolders *holders;
  PmSearch *search;    /* that began already, or NULL */
  guint64 began_ticks; /* since the machine was started */
  gint64 now_us;
};

PmHolders *
pm_holders_new (void)
{
  PmHolders *holders = g_new0 (PmHolders, 1);
  holders->now_us = g_get_monotonic_time;
  pm_inode_table_init (&holders->known, NULL, 0);
  return holders;
}

void
pm_holders_free (PmHolders *holders)
{
  if (holders == NULL)
    return;
  pm_inode_table_clear (&holders->known);
  g_free (holders->inodes);
  g_free (holders->pids);
  g_free (holders);
}

void
pm_holders_set_clock (PmHolders *holders, gint64 (*now_us) (void))
{
  holders->now_us = now_us;
}

/* --- what is remembered --- */

static gboolean
held_by (const PmHolders *holders, guint64 inode, gint *ret_pid)
{
  guint place = pm_inode_table_find (&holders->known, inode);
  if (place == PM_INODE_NOWHERE)
    return FALSE;
  *ret_pid = holders->pids[place];
  return TRUE;
}

static void
remember (const PmHoldersLook *look, const guint64 *inodes, guint n_inodes, const gint *pids)
{
  PmHolders *holders = look->holders;
  pm_inode_table_clear (&holders->known);
  g_free (holders->inodes);
  g_free (holders->pids);
  holders->inodes = g_memdup2 (inodes, n_inodes * sizeof *inodes);
  holders->pids = g_memdup2 (pids, n_inodes * sizeof *pids);
  pm_inode_table_init (&holders->known, holders->inodes, n_inodes);
  for (guint i = 0; i < n_inodes; i++)
    pm_inode_table_add (&holders->known, i);
  holders->seen_ticks = look->began_ticks;
}

/* --- a look at what is not settled --- */

/* Those sockets of a look that nobody has been told for yet. */
typedef struct {
  GArray *inodes;      /* guint64 */
  GArray *places;      /* guint: of each among all */
  gboolean is_strange; /* some were not held by anybody but init */
} Open;

static void
open_clear (Open *open)
{
  g_array_unref (open->inodes);
  g_array_unref (open->places);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Open, open_clear)

static void
open_init (Open *open)
{
  *open = (Open){.inodes = g_array_new (FALSE, FALSE, sizeof (guint64)),
                 .places = g_array_new (FALSE, FALSE, sizeof (guint))};
}

/* What was found is settled; the others stay open. */
static guint
look_for (PmSearch *search, Open *open, gint *pids)
{
  guint n_left = 0, n_hidden;
  g_autofree gint *found = g_new0 (gint, open->inodes->len + 1);
  const guint64 *inodes = (const guint64 *) (const void *) open->inodes->data;
  n_hidden = pm_search_end (search, inodes, open->inodes->len, found);
  for (guint i = 0; i < open->inodes->len; i++) {
    guint place = g_array_index (open->places, guint, i);
    pids[place] = found[i];
    if (found[i] != 0)
      continue;
    g_array_index (open->inodes, guint64, n_left) = inodes[i];
    g_array_index (open->places, guint, n_left++) = place;
  }
  g_array_set_size (open->inodes, n_left);
  g_array_set_size (open->places, n_left);
  return n_hidden;
}

/* --- believe --- */

/* `same`: pid → 1 yes, 2 no, of those that were asked about in this look. */
static gboolean
is_the_same (const PmHoldersLook *look, GHashTable *same, gint pid)
{
  gpointer key = GINT_TO_POINTER (pid), known = g_hash_table_lookup (same, key);
  if (known == NULL) {
    guint64 started = pm_process_started (look->proc, pid);
    gboolean is_same = started != 0 && started < look->holders->seen_ticks;
    known = GINT_TO_POINTER (is_same ? 1 : 2);
    g_hash_table_insert (same, key, known);
  }
  return GPOINTER_TO_INT (known) == 1;
}

static gboolean
is_recent (const PmHoldersLook *look, gint64 then_us)
{
  return then_us != 0 && look->now_us - then_us < LOOK_AGAIN_US;
}

static void
believe (const PmHoldersLook *look, const guint64 *inodes, guint n_inodes, gint *pids, Open *open)
{
  g_autoptr (GHashTable) same = g_hash_table_new (NULL, NULL);
  gboolean is_searched = is_recent (look, look->holders->searched_us);
  gboolean is_asked = is_recent (look, look->holders->asked_us);
  for (guint i = 0; i < n_inodes; i++) {
    gint pid = 0;
    gboolean is_known = held_by (look->holders, inodes[i], &pid);
    gboolean is_strange = pid <= INIT_PID;
    gboolean holds = is_known && (is_strange ? is_searched : is_asked) &&
                     (pid == 0 || is_the_same (look, same, pid));
    pids[i] = holds ? pid : 0;
    if (holds || inodes[i] == 0)
      continue;
    open->is_strange |= is_strange;
    g_array_append_val (open->inodes, inodes[i]);
    g_array_append_val (open->places, i);
  }
}

/* --- ask --- */

static gint
compare_pids (gconstpointer a, gconstpointer b)
{
  return *(const gint *) a - *(const gint *) b;
}

/* Those that held some of the sockets, once each. */
static GArray *
list_holders (const PmHoldersLook *look, const Open *open)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (gint));
  g_autoptr (GHashTable) listed = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < open->inodes->len; i++) {
    gint pid;
    if (held_by (look->holders, g_array_index (open->inodes, guint64, i), &pid) && pid != 0 &&
        g_hash_table_add (listed, GINT_TO_POINTER (pid)))
      g_array_append_val (list, pid);
  }
  g_array_sort (list, compare_pids);
  return list;
}

static void
ask (PmHoldersLook *look, Open *open, gint *pids)
{
  g_autoptr (PmSearch) search = pm_search_new (look->proc);
  g_autoptr (GArray) holders = list_holders (look, open);
  if (search == NULL)
    return;
  pm_search_only (search, (const gint *) (const void *) holders->data, holders->len);
  if (holders->len > 1)
    pm_search_begin (search);
  look_for (search, open, pids);
}

/* --- a look --- */

static guint64
ticks_now (void)
{
  struct timespec now;
  guint64 per_second = (guint64) sysconf (_SC_CLK_TCK);
  clock_gettime (CLOCK_BOOTTIME, &now);
  return (guint64) now.tv_sec * per_second + (guint64) now.tv_nsec * per_second / 1000000000u;
}

PmHoldersLook *
pm_holders_look (const char *proc, PmHolders *holders)
{
  PmHoldersLook *look = g_new0 (PmHoldersLook, 1);
  look->proc = g_strdup (proc);
  look->holders = holders;
  look->began_ticks = ticks_now ();
  look->now_us = holders == NULL ? 0 : holders->now_us ();
  if (holders == NULL || holders->searched_us == 0)
    look->search = pm_search_new (proc);
  if (look->search != NULL)
    pm_search_begin (look->search);
  return look;
}

/* All processes, for what is still open. */
static guint
search_all (PmHoldersLook *look, Open *open, gint *pids)
{
  if (look->search == NULL && (look->search = pm_search_new (look->proc)) != NULL)
    pm_search_begin (look->search);
  return look->search == NULL ? 0 : look_for (look->search, open, pids);
}

guint
pm_holders_look_end (PmHoldersLook *look, const guint64 *inodes, guint n_inodes, gint *ret_pids)
{
  PmHolders *holders = look->holders;
  g_auto (Open) open;
  open_init (&open);
  if (holders == NULL) {
    memset (ret_pids, 0, n_inodes * sizeof *ret_pids);
    return look->search == NULL ? 0 : pm_search_end (look->search, inodes, n_inodes, ret_pids);
  }
  believe (look, inodes, n_inodes, ret_pids, &open);
  gboolean is_first = holders->searched_us == 0;
  gboolean is_asked = is_recent (look, holders->asked_us);
  gboolean is_searched = is_recent (look, holders->searched_us);
  if (!open.is_strange && open.inodes->len > 0)
    ask (look, &open, ret_pids);
  if (open.inodes->len > 0 || is_first)
    holders->n_hidden = search_all (look, &open, ret_pids);
  if (!is_asked)
    holders->asked_us = look->now_us;
  if (!is_searched)
    holders->searched_us = look->now_us;
  remember (look, inodes, n_inodes, ret_pids);
  return holders->n_hidden;
}

void
pm_holders_look_free (PmHoldersLook *look)
{
  if (look == NULL)
    return;
  pm_search_free (look->search);
  g_free (look->proc);
  g_free (look);
}
