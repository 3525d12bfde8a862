#pragma once

#include "discovery/scan.h"

G_BEGIN_DECLS

/* What the flags, subcommands and arguments of known programs mean. Private to the recogniser. */

typedef enum {
  PM_ARGUMENT_NONE,        /* takes a value that is no port */
  PM_ARGUMENT_SWITCH,      /* takes no value */
  PM_ARGUMENT_PORT,        /* a port; anything else says nothing */
  PM_ARGUMENT_LIKELY_PORT, /* of a program that is not known: small numbers count something else */
  PM_ARGUMENT_ENDPOINT,    /* a port, an address or both, or a list of them */
  PM_ARGUMENT_HOST,        /* an address or a name */
  PM_ARGUMENT_MAPPING,     /* docker's -p */
  PM_ARGUMENT_FORWARD,     /* kubectl's local:remote */
  PM_ARGUMENT_TUNNEL, /* ssh's -L: [bind:]port:host:hostport, where the other machine sees host */
  PM_ARGUMENT_BACK_TUNNEL, /* ssh's -R: the other machine binds port, and host is seen from here */
  PM_ARGUMENT_ASSIGNMENT,  /* NAME=value */
  PM_ARGUMENT_PORT_OR_ENDPOINT, /* a number, or an endpoint that has a colon */
} PmArgumentKind;

typedef struct {
  PmArgumentKind kind;
  PmRole role;
  gboolean is_sure;
  gboolean is_debugger; /* not where the program itself listens */
} PmArgument;

/* `name` without dashes. is_long tells --name and Go's -name from -n. `program` is the command's
 * own name, without a directory; empty where it is not known. */
gboolean pm_command_flag (const PmScan *scan, PmSpan program, PmSpan name, gboolean is_long,
                          PmArgument *ret);

/* TRUE when a single-letter flag is known to mean something else for this program. */
gboolean pm_command_flag_is_other (const PmScan *scan, PmSpan program, char letter);

/* Of letters behind one dash, of which several may stand together (getopt(3)): how many from the
 * front on take no argument. 0 for programs that no table knows. */
guint32 pm_command_bundled_switches (const PmScan *scan, PmSpan program, PmSpan letters);

/* Whether `program` runs the one that `word` names, whose flags are those that follow. */
gboolean pm_command_runs (const PmScan *scan, PmSpan program, PmSpan word);

/* What the positional arguments behind this word (a program or a subcommand) are. */
gboolean pm_command_positional (const PmScan *scan, PmSpan word, PmArgument *ret);

/* Programs that only start another one: env, sudo, npx, … */
gboolean pm_command_is_wrapper (const PmScan *scan, PmSpan program);

/* Programs that run the command behind `--` when they are done. */
gboolean pm_command_hands_over (const PmScan *scan, PmSpan program);

/* Programs whose arguments are names with colons, not machines: images (name:tag), npm's scripts,
 * openssl's keys (rsa:4096). */
gboolean pm_command_takes_names (const PmScan *scan, PmSpan program);

/* Programs that only ever connect: an endpoint among their arguments is somebody else's, whatever
 * address it has. */
gboolean pm_command_is_client (const PmScan *scan, PmSpan program);

/* Programs whose first argument is the machine that they log in on: [user@]host. */
gboolean pm_command_goes_to (const PmScan *scan, PmSpan program);

/* Of those: whether a flag that pm_command_flag does not know takes the next word. */
gboolean pm_command_flag_takes_value (const PmScan *scan, PmSpan program, PmSpan name,
                                      gboolean is_long);

/* Variables that name a port: PORT, HTTP_PORT, serverPort. */
gboolean pm_command_is_port_name (const PmScan *scan, PmSpan name);

/* Values of such arguments; what cannot be read adds nothing. */
void pm_command_add_port (PmScan *scan, PmSpan value, const PmArgument *argument,
                          const char *grammar);
void pm_command_add_forward (PmScan *scan, PmSpan value, const PmArgument *argument);
void pm_command_add_tunnel (PmScan *scan, PmSpan value, const PmArgument *argument);

G_END_DECLS
