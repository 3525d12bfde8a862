/* docs/CONFIGURATION.md against the table of keys: for each table of settings, its Markdown table
 * must stand in the document as this program writes it. With --write it prints them all. */

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "config/schema.h"

static const char *document;

static void
append_rows (GString *out, const PmSetting *rows)
{
  g_string_append (out, "| key | type | default | what it means |\n| --- | --- | --- | --- |\n");
  for (; rows->key != NULL; rows++) {
    g_autofree char *type = pm_setting_describe_type (rows), *fallback = pm_setting_default (rows);
    g_string_append_printf (out, "| `%s` | %s | ", rows->key, type);
    if (fallback != NULL)
      g_string_append_printf (out, "`%s`", fallback);
    else
      g_string_append (out, rows->required ? "required" : "none");
    g_string_append_printf (out, " | %s |\n", rows->meaning);
  }
}

static void
holds_every_key_as_the_table_has_it (gconstpointer data)
{
  g_autoptr (GString) table = g_string_new (NULL);
  append_rows (table, data);
  if (strstr (document, table->str) == NULL)
    g_printerr ("docs/CONFIGURATION.md should have:\n%s", table->str);
  g_assert_nonnull (strstr (document, table->str));
}

static void
print_all (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  append_rows (out, pm_config_schema);
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++)
    if (row->rows != NULL) {
      g_string_append_printf (out, "\n## [[%s]]\n\n", row->key);
      append_rows (out, row->rows);
    }
  fputs (out->str, stdout);
}

int
main (int argc, char *argv[])
{
  if (argc > 1 && strcmp (argv[1], "--write") == 0) {
    print_all ();
    return 0;
  }
  g_test_init (&argc, &argv, NULL);
  g_autofree char *text = NULL;
  g_assert_cmpint (argc, ==, 2);
  g_assert_true (g_file_get_contents (argv[1], &text, NULL, NULL));
  document = text;
  g_test_add_data_func ("/config/documentation/all", pm_config_schema,
                        holds_every_key_as_the_table_has_it);
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++)
    if (row->rows != NULL) {
      g_autofree char *name = g_strdup_printf ("/config/documentation/%s", row->key);
      g_test_add_data_func (name, row->rows, holds_every_key_as_the_table_has_it);
    }
  return g_test_run ();
}
