#include "health/judge.h"

#include "health-test.h"

/* The judgement after a row of looks: 'u'p, 'd'own, '?' nobody could look; one a second. */
static PmJudgement
after (const PmCheck *check, PmJudgement judgement, const char *looks, PmHealth *ret_counts_as)
{
  for (guint i = 0; looks[i] != '\0'; i++) {
    PmHealth seen = looks[i] == 'u'   ? PM_HEALTH_UP
                    : looks[i] == 'd' ? PM_HEALTH_DOWN
                                      : PM_HEALTH_UNKNOWN;
    pm_judge (&judgement, check, seen, (gint64) (i + 1) * G_USEC_PER_SEC, ret_counts_as);
  }
  return judgement;
}

static const struct {
  gboolean is_configured;
  guint start_period_s;
  const char *looks;
  PmHealth health, counts_as;
} cases[] = {
    /* never seen up: unknown, unless the operator said how */
    {FALSE, 0, "ddddd", PM_HEALTH_UNKNOWN, PM_HEALTH_UNKNOWN},
    {TRUE, 0, "dd", PM_HEALTH_UNKNOWN, PM_HEALTH_DOWN},
    {TRUE, 0, "ddd", PM_HEALTH_DOWN, PM_HEALTH_DOWN},
    /* from unknown by one, from down by two */
    {FALSE, 0, "u", PM_HEALTH_UP, PM_HEALTH_UP},
    {FALSE, 0, "udd", PM_HEALTH_UP, PM_HEALTH_DOWN},
    {FALSE, 0, "uddudd", PM_HEALTH_UP, PM_HEALTH_DOWN},
    {FALSE, 0, "uddd", PM_HEALTH_DOWN, PM_HEALTH_DOWN},
    {FALSE, 0, "udddu", PM_HEALTH_DOWN, PM_HEALTH_UP},
    {FALSE, 0, "uddduu", PM_HEALTH_UP, PM_HEALTH_UP},
    {FALSE, 0, "uddduduu", PM_HEALTH_UP, PM_HEALTH_UP},
    /* who cannot look knows nothing */
    {FALSE, 0, "u??", PM_HEALTH_UP, PM_HEALTH_UNKNOWN},
    {FALSE, 0, "u???", PM_HEALTH_UNKNOWN, PM_HEALTH_UNKNOWN},
    {FALSE, 0, "uddd???", PM_HEALTH_UNKNOWN, PM_HEALTH_UNKNOWN},
    /* a start period of four seconds */
    {TRUE, 4, "dddd", PM_HEALTH_UNKNOWN, PM_HEALTH_UNKNOWN},
    {TRUE, 4, "dddddd", PM_HEALTH_UNKNOWN, PM_HEALTH_DOWN},
    {TRUE, 4, "ddddddd", PM_HEALTH_DOWN, PM_HEALTH_DOWN},
    {TRUE, 4, "uddd", PM_HEALTH_DOWN, PM_HEALTH_DOWN},
};

static void
tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PmCheck check = health_check (PM_CHECK_TCP, 1);
    PmHealth counts_as = PM_HEALTH_UNKNOWN;
    check.is_configured = cases[i].is_configured;
    check.rise = 2;
    check.fall = 3;
    check.start_period_ms = cases[i].start_period_s * 1000;
    PmJudgement j = {.starting_since_us = 1};
    j = after (&check, j, cases[i].looks, &counts_as);
    if (j.health != cases[i].health || counts_as != cases[i].counts_as)
      g_error ("“%s” gives %s, counted as %s", cases[i].looks, pm_health_name (j.health),
               pm_health_name (counts_as));
  }
}

static void
remembers (void)
{
  PmCheck check = health_check (PM_CHECK_TCP, 1);
  PmHealth counts_as;
  check.fall = 2;
  PmJudgement j = {.health = PM_HEALTH_UP, .was_up = TRUE};
  j = after (&check, j, "d", &counts_as);
  g_assert_cmpint (j.health, ==, PM_HEALTH_UP);
  j = after (&check, j, "d", &counts_as);
  g_assert_cmpint (j.health, ==, PM_HEALTH_DOWN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/judge/rise-fall-start-period", tables);
  g_test_add_func ("/health/judge/begins-where-it-was", remembers);
  return g_test_run ();
}
