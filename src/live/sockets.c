/* DESIGN
 * Four dumps over one netlink socket, one after the other, or those of them that are wanted, and
 * then with a filter of ports that the kernel runs itself (linux/inet_diag.h,
 * INET_DIAG_REQ_BYTECODE). One that listens is also found by its address. The kernel's answers are
 * taken apart in the buffer that they came in. A dump during which sockets came and went may be
 * told as interrupted (NLM_F_DUMP_INTR): it is made again, a few times, and then taken as it is. */

#include "live/sockets.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define BUFFER_SIZE (64 * 1024)
#define MOST_TRIES 4
#define MOST_PORTS 32 /* that are filtered for: each costs the kernel a look at each socket */

G_DEFINE_QUARK (pm - live - error - quark, pm_live_error)

typedef struct {
  struct mnl_socket *netlink;
  guint sequence;
  char *buffer;
  PmTransport transport;
  GArray *sockets;
  gboolean interrupted;
  struct inet_diag_bc_op filter[MOST_PORTS * 5];
  gsize filter_size; /* bytes; 0: all sockets are wanted */
} Dump;

static int
read_attribute (const struct nlattr *attribute, void *data)
{
  PmBoundSocket *socket = data;
  if (mnl_attr_get_type (attribute) == INET_DIAG_SKV6ONLY &&
      mnl_attr_validate (attribute, MNL_TYPE_U8) >= 0)
    socket->is_v6_only = mnl_attr_get_u8 (attribute) != 0;
  return MNL_CB_OK;
}

static int
read_message (const struct nlmsghdr *header, void *data)
{
  Dump *dump = data;
  const struct inet_diag_msg *message = mnl_nlmsg_get_payload (header);
  if (mnl_nlmsg_get_payload_len (header) < sizeof *message)
    return MNL_CB_OK;
  dump->interrupted |= (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
  PmBoundSocket socket = {
      .transport = dump->transport,
      .is_v6 = message->idiag_family == AF_INET6,
      .port = g_ntohs (message->id.idiag_sport),
      .device = message->id.idiag_if,
      .uid = message->idiag_uid,
      .inode = message->idiag_inode,
  };
  memcpy (socket.address, message->id.idiag_src, socket.is_v6 ? 16 : 4);
  mnl_attr_parse (header, sizeof *message, read_attribute, &socket);
  if (socket.port != 0)
    g_array_append_val (dump->sockets, socket);
  return MNL_CB_OK;
}

static gboolean
ask (Dump *dump, int family, int protocol)
{
  struct nlmsghdr *header = mnl_nlmsg_put_header (dump->buffer);
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = ++dump->sequence;
  struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header (header, sizeof *request);
  request->sdiag_family = (guint8) family;
  request->sdiag_protocol = (guint8) protocol;
  /* A UDP socket that is not connected is in the state that TCP calls closed. */
  request->idiag_states = 1u << (protocol == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE);
  if (dump->filter_size > 0)
    mnl_attr_put (header, INET_DIAG_REQ_BYTECODE, dump->filter_size, dump->filter);
  return mnl_socket_sendto (dump->netlink, header, header->nlmsg_len) >= 0;
}

static gboolean
receive (Dump *dump)
{
  guint port = mnl_socket_get_portid (dump->netlink);
  for (;;) {
    ssize_t length = mnl_socket_recvfrom (dump->netlink, dump->buffer, BUFFER_SIZE);
    if (length < 0 && errno == EINTR)
      continue;
    if (length < 0)
      return FALSE;
    int result =
        mnl_cb_run (dump->buffer, (gsize) length, dump->sequence, port, read_message, dump);
    if (result <= MNL_CB_STOP)
      return result == MNL_CB_STOP;
  }
}

static gboolean
dump_one (Dump *dump, int family, int protocol)
{
  guint before = dump->sockets->len;
  dump->transport = protocol == IPPROTO_TCP ? PM_TRANSPORT_TCP : PM_TRANSPORT_UDP;
  for (guint i = 0; i < MOST_TRIES; i++) {
    g_array_set_size (dump->sockets, before);
    dump->interrupted = FALSE;
    if (!ask (dump, family, protocol) || !receive (dump))
      return FALSE;
    if (!dump->interrupted)
      break;
  }
  return TRUE;
}

static gboolean
dump_all (Dump *dump, gconstpointer data)
{
  (void) data;
  /* A kernel without IPv6 answers its dumps with ENOENT, or with nothing. */
  return dump_one (dump, AF_INET, IPPROTO_TCP) &&
         (dump_one (dump, AF_INET6, IPPROTO_TCP) || errno == ENOENT) &&
         dump_one (dump, AF_INET, IPPROTO_UDP) &&
         (dump_one (dump, AF_INET6, IPPROTO_UDP) || errno == ENOENT);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const PmBoundSocket *left = a, *right = b;
  if (left->transport != right->transport)
    return left->transport < right->transport ? -1 : 1;
  if (left->port != right->port)
    return left->port < right->port ? -1 : 1;
  int order = memcmp (left->address, right->address, sizeof left->address);
  if (order != 0)
    return order;
  return left->inode < right->inode ? -1 : left->inode > right->inode;
}

typedef gboolean (*AskFunc) (Dump *dump, gconstpointer data);

static gboolean
with_kernel (Dump *dump, AskFunc questions, gconstpointer data, GError **error)
{
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  dump->buffer = buffer;
  dump->netlink = mnl_socket_open2 (NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
  gboolean fine = dump->netlink != NULL &&
                  mnl_socket_bind (dump->netlink, 0, MNL_SOCKET_AUTOPID) >= 0 &&
                  questions (dump, data);
  int cause = errno;
  if (dump->netlink != NULL)
    mnl_socket_close (dump->netlink);
  if (!fine)
    g_set_error (error, PM_LIVE_ERROR, PM_LIVE_ERROR_KERNEL,
                 "the kernel does not tell which sockets listen (sock_diag): %s",
                 g_strerror (cause));
  return fine;
}

gboolean
pm_sockets_bound (GArray *sockets, GError **error)
{
  Dump dump = {.sockets = sockets};
  if (!with_kernel (&dump, dump_all, NULL, error))
    return FALSE;
  g_array_sort (sockets, compare);
  return TRUE;
}

/* --- some of them, once more --- */

/* One port: at least it, at most it, and then on to the end. Where one of them does not hold, the
 * next port's turn comes, which behind the last one is too far: no match. */
static void
filter_port (Dump *dump, guint16 port, guint n_left)
{
  struct inet_diag_bc_op *op = dump->filter + dump->filter_size / sizeof *op;
  guint size = n_left > 0 ? 5 : 4;
  op[0] = (struct inet_diag_bc_op){INET_DIAG_BC_S_GE, 2 * sizeof *op, 5 * sizeof *op};
  op[1] = (struct inet_diag_bc_op){.no = port};
  op[2] = (struct inet_diag_bc_op){INET_DIAG_BC_S_LE, 2 * sizeof *op, 3 * sizeof *op};
  op[3] = (struct inet_diag_bc_op){.no = port};
  if (n_left > 0)
    op[4] = (struct inet_diag_bc_op){INET_DIAG_BC_JMP, sizeof *op,
                                     (guint16) ((5 * n_left) * sizeof *op)};
  dump->filter_size += size * sizeof *op;
}

static gboolean
is_of (const PmBoundSocket *socket, PmTransport transport, gboolean is_v6)
{
  return socket->transport == transport && socket->is_v6 == is_v6;
}

/* One that listens, by its address and port, which the kernel finds without looking at all others.
 * FALSE: it does not listen, or shares them with others (SO_REUSEPORT), of which it told another.
 */
static gboolean
is_told_alone (Dump *dump, const PmBoundSocket *socket)
{
  struct nlmsghdr *header = mnl_nlmsg_put_header (dump->buffer);
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST;
  header->nlmsg_seq = ++dump->sequence;
  struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header (header, sizeof *request);
  request->sdiag_family = socket->is_v6 ? AF_INET6 : AF_INET;
  request->sdiag_protocol = IPPROTO_TCP;
  request->idiag_states = 1u << TCP_LISTEN;
  request->id.idiag_sport = g_htons (socket->port);
  request->id.idiag_if = socket->device;
  memcpy (request->id.idiag_src, socket->address, sizeof socket->address);
  request->id.idiag_cookie[0] = request->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (mnl_socket_sendto (dump->netlink, header, header->nlmsg_len) < 0)
    return FALSE;
  guint before = dump->sockets->len;
  ssize_t length = mnl_socket_recvfrom (dump->netlink, dump->buffer, BUFFER_SIZE);
  dump->transport = PM_TRANSPORT_TCP;
  return length > 0 &&
         mnl_cb_run (dump->buffer, (gsize) length, dump->sequence,
                     mnl_socket_get_portid (dump->netlink), read_message, dump) >= 0 &&
         dump->sockets->len > before &&
         g_array_index (dump->sockets, PmBoundSocket, before).inode == socket->inode;
}

static gboolean
are_told_alone (Dump *dump, const GArray *wanted, gboolean is_v6)
{
  for (guint i = 0; i < wanted->len; i++) {
    const PmBoundSocket *socket = &g_array_index (wanted, PmBoundSocket, i);
    if (is_of (socket, PM_TRANSPORT_TCP, is_v6) && !is_told_alone (dump, socket))
      return FALSE;
  }
  return TRUE;
}

static gboolean
dump_again (Dump *dump, const GArray *wanted, PmTransport transport, gboolean is_v6)
{
  guint n = 0, n_left = 0;
  for (guint i = 0; i < wanted->len; i++)
    n += is_of (&g_array_index (wanted, PmBoundSocket, i), transport, is_v6);
  if (transport == PM_TRANSPORT_TCP && n <= MOST_PORTS && are_told_alone (dump, wanted, is_v6))
    return TRUE;
  dump->filter_size = 0;
  n_left = n <= MOST_PORTS ? n : 0;
  for (guint i = 0; i < wanted->len && n_left > 0; i++) {
    const PmBoundSocket *socket = &g_array_index (wanted, PmBoundSocket, i);
    if (is_of (socket, transport, is_v6))
      filter_port (dump, socket->port, --n_left);
  }
  int protocol = transport == PM_TRANSPORT_TCP ? IPPROTO_TCP : IPPROTO_UDP;
  return n == 0 || dump_one (dump, is_v6 ? AF_INET6 : AF_INET, protocol);
}

static gboolean
dump_wanted (Dump *dump, gconstpointer data)
{
  const GArray *wanted = data;
  return dump_again (dump, wanted, PM_TRANSPORT_TCP, FALSE) &&
         dump_again (dump, wanted, PM_TRANSPORT_TCP, TRUE) &&
         dump_again (dump, wanted, PM_TRANSPORT_UDP, FALSE) &&
         dump_again (dump, wanted, PM_TRANSPORT_UDP, TRUE);
}

gboolean
pm_sockets_keep_bound (GArray *sockets, GError **error)
{
  g_autoptr (GArray) bound = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  g_autoptr (GHashTable) inodes = g_hash_table_new (g_int64_hash, g_int64_equal);
  Dump dump = {.sockets = bound};
  guint n_kept = 0;
  if (!with_kernel (&dump, dump_wanted, sockets, error))
    return FALSE;
  for (guint i = 0; i < bound->len; i++)
    g_hash_table_add (inodes, &g_array_index (bound, PmBoundSocket, i).inode);
  for (guint i = 0; i < sockets->len; i++) {
    PmBoundSocket socket = g_array_index (sockets, PmBoundSocket, i);
    if (g_hash_table_contains (inodes, &socket.inode))
      g_array_index (sockets, PmBoundSocket, n_kept++) = socket;
  }
  g_array_set_size (sockets, n_kept);
  return TRUE;
}
