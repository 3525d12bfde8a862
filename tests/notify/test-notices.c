/* What each kind of event becomes; and that data of any shape break nothing. */

#include <string.h>

#include "notify/notices.h"

static PmNotice *
notice_of (const char *name, const char *data)
{
  const char *grouping = NULL;
  PmEvent event = {
      .id = 7, .time_us = 1795375573 * G_TIME_SPAN_SECOND, .event = name, .data = data};
  return pm_notice_of_event (&event, &grouping);
}

typedef struct {
  const char *event, *data;
  PmSeverity severity;
  gboolean is_over;
  const char *what, *done, *todo; /* parts of them */
} Expected;

static const Expected table[] = {
    {"ip.proposed",
     "{\"source\":\"gcp\",\"slot\":\"nic0/0\",\"oldValue\":\"203.0.113.1\",\"newValue\":"
     "\"203.0.113.2\",\"confirmed\":\"2026-11-22T19:26:13Z\",\"files\":3,\"edits\":5,\"planId\":9,"
     "\"advice\":\"reserve a static address\"}",
     PM_SEVERITY_WARNING, FALSE, "203.0.113.1 has become 203.0.113.2", "5 edits in 3 files",
     "ip change --plan 9 applies it; reserve a static"},
    {"ip.committed",
     "{\"id\":2,\"oldValue\":\"203.0.113.1\",\"newValue\":\"203.0.113.2\",\"transactionId\":4,"
     "\"edits\":1,\"files\":1,\"restarts\":[{\"end\":\"restarted\"},{\"end\":\"failed\"}],"
     "\"services\":[{\"after\":\"up\"},{\"serviceName\":\"api\",\"projectId\":\"shop\","
     "\"after\":\"down\",\"cause\":\"refused\"}]}",
     PM_SEVERITY_WARNING, FALSE, "has become",
     "every file was changed (1 edits in 1 files), 1 of 2 restarted, 1 of 2 services answer; api "
     "of "
     "shop does not: refused",
     "undo 4"},
    {"ip.rolled-back",
     "{\"id\":2,\"oldValue\":\"a\",\"newValue\":\"b\",\"cause\":\"api stayed down\"}",
     PM_SEVERITY_ERROR, FALSE, "a has become b", "everything is back as it was: api stayed down",
     ""},
    {"assign.rolled-back", "{\"id\":3,\"wish\":\"web moves\",\"cause\":\"api stayed down\"}",
     PM_SEVERITY_ERROR, FALSE, "came to nothing: web moves", "back as it was: api stayed down", ""},
    {"pipeline.paused", "{\"by\":\"user 0\",\"reason\":\"moving house\"}", PM_SEVERITY_WARNING,
     FALSE, "stopped by user 0: moving house", "proposed and not applied", "go on"},
    {"service.restart-failed",
     "{\"outcome\":\"failed\",\"services\":[{\"serviceName\":\"api\",\"projectId\":\"shop\"}],"
     "\"cause\":\"exit 1\"}",
     PM_SEVERITY_ERROR, FALSE, "did not help api of shop: exit 1", "", "its own log"},
    {"ip.failed", "{\"oldValue\":\"a\",\"newValue\":\"b\",\"cause\":\"no space\"}",
     PM_SEVERITY_ERROR, FALSE, "has become", "no file was changed: no space", "ip change a b"},
    {"transaction.committed",
     "{\"id\":12,\"files\":2,\"edits\":3,\"summary\":{\"wish\":\"web moves\"}}", PM_SEVERITY_NOTE,
     FALSE, "files were changed: web moves", "verified", "undo 12"},
    {"transaction.failed verification, rolled back", "{\"id\":12}", PM_SEVERITY_ERROR, FALSE,
     "was rolled back", "as it was", "check"},
    {"transaction.rolled-back", "{\"id\":12}", PM_SEVERITY_ERROR, FALSE, "was rolled back",
     "interrupted", "again"},
    {"transaction.rolled back except for files changed by others", "{\"id\":12}", PM_SEVERITY_ERROR,
     FALSE, "needs attention", "somebody else changed", "transactions"},
    {"conflict.opened",
     "{\"id\":\"tcp-3000\",\"port\":3000,\"severity\":\"error\",\"reason\":\"both bind\","
     "\"claimants\":[{\"projectId\":\"shop\",\"serviceName\":\"web\",\"file\":\"shop/.env\","
     "\"line\":3}],\"suggestion\":{\"port\":3001}}",
     PM_SEVERITY_ERROR, FALSE, "port 3000 is contested: both bind", "nothing",
     "resolve --only tcp-3000"},
    {"conflict.changed", "{\"id\":\"tcp-3000\",\"port\":3000,\"severity\":\"note\"}",
     PM_SEVERITY_ERROR, TRUE, "no longer contested", "", ""},
    {"incident.opened",
     "{\"id\":3,\"serviceName\":\"api\",\"projectId\":\"shop\",\"cause\":\"connection refused\","
     "\"since\":\"2026-11-22T19:26:13Z\"}",
     PM_SEVERITY_ERROR, FALSE, "api of shop is down: connection refused", "", "health"},
    {"incident.closed", "{\"id\":3,\"serviceName\":\"api\",\"projectId\":\"shop\"}",
     PM_SEVERITY_ERROR, TRUE, "api of shop is no longer down", "", ""},
    {"breaker.opened", "{\"reason\":\"31 of 100\"}", PM_SEVERITY_ERROR, FALSE,
     "many services fail at once: 31 of 100", "nothing is restarted", "network"},
    {"healing.gave-up", "{\"target\":\"systemd api.service\",\"attempts\":6,\"services\":[4]}",
     PM_SEVERITY_ERROR, FALSE, "systemd api.service stays down: 6 restarts", "left alone", "log"},
    {"source.failed", "{\"source\":\"gcp\",\"cause\":\"timed out\"}", PM_SEVERITY_WARNING, FALSE,
     "gcp is silent: timed out", "nothing is changed", "ip sources"},
    {"source.recovered", "{\"source\":\"gcp\"}", PM_SEVERITY_WARNING, TRUE, "speaks again", "", ""},
    {"token.created", "{\"name\":\"ci\",\"role\":\"admin\"}", PM_SEVERITY_WARNING, FALSE,
     "created: ci, role admin", "", "token revoke ci"},
    {"backup.failed", "{\"reason\":\"no space\"}", PM_SEVERITY_WARNING, FALSE, "no space", "",
     "doctor"},
};

static void
says_what_was_done_and_what_to_do (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    const Expected *e = &table[i];
    g_autoptr (PmNotice) notice = notice_of (e->event, e->data);
    g_assert_nonnull (notice);
    g_test_message ("%s: %s | %s | %s", e->event, notice->what, notice->done, notice->todo);
    g_assert_cmpint (notice->severity, ==, e->severity);
    g_assert_cmpint (notice->is_over, ==, e->is_over);
    g_assert_nonnull (strstr (notice->what, e->what));
    g_assert_nonnull (strstr (notice->done, e->done));
    g_assert_nonnull (strstr (notice->todo, e->todo));
    g_assert_cmpint (notice->since_us, >, 0);
  }
}

/* The two ends of one thing are about the same subject, and differ in state. */
static void
beginning_and_end_belong_together (void)
{
  static const char *const pairs[][3] = {
      {"conflict.opened", "conflict.closed", "{\"id\":\"tcp-1\",\"severity\":\"error\"}"},
      {"incident.opened", "incident.closed", "{\"id\":1}"},
      {"source.failed", "source.recovered", "{\"source\":\"gcp\"}"},
      {"breaker.opened", "breaker.closed", "{}"},
      {"pipeline.paused", "pipeline.resumed", "{\"by\":\"x\"}"},
      {"root.missing", "root.returned", "{\"root\":\"/srv\"}"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (PmNotice) first = notice_of (pairs[i][0], pairs[i][2]);
    g_autoptr (PmNotice) last = notice_of (pairs[i][1], pairs[i][2]);
    g_assert_cmpstr (first->subject, ==, last->subject);
    g_assert_cmpstr (first->state, !=, last->state);
    g_assert_true (last->is_over && !first->is_over);
    g_assert_cmpint (first->severity, ==, last->severity);
  }
}

static void
tells_nothing_of_steps_in_between (void)
{
  static const char *const names[] = {"ip.applied",       "ip.restarted",     "assign.committed",
                                      "ip.detected",      "ip.confirmed",     "scan.finished",
                                      "service.changed",  "transaction.open", "whatever",
                                      "incidents.opened", "lease.taken",      "job.finished"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_null (notice_of (names[i], "{}"));
  g_assert_null (notice_of ("conflict.opened", "{\"severity\":\"warning\"}"));
  g_assert_null (notice_of ("incident.opened", "{\"mutedUntil\":\"2026-11-22T20:00:00Z\"}"));
  g_autoptr (PmNotice) was_muted =
      notice_of ("incident.opened", "{\"mutedUntil\":\"2026-11-22T19:00:00Z\"}");
  g_assert_nonnull (was_muted);
}

/* The change says its end itself, and more of it. */
static void
a_change_of_an_address_is_one_message (void)
{
  static const char data[] = "{\"id\":4,\"summary\":{\"wish\":\"a becomes b\",\"changeId\":2}}";
  g_assert_null (notice_of ("transaction.committed", data));
  g_assert_null (notice_of ("transaction.undone", data));
  g_autoptr (PmNotice) end =
      notice_of ("ip.committed", "{\"id\":2,\"oldValue\":\"a\",\"newValue\":\"b\"}");
  g_assert_nonnull (end);
  g_autoptr (PmNotice) look =
      notice_of ("transaction.rolled back except for files changed by others", data);
  g_assert_nonnull (look);
  g_autoptr (PmNotice) by_hand = notice_of ("transaction.committed", "{\"id\":4,\"summary\":{}}");
  g_assert_nonnull (by_hand);
}

static void
data_of_any_shape_break_nothing (void)
{
  static const char *const shapes[] = {
      "",
      "{}",
      "[]",
      "null",
      "7",
      "\"%s%n\"",
      "{",
      "{\"id\":{\"id\":[]}}",
      "{\"summary\":7,\"claimants\":{},\"suggestion\":[],\"cause\":[1],\"since\":\"never\"}",
      "{\"claimants\":[1,null,[]],\"severity\":\"error\",\"wish\":\"%s\",\"reason\":\"%d%s%n\"}",
  };
  static const char *const endings[] = {"opened", "closed", "failed", "committed", "applied", ""};
  for (const char *const *name = pm_notice_events (); *name != NULL; name++)
    for (guint e = 0; e < G_N_ELEMENTS (endings); e++)
      for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
        g_autofree char *event = g_strconcat (*name, endings[e], NULL);
        g_autoptr (PmNotice) notice = notice_of (event, shapes[i]);
        if (notice != NULL)
          g_assert_true (notice->what[0] != '\0' && notice->subject[0] != '\0');
      }
}

static void
gave_up_says_where_and_since_when (void)
{
  g_autoptr (PmNotice) notice =
      notice_of ("healing.gave-up", "{\"target\":\"systemd api.service\",\"attempts\":6,"
                                    "\"since\":\"2026-11-22T19:26:13Z\",\"services\":[4,5],"
                                    "\"names\":[\"api of shop\",7,\"admin of shop\"]}");
  g_assert_cmpstr (notice->where, ==, "api of shop, admin of shop");
  g_assert_cmpint (notice->since_us, ==, 1795375573 * G_TIME_SPAN_SECOND);
  g_assert_nonnull (strstr (notice->what, "systemd api.service"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notify/notices/says-what-was-done-and-what-to-do",
                   says_what_was_done_and_what_to_do);
  g_test_add_func ("/notify/notices/beginning-and-end-belong-together",
                   beginning_and_end_belong_together);
  g_test_add_func ("/notify/notices/tells-nothing-of-steps-in-between",
                   tells_nothing_of_steps_in_between);
  g_test_add_func ("/notify/notices/a-change-of-an-address-is-one-message",
                   a_change_of_an_address_is_one_message);
  g_test_add_func ("/notify/notices/data-of-any-shape-break-nothing",
                   data_of_any_shape_break_nothing);
  g_test_add_func ("/notify/notices/gave-up-says-where-and-since-when",
                   gave_up_says_where_and_since_when);
  return g_test_run ();
}
