/* Shapes of notification. */

#include "api/fields.h"
#include "api/shapes.h"

static const char *const channels[] = {"mail", "slack", "webhook", NULL};
static const char *const severities[] = {"note", "warning", "error", NULL};
static const char *const states[] = {"sent", "dropped", NULL};
static const char *const test_states[] = {"sent", "failed", NULL};

#define SEVERITY                                                                                   \
  {                                                                                                \
    .name = "severity", .type = PM_FIELD_TEXT, .choices = severities                               \
  }

static const PmShape shape_channel = {
    "NotifyChannel", "A way to tell people, configured or not. Nothing in it is secret",
    (const PmField[]){
        {.name = "channel", .type = PM_FIELD_TEXT, .choices = channels},
        FLAG ("configured", NULL),
        {.name = "target",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "where to, without what is secret in it; null: not configured"},
        {.name = "severity",
         .type = PM_FIELD_TEXT,
         .choices = severities,
         .meaning = "the least that is told"},
        {.name = "projects", .type = PM_FIELD_TEXTS, .meaning = "globs; empty: all"},
        {.name = "quietHours", .type = PM_FIELD_TEXTS, .meaning = "HH:MM-HH:MM, local time"},
        INTEGER ("queued", "messages that wait"),
        INTEGER ("sent", "messages, since the registry was made"),
        INTEGER ("failed", "attempts"),
        INTEGER ("dropped", "messages that were given up"),
        TIME_OR_NULL ("lastSent", "null: never"),
        TIME_OR_NULL ("lastFailed", "null: never"),
        TEXT ("cause", "of the last failure; empty: none, or something was sent since"),
        END,
    }};

static const PmShape shape_entry = {
    "NotifyQueued", "A message that waits",
    (const PmField[]){
        INTEGER ("id", NULL),
        {.name = "channel", .type = PM_FIELD_TEXT, .choices = channels},
        TEXT ("key", "by which a receiver knows a repeat"),
        TEXT ("kind", "messages of one kind that wait become one"),
        SEVERITY,
        TEXT ("title", NULL),
        TIME ("created", NULL),
        TIME ("notBefore", NULL),
        INTEGER ("attempts", NULL),
        TEXT ("cause", "of the last failure; empty: none"),
        END,
    }};

static const PmShape shape_result = {
    "NotifyResult", "What became of a message",
    (const PmField[]){
        INTEGER ("id", NULL),
        {.name = "channel", .type = PM_FIELD_TEXT, .choices = channels},
        TEXT ("key", NULL),
        TEXT ("kind", NULL),
        SEVERITY,
        TEXT ("title", NULL),
        {.name = "state", .type = PM_FIELD_TEXT, .choices = states},
        TIME ("time", NULL),
        INTEGER ("attempts", NULL),
        TEXT ("cause", "why it was dropped, or what the receiver objected to; empty: nothing"),
        END,
    }};

const PmShape pm_shape_notify = {
    "Notify", "How people are told: channels, what waits, the last results, newest first",
    (const PmField[]){
        FLAG ("enabled", NULL),
        {.name = "channels", .type = PM_FIELD_OBJECTS, .of = &shape_channel},
        {.name = "queue", .type = PM_FIELD_OBJECTS, .of = &shape_entry},
        {.name = "results", .type = PM_FIELD_OBJECTS, .of = &shape_result},
        END,
    }};

const PmShape pm_shape_notify_test_wish = {"NotifyTestWish", NULL,
                                           (const PmField[]){
                                               {.name = "channel",
                                                .type = PM_FIELD_TEXT,
                                                .flags = PM_OPTIONAL,
                                                .choices = channels,
                                                .meaning = "left out: all that are configured"},
                                               DRY_RUN,
                                               END,
                                           }};

static const PmShape shape_test_result = {
    "NotifyTestResult", NULL,
    (const PmField[]){
        {.name = "channel", .type = PM_FIELD_TEXT, .choices = channels},
        TEXT ("target", NULL),
        {.name = "state", .type = PM_FIELD_TEXT, .choices = test_states},
        {.name = "cause",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "why not; or what the receiver objected to; null: nothing"},
        {.name = "elapsedMs", .type = PM_FIELD_NUMBER},
        END,
    }};

const PmShape pm_shape_notify_test = {
    "NotifyTest", "What became of the test messages",
    (const PmField[]){
        {.name = "results", .type = PM_FIELD_OBJECTS, .of = &shape_test_result},
        END,
    }};
