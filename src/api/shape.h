#pragma once

#include "base/json-writer.h"

G_BEGIN_DECLS

/* What a JSON object looks like, as a table: bodies and query parameters are checked against it,
 * and the OpenAPI document says it to everybody. A shape with a name is one of the document's
 * components; shapes.h has them all.
 *
 * Of what we answer, a shape is a promise: every field is there unless it is PM_OPTIONAL, and never
 * null unless it is PM_NULLABLE; fields may be added. Of what we are sent it is a demand, and a
 * field that is not in the table is refused. */

typedef enum {
  PM_FIELD_TEXT,
  PM_FIELD_INTEGER,
  PM_FIELD_NUMBER,
  PM_FIELD_FLAG,
  PM_FIELD_TIME,     /* RFC 3339 */
  PM_FIELD_OBJECT,   /* `of`, or any object where that is NULL */
  PM_FIELD_OBJECTS,  /* a list of `of` */
  PM_FIELD_TEXTS,    /* a list */
  PM_FIELD_INTEGERS, /* a list */
  PM_FIELD_ANY,      /* any JSON value */
  PM_FIELD_VALUE,    /* an integer or a text */
} PmFieldType;

enum {
  PM_OPTIONAL = 1 << 0,
  PM_NULLABLE = 1 << 1,
};

typedef struct PmShape PmShape;

typedef struct {
  const char *name;
  PmFieldType type;
  guint flags;
  const char *meaning;
  const PmShape *of;
  const char *const *choices; /* of a text, or each of a list of texts; NULL-terminated */
  gint64 least, most;         /* of integers and numbers; characters of a text; entries of a list.
                                 Both 0: no limit */
  const char *fallback;       /* JSON of the default; NULL none. Of a body it is told in words */
} PmField;

struct PmShape {
  const char *name; /* of the component: "Service" */
  const char *meaning;
  const PmField *fields; /* ended by one without a name */
};

/* The schema of one field as JSON Schema 2020-12 (OpenAPI 3.1's dialect). */
void pm_field_write_schema (PmJsonWriter *json, const PmField *field);

/* The schema of a shape itself. Closed: a field that is not in it is refused. */
void pm_shape_write_schema (PmJsonWriter *json, const PmShape *shape, gboolean closed);

/* Whether every field may be left out. */
gboolean pm_shape_is_optional (const PmShape *shape);

G_END_DECLS
