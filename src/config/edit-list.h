#pragma once

#include "formats/rewrite.h"

G_BEGIN_DECLS

/* Private to config/: values as TOML, and edits that give a value that is there another content. */

/* A GArray of PmRawEdit that frees its texts. */
GArray *pm_config_edits_new (void);
void pm_config_edits_take (GArray *edits, gsize start, gsize end, char *text);

/* A value (s, as, b, x, d) as TOML; a new string. */
char *pm_config_literal (GVariant *value);
char *pm_config_literal_text (const char *text); /* a basic string */

/* A text keeps its kind of quotes where it can, a list its layout and the entries that stay. */
void pm_config_edit_value (GArray *edits, const PmDocument *document, PmNodeId id, GVariant *value);

G_END_DECLS
