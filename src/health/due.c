#include "health/due.h"

static PmDueEntry *
at (const PmDue *due, guint index)
{
  return due->entries->pdata[index];
}

static void
put (PmDue *due, guint index, PmDueEntry *entry)
{
  due->entries->pdata[index] = entry;
  entry->place = index + 1;
}

static void
rise (PmDue *due, guint index)
{
  PmDueEntry *entry = at (due, index);
  while (index > 0 && at (due, (index - 1) / 2)->time_us > entry->time_us) {
    put (due, index, at (due, (index - 1) / 2));
    index = (index - 1) / 2;
  }
  put (due, index, entry);
}

static void
sink (PmDue *due, guint index)
{
  PmDueEntry *entry = at (due, index);
  guint n = due->entries->len;
  for (guint child = 2 * index + 1; child < n; child = 2 * index + 1) {
    if (child + 1 < n && at (due, child + 1)->time_us < at (due, child)->time_us)
      child++;
    if (at (due, child)->time_us >= entry->time_us)
      break;
    put (due, index, at (due, child));
    index = child;
  }
  put (due, index, entry);
}

void
pm_due_init (PmDue *due)
{
  due->entries = g_ptr_array_new ();
}

void
pm_due_clear (PmDue *due)
{
  g_clear_pointer (&due->entries, g_ptr_array_unref);
}

void
pm_due_set (PmDue *due, PmDueEntry *entry, gint64 time_us)
{
  entry->time_us = time_us;
  if (entry->place == 0) {
    g_ptr_array_add (due->entries, entry);
    entry->place = due->entries->len;
  }
  rise (due, entry->place - 1);
  sink (due, entry->place - 1);
}

void
pm_due_remove (PmDue *due, PmDueEntry *entry)
{
  if (entry->place == 0)
    return;
  guint index = entry->place - 1;
  PmDueEntry *last = g_ptr_array_steal_index_fast (due->entries, due->entries->len - 1);
  entry->place = 0;
  if (last == entry)
    return;
  put (due, index, last);
  rise (due, index);
  sink (due, last->place - 1);
}

PmDueEntry *
pm_due_first (const PmDue *due)
{
  return due->entries->len == 0 ? NULL : at (due, 0);
}
