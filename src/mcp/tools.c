#include "mcp/tools.h"

/* One line for each tool, in the order in which clients show them. */
static const PmMcpTool *const tools[] = {
    &pm_mcp_list_services,
    &pm_mcp_who_has_port,
    &pm_mcp_find_free_port,
    &pm_mcp_list_conflicts,
    &pm_mcp_list_pools,
    &pm_mcp_list_addresses,
    &pm_mcp_list_leases,
    &pm_mcp_list_transactions,
    &pm_mcp_lease_port,
    &pm_mcp_release_port,
    &pm_mcp_rescan,
    &pm_mcp_assign_port,
    &pm_mcp_resolve_conflicts,
    &pm_mcp_change_address,
    &pm_mcp_undo_transaction,
    NULL,
};

const PmMcpTool *const *
pm_mcp_tools (void)
{
  return tools;
}
