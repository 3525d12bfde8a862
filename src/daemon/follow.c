/* DESIGN
 * The main loop has the watch and the timers, the rescanner's thread the files and the registry.
 * Paths go one way, the directories to follow come back: after each round that may have changed
 * them. A tail on the registry hears of roots and scans of other processes. */

#include "daemon/follow.h"

#include <stdarg.h>

#include "base/json-writer.h"
#include "daemon/rescanner.h"
#include "registry/tail.h"
#include "watch/watch.h"

struct PmFollow {
  PmFollowCalls calls;
  gpointer data;
  PmContext *context; /* the tail's */
  PmTail *tail;
  PmWatch *watch; /* NULL: the kernel gives none */
  PmRescanner *rescanner;
  GHashTable *missing; /* set of roots */
  guint on_everything;
  guint every_s; /* of that timer */
  gboolean is_limited;
  gboolean is_ready;
};

static void note (PmFollow *follow, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (PmFollow *follow, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  follow->calls.note (text, follow->data);
}

/* --- what is told --- */

static guint
watch_limit (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/sys/fs/inotify/max_user_watches", &text, NULL, NULL))
    return 0;
  return (guint) g_ascii_strtoull (text, NULL, 10);
}

static void
write_state (PmFollow *follow, PmJsonWriter *json)
{
  PmWatchCounts counts = {0};
  if (follow->watch != NULL)
    counts = pm_watch_counts (follow->watch);
  pm_json_begin_object (json);
  pm_json_member_int (json, "followed", counts.followed);
  pm_json_member_int (json, "wanted", counts.wanted);
  pm_json_member_int (json, "limit", watch_limit ());
  pm_json_member_bool (json, "limited", follow->is_limited);
  pm_json_member_int (json, "overflows", (gint64) counts.overflows);
  pm_json_end_object (json);
}

static char *
state_text (PmFollow *follow)
{
  GString *text = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (text);
  write_state (follow, &json);
  return g_string_free (text, FALSE);
}

static void
tell_state (PmFollow *follow, const char *event)
{
  g_autofree char *text = state_text (follow);
  if (event != NULL)
    pm_rescanner_event (follow->rescanner, event, text);
  pm_rescanner_setting (follow->rescanner, "watch", text);
}

static void
tell_root (PmFollow *follow, const char *event, const char *root)
{
  g_autoptr (GString) text = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (text);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "root", root);
  pm_json_end_object (&json);
  pm_rescanner_event (follow->rescanner, event, text->str);
  note (follow, "%s %s", root,
        g_str_equal (event, "root.missing")
            ? "is no folder any more; its services stay as they were"
            : "is there again");
}

/* --- everything, now and then --- */

static gboolean
on_everything (gpointer data)
{
  pm_rescanner_everything (((PmFollow *) data)->rescanner);
  return G_SOURCE_CONTINUE;
}

static void
set_timer (PmFollow *follow)
{
  guint every_s = follow->is_limited ? PM_FOLLOW_EVERYTHING_LIMITED_S : PM_FOLLOW_EVERYTHING_S;
  if (every_s == follow->every_s)
    return;
  follow->every_s = every_s;
  g_clear_handle_id (&follow->on_everything, g_source_remove);
  follow->on_everything = g_timeout_add_seconds (every_s, on_everything, follow);
}

static void
set_limited (PmFollow *follow, gboolean is_limited)
{
  if (is_limited == follow->is_limited)
    return;
  follow->is_limited = is_limited;
  set_timer (follow);
  tell_state (follow, is_limited ? "watch.limited" : NULL);
  if (is_limited)
    note (follow,
          "not all directories can be followed, so everything is read every %d s; raise "
          "fs.inotify.max_user_watches (%u)",
          PM_FOLLOW_EVERYTHING_LIMITED_S, watch_limit ());
}

/* --- the watch --- */

static void
on_changed (const char *const *paths, gpointer data)
{
  pm_rescanner_paths (((PmFollow *) data)->rescanner, paths);
}

static void
on_lost (PmWatchLoss loss, const char *path, gpointer data)
{
  PmFollow *follow = data;
  switch (loss) {
  case PM_WATCH_LOST_WATCH:
    set_limited (follow, TRUE);
    return; /* what is read every now and then is read then */
  case PM_WATCH_LOST_EVENTS:
    tell_state (follow, "watch.overflowed");
    note (follow, "more changed at once than the kernel's queue holds: everything is read again");
    break;
  case PM_WATCH_LOST_PLACE:
    break;
  }
  pm_rescanner_everything (follow->rescanner);
}

/* --- what the rescanner found --- */

static void
compare_missing (PmFollow *follow, const PmWatched *watched)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&follow->missing);
  follow->missing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < watched->missing->len; i++) {
    const char *root = watched->missing->pdata[i];
    g_hash_table_add (follow->missing, g_strdup (root));
    if (!g_hash_table_remove (before, root))
      tell_root (follow, "root.missing", root);
  }
  for (guint i = 0; i < watched->roots->len; i++)
    if (g_hash_table_contains (before, watched->roots->pdata[i]))
      tell_root (follow, "root.returned", watched->roots->pdata[i]);
}

static void
follow_these (PmFollow *follow, const PmWatched *watched)
{
  PmWatchCounts before = {0};
  compare_missing (follow, watched);
  if (follow->watch == NULL)
    return;
  before = pm_watch_counts (follow->watch);
  pm_watch_set (follow->watch, watched->directories);
  PmWatchCounts now = pm_watch_counts (follow->watch);
  if (now.followed >= now.wanted)
    set_limited (follow, FALSE);
  if (now.followed != before.followed)
    tell_state (follow, NULL);
}

static void
on_rescanned (const PmRescanned *result, gpointer data)
{
  PmFollow *follow = data;
  if (result->error != NULL) {
    follow->calls.failed (result->error, follow->data);
    return;
  }
  if (result->has_watched)
    follow_these (follow, &result->watched);
  if (!result->was_everything || follow->is_ready)
    return;
  follow->is_ready = TRUE;
  follow->calls.ready (result->watched.projects, g_hash_table_size (result->watched.directories),
                       follow->data);
}

static void
on_commit (gpointer data)
{
  pm_rescanner_look (((PmFollow *) data)->rescanner);
}

/* --- from outside --- */

static void
open_tail (PmFollow *follow, const char *state_dir, PmConfig *config)
{
  g_autoptr (GError) error = NULL;
  follow->context = pm_context_join_with (state_dir, config, PM_CONTEXT_PATIENT, &error);
  if (follow->context == NULL)
    note (follow, "roots that others name are not noticed at once: %s", error->message);
  else
    follow->tail = pm_tail_new (follow->context->registry, on_commit, follow);
}

PmFollow *
pm_follow_new (const char *state_dir, PmConfig *config, const PmFollowCalls *calls, gpointer data)
{
  static const PmWatchCalls watch_calls = {on_changed, on_lost, pm_verb_is_skipped};
  g_autoptr (GError) error = NULL;
  PmFollow *follow = g_new0 (PmFollow, 1);
  follow->calls = *calls;
  follow->data = data;
  follow->missing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  follow->rescanner = pm_rescanner_new (state_dir, config, on_rescanned, follow);
  follow->watch = pm_watch_new (&watch_calls, follow, &error);
  if (follow->watch == NULL) {
    note (follow, "%s", error->message);
    set_limited (follow, TRUE);
  }
  set_timer (follow);
  open_tail (follow, state_dir, config);
  pm_rescanner_everything (follow->rescanner);
  return follow;
}

void
pm_follow_free (PmFollow *follow)
{
  if (follow == NULL)
    return;
  pm_rescanner_free (follow->rescanner);
  pm_watch_free (follow->watch);
  pm_tail_free (follow->tail);
  pm_context_free (follow->context);
  g_clear_handle_id (&follow->on_everything, g_source_remove);
  g_hash_table_unref (follow->missing);
  g_free (follow);
}
