#include "api/exposition.h"

#include <math.h>

void
pm_exposition_begin (GString *out, const char *name, const char *kind, const char *help)
{
  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

/* A label's value: backslash, quote and newline are escaped; what is no UTF-8 is U+FFFD. */
static void
append_label (GString *out, const char *name, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  g_string_append_printf (out, "%s=\"", name);
  for (const char *c = valid; *c != '\0'; c++)
    if (*c == '\n')
      g_string_append (out, "\\n");
    else if (*c == '\\' || *c == '"')
      g_string_append_printf (out, "\\%c", *c);
    else
      g_string_append_c (out, *c);
  g_string_append_c (out, '"');
}

static void
append_number (GString *out, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  if (value == floor (value) && fabs (value) < 1e15)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, (gint64) value);
  else
    g_string_append (out, g_ascii_dtostr (text, sizeof text, value));
}

void
pm_exposition_sample (GString *out, const char *name, const char *suffix, double value, ...)
{
  va_list labels;
  const char *label;
  gboolean any = FALSE;
  g_string_append_printf (out, "%s%s", name, suffix);
  va_start (labels, value);
  while ((label = va_arg (labels, const char *)) != NULL) {
    g_string_append_c (out, any ? ',' : '{');
    append_label (out, label, va_arg (labels, const char *));
    any = TRUE;
  }
  va_end (labels);
  g_string_append (out, any ? "} " : " ");
  append_number (out, value);
  g_string_append_c (out, '\n');
}

void
pm_exposition_single (GString *out, const char *name, const char *kind, const char *help,
                      double value)
{
  pm_exposition_begin (out, name, kind, help);
  pm_exposition_sample (out, name, "", value, NULL);
}
