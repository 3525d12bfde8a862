/* DESIGN
 * Blocking reads into one buffer, of which whole lines are taken. A line that is too long is read
 * to its end and answered once; nothing of it is kept. What is written is written whole: a client
 * that does not read makes us wait, which is what it asks for. */

#include "mcp/wire.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE 16384

struct PmWire {
  int input, output;
  GString *pending;     /* read, and not taken yet */
  GString *out;         /* the message that is being written */
  gboolean is_too_long; /* the line whose end is not seen yet */
  gboolean has_ended;   /* the input */
  gboolean is_broken;   /* the output */
};

PmWire *
pm_wire_new (int input, int output)
{
  PmWire *wire = g_new0 (PmWire, 1);
  wire->input = input;
  wire->output = output;
  wire->pending = g_string_new (NULL);
  wire->out = g_string_new (NULL);
  return wire;
}

void
pm_wire_free (PmWire *wire)
{
  if (wire == NULL)
    return;
  g_string_free (wire->pending, TRUE);
  g_string_free (wire->out, TRUE);
  g_free (wire);
}

gboolean
pm_wire_is_broken (const PmWire *wire)
{
  return wire->is_broken;
}

/* --- writing --- */

static void
flush (PmWire *wire)
{
  g_string_append_c (wire->out, '\n');
  for (gsize done = 0; done < wire->out->len && !wire->is_broken;) {
    ssize_t n = write (wire->output, wire->out->str + done, wire->out->len - done);
    if (n >= 0)
      done += (gsize) n;
    else if (errno != EINTR)
      wire->is_broken = TRUE;
  }
  g_string_truncate (wire->out, 0);
}

static PmJsonWriter
begin (PmWire *wire)
{
  PmJsonWriter json = pm_json_writer (wire->out);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "jsonrpc", "2.0");
  return json;
}

static void
end (PmWire *wire, PmJsonWriter *json)
{
  pm_json_end_object (json);
  flush (wire);
}

static void
write_id (PmJsonWriter *json, const json_t *id)
{
  pm_json_key (json, "id");
  if (json_is_integer (id))
    pm_json_int (json, json_integer_value (id));
  else
    pm_json_string (json, json_string_value (id)); /* null where it is none */
}

PmJsonWriter
pm_wire_begin_result (PmWire *wire, const json_t *id)
{
  PmJsonWriter json = begin (wire);
  write_id (&json, id);
  pm_json_key (&json, "result");
  return json;
}

void
pm_wire_end_result (PmWire *wire, PmJsonWriter *json)
{
  end (wire, json);
}

void
pm_wire_refuse (PmWire *wire, const json_t *id, PmWireError code, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  PmJsonWriter json = begin (wire);
  write_id (&json, id);
  pm_json_key (&json, "error");
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "code", code);
  pm_json_member_string (&json, "message", message);
  pm_json_end_object (&json);
  end (wire, &json);
}

void
pm_wire_send (PmWire *wire, gint64 id, const char *method, const char *params)
{
  PmJsonWriter json = begin (wire);
  if (id != 0)
    pm_json_member_int (&json, "id", id);
  pm_json_member_string (&json, "method", method);
  pm_json_key (&json, "params");
  pm_json_raw (&json, params);
  end (wire, &json);
}

/* --- reading --- */

/* More bytes; FALSE: the input has ended or cannot be read. */
static gboolean
read_more (PmWire *wire, GError **error)
{
  char buffer[READ_SIZE];
  ssize_t n;
  do
    n = read (wire->input, buffer, sizeof buffer);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
                 "the client cannot be heard any more: %s", g_strerror (errno));
  if (n <= 0)
    return FALSE;
  g_string_append_len (wire->pending, buffer, n);
  return TRUE;
}

/* The first line, without its end, in `line`; FALSE: there is no whole one yet. */
static gboolean
take_line (PmWire *wire, GString *line)
{
  const char *newline = memchr (wire->pending->str, '\n', wire->pending->len);
  if (newline == NULL && wire->pending->len > PM_WIRE_MOST_LINE) {
    wire->is_too_long = TRUE;
    g_string_truncate (wire->pending, 0);
  }
  if (newline == NULL)
    return FALSE;
  gsize length = (gsize) (newline - wire->pending->str);
  g_string_truncate (line, 0);
  g_string_append_len (line, wire->pending->str, (gssize) length);
  g_string_erase (wire->pending, 0, (gssize) length + 1);
  return TRUE;
}

static gboolean
next_line (PmWire *wire, GString *line, GError **error)
{
  while (!wire->has_ended) {
    if (take_line (wire, line))
      return TRUE;
    wire->has_ended = !read_more (wire, error);
  }
  return FALSE;
}

/* NULL: it is no message, and has been answered where it was meant as one. */
static json_t *
parse (PmWire *wire, const GString *line)
{
  gboolean is_too_long = wire->is_too_long || line->len > PM_WIRE_MOST_LINE;
  wire->is_too_long = FALSE;
  if (is_too_long) {
    pm_wire_refuse (wire, NULL, PM_WIRE_PARSE_ERROR, "a message is over %d bytes long",
                    PM_WIRE_MOST_LINE);
    return NULL;
  }
  if (strspn (line->str, " \t\r") == line->len)
    return NULL;
  json_error_t where;
  json_t *message = json_loadb (line->str, line->len, JSON_REJECT_DUPLICATES, &where);
  if (message == NULL)
    pm_wire_refuse (wire, NULL, PM_WIRE_PARSE_ERROR, "no JSON: %s", where.text);
  else if (!json_is_object (message))
    pm_wire_refuse (wire, NULL, PM_WIRE_INVALID_REQUEST, "a message is one object");
  else
    return message;
  json_decref (message);
  return NULL;
}

json_t *
pm_wire_read (PmWire *wire, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  while (next_line (wire, line, error)) {
    json_t *message = parse (wire, line);
    if (message != NULL)
      return message;
  }
  return NULL;
}
