#include "ip/judge.h"

#define SECOND G_USEC_PER_SEC

typedef struct {
  PmIpJudge *judge;
  GString *told; /* "detected gcp nic0/0 a>b; " */
  gint64 now_us;
} Court;

static void
on_ruled (const PmIpRuling *ruling, gpointer data)
{
  static const char *const words[] = {"learned", "detected", "withdrawn", "confirmed", "refused"};
  Court *court = data;
  g_string_append_printf (court->told, "%s %s %s>%s; ", words[ruling->kind], ruling->source,
                          ruling->old_address, ruling->new_address);
}

static void
court_open (Court *court, gint64 hold_down_s)
{
  static const char *const allowed[] = {"10.9.0.0/16", NULL};
  *court = (Court){pm_ip_judge_new (hold_down_s * SECOND, allowed), g_string_new (NULL), 0};
  pm_ip_judge_know (court->judge, "gcp", "nic0/0", "203.0.113.1");
}

static void
court_close (Court *court)
{
  pm_ip_judge_free (court->judge);
  g_string_free (court->told, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Court, court_close)

/* What was ruled on one answer; NULL address: an answer without any. */
static void
hear (Court *court, const char *source, const char *slot, const char *address, const char *expected)
{
  PmIpReading reading = {source, slot, address};
  g_string_truncate (court->told, 0);
  pm_ip_judge_hear (court->judge, source, &reading, address != NULL ? 1 : 0, court->now_us,
                    on_ruled, court);
  g_assert_cmpstr (court->told->str, ==, expected);
}

static void
believes_what_holds (void)
{
  g_auto (Court) court;
  court_open (&court, 10);
  hear (&court, "gcp", "nic0/0", "203.0.113.1", "");
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "detected gcp 203.0.113.1>203.0.113.2; ");
  const char *source = NULL;
  g_assert_cmpint (pm_ip_judge_due (court.judge, &source), ==, 10 * SECOND);
  g_assert_cmpstr (source, ==, "gcp");
  court.now_us = 9 * SECOND;
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "");
  court.now_us = 10 * SECOND;
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "confirmed gcp 203.0.113.1>203.0.113.2; ");
  g_assert_cmpint (pm_ip_judge_due (court.judge, &source), ==, -1);
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "");
}

static void
wants_a_second_reading_even_without_a_hold_down (void)
{
  g_auto (Court) court;
  court_open (&court, 0);
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "detected gcp 203.0.113.1>203.0.113.2; ");
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "confirmed gcp 203.0.113.1>203.0.113.2; ");
}

static void
believes_two_sources_at_once (void)
{
  g_auto (Court) court;
  court_open (&court, 10);
  hear (&court, "http", "v4", "203.0.113.1", "learned http >203.0.113.1; ");
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "detected gcp 203.0.113.1>203.0.113.2; ");
  hear (&court, "http", "v4", "203.0.113.2",
        "detected http 203.0.113.1>203.0.113.2; confirmed http 203.0.113.1>203.0.113.2; ");
  /* The same change, told once. */
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "");
  /* And back again is a change like any other. */
  hear (&court, "gcp", "nic0/0", "203.0.113.1", "detected gcp 203.0.113.2>203.0.113.1; ");
}

static void
never_believes_flapping (void)
{
  g_auto (Court) court;
  court_open (&court, 10);
  for (guint i = 0; i < 1000; i++) {
    court.now_us += 3 * SECOND;
    hear (&court, "gcp", "nic0/0", "203.0.113.2", "detected gcp 203.0.113.1>203.0.113.2; ");
    court.now_us += 3 * SECOND;
    hear (&court, "gcp", "nic0/0", "203.0.113.1", "withdrawn gcp 203.0.113.1>203.0.113.2; ");
  }
}

static void
takes_no_answer_for_no_change (void)
{
  g_auto (Court) court;
  court_open (&court, 0);
  hear (&court, "gcp", "nic0/0", NULL, "");
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "detected gcp 203.0.113.1>203.0.113.2; ");
  hear (&court, "gcp", "nic0/0", NULL, "withdrawn gcp 203.0.113.1>203.0.113.2; ");
  /* A reading from before the silence does not count. */
  hear (&court, "gcp", "nic0/0", "203.0.113.2", "detected gcp 203.0.113.1>203.0.113.2; ");
}

static void
refuses_what_nobody_outside_can_reach (void)
{
  g_auto (Court) court;
  court_open (&court, 0);
  hear (&court, "gcp", "nic0/0", "10.0.0.9", "refused gcp 203.0.113.1>10.0.0.9; ");
  hear (&court, "gcp", "nic0/0", "10.0.0.9", "");
  hear (&court, "gcp", "nic0/0", "10.9.0.9", "detected gcp 203.0.113.1>10.9.0.9; ");
  hear (&court, "gcp", "nic0/0", "127.0.0.1",
        "refused gcp 203.0.113.1>127.0.0.1; withdrawn gcp 203.0.113.1>10.9.0.9; ");
}

static void
learns_a_new_slot (void)
{
  g_auto (Court) court;
  court_open (&court, 10);
  hear (&court, "gcp", "nic1/0", "2001:db8::7", "learned gcp >2001:db8::7; ");
  hear (&court, "gcp", "nic1/0", "2001:db8::7", "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ip/judge/believes-what-holds", believes_what_holds);
  g_test_add_func ("/ip/judge/wants-a-second-reading-even-without-a-hold-down",
                   wants_a_second_reading_even_without_a_hold_down);
  g_test_add_func ("/ip/judge/believes-two-sources-at-once", believes_two_sources_at_once);
  g_test_add_func ("/ip/judge/never-believes-flapping", never_believes_flapping);
  g_test_add_func ("/ip/judge/takes-no-answer-for-no-change", takes_no_answer_for_no_change);
  g_test_add_func ("/ip/judge/refuses-what-nobody-outside-can-reach",
                   refuses_what_nobody_outside_can_reach);
  g_test_add_func ("/ip/judge/learns-a-new-slot", learns_a_new_slot);
  return g_test_run ();
}
