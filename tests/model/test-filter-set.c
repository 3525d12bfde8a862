/* A set of filters says of a service what its filters say one by one. */

#include "model/filter-set.h"

#define N_SERVICES 60

static const char *const filters[] = {
    "project:p1",
    "project:p1 port:3001",
    "port:3001",
    "-port:3001",
    "port:3000-3010",
    "port:3001 port:4001",
    "name:API",
    "p2",
    "",
    "is:pinned",
    "port:4002 -project:p3",
    "tag:dev protocol:http",
    "project:P1 name:web port:3005",
};

static PmService
service_at (PmArena *arena, guint i)
{
  return (PmService){
      .id = i + 1,
      .project_id = pm_arena_printf (arena, "p%u", i % 12),
      .name = i % 3 == 0 ? "api" : "web",
      .given_name = "",
      .host = "box",
      .bind = "",
      .external_ip = "",
      .type = "",
      .variant = "",
      .tags = i % 5 == 0 ? "dev,eu" : "",
      .pinned = i % 7 == 0 ? "callback" : "",
      .protocol = "http",
      .given_protocol = "",
      .external_port = (guint16) (3000 + i % 9),
      .internal_port = (guint16) (i % 2 == 0 ? 3000 + i % 9 : 4000 + i % 4),
  };
}

static void
matches_what_each_filter_matches (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmFilterSet) set = pm_filter_set_new ();
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_matches = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    g_assert_true (pm_filter_set_add (set, filters[i], NULL));
  for (guint i = 0; i < N_SERVICES; i++) {
    PmService service = service_at (arena, i);
    guint at = 0;
    pm_filter_set_match (set, &service, numbers);
    for (guint k = 0; k < G_N_ELEMENTS (filters); k++) {
      g_autoptr (PmFilter) filter = pm_filter_parse (filters[k], NULL);
      gboolean is_in_set = at < numbers->len && g_array_index (numbers, guint, at) == k;
      g_assert_cmpint (pm_filter_matches (filter, &service), ==, is_in_set);
      at += is_in_set ? 1 : 0;
    }
    g_assert_cmpuint (at, ==, numbers->len);
    n_matches += at;
  }
  g_assert_cmpuint (n_matches, >, N_SERVICES); /* or it would compare nothing */
}

static void
refuses_what_is_no_filter (void)
{
  g_autoptr (PmFilterSet) set = pm_filter_set_new ();
  g_autoptr (GError) error = NULL;
  g_assert_false (pm_filter_set_add (set, "prt:3000", &error));
  g_assert_error (error, PM_FILTER_ERROR, PM_FILTER_ERROR_SYNTAX);
  g_assert_true (pm_filter_set_add (set, "port:3000", NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/filter-set/matches-what-each-filter-matches",
                   matches_what_each_filter_matches);
  g_test_add_func ("/filter-set/refuses-what-is-no-filter", refuses_what_is_no_filter);
  return g_test_run ();
}
