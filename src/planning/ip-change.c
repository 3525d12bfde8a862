#include <arpa/inet.h>
#include <gio/gio.h>
#include <string.h>

#include "planning/builder.h"
#include "planning/spelling.h"

G_DEFINE_QUARK (pm - planning - error - quark, pm_planning_error)

static gboolean
parse (const char *text, PmIp *ret_ip, GError **error)
{
  if (pm_ip_parse (text, strlen (text), ret_ip))
    return TRUE;
  g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
               "“%s” is no IP address; write it as 203.0.113.10 or 2001:db8::10", text);
  return FALSE;
}

/* The address of a finding, its prefix left aside: a host in a network counts, the network whose
 * number it is does not. */
static gboolean
finding_is (const PmFinding *finding, const PmIp *ip)
{
  PmIp found;
  const char *slash = strchr (finding->address, '/');
  gsize length = slash == NULL ? strlen (finding->address) : (gsize) (slash - finding->address);
  return pm_ip_parse (finding->address, length, &found) && pm_ip_equal (&found, ip);
}

/* Of this machine, a private network (RFC 1918, RFC 4193), a link (RFC 3927, RFC 4291), or reserved
 * (240.0.0.0/4, RFC 1112 and RFC 6890). */
static gboolean
is_local (const PmIp *ip)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (
      ip->bytes, ip->is_v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);
  return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_site_local (address) ||
         g_inet_address_get_is_link_local (address) || g_inet_address_get_is_any (address) ||
         (ip->is_v6 ? (ip->bytes[0] & 0xfe) == 0xfc : ip->bytes[0] >= 240);
}

/* An address that a machine cannot have: any (0.0.0.0), a group's (RFC 1112, RFC 4291), everybody's
 * (RFC 919). */
static gboolean
is_no_machines (const PmIp *ip)
{
  static const guint8 everybody[] = {255, 255, 255, 255};
  g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (
      ip->bytes, ip->is_v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);
  return g_inet_address_get_is_any (address) || g_inet_address_get_is_multicast (address) ||
         (!ip->is_v6 && memcmp (ip->bytes, everybody, sizeof everybody) == 0);
}

static gboolean
read_both (const char *old_address, const char *new_address, PmIp *ret_before, PmIp *ret_after,
           GError **error)
{
  if (!parse (old_address, ret_before, error) || !parse (new_address, ret_after, error))
    return FALSE;
  if (pm_ip_equal (ret_before, ret_after)) {
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
                 "%s and %s are the same address", old_address, new_address);
    return FALSE;
  }
  if (is_no_machines (ret_after)) {
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
                 "%s is no address that a machine can have; nothing is written", new_address);
    return FALSE;
  }
  return TRUE;
}

gboolean
pm_plan_ip_change_is_possible (const char *old_address, const char *new_address, GError **error)
{
  PmIp before, after;
  return read_both (old_address, new_address, &before, &after, error);
}

gboolean
pm_plan_builder_ip_change (PmPlanBuilder *builder, const char *old_address, const char *new_address,
                           GError **error)
{
  PmIp before, after;
  if (!read_both (old_address, new_address, &before, &after, error))
    return FALSE;
  char old_text[INET6_ADDRSTRLEN], new_text[INET6_ADDRSTRLEN];
  pm_ip_print (&before, old_text);
  pm_ip_print (&after, new_text);
  guint n_found = 0;
  for (guint i = 0; i < builder->snapshot->findings->len; i++) {
    const PmFinding *finding = &g_array_index (builder->snapshot->findings, PmFinding, i);
    if (finding->kind != PM_KIND_IP || !finding_is (finding, &before))
      continue;
    /* A literal occurrence of the old address is certain, whatever rule saw it. */
    PmPlanMove move = {
        .form = PM_PLAN_FORM_ADDRESS,
        .old_value = old_text,
        .new_value = new_text,
        .confidence = 1,
        .why = "the address that changed",
    };
    pm_plan_builder_move (builder, finding, &move);
    n_found++;
  }
  pm_plan_decide (builder->plan, &(PmPlanDecision){0, old_text, "address", new_text, old_text});
  if (n_found == 0)
    pm_plan_also (builder->plan, "look whether %s is right: no file says it, so nothing is changed",
                  old_text);
  if (n_found > 0 && is_local (&after))
    pm_plan_also (builder->plan,
                  "look whether %s is meant: it is no public address, nobody outside reaches it",
                  new_text);
  if (n_found > 0 && after.is_v6 && !before.is_v6)
    pm_plan_also (builder->plan,
                  "look where programs put %s into URLs themselves: an IPv6 address stands in "
                  "brackets there",
                  new_text);
  if (n_found > 0)
    pm_plan_also (builder->plan,
                  "look at what is not in files: DNS records, firewall rules and allow-lists that "
                  "name %s",
                  old_text);
  return TRUE;
}

PmPlan *
pm_plan_ip_change (const PmSnapshot *snapshot, const char *old_address, const char *new_address,
                   const PmPlanOptions *options, GError **error)
{
  g_auto (PmPlanBuilder) builder;
  pm_plan_builder_init (&builder, snapshot, PM_PLAN_IP_CHANGE, options);
  if (!pm_plan_builder_ip_change (&builder, old_address, new_address, error))
    return NULL;
  builder.plan->wish =
      pm_arena_printf (builder.plan->arena, "%s becomes %s", old_address, new_address);
  pm_plan_builder_tell_the_rest (&builder);
  return pm_plan_builder_take (&builder);
}
