#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A half-open range of byte offsets, [start, end), counted from the first byte of a file, a BOM
 * included. Documents are at most 16 MiB, so 32 bits are plenty. */
typedef struct {
  guint32 start;
  guint32 end;
} PmSpan;

/* Where a byte stands, for people: both count from 1, columns in bytes. */
typedef struct {
  guint32 line;
  guint32 column;
} PmPosition;

static inline guint32
pm_span_length (PmSpan span)
{
  return span.end - span.start;
}

static inline gboolean
pm_span_contains (PmSpan outer, PmSpan inner)
{
  return outer.start <= inner.start && inner.end <= outer.end;
}

static inline gboolean
pm_span_overlaps (PmSpan a, PmSpan b)
{
  return a.start < b.end && b.start < a.end;
}

G_END_DECLS
