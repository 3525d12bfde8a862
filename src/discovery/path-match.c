/* DESIGN
 * Most patterns are told not to fit by their last piece and the node itself. Else the node's
 * ancestors up to the root are put in a row, then pattern and row are walked together. `**` is
 * retried from its last place only, as a star of a glob is. */

#include "discovery/glob.h"
#include "discovery/ruleset.h"

#include <string.h>

#define DEEPEST 256
#define MOST_CAPTURES 4
#define LONGEST_KEY 128

/* The next piece of a pattern and where the one behind it starts. */
static const char *
next_piece (const char *pattern, gsize *ret_length)
{
  const char *dot = strchr (pattern, '.');
  *ret_length = dot == NULL ? strlen (pattern) : (gsize) (dot - pattern);
  return dot == NULL ? pattern + *ret_length : dot + 1;
}

static gboolean
key_is (const char *key, const char *alternative, gsize length, gboolean any_case)
{
  if (memchr (alternative, '*', length) == NULL)
    return (any_case ? g_ascii_strncasecmp (key, alternative, length)
                     : strncmp (key, alternative, length)) == 0 &&
           key[length] == '\0';

  char pattern[LONGEST_KEY], text[LONGEST_KEY];
  if (length >= sizeof pattern || strlen (key) >= sizeof text)
    return FALSE;
  memcpy (pattern, alternative, length);
  pattern[length] = '\0';
  g_strlcpy (text, key, sizeof text);
  /* A key may hold a slash, which the star of a file's glob would stop at. */
  for (char *at = text; *at != '\0'; at++)
    *at = *at == '/' ? ' ' : any_case ? g_ascii_tolower (*at) : *at;
  for (char *at = pattern; *at != '\0'; at++)
    *at = *at == '/' ? ' ' : any_case ? g_ascii_tolower (*at) : *at;
  return pm_glob_match (pattern, text);
}

static gboolean
piece_fits (const PmNode *node, const char *piece, gsize length)
{
  if (length == 2 && memcmp (piece, "[]", 2) == 0)
    return node->key == NULL;
  if (length == 1 && *piece == '*')
    return TRUE;
  if (node->key == NULL)
    return FALSE;

  gboolean any_case = *piece == '~';
  const char *end = piece + length;
  for (const char *at = piece + (any_case ? 1 : 0); at <= end;) {
    const char *bar = memchr (at, '|', (gsize) (end - at));
    const char *stop = bar == NULL ? end : bar;
    if (key_is (node->key, at, (gsize) (stop - at), any_case))
      return TRUE;
    at = stop + 1;
  }
  return FALSE;
}

/* Most nodes are told by their own key not to be meant. */
static gboolean
last_piece_fits (const PmNode *node, const char *pattern)
{
  const char *dot = strrchr (pattern, '.');
  const char *piece = dot == NULL ? pattern : dot + 1;
  gsize length = strlen (piece);
  return length == 0 || (length == 2 && memcmp (piece, "**", 2) == 0) ||
         piece_fits (node, piece, length);
}

gboolean
pm_path_match (const PmDocument *document, PmNodeId root, PmNodeId node, const char *pattern,
               PmNodeId *ret_captures)
{
  PmNodeId row[DEEPEST];
  guint n = 0;
  if (node != root && node != 0 && !last_piece_fits (pm_document_node (document, node), pattern))
    return FALSE;
  for (PmNodeId id = node; id != root && id != 0; id = pm_document_node (document, id)->parent) {
    if (n == DEEPEST)
      return FALSE;
    row[n++] = id;
  }

  PmNodeId captures[MOST_CAPTURES] = {0};
  guint n_captures = 0, captures_then = 0;
  const char *retry_pattern = NULL;
  guint retry_left = 0;
  guint left = n; /* row[left - 1] is next */
  for (;;) {
    gsize length;
    const char *behind = next_piece (pattern, &length);
    if (length == 2 && memcmp (pattern, "**", 2) == 0) {
      retry_pattern = pattern = behind;
      retry_left = left;
      captures_then = n_captures;
      if (*pattern == '\0')
        break;
      continue;
    }
    if (*pattern == '\0' && left == 0)
      break;
    if (*pattern != '\0' && left > 0 &&
        piece_fits (pm_document_node (document, row[left - 1]), pattern, length)) {
      if (length == 1 && *pattern == '*' && n_captures < MOST_CAPTURES)
        captures[n_captures++] = row[left - 1];
      pattern = behind;
      left--;
      continue;
    }
    if (retry_pattern == NULL || retry_left == 0)
      return FALSE;
    pattern = retry_pattern;
    left = --retry_left;
    n_captures = captures_then;
  }
  if (ret_captures != NULL)
    memcpy (ret_captures, captures, sizeof captures);
  return TRUE;
}
