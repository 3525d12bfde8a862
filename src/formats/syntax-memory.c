/* DESIGN
 * A parse takes and frees a small piece for each token. Those come from blocks of the thread,
 * without a lock: pieces of one size lie in a list when they are free, and new ones are cut off the
 * last block. Before each piece stands its size. What is larger is malloc's.
 *
 * Blocks are given back all at once, when no parser is left. Where a sanitizer looks at each piece,
 * all of them are malloc's. */

#include "formats/syntax-memory.h"

#include <stdlib.h>
#include <string.h>

#include "formats/syntax-tree.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define IS_WATCHED 1
#endif
#endif

#define STEP 16 /* what malloc aligns to */
#ifdef IS_WATCHED
#define LARGEST_SMALL 0
#else
#define LARGEST_SMALL 1024
#endif
#define N_SIZES (1024 / STEP + 1)
#define BLOCK_BYTES (64 * 1024)

typedef struct Piece Piece;
struct Piece {
  Piece *next;
};

typedef struct Block Block;
struct Block {
  Block *next;
  gsize padding; /* keeps what follows aligned */
};

/* Before each piece: how many bytes it has. */
typedef struct {
  gsize padding;
  gsize bytes;
} Head;

typedef struct {
  Piece *unused[N_SIZES]; /* by size in steps */
  Block *blocks;
  char *at, *end; /* what is left of the last block */
  gsize kept_bytes;
  gsize held_bytes;
} Memory;

static _Thread_local Memory memory;

static Head *
head_of (void *piece)
{
  return (Head *) piece - 1;
}

static void *
obtained (void *bytes)
{
  if (bytes == NULL)
    g_error ("no memory for a syntax tree");
  return bytes;
}

/* A new piece behind its head. */
static void *
cut (gsize bytes)
{
  gsize whole = sizeof (Head) + bytes;
  if ((gsize) (memory.end - memory.at) < whole) {
    Block *block = obtained (malloc (BLOCK_BYTES));
    block->next = memory.blocks;
    memory.blocks = block;
    memory.at = (char *) (block + 1);
    memory.end = (char *) block + BLOCK_BYTES;
    memory.kept_bytes += BLOCK_BYTES;
  }
  void *piece = memory.at + sizeof (Head);
  memory.at += whole;
  head_of (piece)->bytes = bytes;
  return piece;
}

static void *
allocate (size_t size)
{
  gsize bytes = (MAX (size, 1) + STEP - 1) & ~(gsize) (STEP - 1);
  memory.held_bytes += sizeof (Head) + bytes;
  if (bytes <= LARGEST_SMALL) {
    Piece *piece = memory.unused[bytes / STEP];
    if (piece == NULL)
      return cut (bytes);
    memory.unused[bytes / STEP] = piece->next;
    return piece;
  }
  if (size > G_MAXSIZE / 2)
    g_error ("no memory for a syntax tree");
  Head *head = obtained (malloc (sizeof (Head) + bytes));
  head->bytes = bytes;
  return head + 1;
}

static void
release (void *piece)
{
  if (piece == NULL)
    return;
  gsize bytes = head_of (piece)->bytes;
  memory.held_bytes -= sizeof (Head) + bytes;
  if (bytes > LARGEST_SMALL) {
    free (head_of (piece));
    return;
  }
  Piece *unused = piece;
  unused->next = memory.unused[bytes / STEP];
  memory.unused[bytes / STEP] = unused;
}

static void *
allocate_zeroed (size_t n, size_t size)
{
  if (size != 0 && n > G_MAXSIZE / 2 / size)
    g_error ("no memory for a syntax tree");
  return memset (allocate (n * size), 0, n * size);
}

static void *
reallocate (void *piece, size_t size)
{
  if (piece == NULL)
    return allocate (size);
  gsize had = head_of (piece)->bytes;
  if (size <= had)
    return piece;
  if (had > LARGEST_SMALL && size < G_MAXSIZE / 2) {
    gsize bytes = (size + STEP - 1) & ~(gsize) (STEP - 1);
    Head *head = obtained (realloc (head_of (piece), sizeof (Head) + bytes));
    memory.held_bytes += bytes - had;
    head->bytes = bytes;
    return head + 1;
  }
  void *larger = memcpy (allocate (size), piece, had);
  release (piece);
  return larger;
}

static gpointer
begin (gpointer nothing)
{
  ts_set_allocator (allocate, allocate_zeroed, reallocate, release);
  return NULL;
}

void
pm_syntax_memory_begin (void)
{
  static GOnce once = G_ONCE_INIT;
  g_once (&once, begin, NULL);
}

gsize
pm_syntax_memory_held_bytes (void)
{
  return memory.held_bytes;
}

gsize
pm_syntax_memory_kept_bytes (void)
{
  return memory.kept_bytes;
}

void
pm_syntax_memory_give_back (void)
{
  if (memory.held_bytes > 0)
    return;
  for (Block *block = memory.blocks; block != NULL;) {
    Block *next = block->next;
    free (block);
    block = next;
  }
  memory = (Memory){.blocks = NULL};
}
