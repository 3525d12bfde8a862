#pragma once

#include "config/config.h"

G_BEGIN_DECLS

/* The table of all keys: for the reader, for whoever shows or changes settings (text.h, edit.h),
 * and for the test that compares the documentation. */

typedef enum {
  PM_SETTING_TEXT,   /* char * */
  PM_SETTING_LIST,   /* char **, of texts */
  PM_SETTING_FLAG,   /* gboolean */
  PM_SETTING_NUMBER, /* gint64 */
  PM_SETTING_REAL,   /* double */
  PM_SETTING_TABLES, /* GArray *: [[key]], each element read by `rows` */
  PM_SETTING_POOLS,  /* GArray * of PmConfigPool: any name = list of ranges */
} PmSettingType;

/* What else is to be known of a key. */
enum {
  PM_SETTING_SECRET = 1 << 0,   /* its value is shown to nobody: a secret, or a command, whose
                                   arguments may hold one */
  PM_SETTING_BY_HAND = 1 << 1,  /* only in the file: it runs a command, names a file that is read,
                                   or says who is answered or trusted */
  PM_SETTING_AT_START = 1 << 2, /* counts after the next start of `serve` */
};

typedef struct PmSetting PmSetting;
struct PmSetting {
  const char *key; /* dotted, from the top or from its table */
  PmSettingType type;
  gsize offset;         /* in PmConfig, or in the table's element */
  const char *fallback; /* as TOML; of a list, what stands between the brackets */
  double least, most;   /* of numbers; both 0: any */

  /* NULL when the text is fine, else what is wrong with it, "is no port range" (static). */
  const char *(*check) (const char *text);
  const char *const *choices; /* the only texts; NULL any */
  gboolean required;
  guint flags;

  const PmSetting *rows; /* of PM_SETTING_TABLES, ended by a row without a key */
  gsize element_bytes;
  gsize line_offset; /* in the element: a guint */

  const char *meaning; /* for the documentation */
};

extern const PmSetting pm_config_schema[];

/* The row of a key as it is changed: "ip.policy", "pools.api", "service[2].pinned", "service[2]".
 * NULL: there is no such key. */
const PmSetting *pm_setting_find (const char *key);

const char *pm_setting_type_name (PmSettingType type);

/* What holds where nobody says otherwise, as TOML; NULL: a row that must be given, or a table,
 * which has no such value. A new string. */
char *pm_setting_default (const PmSetting *row);

/* "whole number, 1 to 300" */
char *pm_setting_describe_type (const PmSetting *row);

/* What rows say where nobody says otherwise, at their offsets from base, new. */
void pm_settings_set_defaults (const PmSetting *rows, gpointer base);

/* --- values.c --- */

const char *pm_config_check_glob (const char *text);
const char *pm_config_check_key (const char *text);
const char *pm_config_check_full_name (const char *text);
const char *pm_config_check_listen (const char *text);
const char *pm_config_check_registry (const char *text);
const char *pm_config_check_http (const char *text);
const char *pm_config_check_network (const char *text);
const char *pm_config_check_smtp (const char *text);
const char *pm_config_check_mailbox (const char *text);
const char *pm_config_check_hours (const char *text);
const char *pm_config_check_health (const char *text);
const char *pm_config_check_statuses (const char *text);
const char *pm_config_check_filter (const char *text);

/* "8000-8999", "8080": FALSE when it is no range, or its end is below its start. */
gboolean pm_config_parse_range (const char *text, guint16 *ret_first, guint16 *ret_last);

/* `~` is the home directory, `~ada` that of a user; what is relative lies in `folder`, that of the
 * configuration's file. A new string. */
char *pm_config_resolve (const char *path, const char *folder);

/* What is wrong with such a path: a user that does not exist. */
const char *pm_config_check_path (const char *text);

G_END_DECLS
