#pragma once

#include "base/fs.h"

G_BEGIN_DECLS

/* Gives a file the owner, mode, ACL and extended attributes of another, both open. ACLs are
 * attributes (system.posix_acl_access); what the new file inherited from its directory and the old
 * one does not have is removed. FALSE with errno: EPERM and ENOTSUP mean that the attributes cannot
 * be had on a new inode, so the file has to be written in place. */
gboolean pm_attributes_copy (const PmFile *from, const struct statx *status, const PmFile *to);

/* Whether the process may give a new inode this owner and group. */
gboolean pm_attributes_can_own (const struct statx *status);

G_END_DECLS
