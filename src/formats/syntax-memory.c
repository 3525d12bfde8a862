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
#define N_SIZES (1024 / STEP + 2)
#define SMALL_BLOCK_BYTES (64 * 1024)

/* Once there are some. Large enough that malloc maps each alone (memory.h): it goes back to the
 * system whatever was allocated after it. */
#define LARGE_BLOCK_BYTES (512 * 1024)
#define MOST_SMALL_BLOCKS_BYTES (256 * 1024)

typedef struct Piece Piece;
struct Piece {
  Piece *next;
};

typedef struct Block Block;
struct Block {
  Block *next; /* the first head follows, so that the piece behind it is aligned */
};

/* Before each piece, in the last bytes of a step: how many bytes it has. */
typedef struct {
  gsize bytes;
} Head;

G_STATIC_ASSERT (sizeof (Block) + sizeof (Head) == STEP);

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

/* Head and piece fill whole steps. */
static gsize
rounded (gsize size)
{
  return ((size + sizeof (Head) + STEP - 1) & ~(gsize) (STEP - 1)) - sizeof (Head);
}

static Piece **
unused_of (gsize bytes)
{
  return &memory.unused[(sizeof (Head) + bytes) / STEP];
}

/* What malloc gave for a large piece: a step before it. */
static void *
large_of (void *piece)
{
  return (char *) piece - STEP;
}

static void *
large_piece (void *start, gsize bytes)
{
  void *piece = (char *) start + STEP;
  head_of (piece)->bytes = bytes;
  return piece;
}

static void *
obtained (void *bytes)
{
  if (bytes == NULL)
    g_error ("no memory for a syntax tree");
  return bytes;
}

static void
begin_block (void)
{
  gsize bytes = memory.kept_bytes < MOST_SMALL_BLOCKS_BYTES ? SMALL_BLOCK_BYTES : LARGE_BLOCK_BYTES;
  Block *block = obtained (malloc (bytes));
  block->next = memory.blocks;
  memory.blocks = block;
  memory.at = (char *) (block + 1);
  memory.end = (char *) block + bytes;
  memory.kept_bytes += bytes;
}

/* A new piece behind its head. */
static void *
cut (gsize bytes)
{
  gsize whole = sizeof (Head) + bytes;
  if ((gsize) (memory.end - memory.at) < whole)
    begin_block ();
  void *piece = memory.at + sizeof (Head);
  memory.at += whole;
  head_of (piece)->bytes = bytes;
  return piece;
}

static void *
allocate (size_t size)
{
  if (size > G_MAXSIZE / 2)
    g_error ("no memory for a syntax tree");
  gsize bytes = rounded (MAX (size, sizeof (Piece)));
  memory.held_bytes += sizeof (Head) + bytes;
  if (bytes <= LARGEST_SMALL) {
    Piece **unused = unused_of (bytes), *piece = *unused;
    if (piece == NULL)
      return cut (bytes);
    *unused = piece->next;
    return piece;
  }
  return large_piece (obtained (malloc (STEP + bytes)), bytes);
}

static void
release (void *piece)
{
  if (piece == NULL)
    return;
  gsize bytes = head_of (piece)->bytes;
  memory.held_bytes -= sizeof (Head) + bytes;
  if (bytes > LARGEST_SMALL) {
    free (large_of (piece));
    return;
  }
  Piece **unused = unused_of (bytes), *freed = piece;
  freed->next = *unused;
  *unused = freed;
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
  if (had > LARGEST_SMALL && size <= G_MAXSIZE / 2) {
    gsize bytes = rounded (size);
    memory.held_bytes += bytes - had;
    return large_piece (obtained (realloc (large_of (piece), STEP + bytes)), bytes);
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
