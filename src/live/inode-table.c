/* DESIGN
 * Open addressing in steps of one, never more than half full, so that a free slot always ends a
 * question. */

#include "live/inode-table.h"

#define LEAST_SLOTS 16

void
pm_inode_table_init (PmInodeTable *table, const guint64 *inodes, guint n)
{
  guint size = LEAST_SLOTS;
  while (size < 2 * n)
    size *= 2;
  *table = (PmInodeTable){inodes, g_new0 (guint32, size), size - 1};
}

void
pm_inode_table_add (PmInodeTable *table, guint place)
{
  guint slot = pm_inode_table_begin (table, table->inodes[place]);
  while (table->slots[slot] != 0)
    slot = (slot + 1) & table->mask;
  table->slots[slot] = place + 1;
}

guint
pm_inode_table_next (const PmInodeTable *table, guint64 inode, guint *at)
{
  while (table->slots[*at] != 0) {
    guint place = table->slots[*at] - 1;
    *at = (*at + 1) & table->mask;
    if (table->inodes[place] == inode)
      return place;
  }
  return PM_INODE_NOWHERE;
}

void
pm_inode_table_clear (PmInodeTable *table)
{
  g_clear_pointer (&table->slots, g_free);
}
