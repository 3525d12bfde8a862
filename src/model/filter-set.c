#include "model/filter-set.h"

struct PmFilterSet {
  GPtrArray *filters;  /* of PmFilter */
  GHashTable *by_port; /* port → GArray of guint: those that want it */
  GArray *others;      /* guint */
};

static void
free_filter (gpointer filter)
{
  pm_filter_free (filter);
}

static void
free_numbers (gpointer numbers)
{
  g_array_unref (numbers);
}

PmFilterSet *
pm_filter_set_new (void)
{
  PmFilterSet *set = g_new0 (PmFilterSet, 1);
  set->filters = g_ptr_array_new_with_free_func (free_filter);
  set->by_port = g_hash_table_new_full (NULL, NULL, NULL, free_numbers);
  set->others = g_array_new (FALSE, FALSE, sizeof (guint));
  return set;
}

void
pm_filter_set_free (PmFilterSet *set)
{
  if (set == NULL)
    return;
  g_ptr_array_unref (set->filters);
  g_hash_table_unref (set->by_port);
  g_array_unref (set->others);
  g_free (set);
}

static GArray *
place_of (PmFilterSet *set, const PmFilter *filter)
{
  guint16 port;
  if (!pm_filter_only_port (filter, &port))
    return set->others;
  GArray *numbers = g_hash_table_lookup (set->by_port, GUINT_TO_POINTER (port));
  if (numbers == NULL) {
    numbers = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_insert (set->by_port, GUINT_TO_POINTER (port), numbers);
  }
  return numbers;
}

gboolean
pm_filter_set_add (PmFilterSet *set, const char *text, GError **error)
{
  PmFilter *filter = pm_filter_parse (text, error);
  guint number = set->filters->len;
  if (filter == NULL)
    return FALSE;
  g_ptr_array_add (set->filters, filter);
  g_array_append_val (place_of (set, filter), number);
  return TRUE;
}

static void
try (const PmFilterSet *set, const GArray *numbers, PmFilterSubject *subject, GArray *ret_numbers)
{
  for (guint i = 0; numbers != NULL && i < numbers->len; i++) {
    guint number = g_array_index (numbers, guint, i);
    if (pm_filter_matches_subject (set->filters->pdata[number], subject))
      g_array_append_val (ret_numbers, number);
  }
}

static gint
ascending (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *) a, right = *(const guint *) b;
  return left < right ? -1 : left > right;
}

void
pm_filter_set_match (const PmFilterSet *set, const PmService *service, GArray *ret_numbers)
{
  g_auto (PmFilterSubject) subject = {.service = service};
  guint internal = service->internal_port, external = service->external_port;
  g_array_set_size (ret_numbers, 0);
  try (set, set->others, &subject, ret_numbers);
  try (set, g_hash_table_lookup (set->by_port, GUINT_TO_POINTER (internal)), &subject, ret_numbers);
  if (external != internal)
    try (set, g_hash_table_lookup (set->by_port, GUINT_TO_POINTER (external)), &subject,
         ret_numbers);
  g_array_sort (ret_numbers, ascending);
}
