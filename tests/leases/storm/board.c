#include "board.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BUCKET_US 10

PmBoard *
pm_board_new (guint64 target)
{
  PmBoard *board =
      mmap (NULL, sizeof (PmBoard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (board == MAP_FAILED)
    g_error ("mmap: %m");
  board->target = target;
  return board;
}

void
pm_board_free (PmBoard *board)
{
  munmap (board, sizeof *board);
}

gboolean
pm_board_is_done (const PmBoard *board)
{
  return board->taken >= board->target;
}

/* Read here once more, by other code than what is tested: proc(5), the state behind the last
 * bracket. A process that nobody has waited for yet is dead too. */
static gboolean
is_dead (int pid)
{
  char path[64], text[512];
  g_snprintf (path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen (path, "re");
  if (file == NULL)
    return TRUE;
  size_t length = fread (text, 1, sizeof text - 1, file);
  fclose (file);
  text[length] = '\0';
  const char *state = strrchr (text, ')');
  return state == NULL || strchr ("ZX", state[2]) != NULL;
}

void
pm_board_enter (PmBoard *board, guint16 port)
{
  int before = 0, self = getpid ();
  atomic_fetch_add (&board->taken, 1);
  while (!atomic_compare_exchange_strong (&board->holder[port], &before, self)) {
    if (before == self || !is_dead (before)) {
      atomic_fetch_add (&board->duplicates, 1);
      return;
    }
    /* Killed while it held the port: what it left is nobody's. */
    if (atomic_compare_exchange_strong (&board->holder[port], &before, self))
      return;
    before = 0;
  }
}

void
pm_board_leave (PmBoard *board, guint16 port)
{
  int self = getpid ();
  atomic_compare_exchange_strong (&board->holder[port], &self, 0);
}

void
pm_board_tell (PmBoard *board, gint64 elapsed_us)
{
  gint64 bucket = CLAMP (elapsed_us / BUCKET_US, 0, PM_BOARD_BUCKETS - 1);
  atomic_fetch_add (&board->answered[bucket], 1);
}

double
pm_board_quantile_ms (const PmBoard *board, double part)
{
  guint64 total = 0, seen = 0;
  for (guint i = 0; i < PM_BOARD_BUCKETS; i++)
    total += board->answered[i];
  for (guint i = 0; i < PM_BOARD_BUCKETS; i++) {
    seen += board->answered[i];
    if (total > 0 && (double) seen >= part * (double) total)
      return (i + 1) * BUCKET_US / 1000.0;
  }
  return 0;
}
