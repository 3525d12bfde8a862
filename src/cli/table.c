#include "cli/table.h"

#include <stdio.h>
#include <string.h>

#include "base/cells.h"
#include "base/escape.h"

#define GAP 2
#define WHOLE_SECONDS ((guint) strlen ("2026-11-22T22:40:17Z"))

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

#define HIDDEN 0 /* width of a column that is left out */

static gboolean
says_nothing (const PmTable *table, guint column)
{
  for (guint r = 0; r < pm_table_n_rows (table); r++)
    if (cell_at (table, r, column)->width > 0)
      return FALSE;
  return pm_table_n_rows (table) > 0;
}

/* Before anything is cut, columns go that hold nothing. What is left of `total`. */
static guint
hide_empty (const PmTable *table, guint *widths, guint total)
{
  for (guint c = 1; c < table->n_columns; c++) {
    if (!says_nothing (table, c))
      continue;
    total -= GAP + widths[c];
    widths[c] = HIDDEN;
  }
  return total;
}

/* What a column keeps: as long as that is enough for the others, and at the worst. */
static guint
narrowest (PmColumnCut cut, gboolean at_worst)
{
  static const guint enough[] = {G_MAXUINT, 8, 16, WHOLE_SECONDS},
                     least[] = {G_MAXUINT, 5, 10, WHOLE_SECONDS};
  return at_worst ? least[cut] : enough[cut];
}

/* Of two columns the wider one gives way; a place may be twice as wide as a name, and a fraction of
 * a second goes before anything else. */
static guint
weight (const PmTable *table, const guint *widths, guint column, gboolean at_worst)
{
  PmColumnCut cut = table->columns[column].cut;
  if (widths[column] <= narrowest (cut, at_worst))
    return 0;
  if (cut == PM_COLUMN_TIME)
    return G_MAXUINT;
  return cut == PM_COLUMN_PLACE ? widths[column] : 2 * widths[column];
}

/* Takes a cell off the column that can spare it; FALSE: none can. */
static gboolean
shrink (const PmTable *table, guint *widths, gboolean at_worst)
{
  guint widest = 0;
  for (guint c = 1; c < table->n_columns; c++)
    if (weight (table, widths, c, at_worst) > weight (table, widths, widest, at_worst))
      widest = c;
  if (weight (table, widths, widest, at_worst) == 0)
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
  if (limit > 0 && total > limit)
    total = hide_empty (table, widths, total);
  while (limit > 0 && total > limit &&
         (shrink (table, widths, FALSE) || shrink (table, widths, TRUE)))
    total--;
  return widths;
}

static const char *
escape_of (PmCellStyle style)
{
  static const char *const escapes[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[2m"};
  return escapes[style];
}

/* What of a cell fits into its column. A new string. */
static char *
cut_cell (PmColumnCut cut, const char *text, guint width)
{
  if (cut == PM_COLUMN_PLACE)
    return pm_cells_cut_inside (text, width);
  gboolean has_fraction = strlen (text) > WHOLE_SECONDS && text[WHOLE_SECONDS - 1] == '.';
  if (cut == PM_COLUMN_TIME && has_fraction && pm_cells_width (text) > width)
    return g_strdup_printf ("%.*sZ", (int) WHOLE_SECONDS - 1, text);
  return pm_cells_cut (text, width);
}

static gboolean
is_last (const PmTable *table, const guint *widths, guint column)
{
  for (guint c = column + 1; c < table->n_columns; c++)
    if (widths[c] != HIDDEN)
      return FALSE;
  return TRUE;
}

static void
print_cell (const PmTable *table, const guint *widths, guint column, const char *text,
            const char *escape)
{
  guint width = widths[column];
  if (width == HIDDEN && column > 0)
    return;
  g_autofree char *shown = cut_cell (table->columns[column].cut, text, width);
  guint pad = width - MIN (width, pm_cells_width (shown));
  gboolean right = table->columns[column].right;
  printf ("%*s%*s%s%s%s%*s", column == 0 ? 0 : GAP, "", right ? (int) pad : 0, "", escape, shown,
          escape[0] == '\0' ? "" : "\033[0m",
          right || is_last (table, widths, column) ? 0 : (int) pad, "");
}

/* --- where the columns do not fit beside each other --- */

static guint
total_of (const PmTable *table, const guint *widths)
{
  guint total = widths[0];
  for (guint c = 1; c < table->n_columns; c++)
    total += widths[c] == HIDDEN ? 0 : GAP + widths[c];
  return total;
}

static guint
widest_title (const PmTable *table)
{
  guint widest = 0;
  for (guint c = 0; c < table->n_columns; c++)
    widest = MAX (widest, pm_cells_width (table->columns[c].title));
  return widest;
}

/* A number or a word is whole however narrow it is: half of one would be another one. */
static void
print_field (const PmColumn *column, const Cell *cell, guint label, guint width, gboolean color)
{
  guint room = MAX (width - MIN (width, label + GAP), 1);
  const char *escape = color ? escape_of (cell->style) : "";
  g_autofree char *shown = column->cut == PM_COLUMN_WHOLE
                               ? g_strdup (cell->text)
                               : cut_cell (column->cut, cell->text, room);
  printf ("%s%*s%s%s%s\n", column->title, (int) (label - pm_cells_width (column->title) + GAP), "",
          escape, shown, escape[0] == '\0' ? "" : "\033[0m");
}

/* A line for each cell that holds something, and an empty one between rows. */
static void
print_rows (const PmTable *table, gboolean color, guint width)
{
  guint label = widest_title (table);
  for (guint r = 0; r < pm_table_n_rows (table); r++) {
    if (r > 0)
      putchar ('\n');
    for (guint c = 0; c < table->n_columns; c++)
      if (cell_at (table, r, c)->width > 0)
        print_field (&table->columns[c], cell_at (table, r, c), label, width, color);
  }
}

void
pm_table_print (const PmTable *table, gboolean color, guint width)
{
  g_autofree guint *widths = measure (table, width);
  if (width > 0 && total_of (table, widths) > width) {
    print_rows (table, color, width);
    return;
  }
  for (guint c = 0; c < table->n_columns; c++)
    print_cell (table, widths, c, table->columns[c].title, color ? "\033[1m" : "");
  putchar ('\n');
  for (guint r = 0; r < pm_table_n_rows (table); r++) {
    for (guint c = 0; c < table->n_columns; c++) {
      const Cell *cell = cell_at (table, r, c);
      print_cell (table, widths, c, cell->text, color ? escape_of (cell->style) : "");
    }
    putchar ('\n');
  }
}
