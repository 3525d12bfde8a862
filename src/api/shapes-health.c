/* Shapes of health and incidents. */

#include "api/fields.h"
#include "api/shapes.h"
#include "verbs/health-view.h"

static const char *const health_words[] = {"unknown", "up", "down", NULL};
static const char *const kind_words[] = {"none",    "tcp",       "http", "websocket",
                                         "process", "container", NULL};

#define INTEGER_OR_NULL(field, what)                                                               \
  {                                                                                                \
    .name = field, .type = PM_FIELD_INTEGER, .flags = PM_NULLABLE, .meaning = what                 \
  }
#define NUMBER_OR_NULL(field, what)                                                                \
  {                                                                                                \
    .name = field, .type = PM_FIELD_NUMBER, .flags = PM_NULLABLE, .meaning = what                  \
  }

#define OF_A_SERVICE                                                                               \
  INTEGER ("serviceId", NULL), TEXT ("projectId", NULL), PROJECT_NAME, TEXT ("serviceName", NULL), \
      TEXT ("host", "the machine, as the registry calls it"),                                      \
      PORT ("port", "the external one, else the internal one; 0 unknown")

#define STATE                                                                                      \
  OF_A_SERVICE,                                                                                    \
      {.name = "state",                                                                            \
       .type = PM_FIELD_TEXT,                                                                      \
       .choices = health_words,                                                                    \
       .meaning = "unknown is not down: nobody could look, or it was never seen up"},              \
      TIME_OR_NULL ("since", "when it came to be so; null: never checked"),                        \
      FLAG ("failing", "it is up, and the last look failed"),                                      \
      TIME_OR_NULL ("lastChecked", "null: never"), TIME_OR_NULL ("lastUp", "null: never"),         \
      INTEGER ("latencyUs", "of the last look, in microseconds"),                                  \
      {.name = "kind",                                                                             \
       .type = PM_FIELD_TEXT,                                                                      \
       .choices = kind_words,                                                                      \
       .meaning = "how it is checked"},                                                            \
      TEXT ("target", "what is asked"), TEXT ("cause", "why it is not up, or failed last"),        \
      INTEGER_OR_NULL ("causedBy",                                                                 \
                       "the service that is the root of it; null: itself, or nothing"),            \
      TIME_OR_NULL ("certificateExpires", "null: no TLS"),                                         \
      TIME_OR_NULL ("mutedUntil", "no messages until then; null: it is not muted")

#define PERCENTILES                                                                                \
  INTEGER_OR_NULL ("p50Us", "half of the looks took no longer; null: there were none"),            \
      INTEGER_OR_NULL ("p95Us", NULL), INTEGER_OR_NULL ("p99Us", NULL)

#define TREND                                                                                      \
  NUMBER_OR_NULL ("uptime24h", "looks that were up, in a hundred; null: nothing is known"),        \
      NUMBER_OR_NULL ("uptime7d", NULL), NUMBER_OR_NULL ("uptime30d", NULL), PERCENTILES,          \
      INTEGER_OR_NULL ("p95WeekUs", "of seven days, to compare the day's with")

static const PmShape shape_health = {
    "Health", "How a service is, and was",
    (const PmField[]){
        STATE,
        INTEGER_OR_NULL ("incidentId", "of the open incident; null: none"),
        INTEGER ("dependants", "services that are down because of this one"),
        TREND,
        END,
    }};

const PmShape pm_shape_incident = {
    "Incident", "From when a service was down by itself until it was not any more",
    (const PmField[]){
        INTEGER ("id", NULL),
        OF_A_SERVICE,
        TIME ("opened", NULL),
        TIME_OR_NULL ("closed", "null: it is open"),
        INTEGER ("durationSeconds", "so far"),
        TEXT ("cause", "why it was down"),
        TEXT ("ended", "why it is closed; empty: it is open"),
        INTEGER_OR_NULL ("causedBy", "the service that turned out to be the root of it"),
        TIME_OR_NULL ("acknowledged", "null: nobody has"),
        TEXT ("acknowledgedBy", NULL),
        TEXT ("note", NULL),
        TIME_OR_NULL ("mutedUntil", "no messages until then; null: it is not muted"),
        END,
    }};

static const PmShape shape_summary = {
    "HealthSummary", "Services, all of them",
    (const PmField[]){
        INTEGER ("up", NULL),
        INTEGER ("down", NULL),
        INTEGER ("unknown", NULL),
        INTEGER ("failing", "of those that are up: the last look failed"),
        INTEGER ("caused", "of those that are down: because of another"),
        INTEGER ("muted", NULL),
        INTEGER ("incidents", "that are open"),
        END,
    }};

const PmShape pm_shape_health_list = {
    "HealthList", NULL,
    (const PmField[]){
        {.name = "summary", .type = PM_FIELD_OBJECT, .of = &shape_summary},
        {.name = "services", .type = PM_FIELD_OBJECTS, .of = &shape_health},
        {.name = "incidents", .type = PM_FIELD_OBJECTS, .of = &pm_shape_incident},
        NEXT_CURSOR,
        INTEGER ("total", "that match"),
        END,
    }};

static const PmShape shape_project = {"ProjectHealth", NULL,
                                      (const PmField[]){
                                          TEXT ("projectId", NULL),
                                          INTEGER ("up", NULL),
                                          INTEGER ("down", NULL),
                                          INTEGER ("unknown", NULL),
                                          TREND,
                                          END,
                                      }};

const PmShape pm_shape_project_health = {
    "ProjectHealthList", NULL,
    (const PmField[]){
        {.name = "projects", .type = PM_FIELD_OBJECTS, .of = &shape_project},
        END,
    }};

static const PmShape shape_point = {"HealthPoint", "Looks over one step of time",
                                    (const PmField[]){
                                        TIME ("start", NULL),
                                        INTEGER ("up", "looks"),
                                        INTEGER ("down", "looks"),
                                        INTEGER ("unknown", "looks that tell nothing"),
                                        PERCENTILES,
                                        END,
                                    }};

static const PmShape shape_series = {
    "HealthSeries", NULL,
    (const PmField[]){
        INTEGER ("serviceId", NULL),
        {.name = "points", .type = PM_FIELD_OBJECTS, .of = &shape_point},
        END,
    }};

#define RANGE                                                                                      \
  {.name = "range", .type = PM_FIELD_TEXT, .choices = pm_health_range_words},                      \
      INTEGER ("stepSeconds", "of a point")

const PmShape pm_shape_health_series = {
    "HealthSeriesList", NULL,
    (const PmField[]){
        RANGE,
        {.name = "series", .type = PM_FIELD_OBJECTS, .of = &shape_series},
        END,
    }};

static const PmShape shape_sample = {
    "HealthSample", "One look",
    (const PmField[]){
        TIME ("time", NULL),
        {.name = "seen", .type = PM_FIELD_TEXT, .choices = health_words},
        INTEGER ("latencyUs", NULL),
        END,
    }};

const PmShape pm_shape_health_detail = {
    "HealthDetail", NULL,
    (const PmField[]){
        STATE,
        INTEGER_OR_NULL ("incidentId", "of the open incident; null: none"),
        INTEGER ("dependants", "services that are down because of this one"),
        TREND,
        RANGE,
        {.name = "points",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_point,
         .meaning = "oldest first, also where nothing was seen"},
        {.name = "samples",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_sample,
         .meaning = "each look of the last hour, oldest first"},
        {.name = "incidents",
         .type = PM_FIELD_OBJECTS,
         .of = &pm_shape_incident,
         .meaning = "newest first"},
        END,
    }};

const PmShape pm_shape_probe = {
    "Probe", "One look, now; it is stored nowhere",
    (const PmField[]){
        INTEGER ("serviceId", NULL),
        {.name = "state", .type = PM_FIELD_TEXT, .choices = health_words},
        INTEGER ("latencyUs", NULL),
        {.name = "kind", .type = PM_FIELD_TEXT, .choices = kind_words},
        TEXT ("target", NULL),
        TEXT ("cause", "empty: it is up"),
        TIME_OR_NULL ("certificateExpires", "null: no TLS"),
        END,
    }};

const PmShape pm_shape_incidents = {
    "IncidentList", NULL,
    (const PmField[]){
        {.name = "incidents", .type = PM_FIELD_OBJECTS, .of = &pm_shape_incident},
        NEXT_CURSOR,
        END,
    }};

const PmShape pm_shape_acknowledge_wish = {
    "AcknowledgeWish", NULL,
    (const PmField[]){
        {.name = "note", .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL | PM_NULLABLE, .most = 1000},
        DRY_RUN,
        END,
    }};

const PmShape pm_shape_mute_wish = {
    "MuteWish", "Either of the two",
    (const PmField[]){
        {.name = "minutes",
         .type = PM_FIELD_INTEGER,
         .flags = PM_OPTIONAL | PM_NULLABLE,
         .least = 0,
         .most = 525600,
         .fallback = "60",
         .meaning = "from now; 0 ends it"},
        {.name = "until", .type = PM_FIELD_TIME, .flags = PM_OPTIONAL | PM_NULLABLE},
        DRY_RUN,
        END,
    }};

const PmShape pm_shape_muted = {"Muted", NULL,
                                (const PmField[]){
                                    INTEGER ("serviceId", NULL),
                                    TIME_OR_NULL ("mutedUntil", "null: it is not muted"),
                                    END,
                                }};
