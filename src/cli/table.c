#include "cli/table.h"

#include <stdio.h>
#include <string.h>

#include "base/cells.h"
#include "base/escape.h"

#define GAP 2

typedef struct {
  char *text;
  guint width; /* in terminal cells */
  PmCellStyle style;
} Cell;

struct PmTable {
  const PmColumn *columns;
  guint n_columns;
  GArray *cells; /* of Cell, row by row */
};

static void
clear_cell (gpointer cell)
{
  g_free (((Cell *) cell)->text);
}

PmTable *
pm_table_new (const PmColumn *columns, guint n_columns)
{
  PmTable *table = g_new0 (PmTable, 1);
  table->columns = columns;
  table->n_columns = n_columns;
  table->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_array_set_clear_func (table->cells, clear_cell);
  return table;
}

void
pm_table_free (PmTable *table)
{
  if (table == NULL)
    return;
  g_array_unref (table->cells);
  g_free (table);
}

void
pm_table_add (PmTable *table, PmCellStyle style, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  Cell cell = {.text = pm_escape_terminal (text), .style = style};
  cell.width = pm_cells_width (cell.text);
  g_array_append_val (table->cells, cell);
}

guint
pm_table_n_rows (const PmTable *table)
{
  return table->cells->len / table->n_columns;
}

static const Cell *
cell_at (const PmTable *table, guint row, guint column)
{
  return &g_array_index (table->cells, Cell, row * table->n_columns + column);
}

/* What a column keeps, whatever the width. */
static guint
narrowest (PmColumnCut cut)
{
  return cut == PM_COLUMN_NAME ? 8 : 16;
}

/* Of two columns the wider one gives way; a place may be twice as wide as a name. */
static guint
weight (const PmTable *table, const guint *widths, guint column)
{
  PmColumnCut cut = table->columns[column].cut;
  if (cut == PM_COLUMN_WHOLE || widths[column] <= narrowest (cut))
    return 0;
  return cut == PM_COLUMN_PLACE ? widths[column] : 2 * widths[column];
}

/* Takes a cell off the column that can spare it; FALSE: none can. */
static gboolean
shrink (const PmTable *table, guint *widths)
{
  guint widest = 0;
  for (guint c = 1; c < table->n_columns; c++)
    if (weight (table, widths, c) > weight (table, widths, widest))
      widest = c;
  if (weight (table, widths, widest) == 0)
    return FALSE;
  widths[widest]--;
  return TRUE;
}

static guint *
measure (const PmTable *table, guint limit)
{
  guint *widths = g_new0 (guint, table->n_columns);
  guint total = GAP * (table->n_columns - 1);
  for (guint c = 0; c < table->n_columns; c++) {
    widths[c] = pm_cells_width (table->columns[c].title);
    for (guint r = 0; r < pm_table_n_rows (table); r++)
      widths[c] = MAX (widths[c], cell_at (table, r, c)->width);
    total += widths[c];
  }
  while (limit > 0 && total > limit && shrink (table, widths))
    total--;
  return widths;
}

static const char *
escape_of (PmCellStyle style)
{
  static const char *const escapes[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[2m"};
  return escapes[style];
}

static void
print_cell (const PmTable *table, guint column, const char *text, const char *escape, guint width)
{
  gboolean last = column + 1 == table->n_columns;
  gboolean is_place = table->columns[column].cut == PM_COLUMN_PLACE;
  g_autofree char *shown =
      is_place ? pm_cells_cut_inside (text, width) : pm_cells_cut (text, width);
  guint pad = width - MIN (width, pm_cells_width (shown));
  gboolean right = table->columns[column].right;
  printf ("%*s%s%s%s%*s", right ? (int) pad : 0, "", escape, shown,
          escape[0] == '\0' ? "" : "\033[0m", right || last ? 0 : (int) pad, "");
  if (!last)
    printf ("%*s", GAP, "");
}

void
pm_table_print (const PmTable *table, gboolean color, guint width)
{
  g_autofree guint *widths = measure (table, width);
  for (guint c = 0; c < table->n_columns; c++)
    print_cell (table, c, table->columns[c].title, color ? "\033[1m" : "", widths[c]);
  putchar ('\n');
  for (guint r = 0; r < pm_table_n_rows (table); r++) {
    for (guint c = 0; c < table->n_columns; c++) {
      const Cell *cell = cell_at (table, r, c);
      print_cell (table, c, cell->text, color ? escape_of (cell->style) : "", widths[c]);
    }
    putchar ('\n');
  }
}
