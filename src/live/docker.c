/* DESIGN
 * One question and one answer: HTTP/1.0 (RFC 1945), whose answers end where the connection does, so
 * that nothing of chunks or of keeping connections alive is needed, nor a library that takes longer
 * to load than the answer takes. */

#include "live/docker.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_BYTES (16 * 1024 * 1024)

G_DEFINE_QUARK (pm - docker - error - quark, pm_docker_error)

char *
pm_docker_socket_path (void)
{
  const char *set = g_getenv ("DOCKER_HOST");
  if (set != NULL && set[0] != '\0')
    return g_str_has_prefix (set, "unix://") ? g_strdup (set + strlen ("unix://")) : NULL;
  g_autofree char *rootless = g_build_filename (g_get_user_runtime_dir (), "docker.sock", NULL);
  g_autofree char *podman =
      g_build_filename (g_get_user_runtime_dir (), "podman", "podman.sock", NULL);
  const char *const others[] = {rootless, "/run/podman/podman.sock", podman};
  static const char usual[] = "/var/run/docker.sock";
  for (gsize i = 0; access (usual, F_OK) != 0 && i < G_N_ELEMENTS (others); i++)
    if (access (others[i], F_OK) == 0)
      return g_strdup (others[i]);
  return g_strdup (usual);
}

/* --- one question over the socket --- */

static gboolean fail (GError **error, PmDockerError code, const char *path, const char *cause);

static gboolean
fail (GError **error, PmDockerError code, const char *path, const char *cause)
{
  g_set_error (error, PM_DOCKER_ERROR, (int) code, "%s: %s", path, cause);
  return FALSE;
}

/* FALSE with errno ETIME when the time is over. */
static gboolean
wait_for (int fd, short events, gint64 deadline_us)
{
  for (;;) {
    gint64 left_us = deadline_us - g_get_monotonic_time ();
    struct pollfd item = {.fd = fd, .events = events};
    int ready = left_us <= 0 ? 0 : poll (&item, 1, (int) (left_us / 1000) + 1);
    if (ready > 0)
      return TRUE;
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready == 0)
      errno = ETIME;
    return FALSE;
  }
}

static gboolean
send_all (int fd, const char *text, gint64 deadline_us)
{
  gsize length = strlen (text);
  while (length > 0) {
    ssize_t sent = send (fd, text, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
      return FALSE;
    if (sent < 0 && !wait_for (fd, POLLOUT, deadline_us))
      return FALSE;
    if (sent > 0) {
      text += sent;
      length -= (gsize) sent;
    }
  }
  return TRUE;
}

static gboolean
receive_all (int fd, GString *answer, gint64 deadline_us)
{
  char buffer[16 * 1024];
  for (;;) {
    ssize_t length = recv (fd, buffer, sizeof buffer, 0);
    if (length == 0)
      return TRUE;
    if (length < 0 && errno != EAGAIN && errno != EINTR)
      return FALSE;
    if (length < 0 && !wait_for (fd, POLLIN, deadline_us))
      return FALSE;
    if (length > 0)
      g_string_append_len (answer, buffer, length);
    if (answer->len > MOST_BYTES) {
      errno = EFBIG;
      return FALSE;
    }
  }
}

static gboolean
ask (int fd, const char *path, GString *answer, gint64 deadline_us)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return FALSE;
  }
  return connect (fd, (const struct sockaddr *) &address, sizeof address) == 0 &&
         send_all (fd, "GET /containers/json HTTP/1.0\r\nHost: docker\r\n\r\n", deadline_us) &&
         receive_all (fd, answer, deadline_us);
}

static gboolean
check_status (const char *path, const GString *answer, GError **error)
{
  int status = 0;
  if (sscanf (answer->str, "HTTP/1.%*1[01] %3d ", &status) != 1)
    return fail (error, PM_DOCKER_ERROR_ANSWER, path, "the answer is no HTTP");
  if (status != 200) {
    g_autofree char *cause = g_strdup_printf ("answers with status %d", status);
    return fail (error, PM_DOCKER_ERROR_ANSWER, path, cause);
  }
  return TRUE;
}

gboolean
pm_docker_containers (const char *socket_path, guint timeout_ms, PmArena *arena, GArray *containers,
                      GError **error)
{
  gint64 deadline_us = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  g_autoptr (GString) answer = g_string_new (NULL);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  gboolean fine = fd >= 0 && ask (fd, socket_path, answer, deadline_us);
  int cause = errno;
  if (fd >= 0)
    close (fd);
  if (!fine)
    return fail (error,
                 cause == ENOENT || cause == ECONNREFUSED ? PM_DOCKER_ERROR_ABSENT
                                                          : PM_DOCKER_ERROR_ANSWER,
                 socket_path, g_strerror (cause));
  if (!check_status (socket_path, answer, error))
    return FALSE;
  const char *body = strstr (answer->str, "\r\n\r\n");
  gsize start = body == NULL ? answer->len : (gsize) (body - answer->str) + 4;
  return pm_docker_parse (answer->str + start, answer->len - start, arena, containers, error);
}

/* --- the answer --- */

static const char *
text_of (const json_t *object, const char *key, PmArena *arena)
{
  const char *text = json_string_value (json_object_get (object, key));
  return pm_arena_strdup (arena, text == NULL ? "" : text);
}

static guint16
port_of (const json_t *object, const char *key)
{
  json_int_t number = json_integer_value (json_object_get (object, key));
  return number > 0 && number <= G_MAXUINT16 ? (guint16) number : 0;
}

static void
read_ports (const json_t *list, PmArena *arena, PmContainer *container)
{
  gsize n = json_array_size (list);
  PmContainerPort *ports = pm_arena_alloc (arena, n * sizeof *ports);
  for (gsize i = 0; i < n; i++) {
    const json_t *item = json_array_get (list, i);
    PmContainerPort *port = &ports[container->n_ports];
    const char *type = json_string_value (json_object_get (item, "Type"));
    port->address = text_of (item, "IP", arena);
    port->public_port = port_of (item, "PublicPort");
    port->private_port = port_of (item, "PrivatePort");
    if (type != NULL && pm_transport_from_name (type, &port->transport))
      container->n_ports++;
  }
  container->ports = ports;
}

static PmContainer
read_container (const json_t *item, PmArena *arena)
{
  const json_t *labels = json_object_get (item, "Labels");
  const char *name =
      json_string_value (json_array_get (json_object_get (item, "Names"), 0)); /* "/shop-db-1" */
  PmContainer container = {
      .id = text_of (item, "Id", arena),
      .name = pm_arena_strdup (arena, name == NULL     ? ""
                                      : name[0] == '/' ? name + 1
                                                       : name),
      .compose_service = text_of (labels, "com.docker.compose.service", arena),
      .folder = text_of (labels, "com.docker.compose.project.working_dir", arena),
  };
  read_ports (json_object_get (item, "Ports"), arena, &container);
  return container;
}

gboolean
pm_docker_parse (const char *json, gsize length, PmArena *arena, GArray *containers, GError **error)
{
  json_error_t problem;
  json_t *list = json_loadb (json, length, 0, &problem);
  if (!json_is_array (list)) {
    g_set_error (error, PM_DOCKER_ERROR, PM_DOCKER_ERROR_ANSWER,
                 "the daemon's list of containers cannot be read: %s",
                 list == NULL ? problem.text : "it is no list");
    json_decref (list);
    return FALSE;
  }
  for (gsize i = 0; i < json_array_size (list); i++) {
    PmContainer container = read_container (json_array_get (list, i), arena);
    g_array_append_val (containers, container);
  }
  json_decref (list);
  return TRUE;
}
