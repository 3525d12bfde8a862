#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which process holds each socket, by the inode that descriptors name, and the memory of it for
 * whoever looks again and again.
 *
 *   g_autoptr (PmHoldersLook) look = pm_holders_look ("/proc", holders);
 *   ... ask the kernel for sockets (sockets.h) ...
 *   n_hidden = pm_holders_look_end (look, inodes, n_inodes, pids);
 *
 * Of several holders the first one counts: as a rule the parent of those that it forked; the init
 * process, which holds what it hands out, only where nobody else does.
 *
 * WHAT IS REMEMBERED. With a memory a socket stays with the process that was seen to hold it as
 * long as that process lives, told by pid and start time (proc(5)), without its descriptors being
 * read again. Read again are
 *   - at once: the sockets that are new, and those whose process has ended or is another one under
 *     the same id: a child that goes on with its parent's socket is found by the next look;
 *   - ten seconds after they were read last: the descriptors of all processes that are remembered.
 *     Whoever has closed a socket that somebody else goes on holding (it was inherited, or came by
 *     SCM_RIGHTS, unix(7)) is told as its holder until then, at most;
 *   - every ten seconds, all processes for what nobody, or init alone, was seen to hold.
 * What is remembered says nothing of whether a socket is still bound: that the kernel says each
 * time. An inode's number is used again after 2^32 others: such a socket has ten seconds too.
 *
 * One thread at a time for each memory. */

typedef struct PmHolders PmHolders;

PmHolders *pm_holders_new (void);
void pm_holders_free (PmHolders *holders);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHolders, pm_holders_free)

/* The clock that the ten seconds are counted by, in microseconds; CLOCK_MONOTONIC if nobody gives
 * one. */
void pm_holders_set_clock (PmHolders *holders, gint64 (*now_us) (void));

typedef struct PmHoldersLook PmHoldersLook;

/* Begins. `holders` may be NULL: nothing is remembered. Where nothing is yet, other threads begin
 * at once to look at processes. `proc` is where procfs is mounted; where none is, nobody is seen to
 * hold anything. */
PmHoldersLook *pm_holders_look (const char *proc, PmHolders *holders);

/* ret_pids: 0 where nobody is seen. Returns how many processes did not show their descriptors, when
 * all were looked at last. Once for each look. */
guint pm_holders_look_end (PmHoldersLook *look, const guint64 *inodes, guint n_inodes,
                           gint *ret_pids);

void pm_holders_look_free (PmHoldersLook *look);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHoldersLook, pm_holders_look_free)

G_END_DECLS
