#include "cli/output.h"

#include <stdio.h>

#include "base/escape.h"

void
pm_output_json (const GString *json)
{
  fwrite (json->str, 1, json->len, stdout);
  putchar ('\n');
}

void
pm_output_field (const char *name, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *escaped = pm_escape_terminal (text);
  printf ("%-14s%s\n", name, escaped);
}

void
pm_output_line (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *escaped = pm_escape_terminal (text);
  printf ("%s\n", escaped);
}
