/* Vagrant: its documentation ("Forwarded Ports": config.vm.network "forwarded_port" with guest,
 * host, guest_ip, host_ip and protocol; before version 2 config.vm.forward_port GUEST, HOST).
 *
 * A Vagrantfile is Ruby. What is forwarded is published on this machine, on every address unless
 * host_ip names one; the guest's side is in a machine of its own. Everything else is read as any
 * program (program.h). */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"Vagrantfile", "Vagrantfile.*", "*.vagrant", NULL};

static const PmRule by_name = {
    .id = "ruby", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.75};
static const PmRule host = {.id = "vagrant.host",
                            .grammar = PM_GRAMMAR_PORT,
                            .role = PM_ROLE_PUBLISH,
                            .scope = PM_SCOPE_HOST,
                            .confidence = 0.97,
                            .insists = TRUE};
static const PmRule guest = {.id = "vagrant.guest",
                             .grammar = PM_GRAMMAR_PORT,
                             .role = PM_ROLE_TARGET,
                             .scope = PM_SCOPE_CONTAINER,
                             .confidence = 0.97,
                             .insists = TRUE};

/* What a call is given by name: an argument each, a map of one key; 0: nothing of that name. */
static PmNodeId
option (const PmRecognition *r, PmNodeId call, const char *name)
{
  for (PmNodeId id = pm_document_node (r->document, call)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    PmNodeId value = pm_document_child (r->document, id, name);
    if (value != 0)
      return value;
  }
  return 0;
}

static PmNodeId
argument (const PmRecognition *r, PmNodeId call, guint n)
{
  PmNodeId id = pm_document_node (r->document, call)->first_child;
  while (id != 0 && n-- > 0)
    id = pm_document_node (r->document, id)->next_sibling;
  return id;
}

static gboolean
says (const PmRecognition *r, PmNodeId scalar, const char *text)
{
  const char *value = scalar == 0 ? NULL : pm_document_text (r->document, scalar);
  return value != NULL && strcmp (value, text) == 0;
}

/* `host_ip` is where the host's side is bound, `protocol` both sides' own. */
static void
read_forwarded (PmRecognition *r, PmNodeId call, PmNodeId guest_port, PmNodeId host_port)
{
  PmNodeId address = option (r, call, "host_ip");
  const char *bind = address == 0 ? NULL : pm_document_text (r->document, address);
  gint on_host = host_port == 0 ? -1 : pm_recognition_read (r, host_port, &host, "");
  gint in_guest = guest_port == 0 ? -1 : pm_recognition_read (r, guest_port, &guest, "");
  gboolean is_udp = says (r, option (r, call, "protocol"), "udp");
  const gint sides[] = {on_host, in_guest};
  for (gsize i = 0; i < G_N_ELEMENTS (sides) && is_udp; i++)
    if (sides[i] >= 0)
      pm_recognition_finding (r, (guint) sides[i])->transport = PM_TRANSPORT_UDP;
  if (on_host >= 0 && bind != NULL)
    pm_recognition_finding (r, (guint) on_host)->bind = pm_arena_strdup (r->arena, bind);
  if (on_host < 0 || in_guest < 0)
    return;
  pm_recognition_finding (r, (guint) on_host)->pair = in_guest;
  pm_recognition_finding (r, (guint) in_guest)->pair = on_host;
}

static void
recognise (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_LIST || node->key == NULL)
      continue;
    if (strcmp (node->key, "network()") == 0 && says (r, argument (r, id, 0), "forwarded_port"))
      read_forwarded (r, id, option (r, id, "guest"), option (r, id, "host"));
    else if (strcmp (node->key, "forward_port()") == 0)
      read_forwarded (r, id, argument (r, id, 0), argument (r, id, 1));
  }
  pm_program_read (r, r->root, &by_name, "");
}

const PmRuleset pm_ruleset_vagrant = {
    .name = "vagrant",
    .files = files,
    .syntax = "ruby",
    .marks = pm_ruleset_no_marks,
    .recognise = recognise,
};
