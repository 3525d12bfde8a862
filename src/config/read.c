/* DESIGN
 * The document's tree is walked along the table: a map's key is a row, the first part of some
 * row's dotted key (then its map is walked in turn), or an error. Errors are collected; reading
 * goes on behind each. */

#include "config/schema.h"

#include <string.h>

#include "base/suggest.h"
#include "formats/format.h"
#include "model/filter.h"

typedef struct {
  const PmDocument *document;
  GArray *mistakes; /* of PmConfigMistake */
} Reader;

typedef struct {
  const PmSetting *rows;
  const char *prefix; /* of their keys: "notify.mail.", or "" */
  gpointer base;
} Level;

static void
add_error (Reader *reader, guint line, const char *cause)
{
  PmConfigMistake mistake = {.line = line, .cause = g_strdup (cause)};
  g_array_append_val (reader->mistakes, mistake);
}

static void G_GNUC_PRINTF (3, 4) complain_at (Reader *reader, guint line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *cause = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_error (reader, line, cause);
}

static void G_GNUC_PRINTF (3, 4) complain (Reader *reader, guint32 offset, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *cause = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_error (reader, pm_document_position (reader->document, offset).line, cause);
}

/* --- single values --- */

static gboolean
is_text (const PmNode *node)
{
  return node->kind == PM_NODE_SCALAR && node->quoting != PM_QUOTING_NONE;
}

static gboolean
is_bare (const PmNode *node)
{
  return node->kind == PM_NODE_SCALAR && node->quoting == PM_QUOTING_NONE;
}

static void
complain_of_choice (Reader *reader, const PmSetting *row, const PmNode *node)
{
  const char *nearest = pm_suggest_nearest (node->value, row->choices);
  g_autofree char *all = g_strjoinv (", ", (char **) row->choices);
  if (nearest != NULL)
    complain (reader, node->span.start, "%s: “%s” is not one of %s; did you mean “%s”?", row->key,
              node->value, all, nearest);
  else
    complain (reader, node->span.start, "%s: “%s” is not one of %s", row->key, node->value, all);
}

static gboolean
text_is_fine (Reader *reader, const PmSetting *row, const PmNode *node)
{
  if (!is_text (node)) {
    complain (reader, node->outer.start, "%s must be %s in quotes", row->key,
              row->type == PM_SETTING_LIST ? "a list of texts, each" : "a text,");
    return FALSE;
  }
  if (strlen (node->value) != node->value_length || !g_utf8_validate (node->value, -1, NULL)) {
    complain (reader, node->outer.start, "%s: is no UTF-8 text, or holds a NUL", row->key);
    return FALSE;
  }
  if (node->value[0] == '\0' && !row->required && row->type == PM_SETTING_TEXT)
    return TRUE;
  if (row->choices != NULL && !g_strv_contains (row->choices, node->value)) {
    complain_of_choice (reader, row, node);
    return FALSE;
  }
  const char *wrong = row->check == NULL ? NULL : row->check (node->value);
  if (wrong != NULL)
    complain (reader, node->outer.start, "%s: “%s” %s", row->key,
              (row->flags & PM_SETTING_SECRET) != 0 ? "****" : node->value, wrong);
  return wrong == NULL;
}

static void
read_list (Reader *reader, const PmSetting *row, PmNodeId id, char ***place)
{
  const PmNode *list = pm_document_node (reader->document, id);
  if (list->kind != PM_NODE_LIST) {
    complain (reader, list->outer.start, "%s must be a list: [\"…\", \"…\"]", row->key);
    return;
  }
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  for (PmNodeId child = list->first_child; child != 0;
       child = pm_document_node (reader->document, child)->next_sibling) {
    const PmNode *node = pm_document_node (reader->document, child);
    if (text_is_fine (reader, row, node))
      g_ptr_array_add (items, g_strdup (node->value));
  }
  g_ptr_array_add (items, NULL);
  g_strfreev (*place);
  *place = (char **) g_ptr_array_free (g_steal_pointer (&items), FALSE);
}

/* TOML: underscores between digits, an optional sign; other bases are no way to write seconds. */
static gboolean
parse_number (const PmSetting *row, const char *text, double *ret_number)
{
  g_autofree char *plain = g_strdup (text);
  char *to = plain, *end;
  for (const char *c = text; *c != '\0'; c++)
    if (*c != '_')
      *to++ = *c;
  *to = '\0';
  const char *allowed = row->type == PM_SETTING_NUMBER ? "0123456789+-" : "0123456789+-.eE";
  if (plain[0] == '\0' || strspn (plain, allowed) != strlen (plain))
    return FALSE;
  *ret_number = g_ascii_strtod (plain, &end);
  return *end == '\0';
}

static void
read_number (Reader *reader, const PmSetting *row, const PmNode *node, gpointer place)
{
  double number;
  if (!is_bare (node) || !parse_number (row, node->value, &number)) {
    complain (reader, node->outer.start, "%s must be a %s, without quotes", row->key,
              pm_setting_type_name (row->type));
    return;
  }
  if (number < row->least || number > row->most) {
    complain (reader, node->outer.start, "%s is %s, but must be from %g to %g", row->key,
              node->value, row->least, row->most);
    return;
  }
  if (row->type == PM_SETTING_NUMBER)
    *(gint64 *) place = (gint64) number;
  else
    *(double *) place = number;
}

static void
read_flag (Reader *reader, const PmSetting *row, const PmNode *node, gboolean *place)
{
  if (is_bare (node) && strcmp (node->value, "true") == 0)
    *place = TRUE;
  else if (is_bare (node) && strcmp (node->value, "false") == 0)
    *place = FALSE;
  else
    complain (reader, node->outer.start, "%s must be true or false, without quotes", row->key);
}

static void
read_pool (Reader *reader, PmNodeId id, GArray *pools)
{
  const PmNode *list = pm_document_node (reader->document, id);
  if (list->kind != PM_NODE_LIST) {
    complain (reader, list->outer.start, "pools.%s must be a list of ranges: [\"8000-8999\"]",
              list->key);
    return;
  }
  for (PmNodeId child = list->first_child; child != 0;
       child = pm_document_node (reader->document, child)->next_sibling) {
    const PmNode *node = pm_document_node (reader->document, child);
    PmConfigPool pool = {.line = pm_document_position (reader->document, node->outer.start).line};
    if (!is_text (node) || !pm_config_parse_range (node->value, &pool.first, &pool.last)) {
      complain (reader, node->outer.start,
                "pools.%s: %s is no range of ports: give FIRST-LAST from 1 to 65535, in quotes",
                list->key, node->kind == PM_NODE_SCALAR ? node->value : "this");
      continue;
    }
    pool.type = g_strdup (list->key);
    g_array_append_val (pools, pool);
  }
}

/* --- tables --- */

static const PmSetting *
find_row (const Level *level, const char *key)
{
  gsize length = strlen (level->prefix);
  for (const PmSetting *row = level->rows; row->key != NULL; row++)
    if (strncmp (row->key, level->prefix, length) == 0 && strcmp (row->key + length, key) == 0)
      return row;
  return NULL;
}

/* The names that may stand at this level, each once, NULL-terminated. */
static GPtrArray *
names_at (const Level *level)
{
  gsize length = strlen (level->prefix);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (const PmSetting *row = level->rows; row->key != NULL; row++) {
    if (strncmp (row->key, level->prefix, length) != 0)
      continue;
    const char *rest = row->key + length;
    g_autofree char *name = g_strndup (rest, strcspn (rest, "."));
    if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
      g_ptr_array_add (names, g_steal_pointer (&name));
  }
  g_ptr_array_add (names, NULL);
  return names;
}

/* A key that is right in another table, as in [server] with a `url`. */
static const char *
elsewhere (const char *key)
{
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++) {
    const char *dot = strrchr (row->key, '.');
    if (dot != NULL && strcmp (dot + 1, key) == 0)
      return row->key;
  }
  return NULL;
}

static void
complain_of_key (Reader *reader, const Level *level, const PmNode *node)
{
  g_autoptr (GPtrArray) names = names_at (level);
  const char *nearest = pm_suggest_nearest (node->key, (const char *const *) names->pdata);
  const char *other = elsewhere (node->key);
  g_autofree char *hint = nearest != NULL
                              ? g_strdup_printf ("; did you mean “%s%s”?", level->prefix, nearest)
                          : other != NULL ? g_strdup_printf ("; did you mean “%s”?", other)
                                          : g_strdup ("");
  complain (reader, node->key_span.start, "there is no key “%s%s”%s", level->prefix, node->key,
            hint);
}

static void read_map (Reader *reader, const Level *level, PmNodeId map);

static void
read_elements (Reader *reader, const PmSetting *row, PmNodeId id, GArray *elements)
{
  const PmNode *list = pm_document_node (reader->document, id);
  if (list->kind != PM_NODE_LIST) {
    complain (reader, list->key_span.start, "“%s” is a list of tables: write [[%s]]", row->key,
              row->key);
    return;
  }
  for (PmNodeId child = list->first_child; child != 0;
       child = pm_document_node (reader->document, child)->next_sibling) {
    const PmNode *node = pm_document_node (reader->document, child);
    if (node->kind != PM_NODE_MAP) {
      complain (reader, node->outer.start, "“%s” is a list of tables: write [[%s]]", row->key,
                row->key);
      continue;
    }
    guint index = elements->len;
    g_array_set_size (elements, index + 1);
    gpointer element = elements->data + index * row->element_bytes;
    pm_settings_set_defaults (row->rows, element);
    *(guint *) ((char *) element + row->line_offset) =
        pm_document_position (reader->document, node->span.start).line;
    Level level = {row->rows, "", element};
    read_map (reader, &level, child);
    for (const PmSetting *inner = row->rows; inner->key != NULL; inner++)
      if (inner->required && pm_document_child (reader->document, child, inner->key) == 0)
        complain (reader, node->span.start, "this [[%s]] has no “%s”", row->key, inner->key);
  }
}

static void
read_value (Reader *reader, const PmSetting *row, gpointer base, PmNodeId id)
{
  gpointer place = (char *) base + row->offset;
  const PmNode *node = pm_document_node (reader->document, id);
  switch (row->type) {
  case PM_SETTING_TEXT:
    if (text_is_fine (reader, row, node)) {
      g_free (*(char **) place);
      *(char **) place = g_strdup (node->value);
    }
    break;
  case PM_SETTING_LIST:
    read_list (reader, row, id, place);
    break;
  case PM_SETTING_FLAG:
    read_flag (reader, row, node, place);
    break;
  case PM_SETTING_NUMBER:
  case PM_SETTING_REAL:
    read_number (reader, row, node, place);
    break;
  case PM_SETTING_TABLES:
    read_elements (reader, row, id, *(GArray **) place);
    break;
  case PM_SETTING_POOLS:
    if (node->kind != PM_NODE_MAP)
      complain (reader, node->outer.start, "pools must be a table: [pools]");
    for (PmNodeId child = node->kind == PM_NODE_MAP ? node->first_child : 0; child != 0;
         child = pm_document_node (reader->document, child)->next_sibling)
      read_pool (reader, child, *(GArray **) place);
    break;
  }
}

static gboolean
is_section (const Level *level, const char *key)
{
  g_autofree char *prefix = g_strconcat (level->prefix, key, ".", NULL);
  for (const PmSetting *row = level->rows; row->key != NULL; row++)
    if (g_str_has_prefix (row->key, prefix))
      return TRUE;
  return FALSE;
}

/* No deeper than the table's longest key, whatever the document's depth. */
static void
read_map (Reader *reader, const Level *level, PmNodeId map)
{
  for (PmNodeId child = pm_document_node (reader->document, map)->first_child; child != 0;
       child = pm_document_node (reader->document, child)->next_sibling) {
    const PmNode *node = pm_document_node (reader->document, child);
    if (node->key == NULL || (node->flags & PM_NODE_BROKEN) || (node->flags & PM_NODE_FRAGMENT))
      continue;
    const PmSetting *row = find_row (level, node->key);
    if (row != NULL) {
      read_value (reader, row, level->base, child);
    } else if (!is_section (level, node->key)) {
      complain_of_key (reader, level, node);
    } else if (node->kind != PM_NODE_MAP) {
      complain (reader, node->outer.start, "%s%s must be a table: [%s%s]", level->prefix, node->key,
                level->prefix, node->key);
    } else {
      g_autofree char *prefix = g_strconcat (level->prefix, node->key, ".", NULL);
      Level inner = {level->rows, prefix, level->base};
      read_map (reader, &inner, child);
    }
  }
}

/* --- the whole file --- */

/* A key twice in one map, at any depth. */
static void
find_duplicates (Reader *reader)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (PmNodeId id = 1; id < reader->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (reader->document, id);
    if (node->key == NULL || (node->flags & PM_NODE_FRAGMENT))
      continue;
    g_autofree char *key = g_strdup_printf ("%u.%s", node->parent, node->key);
    guint line = GPOINTER_TO_UINT (g_hash_table_lookup (seen, key));
    guint here = pm_document_position (reader->document, node->key_span.start).line;
    if (line != 0)
      complain (reader, node->key_span.start, "“%s” is given twice; the first is in line %u",
                node->key, line);
    else
      g_hash_table_insert (seen, g_steal_pointer (&key), GUINT_TO_POINTER (here));
  }
}

static void
report_syntax (Reader *reader)
{
  for (guint i = 0; i < reader->document->problems->len; i++) {
    const PmDocumentProblem *problem =
        &g_array_index (reader->document->problems, PmDocumentProblem, i);
    PmPosition at = pm_document_position (reader->document, problem->offset);
    /* Of our own file nothing is believed until it is right. */
    g_autofree char *cause = g_strndup (problem->reason, strcspn (problem->reason, ";"));
    gboolean is_unread = strstr (cause, "does not read") != NULL;
    PmConfigMistake mistake = {
        at.line,
        g_strconcat (cause, is_unread ? ": look at the quotes, the brackets and the “=” here" : "",
                     NULL),
        at.column};
    g_array_append_val (reader->mistakes, mistake);
  }
}

/* Only a reference means somebody. */
static void
check_meaning (Reader *reader, const PmConfigRule *rule)
{
  if (rule->silence)
    complain_at (reader, rule->line,
                 "this [[rule]] silences what it says the meaning of: take “means” out, or "
                 "“silence” and “rule”");
  else if (rule->role[0] != '\0' && strcmp (rule->role, "reference") != 0)
    complain_at (reader, rule->line, "only a reference means a service: take “role” out");
  else if (strcmp (rule->kind, "ip") == 0)
    complain_at (reader, rule->line, "only a port means a service: take “kind” out");
}

/* What one row cannot say. */
static void
check_rules (Reader *reader, PmConfig *config)
{
  for (guint i = 0; i < config->rules->len; i++) {
    PmConfigRule *rule = &g_array_index (config->rules, PmConfigRule, i);
    rule->silence = rule->silence || rule->rule[0] != '\0';
    if (rule->means[0] != '\0') {
      check_meaning (reader, rule);
      continue;
    }
    if (rule->silence || rule->key[0] != '\0' || rule->files[0] == '\0')
      continue;
    complain_at (reader, rule->line,
                 "this [[rule]] has no “key”, and silences nothing either: give a key, or silence "
                 "= true");
  }
}

static void
check_mail (Reader *reader, const PmConfig *config)
{
  if (config->mail.smtp[0] == '\0' || config->mail.to[0] != NULL)
    return;
  add_error (reader, 0, "notify.mail.smtp is given, but notify.mail.to names nobody");
}

static char *
folder_of (const char *file)
{
  g_autofree char *whole = g_canonicalize_filename (file, NULL);
  return g_path_get_dirname (whole);
}

/* Wherever the program is started, a path of the configuration means the same. */
static void
expand (char **path, const char *folder)
{
  if (*path == NULL || (*path)[0] == '\0')
    return;
  char *expanded = pm_config_resolve (*path, folder);
  g_free (*path);
  *path = expanded;
}

static void
expand_files (PmConfig *config, const char *folder)
{
  char **files[] = {
      &config->notify.ca_file,   &config->mail.password_file,  &config->slack.webhook_file,
      &config->webhook.url_file, &config->webhook.secret_file, &config->server.tls_certificate,
      &config->server.tls_key,   &config->ip.gcp_key_file,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    expand (files[i], folder);
}

static void
check_matches (Reader *reader, const PmConfig *config)
{
  for (guint i = 0; i < config->services->len; i++) {
    const PmConfigService *service = &g_array_index (config->services, PmConfigService, i);
    g_autoptr (GError) wrong = NULL;
    g_autoptr (PmFilter) filter = pm_filter_parse (service->match, &wrong);
    if (filter == NULL)
      complain_at (reader, service->line, "match: %s", wrong->message);
  }
}

static void
expand_roots (PmConfig *config, const char *folder)
{
  for (char **root = config->roots; *root != NULL; root++)
    expand (root, folder);
  for (guint i = 0; i < config->root_policies->len; i++)
    expand (&g_array_index (config->root_policies, PmConfigRoot, i).path, folder);
}

static PmConfig *
read_all (Reader *reader)
{
  PmConfig *config = pm_config_new ();
  Level top = {pm_config_schema, "", config};
  report_syntax (reader);
  find_duplicates (reader);
  read_map (reader, &top, 0);
  check_rules (reader, config);
  check_matches (reader, config);
  check_mail (reader, config);
  return config;
}

static void
mistake_clear (gpointer mistake)
{
  g_free (((PmConfigMistake *) mistake)->cause);
}

static GArray *
mistakes_new (void)
{
  GArray *mistakes = g_array_new (FALSE, FALSE, sizeof (PmConfigMistake));
  g_array_set_clear_func (mistakes, mistake_clear);
  return mistakes;
}

GArray *
pm_config_mistakes (const char *bytes, gsize length)
{
  g_autoptr (PmDocument) document = pm_format_parse (&pm_format_toml, bytes, length);
  Reader reader = {document, mistakes_new ()};
  pm_config_unref (read_all (&reader));
  return reader.mistakes;
}

/* "FILE:LINE: cause", one a line; of syntax "FILE:LINE:COLUMN: cause". */
static char *
describe (const char *file, const GArray *mistakes)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < mistakes->len; i++) {
    const PmConfigMistake *mistake = &g_array_index (mistakes, PmConfigMistake, i);
    g_string_append_printf (out, "%s%s:", i == 0 ? "" : "\n", file);
    if (mistake->line != 0)
      g_string_append_printf (out, "%u:", mistake->line);
    if (mistake->column != 0)
      g_string_append_printf (out, "%u:", mistake->column);
    g_string_append_printf (out, " %s", mistake->cause);
  }
  return g_string_free (out, FALSE);
}

PmConfig *
pm_config_parse (const char *file, const char *bytes, gsize length, GError **error)
{
  g_autoptr (PmDocument) document = pm_format_parse (&pm_format_toml, bytes, length);
  g_autoptr (GArray) mistakes = mistakes_new ();
  Reader reader = {document, mistakes};
  g_autoptr (PmConfig) config = read_all (&reader);
  config->file = g_strdup (file);
  g_autofree char *folder = folder_of (file);
  expand_roots (config, folder);
  expand_files (config, folder);
  if (mistakes->len > 0) {
    g_autofree char *message = describe (file, mistakes);
    g_set_error_literal (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_INVALID, message);
    return NULL;
  }
  return g_steal_pointer (&config);
}
