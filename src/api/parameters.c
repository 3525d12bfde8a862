#include "api/parameters.h"

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
    FIELD_LIMIT,
    FIELD_CURSOR,
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
