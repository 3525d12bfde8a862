#include "base/large-work.h"

static GRecMutex turn;

void
pm_large_work_begin (void)
{
  g_rec_mutex_lock (&turn);
}

void
pm_large_work_end (void)
{
  g_rec_mutex_unlock (&turn);
}
