#include "allocation/taken-ports.h"

#include "model/brief.h"

#define FIRST_UNPRIVILEGED 1024

/* Without a branch: which of a hundred thousand findings it is, no processor guesses. */
static gboolean
add_if (PmPortSet *set, const PmBrief *brief, PmBriefFlag flag)
{
  guint64 is_one = (brief->flags & (guint) flag) != 0;
  set->bits[brief->port >> 6] |= is_one << (brief->port & 63);
  return is_one != 0;
}

void
pm_port_set_add_declared (PmPortSet *set, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (service->scope == PM_SCOPE_HOST || service->scope == PM_SCOPE_CLUSTER)
      pm_port_set_add (set, service->external_port);
  }
  g_autoptr (GArray) own = NULL;
  const PmBrief *briefs = pm_briefs_of (snapshot, &own);
  for (guint i = 0; i < snapshot->findings->len; i++)
    if (add_if (set, &briefs[i], PM_BRIEF_DECLARED) && briefs[i].port_end > briefs[i].port)
      pm_port_set_add_range (set, briefs[i].port, briefs[i].port_end);
}

void
pm_port_set_add_referred (PmPortSet *set, const PmSnapshot *snapshot)
{
  g_autoptr (GArray) own = NULL;
  const PmBrief *briefs = pm_briefs_of (snapshot, &own);
  for (guint i = 0; i < snapshot->findings->len; i++)
    add_if (set, &briefs[i], PM_BRIEF_REFERRED);
}

void
pm_port_set_add_blocked_by_browsers (PmPortSet *set)
{
  static const guint16 blocked[] = {
      1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,    25,   37,
      42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,   109,  110,
      111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,   389,  427,
      465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,   556,  563,
      587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659,  4045, 4190,
      5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (blocked); i++)
    pm_port_set_add (set, blocked[i]);
}

guint16
pm_port_set_next_free (const PmPortSet *taken, guint16 near)
{
  guint start = MAX ((guint) near, FIRST_UNPRIVILEGED - 1) + 1;
  for (guint port = start; port <= G_MAXUINT16; port++)
    if (!pm_port_set_has (taken, (guint16) port))
      return (guint16) port;
  for (guint port = FIRST_UNPRIVILEGED; port < start && port <= G_MAXUINT16; port++)
    if (!pm_port_set_has (taken, (guint16) port))
      return (guint16) port;
  return 0;
}
