#pragma once

#include "api/shape.h"

G_BEGIN_DECLS

/* Short ways to write the rows of shapes. */

#define TEXT(field, what)                                                                          \
  {                                                                                                \
    .name = field, .type = PM_FIELD_TEXT, .meaning = what                                          \
  }
#define INTEGER(field, what)                                                                       \
  {                                                                                                \
    .name = field, .type = PM_FIELD_INTEGER, .meaning = what                                       \
  }
#define TIME(field, what)                                                                          \
  {                                                                                                \
    .name = field, .type = PM_FIELD_TIME, .meaning = what                                          \
  }
#define TIME_OR_NULL(field, what)                                                                  \
  {                                                                                                \
    .name = field, .type = PM_FIELD_TIME, .flags = PM_NULLABLE, .meaning = what                    \
  }
#define PORT(field, what)                                                                          \
  {                                                                                                \
    .name = field, .type = PM_FIELD_INTEGER, .most = G_MAXUINT16, .meaning = what                  \
  }
#define FLAG(field, what)                                                                          \
  {                                                                                                \
    .name = field, .type = PM_FIELD_FLAG, .meaning = what                                          \
  }
#define OPTIONAL_TEXT(field, what)                                                                 \
  {                                                                                                \
    .name = field, .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL, .meaning = what                    \
  }
#define PROJECT_NAME OPTIONAL_TEXT ("projectName", "what the configuration calls the project")
#define NEXT_CURSOR                                                                                \
  {                                                                                                \
    .name = "nextCursor", .type = PM_FIELD_TEXT, .flags = PM_NULLABLE,                             \
    .meaning = "null: this is the last page"                                                       \
  }
#define DRY_RUN                                                                                    \
  {                                                                                                \
    .name = "dryRun", .type = PM_FIELD_FLAG, .flags = PM_OPTIONAL, .fallback = "false",            \
    .meaning = "only say what would be done"                                                       \
  }
#define END                                                                                        \
  {                                                                                                \
    .name = NULL                                                                                   \
  }

G_END_DECLS
