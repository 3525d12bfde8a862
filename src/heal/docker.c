/* DESIGN
 * Docker's Engine API on its unix socket (docs.docker.com, "Engine API"; Podman's service speaks it
 * too): POST /containers/NAME/restart, then GET /containers/NAME/json, since a container that ends
 * at once was restarted all the same. The container stays the one that it was: what it was made
 * with, its environment and its ports, does not change.
 *
 * The client is the asynchronous one of net/, on a main context of this thread alone. */

#include <jansson.h>

#include "heal/provider.h"
#include "live/docker.h"
#include "net/http-client.h"

#define GRACE_S 10 /* until the container's process is killed; Docker's own default */

typedef struct {
  GMainLoop *loop;
  guint status;
  char *body;
  GError *error;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_free (answer->body);
  g_clear_error (&answer->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
on_done (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Answer *answer = data;
  if (error != NULL)
    answer->error = g_error_copy (error);
  else {
    answer->status = reply->status;
    answer->body = g_strndup (reply->body, reply->body_bytes);
  }
  g_main_loop_quit (answer->loop);
}

/* On a context of its own, whichever loop this thread may have. */
static void
ask (const char *socket, const char *method, const char *path, gint64 deadline_us, Answer *answer)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autofree char *url = g_strconcat ("http://docker", path, NULL);
  gint64 left_us = deadline_us - g_get_monotonic_time ();
  PmHttpCallOptions options = {.url = url,
                               .method = method,
                               .unix_socket = socket,
                               .timeout_ms = (guint) (MAX (left_us, 1000) / 1000)};
  answer->loop = loop;
  {
    g_autoptr (PmHttpClient) client = pm_http_client_new ();
    pm_http_client_call (client, &options, on_done, answer);
    g_main_loop_run (loop);
  }
  g_main_context_pop_thread_default (context);
}

/* {"message":"…"} */
static char *
message_of (const Answer *answer)
{
  json_t *root = json_loads (answer->body == NULL ? "" : answer->body, 0, NULL);
  const char *text = json_string_value (json_object_get (root, "message"));
  char *message = text != NULL ? g_strdup (text)
                               : g_strdup_printf ("Docker answers with status %u", answer->status);
  json_decref (root);
  return message;
}

static gboolean
is_accepted (const char *socket, const Answer *answer, GError **error)
{
  if (answer->error != NULL) {
    gboolean is_late = g_error_matches (answer->error, PM_NET_ERROR, PM_NET_ERROR_TIMEOUT);
    g_set_error (error, PM_HEAL_ERROR, is_late ? PM_HEAL_ERROR_TIMEOUT : PM_HEAL_ERROR_ABSENT,
                 "Docker on %s: %s", socket, answer->error->message);
    return FALSE;
  }
  if (answer->status >= 200 && answer->status < 300)
    return TRUE;
  g_autofree char *message = message_of (answer);
  g_set_error_literal (error, PM_HEAL_ERROR,
                       answer->status == 404 ? PM_HEAL_ERROR_ABSENT : PM_HEAL_ERROR_FAILED,
                       message);
  return FALSE;
}

static gboolean
is_running (const char *name, const Answer *answer, GError **error)
{
  json_t *root = json_loads (answer->body, 0, NULL);
  const json_t *state = json_object_get (root, "State");
  gboolean fine = json_is_true (json_object_get (state, "Running"));
  if (!fine)
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FAILED,
                 "container %s ended again at once, with status %" JSON_INTEGER_FORMAT, name,
                 json_integer_value (json_object_get (state, "ExitCode")));
  json_decref (root);
  return fine;
}

static char *
subject (const PmRestartTarget *target)
{
  return pm_heal_is_set (target->container) ? g_strdup (target->container) : NULL;
}

static gboolean
restart (const PmRestartTarget *target, const PmRestartOptions *options, gint64 deadline_us,
         GError **error)
{
  g_autofree char *usual = pm_docker_socket_path ();
  const char *socket = options->docker_socket != NULL ? options->docker_socket : usual;
  if (socket == NULL) {
    g_set_error_literal (error, PM_HEAL_ERROR, PM_HEAL_ERROR_ABSENT,
                         "DOCKER_HOST names a daemon elsewhere; only one of this machine is asked");
    return FALSE;
  }
  g_autofree char *name = g_uri_escape_string (target->container, NULL, FALSE);
  g_autofree char *again = g_strdup_printf ("/containers/%s/restart?t=%d", name, GRACE_S);
  g_autofree char *look = g_strdup_printf ("/containers/%s/json", name);
  g_auto (Answer) done = {0}, now = {0};
  ask (socket, "POST", again, deadline_us, &done);
  if (!is_accepted (socket, &done, error))
    return FALSE;
  ask (socket, "GET", look, deadline_us, &now);
  return is_accepted (socket, &now, error) && is_running (target->container, &now, error);
}

const PmRestartProvider pm_provider_docker = {"docker", "restart.container", subject, restart};
