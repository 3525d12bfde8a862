#pragma once

#include "discovery/recogniser.h"
#include "model/span.h"

G_BEGIN_DECLS

/* What the grammars of the recogniser share: the text being read, and where hits go. Private to
 * the recogniser.
 *
 * Every grammar reads a range [start, end) of the same text, so that it can look at what stands
 * around the range, and gives its hits in the order of the text. */

#define PM_SCAN_MOST_HITS 256

typedef struct {
  const char *text;
  guint32 length;
  GArray *hits; /* of PmHit */
  guint first;  /* hits before this one belong to other texts */
} PmScan;

/* Index of the hit, or -1 when the text has as many as it may have. */
gint pm_scan_add (PmScan *scan, const PmHit *hit);
gboolean pm_scan_is_full (const PmScan *scan);

/* A port's hit, all but the span and the numbers still unsaid. */
PmHit pm_scan_port_hit (PmSpan span, guint16 port, const char *grammar, double confidence);

/* NUL behind the end and before the start. */
static inline char
pm_scan_at (const PmScan *scan, guint32 at)
{
  return at < scan->length ? scan->text[at] : '\0';
}

static inline gboolean
pm_char_is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* Bytes of names, of internationalised ones too. */
static inline gboolean
pm_char_is_host (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '-' || c == '_' || ((guchar) c) >= 0x80;
}

static inline gboolean
pm_char_is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static inline gboolean
pm_char_is_quote (char c)
{
  return c == '"' || c == '\'' || c == '`';
}

/* [start, end) without blanks and quotes at its edges. */
PmSpan pm_scan_trim (const PmScan *scan, PmSpan range);

/* FALSE: two bytes differ in more than case. */
static inline gboolean
pm_char_may_be (char one, char other)
{
  return (((guchar) one ^ (guchar) other) & (guchar) ~0x20u) == 0;
}

gboolean pm_scan_is_word (const PmScan *scan, PmSpan range, const char *word);

/* Compares a range with a word of at least one byte, without regard to case. The first byte tells
 * most apart, which is cheaper than to measure the word. */
static inline gboolean
pm_scan_is (const PmScan *scan, PmSpan range, const char *word)
{
  return range.start < range.end && pm_char_may_be (scan->text[range.start], word[0]) &&
         pm_scan_is_word (scan, range, word);
}

gboolean pm_scan_ends_with (const PmScan *scan, PmSpan range, const char *ending);

/* TRUE when the range is one of a NULL-terminated list of words. */
gboolean pm_scan_is_any (const PmScan *scan, PmSpan range, const char *const *words);

/* The grammars; see PmGrammar. */
void pm_grammar_port (PmScan *scan, PmSpan range);
void pm_grammar_ports (PmScan *scan, PmSpan range);
void pm_grammar_host (PmScan *scan, PmSpan range);
void pm_grammar_endpoint (PmScan *scan, PmSpan range);
void pm_grammar_mapping (PmScan *scan, PmSpan range);
void pm_grammar_command (PmScan *scan, PmSpan range);
void pm_grammar_text (PmScan *scan, PmSpan range);

G_END_DECLS
