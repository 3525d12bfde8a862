/* References to this machine that nobody answers. */

#include "allocation/taken-ports.h"
#include "verbs/check-private.h"

#include <string.h>

#include "model/host.h"

/* What is usually installed on the machine itself rather than kept in a project (IANA's registry
 * and the tools' own defaults): nobody binds it here, and all may be well. */
static const struct {
  guint16 port;
  const char *what;
} infrastructure[] = {
    {22, "SSH"},          {25, "a mail server"},   {53, "a name server"}, {389, "LDAP"},
    {1433, "SQL Server"}, {3306, "MySQL"},         {5432, "PostgreSQL"},  {5672, "RabbitMQ"},
    {6379, "Redis"},      {9200, "Elasticsearch"}, {11211, "memcached"},  {11434, "Ollama"},
    {27017, "MongoDB"},
};

static char *
remedy_of (guint16 port)
{
  for (gsize i = 0; i < G_N_ELEMENTS (infrastructure); i++)
    if (infrastructure[i].port == port)
      return g_strdup_printf ("nothing, if %s is installed on this machine itself; else correct "
                              "the port, or scan the project that it belongs to",
                              infrastructure[i].what);
  return g_strdup ("correct the port, or scan the project that it belongs to");
}

void
pm_check_references (const PmSnapshot *snapshot, const PmPortSet *elsewhere, GArray *results)
{
  /* A port that several services bind is answered by one of them: that is a conflict's business. */
  g_autofree PmPortSet *bound = g_new0 (PmPortSet, 1);
  pm_port_set_add_declared (bound, snapshot);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const PmFinding *f = pm_check_finding (snapshot, edge->finding);
    gboolean here = f->host[0] != '\0' && pm_host_is_this_machine (f->host);
    if (edge->to_service >= 0 || f->means != NULL || pm_port_set_has (bound, f->port) ||
        (elsewhere != NULL && pm_port_set_has (elsewhere, f->port)) || !here ||
        f->scope != PM_SCOPE_HOST || f->confidence < 0.5 || f->text_class != PM_TEXT_CONFIG ||
        strcmp (f->variant, "template") == 0)
      continue;
    pm_check_add (results, PM_SEVERITY_WARNING, "dangling-reference", f,
                  g_strdup_printf ("%s points at %s:%u, which no known project binds", f->owner,
                                   f->host, f->port),
                  remedy_of (f->port));
  }
}
