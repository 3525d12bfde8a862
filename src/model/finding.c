#include "model/finding.h"

#include <string.h>

static const char *const kind_names[] = {"port", "ip"};
static const char *const role_names[] = {"listen", "publish", "target", "reference", "address"};
static const char *const transport_names[] = {"tcp", "udp", "sctp"};
static const char *const scope_names[] = {"host", "container", "cluster"};
static const char *const text_class_names[] = {"config", "comment", "source", "documentation",
                                               "data"};
static const char *const standing_names[] = {"read", "kept", "tentative"};

static gboolean
find (const char *const *names, gsize n_names, const char *name, guint *ret_index)
{
  for (gsize i = 0; i < n_names; i++)
    if (strcmp (names[i], name) == 0) {
      *ret_index = (guint) i;
      return TRUE;
    }
  return FALSE;
}

/* The name of a value, and the value of a name, for each enumeration above. */
#define DEFINE_NAMES(Type, function, names)                                                        \
  const char *pm_##function##_name (Type value)                                                    \
  {                                                                                                \
    g_return_val_if_fail ((guint) value < G_N_ELEMENTS (names), "");                               \
    return names[value];                                                                           \
  }                                                                                                \
  gboolean pm_##function##_from_name (const char *name, Type *ret_value)                           \
  {                                                                                                \
    guint index;                                                                                   \
    if (!find (names, G_N_ELEMENTS (names), name, &index))                                         \
      return FALSE;                                                                                \
    *ret_value = (Type) index;                                                                     \
    return TRUE;                                                                                   \
  }

DEFINE_NAMES (PmKind, kind, kind_names)
DEFINE_NAMES (PmRole, role, role_names)
DEFINE_NAMES (PmTransport, transport, transport_names)
DEFINE_NAMES (PmScope, scope, scope_names)
DEFINE_NAMES (PmTextClass, text_class, text_class_names)
DEFINE_NAMES (PmStanding, standing, standing_names)

char *
pm_finding_endpoint (const PmFinding *finding)
{
  gboolean bare_v6 = strchr (finding->host, ':') != NULL && finding->host[0] != '[';
  if (bare_v6)
    return g_strdup_printf ("[%s]:%u", finding->host, finding->port);
  return g_strdup_printf ("%s:%u", finding->host, finding->port);
}

#define OF_THE_USER "user."

const char *
pm_finding_said_at (const PmFinding *finding)
{
  return g_str_has_prefix (finding->rule, OF_THE_USER) ? finding->rule + strlen (OF_THE_USER)
                                                       : finding->rule;
}
