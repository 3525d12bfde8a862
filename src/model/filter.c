#include "model/filter.h"

#include <string.h>

#include "base/suggest.h"

G_DEFINE_QUARK (pm - filter - error - quark, pm_filter_error)

typedef enum {
  KEY_WORD,
  KEY_PROJECT,
  KEY_NAME,
  KEY_PORT,
  KEY_IP,
  KEY_PROTOCOL,
  KEY_TYPE,
  KEY_TAG,
  KEY_HOST,
  KEY_VARIANT,
  KEY_IS,
} Key;

/* In the order of Key, behind KEY_WORD. */
static const char *const keys[] = {
    "project", "name", "port", "ip", "protocol", "type", "tag", "host", "variant", "is", NULL,
};
static const char *const states[] = {"active", "inactive", "conflict", "pinned",
                                     "up",     "down",     "unknown",  NULL};

typedef struct {
  Key key;
  gboolean negated;
  char *text; /* folded to lower case */
  guint first_port, last_port;
} Term;

const char *const *
pm_filter_keys (void)
{
  return keys;
}

const char *const *
pm_filter_states (void)
{
  return states;
}

struct PmFilter {
  GArray *terms; /* of Term */
};

static void
clear_term (gpointer term)
{
  g_free (((Term *) term)->text);
}

static gboolean
fail (GError **error, const char *what, const char *wrong, const char *const *right)
{
  const char *nearest = pm_suggest_nearest (wrong, right);
  g_autofree char *list = g_strjoinv (", ", (char **) right);
  if (nearest != NULL)
    g_set_error (error, PM_FILTER_ERROR, PM_FILTER_ERROR_SYNTAX,
                 "there is no %s “%s”; did you mean “%s”?", what, wrong, nearest);
  else
    g_set_error (error, PM_FILTER_ERROR, PM_FILTER_ERROR_SYNTAX, "there is no %s “%s” (%s)", what,
                 wrong, list);
  return FALSE;
}

static gboolean
parse_ports (Term *term, GError **error)
{
  g_auto (GStrv) ends = g_strsplit (term->text, "-", 2);
  guint64 first, last;
  gboolean fine =
      ends[0] != NULL && g_ascii_string_to_unsigned (ends[0], 10, 0, 65535, &first, NULL) &&
      g_ascii_string_to_unsigned (ends[1] == NULL ? ends[0] : ends[1], 10, 0, 65535, &last, NULL) &&
      first <= last;
  if (!fine) {
    g_set_error (error, PM_FILTER_ERROR, PM_FILTER_ERROR_SYNTAX,
                 "“port:%s” is no port and no range (port:3000, port:3000-3999)", term->text);
    return FALSE;
  }
  term->first_port = (guint) first;
  term->last_port = (guint) last;
  return TRUE;
}

static gboolean
parse_term (const char *word, Term *term, GError **error)
{
  term->negated = word[0] == '-' && word[1] != '\0';
  word += term->negated ? 1 : 0;
  const char *colon = strchr (word, ':');
  if (colon == NULL) {
    term->key = KEY_WORD;
    term->text = g_utf8_strdown (word, -1);
    return TRUE;
  }
  g_autofree char *key = g_strndup (word, (gsize) (colon - word));
  if (strcmp (key, "service") == 0)
    memcpy (key, "name", 5);
  guint i = 0;
  while (keys[i] != NULL && strcmp (keys[i], key) != 0)
    i++;
  if (keys[i] == NULL)
    return fail (error, "filter", key, keys);
  term->key = (Key) (i + 1);
  term->text = g_utf8_strdown (colon + 1, -1);
  if (term->key == KEY_PORT)
    return parse_ports (term, error);
  if (term->key == KEY_IS && !g_strv_contains (states, term->text))
    return fail (error, "state", term->text, states);
  return TRUE;
}

PmFilter *
pm_filter_parse (const char *text, GError **error)
{
  g_autoptr (PmFilter) filter = g_new0 (PmFilter, 1);
  filter->terms = g_array_new (FALSE, TRUE, sizeof (Term));
  g_array_set_clear_func (filter->terms, clear_term);
  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error_literal (error, PM_FILTER_ERROR, PM_FILTER_ERROR_SYNTAX, "the filter is no UTF-8");
    return NULL;
  }
  g_auto (GStrv) words = g_strsplit_set (text, " \t\n", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    if (words[i][0] == '\0')
      continue;
    Term term = {0};
    gboolean fine = parse_term (words[i], &term, error);
    g_array_append_val (filter->terms, term);
    if (!fine)
      return NULL;
  }
  return g_steal_pointer (&filter);
}

void
pm_filter_free (PmFilter *filter)
{
  if (filter == NULL)
    return;
  g_array_unref (filter->terms);
  g_free (filter);
}

/* --- texts of a service, folded when somebody first asks --- */

typedef enum {
  TEXT_PROJECT,
  TEXT_NAME,
  TEXT_TAGS,
  TEXT_TYPE,
  TEXT_IP,
  TEXT_BIND,
  TEXT_PROTOCOL,
  TEXT_HOST,
  TEXT_VARIANT,
  TEXT_PROJECT_NAME,
} Text;

G_STATIC_ASSERT (TEXT_PROJECT_NAME + 1 == PM_FILTER_N_TEXTS);

static const char *
text_of (const PmService *service, Text text)
{
  switch (text) {
  case TEXT_PROJECT:
    return service->project_id;
  case TEXT_PROJECT_NAME:
    return pm_service_shown_project (service);
  case TEXT_NAME:
    return pm_service_shown_name (service);
  case TEXT_TAGS:
    return service->tags;
  case TEXT_TYPE:
    return service->type;
  case TEXT_IP:
    return service->external_ip;
  case TEXT_BIND:
    return service->bind;
  case TEXT_PROTOCOL:
    return pm_service_shown_protocol (service);
  case TEXT_HOST:
    return service->host;
  case TEXT_VARIANT:
    return service->variant;
  }
  g_assert_not_reached ();
}

static gboolean
holds (PmFilterSubject *subject, Text text, const char *folded)
{
  if (subject->folded[text] == NULL) {
    g_autofree char *valid = g_utf8_make_valid (text_of (subject->service, text), -1);
    subject->folded[text] = g_utf8_strdown (valid, -1);
  }
  return strstr (subject->folded[text], folded) != NULL;
}

void
pm_filter_subject_clear (PmFilterSubject *subject)
{
  for (guint i = 0; i < PM_FILTER_N_TEXTS; i++)
    g_clear_pointer (&subject->folded[i], g_free);
}

/* --- terms --- */

static gboolean
is_in_state (const PmService *service, const char *state)
{
  PmHealth health;
  if (strcmp (state, "pinned") == 0)
    return service->pinned[0] != '\0';
  if (pm_health_from_name (state, &health))
    return service->health == health;
  return strcmp (pm_status_name (service->status), state) == 0;
}

static gboolean
has_port (const PmService *service, const Term *term)
{
  return (service->internal_port >= term->first_port &&
          service->internal_port <= term->last_port) ||
         (service->external_port >= term->first_port && service->external_port <= term->last_port);
}

static gboolean
is_of_project (PmFilterSubject *subject, const char *folded)
{
  return holds (subject, TEXT_PROJECT, folded) || holds (subject, TEXT_PROJECT_NAME, folded);
}

static gboolean
term_matches (const Term *term, PmFilterSubject *subject)
{
  switch (term->key) {
  case KEY_WORD:
    return is_of_project (subject, term->text) || holds (subject, TEXT_NAME, term->text) ||
           holds (subject, TEXT_TAGS, term->text) || holds (subject, TEXT_TYPE, term->text);
  case KEY_PROJECT:
    return is_of_project (subject, term->text);
  case KEY_NAME:
    return holds (subject, TEXT_NAME, term->text);
  case KEY_PORT:
    return has_port (subject->service, term);
  case KEY_IP:
    return holds (subject, TEXT_IP, term->text) || holds (subject, TEXT_BIND, term->text);
  case KEY_PROTOCOL:
    return holds (subject, TEXT_PROTOCOL, term->text);
  case KEY_TYPE:
    return holds (subject, TEXT_TYPE, term->text);
  case KEY_TAG:
    return holds (subject, TEXT_TAGS, term->text);
  case KEY_HOST:
    return holds (subject, TEXT_HOST, term->text);
  case KEY_VARIANT:
    return holds (subject, TEXT_VARIANT, term->text);
  case KEY_IS:
    return is_in_state (subject->service, term->text);
  }
  g_assert_not_reached ();
}

gboolean
pm_filter_matches_subject (const PmFilter *filter, PmFilterSubject *subject)
{
  for (guint i = 0; i < filter->terms->len; i++) {
    const Term *term = &g_array_index (filter->terms, Term, i);
    if (term_matches (term, subject) == term->negated)
      return FALSE;
  }
  return TRUE;
}

gboolean
pm_filter_matches (const PmFilter *filter, const PmService *service)
{
  g_auto (PmFilterSubject) subject = {.service = service};
  return pm_filter_matches_subject (filter, &subject);
}

gboolean
pm_filter_asks_address (const PmFilter *filter)
{
  for (guint i = 0; i < filter->terms->len; i++)
    if (g_array_index (filter->terms, Term, i).key == KEY_IP)
      return TRUE;
  return FALSE;
}

gboolean
pm_filter_only_port (const PmFilter *filter, guint16 *ret_port)
{
  for (guint i = 0; i < filter->terms->len; i++) {
    const Term *term = &g_array_index (filter->terms, Term, i);
    if (term->key != KEY_PORT || term->negated || term->first_port != term->last_port)
      continue;
    *ret_port = (guint16) term->first_port;
    return TRUE;
  }
  return FALSE;
}
