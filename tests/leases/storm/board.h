#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Who holds which port, kept apart from everything that is tested: memory that all processes of the
 * storm share. Whoever got a port puts their pid there, by an exchange that tells whether somebody
 * who still lives is there already; before giving it back they take it away. */

#define PM_BOARD_BUCKETS 200000 /* of 10 µs */

typedef struct {
  _Atomic int holder[65536]; /* pid; 0 nobody */
  _Atomic guint64 taken;
  _Atomic guint64 duplicates;
  _Atomic guint64 broken;   /* connections that ended without an answer */
  _Atomic guint64 refused;  /* exhausted, or too much at once */
  _Atomic guint64 failures; /* any other answer */
  _Atomic guint answered[PM_BOARD_BUCKETS];
  guint64 target;
} PmBoard;

PmBoard *pm_board_new (guint64 target);
void pm_board_free (PmBoard *board);

gboolean pm_board_is_done (const PmBoard *board);

void pm_board_enter (PmBoard *board, guint16 port);
void pm_board_leave (PmBoard *board, guint16 port);

/* How long a lease took; of all that were told, the time that a part of them (0 to 1) was below. */
void pm_board_tell (PmBoard *board, gint64 elapsed_us);
double pm_board_quantile_ms (const PmBoard *board, double part);

G_END_DECLS
