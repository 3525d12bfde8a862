#pragma once

#include "mcp/tool.h"

G_BEGIN_DECLS

/* The tools, one file each; tools.c lists them. */

extern const PmMcpTool pm_mcp_list_services;
extern const PmMcpTool pm_mcp_who_has_port;
extern const PmMcpTool pm_mcp_find_free_port;
extern const PmMcpTool pm_mcp_list_pools;
extern const PmMcpTool pm_mcp_list_conflicts;
extern const PmMcpTool pm_mcp_list_addresses;
extern const PmMcpTool pm_mcp_list_leases;
extern const PmMcpTool pm_mcp_list_transactions;
extern const PmMcpTool pm_mcp_rescan;
extern const PmMcpTool pm_mcp_lease_port;
extern const PmMcpTool pm_mcp_release_port;
extern const PmMcpTool pm_mcp_assign_port;
extern const PmMcpTool pm_mcp_resolve_conflicts;
extern const PmMcpTool pm_mcp_change_address;
extern const PmMcpTool pm_mcp_undo_transaction;

/* Of what kind of service a port is for. */
#define PM_MCP_TYPE_ARGUMENT                                                                       \
  {                                                                                                \
    "type", PM_MCP_TEXT, FALSE, 0, 0,                                                              \
        "the type of service: web, api, database, cache, … (list_pools has them), or a program " \
        "that is "                                                                                 \
        "known to be of one, like vite or postgres"                                                \
  }

G_END_DECLS
