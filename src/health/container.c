/* DESIGN
 * Whether a container runs, as Docker's Engine API tells it (GET /containers/json, which Podman's
 * service speaks too): its State, and the health that its own check gives it, which the list has in
 * its Status ("Up 2 hours (unhealthy)"). One list answers all probes that wait for it, and those of
 * the next second. Without a daemon nothing is known, and what is not known is not down. */

#include <jansson.h>
#include <string.h>

#include "health/kind.h"
#include "live/docker.h"

#define FRESH_US G_USEC_PER_SEC
#define MOST_BYTES (16 * 1024 * 1024)
#define TIMEOUT_MS 5000

typedef struct {
  PmProber *prober;
  PmHttpCall *call; /* NULL: none is under way */
  json_t *list;     /* NULL: never asked, or in vain */
  gint64 list_us;
  gint64 latency_us;
  char *failure;
  GPtrArray *waiting; /* of Container */
} Shared;

typedef struct {
  PmProbe *probe;
  const PmCheck *check;
  Shared *shared;
} Container;

/* --- one container --- */

static const char *
text_of (const json_t *object, const char *key)
{
  const char *text = json_string_value (json_object_get (object, key));
  return text != NULL ? text : "";
}

static gboolean
has_name (const json_t *container, const char *name)
{
  size_t i;
  json_t *one;
  json_array_foreach (json_object_get (container, "Names"), i, one)
  {
    const char *text = json_string_value (one);
    if (text != NULL && strcmp (text + (text[0] == '/'), name) == 0)
      return TRUE;
  }
  const char *id = text_of (container, "Id");
  return strlen (name) >= 12 && strncmp (id, name, strlen (name)) == 0;
}

static gboolean
is_meant (const json_t *container, const PmCheck *check)
{
  const json_t *labels = json_object_get (container, "Labels");
  if (check->folder[0] == '\0' && has_name (container, check->name))
    return TRUE;
  if (strcmp (text_of (labels, "com.docker.compose.service"), check->name) != 0)
    return FALSE;
  return check->folder[0] == '\0' ||
         strcmp (text_of (labels, "com.docker.compose.project.working_dir"), check->folder) == 0;
}

static gboolean
is_well (const json_t *container)
{
  return strcmp (text_of (container, "State"), "running") == 0 &&
         strstr (text_of (container, "Status"), "(unhealthy)") == NULL;
}

/* --- answers --- */

/* Of several of one service, one that is well will do. */
static void
answer (Container *self)
{
  const Shared *shared = self->shared;
  const json_t *found = NULL;
  size_t i;
  json_t *one;
  json_array_foreach (shared->list, i, one) if (is_meant (one, self->check))
  {
    if (found == NULL || is_well (one))
      found = one;
  }
  if (shared->list == NULL)
    pm_probe_finish (self->probe, PM_HEALTH_UNKNOWN, 0, "%s", shared->failure);
  else if (found == NULL)
    pm_probe_finish (self->probe, PM_HEALTH_DOWN, shared->latency_us, "there is no container “%s”",
                     self->check->name);
  else if (!is_well (found))
    pm_probe_finish (self->probe, PM_HEALTH_DOWN, shared->latency_us, "container “%s”: %s",
                     self->check->name, text_of (found, "Status"));
  else
    pm_probe_finish (self->probe, PM_HEALTH_UP, shared->latency_us, "%s", "");
}

static void
answer_all (Shared *shared)
{
  while (shared->waiting->len > 0)
    answer (g_ptr_array_steal_index (shared->waiting, shared->waiting->len - 1));
}

static void
fail (Shared *shared, const char *why)
{
  g_free (shared->failure);
  shared->failure = g_strdup_printf ("Docker does not tell: %s", why);
}

static void
on_reply (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Shared *shared = data;
  shared->call = NULL;
  g_clear_pointer (&shared->list, json_decref);
  shared->list_us = g_get_monotonic_time ();
  if (error != NULL) {
    fail (shared, error->message);
  } else {
    json_t *list = json_loadb (reply->body, reply->body_bytes, JSON_REJECT_DUPLICATES, NULL);
    shared->latency_us = reply->elapsed_us;
    if (reply->status == 200 && json_is_array (list))
      shared->list = g_steal_pointer (&list);
    else
      fail (shared, "its answer is no list of containers");
    json_decref (list);
  }
  answer_all (shared);
}

static void
ask (Shared *shared)
{
  g_autofree char *socket = pm_docker_socket_path ();
  if (socket == NULL || !g_file_test (socket, G_FILE_TEST_EXISTS)) {
    g_clear_pointer (&shared->list, json_decref);
    fail (shared, "it is not here");
    answer_all (shared);
    return;
  }
  PmHttpCallOptions options = {
      .url = "http://docker/containers/json?all=1",
      .unix_socket = socket,
      .timeout_ms = TIMEOUT_MS,
      .most_bytes = MOST_BYTES,
      .fresh = TRUE,
  };
  shared->call = pm_http_client_call (pm_prober_http (shared->prober), &options, on_reply, shared);
}

/* --- the kind --- */

static gpointer
container_shared_new (PmProber *prober)
{
  Shared *shared = g_new0 (Shared, 1);
  shared->prober = prober;
  shared->waiting = g_ptr_array_new ();
  return shared;
}

static void
container_shared_free (gpointer data)
{
  Shared *shared = data;
  pm_http_call_cancel (shared->call);
  json_decref (shared->list);
  g_ptr_array_unref (shared->waiting);
  g_free (shared->failure);
  g_free (shared);
}

static gpointer
container_start (PmProbe *probe, const PmCheck *check)
{
  Container *self = g_new0 (Container, 1);
  Shared *shared = pm_probe_shared (probe);
  *self = (Container){probe, check, shared};
  gboolean is_fresh = shared->list != NULL && g_get_monotonic_time () - shared->list_us < FRESH_US;
  if (is_fresh) {
    answer (self);
    return self;
  }
  g_ptr_array_add (shared->waiting, self);
  if (shared->call == NULL)
    ask (shared);
  return self;
}

static void
container_stop (gpointer data)
{
  Container *self = data;
  g_ptr_array_remove_fast (self->shared->waiting, self);
  g_free (self);
}

const PmProbeKind pm_probe_container = {
    .shared_new = container_shared_new,
    .shared_free = container_shared_free,
    .start = container_start,
    .stop = container_stop,
};
