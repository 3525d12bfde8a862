/* DESIGN
 * A list of blocks, each twice as large as the one before up to a bound; an allocation that is
 * larger than a quarter of a block gets one of its own, so that it wastes nothing. What is taken is
 * zeroed then, and texts not at all: of a block that stays half empty the rest is never touched. */

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_BLOCK_BYTES 4096
#define LARGEST_BLOCK_BYTES (256 * 1024)
#define ALIGNMENT 16

typedef struct Block Block;
struct Block {
  Block *next;
  gsize size_bytes;
  gsize used_bytes;
  gsize padding; /* keeps the bytes aligned to 16 */
};

struct PmArena {
  Block *blocks; /* the first one is filled, the others are full or of one allocation */
  gsize next_block_bytes;
  gsize total_bytes;
};

PmArena *
pm_arena_new (void)
{
  PmArena *arena = g_new0 (PmArena, 1);
  arena->next_block_bytes = FIRST_BLOCK_BYTES;
  return arena;
}

void
pm_arena_free (PmArena *arena)
{
  if (arena == NULL)
    return;
  for (Block *block = arena->blocks; block != NULL;) {
    Block *next = block->next;
    g_free (block);
    block = next;
  }
  g_free (arena);
}

static Block *
block_new (PmArena *arena, gsize size_bytes)
{
  Block *block = g_malloc (sizeof (Block) + size_bytes);
  *block = (Block){.size_bytes = size_bytes};
  arena->total_bytes += sizeof (Block) + size_bytes;
  return block;
}

static char *
block_take (Block *block, gsize size_bytes)
{
  char *taken = (char *) (block + 1) + block->used_bytes;
  block->used_bytes += size_bytes;
  return taken;
}

static char *
take (PmArena *arena, gsize size_bytes)
{
  g_return_val_if_fail (size_bytes < G_MAXSIZE / 2, NULL);
  size_bytes = (size_bytes + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);

  Block *head = arena->blocks;
  if (head != NULL && head->size_bytes - head->used_bytes >= size_bytes)
    return block_take (head, size_bytes);

  if (head != NULL && size_bytes > arena->next_block_bytes / 4) {
    Block *own = block_new (arena, size_bytes);
    own->next = head->next;
    head->next = own;
    return block_take (own, size_bytes);
  }

  Block *fresh = block_new (arena, MAX (arena->next_block_bytes, size_bytes));
  fresh->next = head;
  arena->blocks = fresh;
  arena->next_block_bytes = MIN (arena->next_block_bytes * 2, LARGEST_BLOCK_BYTES);
  return block_take (fresh, size_bytes);
}

void *
pm_arena_alloc (PmArena *arena, gsize size_bytes)
{
  char *taken = take (arena, size_bytes);
  return taken == NULL ? NULL : memset (taken, 0, size_bytes);
}

char *
pm_arena_strndup (PmArena *arena, const char *text, gsize length)
{
  char *copy = take (arena, length + 1);
  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

char *
pm_arena_strdup (PmArena *arena, const char *text)
{
  return text == NULL ? NULL : pm_arena_strndup (arena, text, strlen (text));
}

char *
pm_arena_printf (PmArena *arena, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return pm_arena_strdup (arena, text);
}

gsize
pm_arena_size_bytes (const PmArena *arena)
{
  return arena->total_bytes;
}
