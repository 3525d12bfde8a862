/* DESIGN
 * A response without a length, whose bytes libmicrohttpd asks for. When there are none, the
 * connection is suspended: a callback that returned "nothing yet" would be asked again at once, for
 * ever. Waking resumes it, which libmicrohttpd does with its next run; its epoll descriptor does
 * not tell that there is need of one.
 *
 * libmicrohttpd may not be stopped while a connection is suspended, so at the end all of a
 * listener's streams are resumed and find out that they are over. While one is suspended nothing
 * looks at its connection: that the client is gone is found out when something is written to it.
 * Whoever owns the stream must do that now and then. */

#include "api/http-private.h"

/* Of a chunk; libmicrohttpd has a buffer of this size for each response. */
#define BLOCK_BYTES 1024

/* The request may be gone before its response is. */
struct PmHttpStream {
  PmHttpListener *listener;
  struct MHD_Connection *connection;
  PmHttpStreamRead read;
  gpointer data;
  GDestroyNotify free;
  gboolean is_suspended;
  gboolean is_over;
  GList link; /* in the listener's streams */
};

static ssize_t
on_read (void *data, uint64_t position, char *buffer, size_t size)
{
  PmHttpStream *stream = data;
  gssize length = stream->is_over ? PM_HTTP_STREAM_END : stream->read (stream->data, buffer, size);
  if (length == PM_HTTP_STREAM_END)
    return MHD_CONTENT_READER_END_OF_STREAM;
  if (length == 0) {
    stream->is_suspended = TRUE;
    MHD_suspend_connection (stream->connection);
  }
  return length;
}

static void
on_free (void *data)
{
  PmHttpStream *stream = data;
  g_queue_unlink (&stream->listener->streams, &stream->link);
  if (stream->free != NULL)
    stream->free (stream->data);
  g_free (stream);
}

PmHttpStream *
pm_http_respond_stream (PmHttpRequest *request, const char *type, PmHttpStreamRead read,
                        gpointer data, GDestroyNotify free)
{
  g_return_val_if_fail (request->stream == NULL, NULL);
  PmHttpStream *stream = g_new0 (PmHttpStream, 1);
  stream->listener = request->listener;
  stream->connection = request->connection;
  stream->read = read;
  stream->data = data;
  stream->free = free;
  stream->link.data = stream;
  g_queue_push_tail_link (&request->listener->streams, &stream->link);
  request->status = 200;
  request->type = type;
  request->stream = stream;
  return stream;
}

struct MHD_Response *
pm_http_stream_response (PmHttpStream *stream)
{
  return MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK_BYTES, on_read, stream,
                                            on_free);
}

void
pm_http_stream_drop (PmHttpRequest *request)
{
  on_free (g_steal_pointer (&request->stream));
}

void
pm_http_stream_wake (PmHttpStream *stream)
{
  if (!stream->is_suspended)
    return;
  stream->is_suspended = FALSE;
  MHD_resume_connection (stream->connection);
  pm_http_loop_set_due (stream->listener->source);
}

void
pm_http_streams_end (PmHttpListener *listener)
{
  for (GList *l = listener->streams.head; l != NULL; l = l->next) {
    ((PmHttpStream *) l->data)->is_over = TRUE;
    pm_http_stream_wake (l->data);
  }
  if (listener->streams.length > 0)
    MHD_run (listener->daemon);
}
