#pragma once

#include "leases/host.h"
#include "registry/registry.h"

G_BEGIN_DECLS

/* Which ports of this host are not to be given away, and by whose doing: what the registry says at
 * one moment. A hint, which saves trying in vain; that no port is given twice is the registry's. */

#define PM_LEASE_TRANSPORTS 3

typedef struct {
  PmKernelPorts kernel;
  PmPortSet declared;                       /* by services, in any variant */
  PmPortSet leased;                         /* by whatever transport */
  PmPortSet leased_by[PM_LEASE_TRANSPORTS]; /* by PmTransport: who asks for a number gets it beside
                                               somebody else's lease by another one */
  PmPortSet usual;   /* what names had last, and want again: given last of all */
  GHashTable *ports; /* pm_port_view_key → port: what a name had last; NULL: not looked at */
} PmPortView;

/* Kernel and registry; `with_names` reads what names had last too. A NULL registry: nothing is
 * declared or leased. */
gboolean pm_port_view_load (PmPortView *view, PmRegistry *registry, gboolean with_names,
                            GError **error);

/* The same with names, but for what services declare: for whoever has a snapshot, which is as new
 * as the registry or newer, and tells that itself. */
gboolean pm_port_view_load_held (PmPortView *view, PmRegistry *registry, GError **error);
void pm_port_view_clear (PmPortView *view);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmPortView, pm_port_view_clear)

/* Only what leases change: cheap enough to be done at every change of the registry. */
gboolean pm_port_view_load_leases (PmPortView *view, PmRegistry *registry, GError **error);

/* What a pool must not give. */
void pm_port_view_taken (const PmPortView *view, const PmPool *pool, PmPortSet *ret_taken);

/* Of a pool: how many ports it has (without the kernel's), and how many of them are taken. */
void pm_port_view_count (const PmPortView *view, const PmPool *pool, guint *ret_size,
                         guint *ret_declared, guint *ret_leased, guint *ret_in_use);

/* What the name had last; 0: nothing. */
guint16 pm_port_view_usual (const PmPortView *view, const char *project, const char *name,
                            PmTransport transport);

/* Somebody has leased it, or nobody any more. */
void pm_port_view_set_leased (PmPortView *view, PmTransport transport, guint16 port,
                              gboolean is_leased);

/* It has that one now. */
void pm_port_view_remember (PmPortView *view, const char *project, const char *name,
                            PmTransport transport, guint16 port);

G_END_DECLS
