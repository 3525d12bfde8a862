#pragma once

#include <jansson.h>

#include "base/json-writer.h"

G_BEGIN_DECLS

/* Messages of JSON-RPC 2.0, each on a line of its own (MCP, "Transports", stdio). */

/* Those of the specification. */
typedef enum {
  PM_WIRE_PARSE_ERROR = -32700,
  PM_WIRE_INVALID_REQUEST = -32600,
  PM_WIRE_METHOD_NOT_FOUND = -32601,
  PM_WIRE_INVALID_PARAMS = -32602,
  PM_WIRE_BUSY = -32000, /* of the range that is a server's own */
} PmWireError;

#define PM_WIRE_MOST_LINE (1024 * 1024) /* bytes of one message */

typedef struct PmWire PmWire;

PmWire *pm_wire_new (int input, int output);
void pm_wire_free (PmWire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmWire, pm_wire_free)

/* The next message, an object; a new reference. What is none is answered with an error and passed
 * over. NULL: the input has ended, or (with an error) cannot be read. */
json_t *pm_wire_read (PmWire *wire, GError **error);

/* A message that is answered (`id` of it): the result is one value, written between the two. */
PmJsonWriter pm_wire_begin_result (PmWire *wire, const json_t *id);
void pm_wire_end_result (PmWire *wire, PmJsonWriter *json);

/* `id` NULL: of a message that nobody could read. */
void pm_wire_refuse (PmWire *wire, const json_t *id, PmWireError code, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* A message of ours; `id` 0: one that needs no answer. `params` is JSON. */
void pm_wire_send (PmWire *wire, gint64 id, const char *method, const char *params);

/* The client reads no more. */
gboolean pm_wire_is_broken (const PmWire *wire);

G_END_DECLS
