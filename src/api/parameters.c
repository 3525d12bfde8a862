#include "api/parameters.h"

#include "verbs/health-view.h"

#define FIELD_LIMIT                                                                                \
  {                                                                                                \
    .name = "limit", .type = PM_FIELD_INTEGER, .flags = PM_OPTIONAL, .least = 1,                   \
    .most = PM_PAGE_MOST, .fallback = "1000", .meaning = "at most so many"                         \
  }
#define FIELD_CURSOR                                                                               \
  {                                                                                                \
    .name = "cursor", .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL,                                 \
    .meaning = "the nextCursor of the page before"                                                 \
  }

const PmField pm_parameters_page[] = {
    FIELD_LIMIT,
    FIELD_CURSOR,
    {NULL},
};

const PmField pm_parameters_services[] = {
    {.name = "q",
     .type = PM_FIELD_TEXT,
     .flags = PM_OPTIONAL,
     .meaning = "filter, as in the command line: project:x port:3000-3999 is:conflict"},
    {.name = "sort",
     .type = PM_FIELD_TEXT,
     .flags = PM_OPTIONAL,
     .choices = pm_api_sort_words,
     .fallback = "\"id\"",
     .meaning = "by this field; behind a “-” the other way round"},
    FIELD_LIMIT,
    FIELD_CURSOR,
    {NULL},
};

#define FIELD_PORT                                                                                 \
  {                                                                                                \
    .name = "port", .type = PM_FIELD_INTEGER, .flags = PM_OPTIONAL, .least = 1,                    \
    .most = G_MAXUINT16                                                                            \
  }
#define FIELD_TEXT(field, what)                                                                    \
  {                                                                                                \
    .name = field, .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL, .meaning = what                    \
  }

const PmField pm_parameters_findings[] = {
    FIELD_TEXT ("project", "of this project"),
    FIELD_TEXT ("file", "in this file, from its root"),
    FIELD_TEXT ("service", "of this service, by its bare name"),
    FIELD_PORT,
    FIELD_TEXT ("address", "this address, as it is written"),
    {.name = "kind",
     .type = PM_FIELD_TEXT,
     .flags = PM_OPTIONAL,
     .choices = (const char *const[]){"port", "ip", NULL}},
    {.name = "role",
     .type = PM_FIELD_TEXT,
     .flags = PM_OPTIONAL,
     .choices = (const char *const[]){"listen", "publish", "target", "reference", "address", NULL}},
    FIELD_LIMIT,
    FIELD_CURSOR,
    {NULL},
};

const PmField pm_parameters_history[] = {
    FIELD_PORT,
    {.name = "serviceId",
     .type = PM_FIELD_INTEGER,
     .flags = PM_OPTIONAL,
     .least = 1,
     .most = G_MAXINT64},
    FIELD_TEXT ("service", "of services with this name, or project/name"),
    FIELD_TEXT ("project", "of this project's services, by its id"),
    FIELD_TEXT ("since", "not older: 2h, 7d, 2026-11-22, RFC 3339"),
    FIELD_TEXT ("until", "not newer: the same"),
    FIELD_LIMIT,
    FIELD_CURSOR,
    {NULL},
};

const PmField pm_parameters_history_csv[] = {
    FIELD_PORT,
    FIELD_TEXT ("service", "of services with this name, or project/name"),
    FIELD_TEXT ("project", "of this project's services, by its id"),
    FIELD_TEXT ("since", "not older: 2h, 7d, 2026-11-22, RFC 3339"),
    FIELD_TEXT ("until", "not newer: the same"),
    FIELD_TEXT ("q", "words, ports, project:…, service:…; all must hold"),
    {NULL},
};

const PmField pm_parameters_free[] = {
    FIELD_TEXT ("type", "of service, as GET /api/pools lists them; without it other"),
    {NULL},
};

const PmField pm_parameters_analytics[] = {
    FIELD_TEXT ("since", "not older (30d): 2h, 7d, 2026-11-22, RFC 3339"),
    {NULL},
};

const PmField pm_parameters_events[] = {
    {.name = "after",
     .type = PM_FIELD_INTEGER,
     .flags = PM_OPTIONAL,
     .least = 0,
     .most = G_MAXINT64,
     .meaning = "those behind this id, 0 all; without it, and without Last-Event-ID, which wins, "
                "those to come"},
    {.name = "event",
     .type = PM_FIELD_TEXT,
     .flags = PM_OPTIONAL,
     .meaning = "only those named so, or matched: service.*,conflict.opened"},
    {.name = "project",
     .type = PM_FIELD_TEXT,
     .flags = PM_OPTIONAL,
     .meaning = "only those about this project"},
    {NULL},
};

#define FIELD_FILTER FIELD_TEXT ("q", "filter, as in the command line: project:x is:down")
#define FIELD_RANGE                                                                                \
  {                                                                                                \
    .name = "range", .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL,                                  \
    .choices = pm_health_range_words, .fallback = "\"24h\"", .meaning = "how far back"             \
  }

const PmField pm_parameters_health[] = {FIELD_FILTER, FIELD_LIMIT, FIELD_CURSOR, {NULL}};

const PmField pm_parameters_health_filter[] = {FIELD_FILTER, {NULL}};

const PmField pm_parameters_health_series[] = {
    {.name = "ids",
     .type = PM_FIELD_TEXT,
     .flags = PM_OPTIONAL,
     .meaning = "of services: 1,2,3; at most " G_STRINGIFY (PM_HEALTH_MOST_SERIES)},
    FIELD_RANGE,
    {NULL},
};

const PmField pm_parameters_health_range[] = {FIELD_RANGE, {NULL}};

const PmField pm_parameters_incidents[] = {
    {.name = "open",
     .type = PM_FIELD_FLAG,
     .flags = PM_OPTIONAL,
     .fallback = "false",
     .meaning = "only those that are not closed"},
    {.name = "serviceId",
     .type = PM_FIELD_INTEGER,
     .flags = PM_OPTIONAL,
     .least = 1,
     .most = G_MAXINT64},
    FIELD_LIMIT,
    FIELD_CURSOR,
    {NULL},
};
