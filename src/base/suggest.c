#include "base/suggest.h"

#include <string.h>

#define LONGEST_WORD 64

/* Three rows are enough: a swap of neighbours looks back two. */
static guint
edit_distance (const char *a, gsize a_length, const char *b, gsize b_length)
{
  guint rows[3][LONGEST_WORD + 1];
  for (gsize j = 0; j <= b_length; j++)
    rows[0][j] = (guint) j;

  for (gsize i = 1; i <= a_length; i++) {
    guint *now = rows[i % 3];
    const guint *last = rows[(i + 2) % 3];
    const guint *before_last = rows[(i + 1) % 3];
    now[0] = (guint) i;
    for (gsize j = 1; j <= b_length; j++) {
      guint substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = MIN (substitution, 1 + MIN (last[j], now[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = MIN (now[j], before_last[j - 2] + 1);
    }
  }
  return rows[a_length % 3][b_length];
}

const char *
pm_suggest_nearest (const char *word, const char *const *candidates)
{
  gsize word_length = strlen (word);
  if (word_length == 0 || word_length > LONGEST_WORD)
    return NULL;

  const char *nearest = NULL;
  guint nearest_distance = (guint) (word_length + 2) / 3 + 1;
  for (gsize i = 0; candidates[i] != NULL; i++) {
    gsize length = strlen (candidates[i]);
    if (length > LONGEST_WORD)
      continue;
    guint distance = edit_distance (word, word_length, candidates[i], length);
    if (distance < nearest_distance) {
      nearest_distance = distance;
      nearest = candidates[i];
    }
  }
  return nearest;
}
