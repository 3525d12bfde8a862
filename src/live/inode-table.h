#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Private to live/: places in a list of inodes by inode, among thousands and for many questions.
 * The list is borrowed, may say one inode several times, and must not change. It is filled by one
 * thread; any number may ask then. */

typedef struct {
  const guint64 *inodes;
  guint32 *slots; /* 1 + place; 0 free */
  guint mask;
} PmInodeTable;

/* For up to n places; nothing is in it yet. */
void pm_inode_table_init (PmInodeTable *table, const guint64 *inodes, guint n);
void pm_inode_table_add (PmInodeTable *table, guint place);
void pm_inode_table_clear (PmInodeTable *table);

#define PM_INODE_NOWHERE G_MAXUINT

/* The next place of this inode. *at is where to go on: begun with pm_inode_table_begin, and changed
 * by each call. */
guint pm_inode_table_next (const PmInodeTable *table, guint64 inode, guint *at);

static inline guint
pm_inode_table_begin (const PmInodeTable *table, guint64 inode)
{
  /* Fibonacci hashing: inodes that were given one after the other go far from each other. */
  return (guint) (inode * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15) >> 32) & table->mask;
}

/* The first one alone. */
static inline guint
pm_inode_table_find (const PmInodeTable *table, guint64 inode)
{
  guint at = pm_inode_table_begin (table, inode);
  return pm_inode_table_next (table, inode, &at);
}

G_END_DECLS
