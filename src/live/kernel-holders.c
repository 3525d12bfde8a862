/* DESIGN
 * A program of twenty instructions, which the kernel checks before it runs it, is called for each
 * open file of each process; of those that are sockets it writes down the inode and the process.
 * Where it finds both stands in the kernel's own types (kernel-types.h), which differ from build
 * to build. A witness proves the whole each time: a socket of our own, which must come back as
 * ours. The program, its link and the iterator are descriptors, and end with them. */

#include "live/kernel-holders.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "live/kernel-types.h"

#define TYPES "/sys/kernel/btf/vmlinux"
#define MOST_TYPES_BYTES (64 * 1024 * 1024)
#define OPEN_FILES "/proc/sys/fs/file-nr"
#define MANY_FILES 2000             /* from here on it was quicker than links on two processors */
#define FIRST_PID_SPACE 0xEFFFFFFCu /* the inode of the first pid namespace (linux/nsfs.h) */
#define READ_SIZE (64 * 1024)

/* --- whether --- */

static gboolean
has_rights (void)
{
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
  if (syscall (SYS_capget, &head, data) != 0)
    return FALSE;
  guint32 bpf = data[CAP_TO_INDEX (CAP_BPF)].effective & CAP_TO_MASK (CAP_BPF);
  guint32 perfmon = data[CAP_TO_INDEX (CAP_PERFMON)].effective & CAP_TO_MASK (CAP_PERFMON);
  guint32 admin = data[CAP_TO_INDEX (CAP_SYS_ADMIN)].effective & CAP_TO_MASK (CAP_SYS_ADMIN);
  return admin != 0 || (bpf != 0 && perfmon != 0);
}

/* The kernel counts ids from its first namespace: in another one they are not what procfs says. */
static gboolean
is_of_all_processes (const char *proc)
{
  struct stat space;
  struct statfs system;
  g_autofree char *path = g_build_filename (proc, "self/ns/pid", NULL);
  return statfs (proc, &system) == 0 && system.f_type == PROC_SUPER_MAGIC &&
         stat (path, &space) == 0 && space.st_ino == FIRST_PID_SPACE;
}

static gboolean
are_many_files (void)
{
  char text[64];
  int fd = open (OPEN_FILES, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read (fd, text, sizeof text - 1);
  if (fd >= 0)
    close (fd);
  text[MAX (length, 0)] = '\0';
  return g_ascii_strtoull (text, NULL, 10) >= MANY_FILES;
}

gboolean
pm_kernel_holders_pay (const char *proc)
{
  return are_many_files () && has_rights () && is_of_all_processes (proc);
}

/* --- the kernel's types --- */

typedef enum { FILE_INODE, INODE_NUMBER, INODE_MODE, TASK_PROCESS, N_FIELDS } Field;

typedef struct {
  guint32 function; /* that the program takes the place of */
  PmKernelField fields[N_FIELDS];
} Types;

static void
types_init (Types *types)
{
  *types = (Types){.fields = {
                       [FILE_INODE] = {.structure = "file", .member = "f_inode"},
                       [INODE_NUMBER] = {.structure = "inode", .member = "i_ino"},
                       [INODE_MODE] = {.structure = "inode", .member = "i_mode"},
                       [TASK_PROCESS] = {.structure = "task_struct", .member = "tgid"},
                   }};
}

static gboolean
read_all (int fd, guint8 *bytes, gsize size)
{
  gsize done = 0;
  while (done < size) {
    ssize_t length = read (fd, bytes + done, size - done);
    if (length == 0 || (length < 0 && errno != EINTR))
      return FALSE;
    done += (gsize) MAX (length, 0);
  }
  return TRUE;
}

/* They can be mapped since Linux 6.16; private memory is what others are read into. */
static guint8 *
map_types (int fd, gsize size)
{
  guint8 *bytes = mmap (NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes != MAP_FAILED)
    return bytes;
  bytes = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED)
    return NULL;
  if (read_all (fd, bytes, size))
    return bytes;
  munmap (bytes, size);
  return NULL;
}

static gboolean
read_types (Types *types)
{
  struct stat info;
  types_init (types);
  int fd = open (TYPES, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  gsize size = fstat (fd, &info) == 0 && info.st_size > 0 ? (gsize) info.st_size : 0;
  guint8 *bytes = size == 0 || size > MOST_TYPES_BYTES ? NULL : map_types (fd, size);
  close (fd);
  gboolean fine = bytes != NULL && pm_kernel_types_find (bytes, size, "bpf_iter_task_file",
                                                         &types->function, types->fields, N_FIELDS);
  if (bytes != NULL)
    munmap (bytes, size);
  return fine;
}

/* --- the program --- */

typedef struct bpf_insn Instruction;

static Instruction
instruction (guint code, guint to, guint from, gint offset, gint32 value)
{
  return (Instruction){.code = (guint8) code,
                       .dst_reg = (guint8) (to & 0xf),
                       .src_reg = (guint8) (from & 0xf),
                       .off = (gint16) offset,
                       .imm = value};
}

static Instruction
load (guint size, guint to, guint from, gint offset)
{
  return instruction (BPF_LDX | BPF_MEM | size, to, from, offset, 0);
}

static Instruction
store (guint from, gint offset)
{
  return instruction (BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, from, offset, 0);
}

static Instruction
set (guint to, gint32 value)
{
  return instruction (BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
}

/* To the end, if the register is this, or is not. */
static Instruction
leave (guint condition, guint reg, gint32 value)
{
  return instruction (BPF_JMP | condition | BPF_K, reg, 0, 0, value);
}

static gboolean
is_leave (const Instruction *one)
{
  return one->code == (BPF_JMP | BPF_JEQ | BPF_K) || one->code == (BPF_JMP | BPF_JNE | BPF_K);
}

/* What it is given (struct bpf_iter__task_file): the head of the iterator, whose first member is
 * what is written to (struct bpf_iter_meta), the task, the descriptor, the file. */
#define GIVEN_HEAD 0
#define GIVEN_TASK 8
#define GIVEN_FILE 24
#define END 19 /* of the instructions, the one that all leave to */
#define N_INSTRUCTIONS 21

static void
write_program (const Types *types, Instruction *to)
{
  const PmKernelField *fields = types->fields;
  const gint sight = -(gint) sizeof (PmSight); /* where on the stack one is put together */
  const Instruction program[N_INSTRUCTIONS] = {
      instruction (BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0),
      load (BPF_DW, BPF_REG_7, BPF_REG_6, GIVEN_FILE),
      leave (BPF_JEQ, BPF_REG_7, 0),
      load (BPF_DW, BPF_REG_8, BPF_REG_6, GIVEN_TASK),
      leave (BPF_JEQ, BPF_REG_8, 0),
      load (BPF_DW, BPF_REG_7, BPF_REG_7, fields[FILE_INODE].offset),
      load (BPF_H, BPF_REG_2, BPF_REG_7, fields[INODE_MODE].offset),
      instruction (BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_2, 0, 0, S_IFMT),
      leave (BPF_JNE, BPF_REG_2, S_IFSOCK),
      load (BPF_DW, BPF_REG_2, BPF_REG_7, fields[INODE_NUMBER].offset),
      store (BPF_REG_2, sight + (gint) G_STRUCT_OFFSET (PmSight, inode)),
      load (BPF_W, BPF_REG_2, BPF_REG_8, fields[TASK_PROCESS].offset),
      store (BPF_REG_2, sight + (gint) G_STRUCT_OFFSET (PmSight, pid)),
      load (BPF_DW, BPF_REG_1, BPF_REG_6, GIVEN_HEAD),
      load (BPF_DW, BPF_REG_1, BPF_REG_1, 0),
      instruction (BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
      instruction (BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, sight),
      set (BPF_REG_3, sizeof (PmSight)),
      instruction (BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_seq_write),
      [END] = set (BPF_REG_0, 0),
      instruction (BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
  };
  for (gint i = 0; i < N_INSTRUCTIONS; i++) {
    to[i] = program[i];
    if (is_leave (&program[i]))
      to[i].off = (gint16) (END - i - 1);
  }
}

/* --- the pass --- */

static int
bpf (guint command, union bpf_attr *attributes)
{
  return (int) syscall (SYS_bpf, command, attributes, sizeof *attributes);
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}
typedef int Descriptor;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Descriptor, close_fd)

static int
load_program (const Types *types)
{
  Instruction instructions[N_INSTRUCTIONS];
  write_program (types, instructions);
  union bpf_attr attributes = {
      .prog_type = BPF_PROG_TYPE_TRACING,
      .expected_attach_type = BPF_TRACE_ITER,
      .attach_btf_id = types->function,
      .insns = (guint64) (guintptr) instructions,
      .insn_cnt = N_INSTRUCTIONS,
      /* The helper that writes is only for programs under this license; these twenty-one
       * are free under both. */
      .license = (guint64) (guintptr) "Dual MIT/GPL",
  };
  return bpf (BPF_PROG_LOAD, &attributes);
}

static int
link_program (int program)
{
  union bpf_attr attributes = {0};
  attributes.link_create.prog_fd = (guint32) program;
  attributes.link_create.attach_type = BPF_TRACE_ITER;
  return bpf (BPF_LINK_CREATE, &attributes);
}

static int
begin_iterator (int link)
{
  union bpf_attr attributes = {0};
  attributes.iter_create.link_fd = (guint32) link;
  return bpf (BPF_ITER_CREATE, &attributes);
}

/* The kernel hands out whole sights, as far as they fit. It pauses with EAGAIN after a million
 * files that are no sockets. */
static gboolean
read_sights (int iterator, GArray *sights)
{
  guint before = sights->len;
  for (;;) {
    guint n = sights->len;
    g_array_set_size (sights, n + READ_SIZE / sizeof (PmSight));
    ssize_t length = read (iterator, &g_array_index (sights, PmSight, n), READ_SIZE);
    gboolean fine =
        length < 0 ? errno == EINTR || errno == EAGAIN : (gsize) length % sizeof (PmSight) == 0;
    guint n_read = (guint) (MAX (length, 0) / (ssize_t) sizeof (PmSight));
    g_array_set_size (sights, fine ? n + n_read : before);
    if (!fine || length == 0)
      return fine;
  }
}

static gboolean
pass_over_all (GArray *sights)
{
  Types types;
  if (!read_types (&types))
    return FALSE;
  g_auto (Descriptor) program = load_program (&types);
  g_auto (Descriptor) link = program < 0 ? -1 : link_program (program);
  g_auto (Descriptor) iterator = link < 0 ? -1 : begin_iterator (link);
  return iterator >= 0 && read_sights (iterator, sights);
}

static gboolean
is_seen (const GArray *sights, guint from, guint64 inode, guint64 pid)
{
  for (guint i = from; i < sights->len; i++) {
    const PmSight *sight = &g_array_index (sights, PmSight, i);
    if (sight->inode == inode && sight->pid == pid)
      return TRUE;
  }
  return FALSE;
}

gboolean
pm_kernel_holders_ask (const char *proc, GArray *sights)
{
  struct stat ours;
  guint before = sights->len;
  if (!has_rights () || !is_of_all_processes (proc))
    return FALSE;
  g_auto (Descriptor) witness = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (witness < 0 || fstat (witness, &ours) != 0 || !pass_over_all (sights))
    return FALSE;
  if (is_seen (sights, before, ours.st_ino, (guint64) getpid ()))
    return TRUE;
  g_array_set_size (sights, before);
  return FALSE;
}
