/* The healer, by tables of what it is told and when: a row is a moment, what happens then, and what
 * the healer does about it. Time is the rows'. */

#include "heal/healer.h"

#define S G_USEC_PER_SEC

typedef enum { NOTHING, UP, DOWN, TRIED_UP, TRIED_DOWN, PAUSE, GO_ON, CLOSE } Happening;

typedef struct {
  gint64 at_s;
  Happening what;
  const char *key;
  const char
      *expected; /* what a step does then: "restart a", "gave up a", "open 3/9", "close"; "" */
} Row;

static void
note (const PmHealerAction *action, gpointer data)
{
  GString *out = data;
  if (out->len > 0)
    g_string_append (out, ", ");
  if (action->kind == PM_HEALER_RESTART)
    g_string_append_printf (out, "restart %s", action->key);
  else if (action->kind == PM_HEALER_GAVE_UP)
    g_string_append_printf (out, "gave up %s", action->key);
  else if (action->kind == PM_HEALER_BREAKER_OPENED)
    g_string_append_printf (out, "open %u/%u", action->count, action->total);
  else
    g_string_append (out, "close");
}

static void
tell (PmHealer *healer, const Row *row)
{
  gint64 now_us = row->at_s * S;
  switch (row->what) {
  case UP:
  case DOWN:
    pm_healer_hear (healer, row->key, TRUE, row->what == UP, now_us);
    break;
  case TRIED_UP:
  case TRIED_DOWN:
    pm_healer_tried (healer, row->key, row->what == TRIED_UP, now_us);
    break;
  case PAUSE:
  case GO_ON:
    pm_healer_pause (healer, row->what == PAUSE);
    break;
  case CLOSE:
    pm_healer_close_breaker (healer, now_us);
    break;
  case NOTHING:
    break;
  }
}

static void
follow (const PmHealerLimits *limits, const Row *rows, gsize n_rows)
{
  g_autoptr (PmHealer) healer = pm_healer_new (limits, 1);
  for (gsize i = 0; i < n_rows; i++) {
    g_autoptr (GString) done = g_string_new (NULL);
    tell (healer, &rows[i]);
    pm_healer_step (healer, rows[i].at_s * S, note, done);
    g_test_message ("row %zu, %" G_GINT64_FORMAT " s: %s", i, rows[i].at_s, done->str);
    g_assert_cmpstr (done->str, ==, rows[i].expected);
  }
}

/* Waits are 10 s and up to a fifth more. */
static void
waits_twice_as_long_each_time (void)
{
  static const Row rows[] = {
      {0, UP, "a", ""},
      {1, DOWN, "a", ""},
      {10, NOTHING, NULL, ""}, /* not before ten seconds */
      {13, NOTHING, NULL, "restart a"},
      {14, NOTHING, NULL, ""}, /* it is under way */
      {15, TRIED_DOWN, "a", ""},
      {34, NOTHING, NULL, ""}, /* twenty, from then */
      {39, NOTHING, NULL, "restart a"},
      {40, TRIED_DOWN, "a", ""},
      {79, NOTHING, NULL, ""}, /* forty */
      {88, NOTHING, NULL, "restart a"},
      {89, TRIED_UP, "a", ""},
      {100, DOWN, "a", ""}, /* it did not stay up: eighty */
      {179, NOTHING, NULL, ""},
      {197, NOTHING, NULL, "restart a"},
      {198, TRIED_UP, "a", ""},
      {900, DOWN, "a", ""}, /* it was calm: ten again */
      {913, NOTHING, NULL, "restart a"},
  };
  follow (&pm_healer_limits, rows, G_N_ELEMENTS (rows));
}

static void
never_waits_longer_than_the_longest (void)
{
  PmHealerLimits limits = pm_healer_limits;
  limits.budget = 30;
  g_autoptr (PmHealer) healer = pm_healer_new (&limits, 1);
  pm_healer_hear (healer, "a", TRUE, TRUE, 0);
  pm_healer_hear (healer, "a", TRUE, FALSE, S);
  gint64 now_us = S, longest_us = 0;
  for (guint i = 0; i < 12; i++) {
    g_autoptr (GString) done = g_string_new (NULL);
    gint64 due_us = pm_healer_due (healer);
    longest_us = MAX (longest_us, due_us - now_us);
    now_us = due_us;
    pm_healer_step (healer, now_us, note, done);
    g_assert_cmpstr (done->str, ==, "restart a");
    pm_healer_tried (healer, "a", FALSE, now_us);
  }
  g_assert_cmpint (longest_us, >=, 300 * S);
  g_assert_cmpint (longest_us, <=, 360 * S);
}

static void
leaves_alone_what_was_never_up (void)
{
  static const Row rows[] = {{0, DOWN, "a", ""}, {1000, NOTHING, NULL, ""}};
  follow (&pm_healer_limits, rows, G_N_ELEMENTS (rows));
}

static void
leaves_alone_what_comes_back_by_itself (void)
{
  static const Row rows[] = {
      {0, UP, "a", ""}, {1, DOWN, "a", ""}, {5, UP, "a", ""}, {1000, NOTHING, NULL, ""}};
  follow (&pm_healer_limits, rows, G_N_ELEMENTS (rows));
}

static void
tells_once_that_the_budget_is_used_up (void)
{
  PmHealerLimits limits = pm_healer_limits;
  limits.budget = 2;
  static const Row rows[] = {
      {0, UP, "a", ""},
      {1, DOWN, "a", ""},
      {13, NOTHING, NULL, "restart a"},
      {14, TRIED_DOWN, "a", ""},
      {39, NOTHING, NULL, "restart a"},
      {40, TRIED_DOWN, "a", ""},
      {90, NOTHING, NULL, "gave up a"},
      {1000, NOTHING, NULL, ""},
      {3612, NOTHING, NULL, ""},
      {3614, NOTHING, NULL, "restart a"}, /* the first is an hour old */
      {3615, TRIED_DOWN, "a", ""},
      {3720, NOTHING, NULL, "restart a"}, /* the second too; and nobody is told again */
  };
  follow (&limits, rows, G_N_ELEMENTS (rows));
}

static void
does_nothing_while_paused (void)
{
  static const Row rows[] = {
      {0, UP, "a", ""},
      {1, DOWN, "a", ""},
      {2, PAUSE, NULL, ""},
      {500, NOTHING, NULL, ""},
      {501, GO_ON, NULL, "restart a"},
  };
  follow (&pm_healer_limits, rows, G_N_ELEMENTS (rows));
}

/* --- the breaker --- */

static guint
count_restarts (PmHealer *healer, gint64 now_us, guint *ret_opened)
{
  g_autoptr (GString) done = g_string_new (NULL);
  pm_healer_step (healer, now_us, note, done);
  g_auto (GStrv) words = g_strsplit (done->str, ", ", -1);
  guint n = 0;
  for (guint i = 0; words[i] != NULL; i++) {
    n += g_str_has_prefix (words[i], "restart");
    *ret_opened += g_str_has_prefix (words[i], "open");
  }
  return n;
}

typedef struct {
  guint n_killed, spread_s; /* they are seen down within that time */
  guint restarts, opened;
} Mass;

static void
kill_many (const PmHealerLimits *limits, Mass *mass)
{
  g_autoptr (PmHealer) healer = pm_healer_new (limits, 1);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *key = g_strdup_printf ("s%u", i);
    pm_healer_hear (healer, key, TRUE, TRUE, 0);
  }
  for (guint i = 0; i < mass->n_killed; i++) {
    g_autofree char *key = g_strdup_printf ("s%u", i);
    gint64 at_us = 100 * S + (gint64) i * mass->spread_s * S / mass->n_killed;
    pm_healer_hear (healer, key, TRUE, FALSE, at_us);
    mass->restarts += count_restarts (healer, at_us, &mass->opened);
  }
  for (guint second = 111; second < 400; second++)
    mass->restarts += count_restarts (healer, second * (gint64) S, &mass->opened);
}

static void
opens_when_300_of_1000_fail (void)
{
  Mass mass = {.n_killed = 300, .spread_s = 10};
  kill_many (&pm_healer_limits, &mass);
  g_assert_cmpuint (mass.restarts, ==, 0);
  g_assert_cmpuint (mass.opened, ==, 1);
}

static void
restarts_when_100_of_1000_fail (void)
{
  Mass mass = {.n_killed = 100, .spread_s = 10};
  kill_many (&pm_healer_limits, &mass);
  g_assert_cmpuint (mass.restarts, ==, 100);
  g_assert_cmpuint (mass.opened, ==, 0);
}

/* The rig would see a healer without a breaker. */
static void
control_without_a_breaker_restarts_them_all (void)
{
  PmHealerLimits limits = pm_healer_limits;
  limits.breaker_share = 2;
  Mass mass = {.n_killed = 300, .spread_s = 10};
  kill_many (&limits, &mass);
  g_assert_cmpuint (mass.restarts, ==, 300);
}

static void
closes_when_they_are_back (void)
{
  static const Row rows[] = {
      {0, UP, "a", ""},
      {0, UP, "b", ""},
      {0, UP, "c", ""},
      {0, UP, "d", ""},
      {1, DOWN, "a", ""},
      {2, DOWN, "b", ""},
      {3, DOWN, "c", "open 3/4"},
      {100, NOTHING, NULL, ""},
      {101, UP, "a", "close, restart b, restart c"},
  };
  g_autoptr (PmHealer) healer = pm_healer_new (&pm_healer_limits, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (rows) - 1; i++) {
    g_autoptr (GString) done = g_string_new (NULL);
    tell (healer, &rows[i]);
    pm_healer_step (healer, rows[i].at_s * S, note, done);
    g_assert_cmpstr (done->str, ==, rows[i].expected);
  }
  g_autoptr (GString) done = g_string_new (NULL);
  tell (healer, &rows[G_N_ELEMENTS (rows) - 1]);
  pm_healer_step (healer, 101 * S, note, done);
  g_assert_true (g_str_has_prefix (done->str, "close"));
  g_assert_nonnull (strstr (done->str, "restart b"));
  g_assert_nonnull (strstr (done->str, "restart c"));
}

static void
two_of_few_are_no_mass_failure (void)
{
  static const Row rows[] = {
      {0, UP, "a", ""},
      {0, UP, "b", ""},
      {1, DOWN, "a", ""},
      {2, DOWN, "b", ""},
      {13, NOTHING, NULL, "restart a"},
  };
  follow (&pm_healer_limits, rows, G_N_ELEMENTS (rows));
}

static void
a_person_closes_it (void)
{
  static const Row rows[] = {
      {0, UP, "a", ""},   {0, UP, "b", ""},           {0, UP, "c", ""},        {1, DOWN, "a", ""},
      {2, DOWN, "b", ""}, {3, DOWN, "c", "open 3/3"}, {50, NOTHING, NULL, ""},
  };
  g_autoptr (PmHealer) healer = pm_healer_new (&pm_healer_limits, 1);
  g_autoptr (GString) done = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    tell (healer, &rows[i]);
  pm_healer_step (healer, 50 * S, note, done);
  g_assert_cmpstr (done->str, ==, "open 3/3");
  g_assert_true (pm_healer_is_open (healer));
  pm_healer_close_breaker (healer, 51 * S);
  g_assert_false (pm_healer_is_open (healer));
  g_assert_cmpint (pm_healer_due (healer), <=, 51 * S);
}

/* --- over a restart of the program --- */

static void
goes_on_where_it_was (void)
{
  g_autoptr (PmHealer) before = pm_healer_new (&pm_healer_limits, 1);
  g_autoptr (GString) done = g_string_new (NULL);
  PmHealerState state;
  pm_healer_hear (before, "a", TRUE, TRUE, 0);
  pm_healer_hear (before, "a", TRUE, FALSE, S);
  pm_healer_step (before, 13 * S, note, done);
  pm_healer_tried (before, "a", FALSE, 14 * S);
  g_assert_true (pm_healer_save (before, "a", 20 * S, &state));
  g_assert_false (pm_healer_save (before, "nobody", 20 * S, &state));
  g_assert_cmpuint (state.attempt, ==, 1);

  /* Another clock, five seconds later: fifteen were left at least. */
  g_autoptr (PmHealer) after = pm_healer_new (&pm_healer_limits, 2);
  pm_healer_load (after, "a", &state, 5 * S, 1000 * S);
  g_string_truncate (done, 0);
  pm_healer_step (after, 1008 * S, note, done);
  g_assert_cmpstr (done->str, ==, "");
  pm_healer_step (after, 1014 * S, note, done);
  g_assert_cmpstr (done->str, ==, "restart a");
  g_assert_true (pm_healer_save (after, "a", 1014 * S, &state));
  g_assert_cmpuint (state.n_tried, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/heal/healer/waits-twice-as-long-each-time", waits_twice_as_long_each_time);
  g_test_add_func ("/heal/healer/never-waits-longer-than-the-longest",
                   never_waits_longer_than_the_longest);
  g_test_add_func ("/heal/healer/leaves-alone-what-was-never-up", leaves_alone_what_was_never_up);
  g_test_add_func ("/heal/healer/leaves-alone-what-comes-back-by-itself",
                   leaves_alone_what_comes_back_by_itself);
  g_test_add_func ("/heal/healer/tells-once-that-the-budget-is-used-up",
                   tells_once_that_the_budget_is_used_up);
  g_test_add_func ("/heal/healer/does-nothing-while-paused", does_nothing_while_paused);
  g_test_add_func ("/heal/breaker/opens-when-300-of-1000-fail", opens_when_300_of_1000_fail);
  g_test_add_func ("/heal/breaker/restarts-when-100-of-1000-fail", restarts_when_100_of_1000_fail);
  g_test_add_func ("/heal/breaker/control-without-a-breaker-restarts-them-all",
                   control_without_a_breaker_restarts_them_all);
  g_test_add_func ("/heal/breaker/closes-when-they-are-back", closes_when_they_are_back);
  g_test_add_func ("/heal/breaker/two-of-few-are-no-mass-failure", two_of_few_are_no_mass_failure);
  g_test_add_func ("/heal/breaker/a-person-closes-it", a_person_closes_it);
  g_test_add_func ("/heal/healer/goes-on-where-it-was", goes_on_where_it_was);
  return g_test_run ();
}
