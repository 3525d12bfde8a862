/* DESIGN
 * sockets → holders → one read of each holder's process → containers → projects. Other threads look
 * at processes while the kernel tells the sockets. Where somebody ended meanwhile, or nobody was
 * seen to hold one, the kernel is asked a second time whether it is still bound. A published port
 * is held by a proxy, which is told by its name; Docker's list says whose it is. Where the holder
 * is hidden the list alone has to do. */

#include "live/live.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "live/docker.h"
#include "live/holders.h"
#include "live/processes.h"
#include "live/sockets.h"

#define DOCKER_TIMEOUT_MS 1000

typedef struct {
  PmProcess process;
  const char *unit;
  const char *container_id;
  gboolean is_proxy;
} Holder;

typedef struct {
  const PmLiveOptions *options;
  PmArena *arena;
  GArray *sockets;     /* PmSocket */
  GArray *containers;  /* PmContainer */
  GHashTable *holders; /* pid → Holder */
  const Holder *last;  /* the holder that was asked for last, of last_pid */
  gint64 last_pid;
  PmLiveReport *report;
  const PmBoundSocket *named; /* the socket whose address was written last; NULL none */
  const char *address;        /* that */
} Look;

/* --- sockets and their holders --- */

/* Most have the address of the one before. */
static const char *
address_text (Look *look, const PmBoundSocket *bound)
{
  char text[INET6_ADDRSTRLEN];
  const PmBoundSocket *last = look->named;
  if (last != NULL && last->is_v6 == bound->is_v6 &&
      memcmp (last->address, bound->address, sizeof bound->address) == 0)
    return look->address;
  inet_ntop (bound->is_v6 ? AF_INET6 : AF_INET, bound->address, text, sizeof text);
  look->named = bound;
  look->address = pm_arena_strdup (look->arena, text);
  return look->address;
}

/* They hold a published port and pass it on. */
static gboolean
is_proxy (const char *program)
{
  static const char *const proxies[] = {
      "docker-proxy", "dockerd", "rootlesskit",        "rootlessport", "slirp4netns", "pasta",
      "pasta.avx2",   "conmon",  "com.docker.backend", "vpnkit",       "gvproxy",     NULL,
  };
  return g_strv_contains (proxies, program);
}

static const char *
proc_of (const PmLiveOptions *options)
{
  return options->proc == NULL ? "/proc" : options->proc;
}

static Holder *
read_holder (Look *look, gint64 pid)
{
  Holder *holder = pm_arena_new0 (look->arena, Holder);
  pm_process_read (proc_of (look->options), pid, look->arena, &holder->process);
  holder->unit = pm_process_unit (holder->process.cgroup, look->arena);
  holder->container_id = pm_process_container (holder->process.cgroup, look->arena);
  holder->is_proxy = is_proxy (holder->process.program);
  g_hash_table_insert (look->holders, GSIZE_TO_POINTER (pid), holder);
  return holder;
}

/* Sockets of one holder lie beside each other more often than not. */
static const Holder *
holder_of (Look *look, gint64 pid)
{
  if (look->last != NULL && look->last_pid == pid)
    return look->last;
  const Holder *holder = g_hash_table_lookup (look->holders, GSIZE_TO_POINTER (pid));
  look->last = holder == NULL ? read_holder (look, pid) : holder;
  look->last_pid = pid;
  return look->last;
}

static PmSocket
describe (Look *look, const PmBoundSocket *bound, gint64 pid)
{
  char device[IF_NAMESIZE];
  PmSocket socket = {
      .host = look->options->host,
      .transport = bound->transport,
      .port = bound->port,
      .address = address_text (look, bound),
      .is_v6_only = bound->is_v6_only,
      .device = "",
      .uid = bound->uid,
      .pid = pid,
      .command = "",
      .program = "",
      .cwd = "",
      .unit = "",
      .root = "",
      .project_id = "",
      .container_id = "",
      .container = "",
      .container_folder = "",
      .compose_service = "",
  };
  if (bound->device != 0 && if_indextoname (bound->device, device) != NULL)
    socket.device = pm_arena_strdup (look->arena, device);
  if (pid == 0)
    return socket;
  const Holder *holder = holder_of (look, pid);
  socket.command = holder->process.command;
  socket.program = holder->process.program;
  socket.cwd = holder->process.cwd;
  socket.unit = holder->unit;
  socket.container_id = holder->container_id;
  socket.is_proxy = holder->is_proxy;
  return socket;
}

/* Nobody was seen to hold it, or who did has ended since (a process that is there has a command, or
 * a name). */
static gboolean
is_doubtful (Look *look, gint pid)
{
  return pid == 0 || holder_of (look, pid)->process.command[0] == '\0';
}

/* Of what is in doubt, the inodes of those that are bound now; NULL where that cannot be told. */
static GHashTable *
bound_now (const GArray *doubtful)
{
  g_autoptr (GArray) bound = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  g_array_append_vals (bound, doubtful->data, doubtful->len);
  if (!pm_sockets_keep_bound (bound, NULL))
    return NULL;
  GHashTable *inodes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < bound->len; i++) {
    guint64 inode = g_array_index (bound, PmBoundSocket, i).inode;
    g_hash_table_add (inodes, g_memdup2 (&inode, sizeof inode));
  }
  return inodes;
}

/* What was closed while the processes were looked at would else be a stranger's. */
static void
add_sockets (Look *look, const GArray *bound, const gint *pids)
{
  g_autoptr (GArray) doubtful = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  for (guint i = 0; i < bound->len; i++)
    if (is_doubtful (look, pids[i]))
      g_array_append_val (doubtful, g_array_index (bound, PmBoundSocket, i));
  g_autoptr (GHashTable) still_bound = doubtful->len > 0 ? bound_now (doubtful) : NULL;
  guint n = look->sockets->len;
  g_array_set_size (look->sockets, n + bound->len);
  for (guint i = 0; i < bound->len; i++) {
    const PmBoundSocket *one = &g_array_index (bound, PmBoundSocket, i);
    if (still_bound != NULL && is_doubtful (look, pids[i]) &&
        !g_hash_table_contains (still_bound, &one->inode))
      continue;
    g_array_index (look->sockets, PmSocket, n++) = describe (look, one, pids[i]);
    look->report->n_unowned += pids[i] == 0;
  }
  g_array_set_size (look->sockets, n);
  look->report->n_sockets = look->sockets->len;
}

static gboolean
find_sockets (Look *look, GError **error)
{
  g_autoptr (GArray) bound = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  g_autoptr (PmHoldersLook) holders =
      pm_holders_look (proc_of (look->options), look->options->holders);
  if (!pm_sockets_bound (bound, error))
    return FALSE;
  g_autofree guint64 *inodes = g_new (guint64, bound->len + 1);
  g_autofree gint *pids = g_new (gint, bound->len + 1);
  for (guint i = 0; i < bound->len; i++)
    inodes[i] = g_array_index (bound, PmBoundSocket, i).inode;
  look->report->n_hidden = pm_holders_look_end (holders, inodes, bound->len, pids);
  add_sockets (look, bound, pids);
  return TRUE;
}

/* --- containers --- */

static gboolean
may_be_a_container (const PmSocket *socket)
{
  return socket->pid == 0 || socket->is_proxy || socket->container_id[0] != '\0';
}

static void
ask_docker (Look *look)
{
  g_autoptr (GError) failure = NULL;
  gboolean wanted = FALSE;
  for (guint i = 0; i < look->sockets->len && !wanted; i++)
    wanted = may_be_a_container (&g_array_index (look->sockets, PmSocket, i));
  const char *given = look->options->docker_socket;
  g_autofree char *path = given == NULL ? pm_docker_socket_path () : g_strdup (given);
  if (!wanted || path == NULL || path[0] == '\0')
    return;
  if (!pm_docker_containers (path, DOCKER_TIMEOUT_MS, look->arena, look->containers, &failure) &&
      !g_error_matches (failure, PM_DOCKER_ERROR, PM_DOCKER_ERROR_ABSENT))
    look->report->docker_failure = pm_arena_strdup (look->arena, failure->message);
  look->report->n_containers = look->containers->len;
}

static gboolean
publishes (const PmContainerPort *port, const PmSocket *socket)
{
  return port->public_port == socket->port && port->transport == socket->transport &&
         (port->address[0] == '\0' || strcmp (port->address, socket->address) == 0);
}

static const PmContainer *
container_of (const Look *look, const PmSocket *socket, guint16 *ret_port)
{
  for (guint i = 0; i < look->containers->len; i++) {
    const PmContainer *container = &g_array_index (look->containers, PmContainer, i);
    *ret_port = socket->port;
    if (!socket->is_proxy && socket->container_id[0] != '\0') {
      if (strcmp (container->id, socket->container_id) == 0)
        return container;
      continue;
    }
    for (guint k = 0; k < container->n_ports; k++) {
      *ret_port = container->ports[k].private_port;
      if (publishes (&container->ports[k], socket))
        return container;
    }
  }
  return NULL;
}

/* What docker-proxy is told on its command line. */
static guint16
port_in_command (const char *command)
{
  static const char option[] = "-container-port ";
  const char *found = strstr (command, option);
  guint64 port = found == NULL ? 0 : g_ascii_strtoull (found + sizeof option - 1, NULL, 10);
  return port <= G_MAXUINT16 ? (guint16) port : 0;
}

static void
attribute_to_container (const Look *look, PmSocket *socket)
{
  guint16 port = 0;
  if (!may_be_a_container (socket))
    return;
  if (socket->is_proxy)
    socket->container_port = port_in_command (socket->command);
  const PmContainer *container = container_of (look, socket, &port);
  if (container == NULL)
    return;
  socket->is_proxy |= socket->pid == 0;
  socket->container_id = container->id;
  socket->container = container->name;
  socket->container_folder = container->folder;
  socket->compose_service = container->compose_service;
  socket->container_port = port;
}

/* --- projects --- */

/* In the project's folder, whose path is *ret_length bytes long, or below it. */
static gboolean
lies_in (const char *folder, const PmProject *project, gsize *ret_length)
{
  gsize root = strlen (project->root), id = strlen (project->id);
  while (root > 0 && project->root[root - 1] == '/')
    root--;
  gsize length = root + 1 + id;
  if (strncmp (folder, project->root, root) != 0 || folder[root] != '/' ||
      strncmp (folder + root + 1, project->id, id) != 0 ||
      (folder[length] != '\0' && folder[length] != '/'))
    return FALSE;
  *ret_length = length;
  return TRUE;
}

/* A container's own processes see other folders than we do: what counts is where compose was. */
static void
attribute_to_project (const Look *look, PmSocket *socket)
{
  gboolean is_container = socket->is_proxy || socket->container_id[0] != '\0';
  const char *folder = is_container ? socket->container_folder : socket->cwd;
  gsize longest = 0, length;
  for (guint i = 0; look->options->projects != NULL && i < look->options->projects->len; i++) {
    const PmProject *project = &g_array_index (look->options->projects, PmProject, i);
    if (!lies_in (folder, project, &length) || length <= longest)
      continue;
    longest = length;
    socket->root = pm_arena_strdup (look->arena, project->root);
    socket->project_id = pm_arena_strdup (look->arena, project->id);
  }
}

/* Sockets of one holder lie beside each other more often than not. */
static void
attribute (Look *look)
{
  const PmSocket *last = NULL;
  for (guint i = 0; i < look->sockets->len; i++) {
    PmSocket *socket = &g_array_index (look->sockets, PmSocket, i);
    attribute_to_container (look, socket);
    if (last != NULL && last->cwd == socket->cwd && !may_be_a_container (socket)) {
      socket->root = last->root;
      socket->project_id = last->project_id;
      continue;
    }
    attribute_to_project (look, socket);
    last = may_be_a_container (socket) ? last : socket;
  }
}

gboolean
pm_live_look (const PmLiveOptions *options, PmArena *arena, GArray *sockets,
              PmLiveReport *ret_report, GError **error)
{
  g_autoptr (GArray) containers = g_array_new (FALSE, FALSE, sizeof (PmContainer));
  g_autoptr (GHashTable) holders = g_hash_table_new (NULL, NULL);
  PmLiveReport report = {.docker_failure = ""};
  Look look = {
      .options = options,
      .arena = arena,
      .sockets = sockets,
      .containers = containers,
      .holders = holders,
      .report = &report,
  };
  if (!find_sockets (&look, error))
    return FALSE;
  ask_docker (&look);
  attribute (&look);
  *ret_report = report;
  return TRUE;
}
