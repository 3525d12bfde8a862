#include "base/cells.h"

static guint
width_of (gunichar c)
{
  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

guint
pm_cells_width (const char *text)
{
  guint width = 0;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += width_of (g_utf8_get_char (text));
  return width;
}

gsize
pm_cells_fit (const char *text, guint width)
{
  guint used = 0;
  const char *end = text;
  for (; *end != '\0'; end = g_utf8_next_char (end)) {
    used += width_of (g_utf8_get_char (end));
    if (used > width)
      break;
  }
  return (gsize) (end - text);
}

char *
pm_cells_cut (const char *text, guint width)
{
  if (pm_cells_width (text) <= width)
    return g_strdup (text);
  return g_strdup_printf ("%.*s…", (int) pm_cells_fit (text, width - 1), text);
}

char *
pm_cells_cut_inside (const char *text, guint width)
{
  guint whole = pm_cells_width (text);
  if (whole <= width)
    return g_strdup (text);
  guint head = (width - 1) / 3, tail = width - 1 - head;
  const char *end = text;
  while (whole > tail) {
    whole -= width_of (g_utf8_get_char (end));
    end = g_utf8_next_char (end);
  }
  return g_strdup_printf ("%.*s…%s", (int) pm_cells_fit (text, head), text, end);
}
