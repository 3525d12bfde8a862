#pragma once

#include "config/config.h"
#include "formats/format.h"

G_BEGIN_DECLS

/* The configuration file as it is written: what stands in it under which key, and where.
 *
 *   g_autoptr (PmConfigText) file = pm_config_text_new (bytes, length);
 *   g_autoptr (GVariant) policy = pm_config_text_value (file, "ip.policy");
 *
 * Keys are those of the table (schema.h), dotted: "ip.policy"; of the elements of a list of tables
 * with their place, from 0: "service[2].pinned", or "service[2]" for all of it; "pools.NAME". What
 * is wrong with a file is not said here (pm_config_parse does); what cannot be understood is not
 * there. */

typedef struct PmConfigText PmConfigText;

PmConfigText *pm_config_text_new (const char *bytes, gsize length); /* copies */
void pm_config_text_free (PmConfigText *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmConfigText, pm_config_text_free)

/* The value as it is written, no home expanded: s, as, b, x or d; NULL when it is not there. */
GVariant *pm_config_text_value (const PmConfigText *file, const char *key);

/* How many elements a list of tables has: "service". */
guint pm_config_text_count (const PmConfigText *file, const char *table);

/* The names under [pools], in the order of the file; NULL-terminated. */
char **pm_config_text_pools (const PmConfigText *file);

/* The lines that a key and its value take, from 1; of an element, all of it. */
gboolean pm_config_text_lines (const PmConfigText *file, const char *key, guint *ret_first,
                               guint *ret_last);

/* The bytes of the value, quotes and all. */
gboolean pm_config_text_span (const PmConfigText *file, const char *key, PmSpan *ret_span);

/* --- for edit.c --- */

/* A key, taken apart: "service[2].check.rise" is {"service", "check", "rise"} with index 2. */
typedef struct {
  char **parts; /* at least one; NULL-terminated */
  guint n_parts;
  gint index; /* -1: none */
} PmConfigPath;

gboolean pm_config_path_parse (const char *key, PmConfigPath *ret_path);
void pm_config_path_clear (PmConfigPath *path);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmConfigPath, pm_config_path_clear)

/* The head of a table: [notify.mail], or [[service]]. */
typedef struct {
  char **path;
  gboolean is_element; /* [[…]] */
  guint32 above;       /* where the comment right above it begins, or its own line */
  guint32 line;        /* its line's start … */
  guint32 behind;      /* … and the next one's */
} PmConfigHead;

const PmDocument *pm_config_text_document (const PmConfigText *file);
const GArray *pm_config_text_heads (const PmConfigText *file); /* of PmConfigHead */

/* The node of the first n_parts parts; 0: not there, or none of them (the root). */
PmNodeId pm_config_text_node (const PmConfigText *file, const PmConfigPath *path, guint n_parts);

/* Whether a node is written as one value: a scalar, […] or {…}; else it is made of heads. */
gboolean pm_config_is_literal (const PmDocument *document, PmNodeId id);

G_END_DECLS
