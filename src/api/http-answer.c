/* DESIGN
 * libmicrohttpd's responses are counted and may be queued on any number of connections at once, so
 * that one is made for each way in which it differs: over TLS there is one header more. A large
 * body lies in a file without a name (memfd_create(2)), from which the kernel sends without copying
 * (sendfile(2)); over TLS it is read from there. */

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/http-private.h"

#define LARGE_BYTES (32 * 1024)

struct PmHttpAnswer {
  grefcount references;
  GBytes *body; /* NULL: it lies in the file */
  int file;     /* -1 none */
  gsize length;
  const char *type;
  GPtrArray *headers;                /* name, value, … */
  struct MHD_Response *responses[2]; /* plain, over TLS; NULL: not asked for yet */
};

/* -1: there is no room for it. */
static int
put_into_file (const char *bytes, gsize length)
{
  int fd = memfd_create ("answer", MFD_CLOEXEC);
  for (gsize written = 0; fd >= 0 && written < length;) {
    ssize_t n = write (fd, bytes + written, length - written);
    if (n <= 0) {
      close (fd);
      return -1;
    }
    written += (gsize) n;
  }
  return fd;
}

PmHttpAnswer *
pm_http_answer_new (const char *type, GBytes *body, const char *const *headers)
{
  PmHttpAnswer *answer = g_new0 (PmHttpAnswer, 1);
  const char *bytes = g_bytes_get_data (body, &answer->length);
  g_ref_count_init (&answer->references);
  answer->file = answer->length < LARGE_BYTES ? -1 : put_into_file (bytes, answer->length);
  answer->body = answer->file < 0 ? g_bytes_ref (body) : NULL;
  answer->type = type;
  answer->headers = g_ptr_array_new_with_free_func (g_free);
  for (; *headers != NULL; headers++)
    g_ptr_array_add (answer->headers, g_strdup (*headers));
  return answer;
}

PmHttpAnswer *
pm_http_answer_ref (PmHttpAnswer *answer)
{
  g_ref_count_inc (&answer->references);
  return answer;
}

void
pm_http_answer_unref (PmHttpAnswer *answer)
{
  if (answer == NULL || !g_ref_count_dec (&answer->references))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (answer->responses); i++)
    if (answer->responses[i] != NULL)
      MHD_destroy_response (answer->responses[i]);
  if (answer->file >= 0)
    close (answer->file);
  if (answer->body != NULL)
    g_bytes_unref (answer->body);
  g_ptr_array_unref (answer->headers);
  g_free (answer);
}

/* A response may be sent still when its answer is gone: it has a descriptor of its own. */
static struct MHD_Response *
file_response (const PmHttpAnswer *answer)
{
  int fd = fcntl (answer->file, F_DUPFD_CLOEXEC, 0);
  struct MHD_Response *response =
      fd < 0 ? NULL : MHD_create_response_from_fd64 (answer->length, fd);
  if (response == NULL && fd >= 0)
    close (fd);
  return response;
}

struct MHD_Response *
pm_http_answer_response (PmHttpAnswer *answer, gboolean is_tls)
{
  struct MHD_Response **response = &answer->responses[is_tls ? 1 : 0];
  if (*response != NULL)
    return *response;
  *response = answer->file >= 0 ? file_response (answer) : pm_http_body_response (answer->body);
  if (*response != NULL)
    pm_http_add_headers (*response, answer->type, answer->headers, is_tls);
  return *response;
}
