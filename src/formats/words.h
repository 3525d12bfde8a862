#pragma once

#include "formats/builder.h"

G_BEGIN_DECLS

/* The words of one statement, each decoded piece by piece.
 *
 * Our own scanners share this. A statement's words are collected first, since its shape is often
 * known only at its end (`;` or `{`), and added to the document then. A scanner says of each piece
 * whether it reads as it is written (copy) or stands for something else (put); the segments of the
 * document follow from that.
 *
 * Calling sequence: pm_words_init; for every word pm_words_begin, then pm_words_copy and
 * pm_words_put in the order of the file, then pm_words_end; when the statement is complete, one of
 * the pm_words_add functions, and pm_words_reset; at last pm_words_clear. */

typedef struct {
  PmSpan span;  /* without quotes */
  PmSpan outer; /* with them */
  PmQuoting quoting;
  PmNodeFlags flags;
  guint32 text_start; /* in PmWords.text */
  guint32 text_length;
  guint32 first_segment; /* in PmWords.segments */
  guint32 n_segments;
} PmWord;

typedef struct {
  const char *bytes; /* of the file */
  GArray *words;     /* of PmWord */
  GString *text;     /* decoded, of all words */
  GArray *segments;  /* of PmSegment, likewise */
  PmWord current;
  guint32 expected; /* where the next byte stands if nothing moves */
} PmWords;

void pm_words_init (PmWords *words, const char *bytes);
void pm_words_clear (PmWords *words);
void pm_words_reset (PmWords *words);

/* A word whose value starts at offset `start` of the file. */
void pm_words_begin (PmWords *words, guint32 start);
void pm_words_copy (PmWords *words, guint32 start, guint32 end);
/* `text`, for which other bytes stand from `start` on. */
void pm_words_put (PmWords *words, const char *text, gsize length, guint32 start);
/* The character that \uXXXX at `at` stands for, or a surrogate pair of them; returns how many bytes
 * that is, or 0, taking nothing, where there is none before `end`. Lone surrogates and NUL read as
 * U+FFFD. */
guint32 pm_words_put_unicode (PmWords *words, guint32 at, guint32 end);
/* The value ends at `end`, before a closing quote; `outer` of length 0 means: no quotes. */
void pm_words_end (PmWords *words, guint32 end, PmSpan outer, PmQuoting quoting);
/* The word that began behind a quote ends before the one at `close`. */
void pm_words_end_quoted (PmWords *words, guint32 close);
/* Between quotes: copies the byte at `at`, or takes the two of which a backslash hides the second,
 * which is `quote` or a backslash. Returns what is behind. */
guint32 pm_words_copy_hidden (PmWords *words, guint32 at, guint32 end, char quote);
/* The last word may not be what was meant: a quote in it has no partner. */
void pm_words_mark_broken (PmWords *words);
/* A whole word that is written as it reads. */
void pm_words_take (PmWords *words, guint32 start, guint32 end);

static inline guint
pm_words_count (const PmWords *words)
{
  return words->words->len;
}

static inline PmWord *
pm_words_at (const PmWords *words, guint i)
{
  return &g_array_index (words->words, PmWord, i);
}

/* The decoded text of a word; not NUL-terminated, and valid until the next word begins. */
static inline const char *
pm_words_text (const PmWords *words, guint i)
{
  return words->text->str + pm_words_at (words, i)->text_start;
}

gboolean pm_words_equal (const PmWords *words, guint i, const char *text);

/* Takes the words from `count` on back. */
void pm_words_truncate (PmWords *words, guint count);

/* A word as a key. Like pm_words_text, valid until the next word begins. */
PmKey pm_words_key (const PmWords *words, guint i);

PmNodeId pm_words_add (const PmWords *words, guint i, PmBuilder *builder, PmKey key);

/* A list with the words from `first` on. It ends with the last word, or where its key does. */
void pm_words_add_list (const PmWords *words, guint first, PmBuilder *builder, PmKey key);

/* A block: opens a map, whose first child is the list of the words from `first` on, keyed `()`, if
 * there are any. The caller closes it. */
void pm_words_open_block (const PmWords *words, guint first, PmBuilder *builder, PmKey key);

/* How a word without quotes is written: as it is, or NULL when it is empty or holds a blank, a
 * control character, a quote, a backslash or one of `specials`. */
char *pm_words_escape_bare (const char *text, const char *specials);

/* How a text between quotes is written: as it is, the quote itself behind a backslash, and the
 * backslash itself too if `doubles_backslash`. NULL when it holds a control character, or a
 * backslash that must not be doubled. */
char *pm_words_escape_quoted (const char *text, char quote, gboolean doubles_backslash);

/* How a text is written where nothing can be escaped: as it is, or NULL when it holds a control
 * character or one of `forbidden`. */
char *pm_words_escape_verbatim (const char *text, const char *forbidden);

G_END_DECLS
