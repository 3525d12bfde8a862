/* What the kernel tells of all processes at once is what their descriptors say, or is not used. */

#include "live/kernel-holders.h"

#include <linux/btf.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/kernel-types.h"
#include "live/search.h"
#include "procfs.h"

/* --- types --- */

typedef struct {
  GByteArray *types;
  GString *strings;
} Btf;

static void
btf_clear (Btf *btf)
{
  g_byte_array_unref (btf->types);
  g_string_free (btf->strings, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Btf, btf_clear)

static guint32
add_name (Btf *btf, const char *name)
{
  guint32 offset = (guint32) btf->strings->len;
  g_string_append_len (btf->strings, name, (gssize) strlen (name) + 1);
  return offset;
}

static void
add_type (Btf *btf, guint kind, guint n, const char *name, const guint32 *rest, guint n_rest)
{
  struct btf_type type = {.name_off = name == NULL ? 0 : add_name (btf, name),
                          .info = kind << 24 | n};
  g_byte_array_append (btf->types, (const guint8 *) &type, sizeof type);
  if (n_rest > 0)
    g_byte_array_append (btf->types, (const guint8 *) rest, n_rest * sizeof *rest);
}

/* An integer, a structure with members at the bytes 0 and 24, a function of another name, and one:
 * the ids 1 to 4. */
static Btf
some_types (void)
{
  Btf btf = {g_byte_array_new (), g_string_new (NULL)};
  g_string_append_c (btf.strings, '\0');
  const guint32 bits = 32;
  add_type (&btf, BTF_KIND_INT, 0, "int", &bits, 1);
  const guint32 members[] = {add_name (&btf, "x_inode"), 1, 0, add_name (&btf, "_inode"), 1, 192};
  add_type (&btf, BTF_KIND_STRUCT, 2, "file", members, G_N_ELEMENTS (members));
  add_type (&btf, BTF_KIND_FUNC, 0, "not_iterate", NULL, 0);
  add_type (&btf, BTF_KIND_FUNC, 0, "iterate", NULL, 0);
  return btf;
}

static GByteArray *
written (const Btf *btf)
{
  struct btf_header header = {.magic = BTF_MAGIC,
                              .version = BTF_VERSION,
                              .hdr_len = sizeof header,
                              .type_len = btf->types->len,
                              .str_off = btf->types->len,
                              .str_len = (guint32) btf->strings->len};
  GByteArray *bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  g_byte_array_append (bytes, btf->types->data, btf->types->len);
  g_byte_array_append (bytes, (const guint8 *) btf->strings->str, (guint) btf->strings->len);
  return bytes;
}

/* In memory of exactly this size, so that sanitizers see what reads beyond it. */
static gboolean
is_found (const GByteArray *bytes, gsize size, guint32 *ret_function, guint16 *ret_offset)
{
  PmKernelField field = {.structure = "file", .member = "_inode"};
  g_autofree guint8 *copy = g_memdup2 (bytes->data, size);
  gboolean fine = pm_kernel_types_find (copy, size, "iterate", ret_function, &field, 1);
  *ret_offset = field.offset;
  return fine;
}

static void
types_by_whole_names (void)
{
  g_auto (Btf) btf = some_types ();
  g_autoptr (GByteArray) bytes = written (&btf);
  guint32 function;
  guint16 offset;
  g_assert_true (is_found (bytes, bytes->len, &function, &offset));
  g_assert_cmpuint (function, ==, 4);
  g_assert_cmpuint (offset, ==, 24);
}

static void
types_that_are_cut_off_are_none (void)
{
  g_auto (Btf) btf = some_types ();
  g_autoptr (GByteArray) bytes = written (&btf);
  guint32 function;
  guint16 offset;
  for (gsize size = 0; size < bytes->len; size++)
    g_assert_false (is_found (bytes, size, &function, &offset));
}

/* Whatever stands in one byte: it is read within its bounds. */
static void
types_that_are_damaged_are_read_within_their_bounds (void)
{
  g_auto (Btf) btf = some_types ();
  g_autoptr (GByteArray) bytes = written (&btf);
  guint32 function;
  guint16 offset;
  for (guint i = 0; i < bytes->len; i++) {
    guint8 was = bytes->data[i];
    for (guint value = 0; value <= G_MAXUINT8; value++) {
      bytes->data[i] = (guint8) value;
      is_found (bytes, bytes->len, &function, &offset);
    }
    bytes->data[i] = was;
  }
  g_assert_true (is_found (bytes, bytes->len, &function, &offset));
}

static void
types_of_a_later_kind_are_none (void)
{
  g_auto (Btf) btf = some_types ();
  add_type (&btf, 31, 0, "later", NULL, 0);
  g_autoptr (GByteArray) bytes = written (&btf);
  guint32 function;
  guint16 offset;
  g_assert_false (is_found (bytes, bytes->len, &function, &offset));
}

/* --- holders --- */

#define N_CHILDREN 4
#define N_EACH 40
#define N_SOCKETS (N_CHILDREN * N_EACH + 1)

typedef struct {
  pid_t pids[N_CHILDREN];
  guint64 inodes[N_SOCKETS]; /* the last one is ours, and all of them have it */
  int shared;
} Family;

static guint64
inode_of (int fd)
{
  struct stat info;
  g_assert_no_errno (fstat (fd, &info));
  return info.st_ino;
}

static void
be_a_child (int answers)
{
  guint64 inodes[N_EACH];
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (guint i = 0; i < N_EACH; i++)
    inodes[i] = inode_of (socket (i % 2 == 0 ? AF_INET : AF_UNIX, SOCK_STREAM, 0));
  if (write (answers, inodes, sizeof inodes) == sizeof inodes)
    for (;;)
      pause ();
  _exit (1);
}

static void
family_init (Family *family)
{
  int answers[2];
  family->shared = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  family->inodes[N_SOCKETS - 1] = inode_of (family->shared);
  g_assert_no_errno (pipe (answers));
  for (guint i = 0; i < N_CHILDREN; i++) {
    family->pids[i] = fork ();
    g_assert_no_errno (family->pids[i]);
    if (family->pids[i] == 0)
      be_a_child (answers[1]);
    gsize size = N_EACH * sizeof family->inodes[0];
    g_assert_cmpint (read (answers[0], family->inodes + i * N_EACH, size), ==, size);
  }
  close (answers[0]);
  close (answers[1]);
}

static void
family_clear (Family *family)
{
  for (guint i = 0; i < N_CHILDREN; i++) {
    kill (family->pids[i], SIGKILL);
    waitpid (family->pids[i], NULL, 0);
  }
  close (family->shared);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Family, family_clear)

static void
search_by (PmSearchWay way, const guint64 *inodes, guint n, gint *pids)
{
  g_autoptr (PmSearch) search = pm_search_new ("/proc");
  memset (pids, 0, n * sizeof *pids);
  pm_search_by (search, way);
  pm_search_begin (search);
  pm_search_end (search, inodes, n, pids);
}

static gboolean
is_told (void)
{
  g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (PmSight));
  if (pm_kernel_holders_ask ("/proc", sights))
    return TRUE;
  g_test_skip ("this kernel does not tell this user of all processes at once");
  return FALSE;
}

static void
the_kernel_says_what_descriptors_say (void)
{
  g_auto (Family) family;
  gint told[N_SOCKETS], seen[N_SOCKETS];
  family_init (&family);
  if (!is_told ())
    return;
  search_by (PM_SEARCH_KERNEL, family.inodes, N_SOCKETS, told);
  search_by (PM_SEARCH_DESCRIPTORS, family.inodes, N_SOCKETS, seen);
  for (guint i = 0; i < N_SOCKETS - 1; i++)
    g_assert_cmpint (told[i], ==, family.pids[i / N_EACH]);
  g_assert_cmpint (told[N_SOCKETS - 1], ==, getpid ()); /* the lowest of those that have it */
  g_assert_cmpmem (told, sizeof told, seen, sizeof seen);
}

static void
what_is_closed_is_nobodys (void)
{
  gint pid;
  if (!is_told ())
    return;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  guint64 inode = inode_of (fd);
  search_by (PM_SEARCH_KERNEL, &inode, 1, &pid);
  g_assert_cmpint (pid, ==, getpid ());
  close (fd);
  search_by (PM_SEARCH_KERNEL, &inode, 1, &pid);
  g_assert_cmpint (pid, ==, 0);
}

static guint
n_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;
  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static void
nothing_stays_open (void)
{
  g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (PmSight));
  guint before = n_descriptors ();
  for (guint i = 0; i < 5; i++)
    pm_kernel_holders_ask ("/proc", sights);
  g_assert_cmpuint (n_descriptors (), ==, before);
}

static void
another_procfs_is_not_the_kernels (void)
{
  g_auto (Proc) proc = proc_new ();
  g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (PmSight));
  g_assert_false (pm_kernel_holders_pay (proc.path));
  g_assert_false (pm_kernel_holders_ask (proc.path, sights));
  g_assert_cmpuint (sights->len, ==, 0);
}

static void
put_down_rights (void)
{
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  g_assert_no_errno ((int) syscall (SYS_capset, &head, none));
}

static void
without_rights_descriptors_do (void)
{
  gint pid;
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  put_down_rights ();
  guint64 inode = inode_of (socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  search_by (PM_SEARCH_KERNEL, &inode, 1, &pid);
  g_assert_cmpint (pid, ==, 0);
  search_by (PM_SEARCH_CHEAPEST, &inode, 1, &pid);
  g_assert_cmpint (pid, ==, getpid ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/live/kernel/" name, function)
  ADD ("types-by-whole-names", types_by_whole_names);
  ADD ("types-that-are-cut-off-are-none", types_that_are_cut_off_are_none);
  ADD ("types-that-are-damaged-are-read-within-their-bounds",
       types_that_are_damaged_are_read_within_their_bounds);
  ADD ("types-of-a-later-kind-are-none", types_of_a_later_kind_are_none);
  ADD ("says-what-descriptors-say", the_kernel_says_what_descriptors_say);
  ADD ("what-is-closed-is-nobodys", what_is_closed_is_nobodys);
  ADD ("nothing-stays-open", nothing_stays_open);
  ADD ("another-procfs-is-not-the-kernels", another_procfs_is_not_the_kernels);
  ADD ("without-rights-descriptors-do", without_rights_descriptors_do);
  return g_test_run ();
}
