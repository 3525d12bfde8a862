/* DESIGN
 * A configuration's memory follows the table of settings: what a row's type says is what is made
 * at its offset, from the TOML of its default, and what is freed there. */

#include "config/schema.h"

#include <string.h>

static void
clear_rows (const PmSetting *rows, gpointer base)
{
  for (; rows->key != NULL; rows++) {
    gpointer place = (char *) base + rows->offset;
    if (rows->type == PM_SETTING_TEXT)
      g_clear_pointer ((char **) place, g_free);
    else if (rows->type == PM_SETTING_LIST)
      g_clear_pointer ((char ***) place, g_strfreev);
  }
}

void
pm_settings_set_defaults (const PmSetting *rows, gpointer base)
{
  for (; rows->key != NULL; rows++) {
    gpointer place = (char *) base + rows->offset;
    const char *fallback = rows->fallback == NULL ? "" : rows->fallback;
    gsize length = strlen (fallback);
    switch (rows->type) {
    case PM_SETTING_TEXT:
      *(char **) place = length < 2 ? g_strdup ("") : g_strndup (fallback + 1, length - 2);
      break;
    case PM_SETTING_LIST: {
      char **items = g_strsplit (fallback, ", ", -1);
      for (char **item = items; *item != NULL; item++) {
        memmove (*item, *item + 1, strlen (*item));
        (*item)[strlen (*item) - 1] = '\0';
      }
      *(char ***) place = items;
      break;
    }
    case PM_SETTING_FLAG:
      *(gboolean *) place = strcmp (fallback, "true") == 0;
      break;
    case PM_SETTING_NUMBER:
      *(gint64 *) place = g_ascii_strtoll (fallback, NULL, 10);
      break;
    case PM_SETTING_REAL:
      *(double *) place = g_ascii_strtod (fallback, NULL);
      break;
    case PM_SETTING_TABLES:
      *(GArray **) place = g_array_new (FALSE, TRUE, (guint) rows->element_bytes);
      break;
    case PM_SETTING_POOLS:
      *(GArray **) place = g_array_new (FALSE, TRUE, sizeof (PmConfigPool));
      break;
    }
  }
}

PmConfig *
pm_config_new (void)
{
  PmConfig *config = g_atomic_rc_box_new0 (PmConfig);
  pm_settings_set_defaults (pm_config_schema, config);
  return config;
}

static void
clear (gpointer data)
{
  PmConfig *config = data;
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++) {
    if (row->type != PM_SETTING_TABLES)
      continue;
    GArray *elements = *(GArray **) ((char *) config + row->offset);
    for (guint i = 0; i < elements->len; i++)
      clear_rows (row->rows, elements->data + i * row->element_bytes);
    g_array_unref (elements);
  }
  for (guint i = 0; i < config->pools->len; i++)
    g_free (g_array_index (config->pools, PmConfigPool, i).type);
  g_array_unref (config->pools);
  clear_rows (pm_config_schema, config);
  g_free (config->file);
}

PmConfig *
pm_config_ref (PmConfig *config)
{
  return g_atomic_rc_box_acquire (config);
}

void
pm_config_unref (PmConfig *config)
{
  if (config != NULL)
    g_atomic_rc_box_release_full (config, clear);
}
