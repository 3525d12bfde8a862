#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Aligned columns on standard output: with colour and cut to the terminal's width on a terminal,
 * plain and whole in a pipe. Cells are escaped for the terminal here, so callers pass text as it
 * is. */

typedef enum { PM_CELL_PLAIN, PM_CELL_GOOD, PM_CELL_WARN, PM_CELL_BAD, PM_CELL_DIM } PmCellStyle;

/* What happens to a column when the terminal is too narrow. */
typedef enum {
  PM_COLUMN_WHOLE, /* nothing: it is never cut */
  PM_COLUMN_NAME,  /* it is cut at its end */
  PM_COLUMN_PLACE, /* it is cut inside: what a path, its line and column end in stays */
  PM_COLUMN_TIME,  /* of an RFC 3339 time the fraction of its second goes */
} PmColumnCut;

typedef struct PmTable PmTable;

typedef struct {
  const char *title;
  gboolean right; /* aligned to the right: numbers */
  PmColumnCut cut;
} PmColumn;

PmTable *pm_table_new (const PmColumn *columns, guint n_columns);
void pm_table_free (PmTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmTable, pm_table_free)

/* Cells are added from left to right, row by row. Text is copied. */
void pm_table_add (PmTable *table, PmCellStyle style, const char *format, ...) G_GNUC_PRINTF (3, 4);

guint pm_table_n_rows (const PmTable *table);

/* The whole table; width 0 is unlimited. Where it does not fit, columns that hold nothing in any
 * row are left out before others are cut; where even that does not fit, a row is a line for each
 * cell, behind its title. */
void pm_table_print (const PmTable *table, gboolean color, guint width);

G_END_DECLS
