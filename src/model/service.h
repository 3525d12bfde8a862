#pragma once

#include "model/health.h"
#include "model/socket.h"

G_BEGIN_DECLS

/* What the registry lists: one row per host, project, name, transport and internal port, and a
 * further one for each further external port that this is published on. A service with three ports
 * is three rows of one name. Text as in PmFinding. */

typedef enum { PM_STATUS_INACTIVE, PM_STATUS_ACTIVE, PM_STATUS_CONFLICT } PmStatus;

const char *pm_status_name (PmStatus status);
gboolean pm_status_from_name (const char *name, PmStatus *ret_status);

/* What is bound where a service should listen. */
typedef enum {
  PM_LIVE_UNKNOWN,       /* nobody looked, or it is not on this host's own network */
  PM_LIVE_NOT_LISTENING, /* nothing */
  PM_LIVE_LISTENING,     /* the service itself, as far as one can tell */
  PM_LIVE_HIDDEN,        /* something whose owner the kernel does not show to us */
  PM_LIVE_FOREIGN,       /* something else */
} PmLive;

/* "unknown", "notListening", "listening", "hidden", "foreign". */
const char *pm_live_name (PmLive live);

/* A file that has a say in a service: the evidence that the table shows. */
typedef struct {
  const char *path; /* relative to the root */
  const char *format;
  const char *variant;
  guint32 line; /* of the deciding value; 0: the file as a whole */
  PmRole role;
  gboolean is_kept; /* it could not be read this time: this is what it said last */
} PmConfigFile;

typedef struct {
  gint64 id;        /* given by the registry; 0 before */
  const char *host; /* the machine */
  const char *root;
  const char *project_id;
  const char *name;
  const char *external_ip; /* "" unknown */
  const char *bind;        /* address bound or published on; "" is all of them */
  guint16 internal_port;   /* 0 unknown */
  guint16 external_port;   /* 0 none, or chosen at run time */
  PmTransport transport;
  PmScope scope;        /* of external_port, or of internal_port where nothing is published */
  const char *protocol; /* "http", "ws", "tcp", "udp" */
  gboolean is_protocol_guessed; /* by the port's number alone; never stored */
  const char *type;             /* "web", "api", "database", "cache", "metrics", "mcp", … or "" */
  const char *variant;
  const char *profiles;
  const char *origin; /* "file:line", or "vite's default" */
  double confidence;
  PmStatus status;
  const char *pinned;       /* why it may not be moved; "" is free to move */
  const char *tags;         /* comma-separated */
  const char *project_name; /* what the user calls its project; NULL or "": by its id */
  const char *given_name;   /* what a person calls it; NULL or "": as its files do */
  const char *given_protocol;
  gint64 last_updated_us; /* Unix time in µs, of the last change of address, port or status */
  PmConfigFile *config_files;
  guint n_config_files;
  PmHealth health;        /* by its check, unless that was too long ago */
  PmLive live;            /* at the moment of the look; never stored */
  const PmSocket *socket; /* that one, which lives as long as the snapshot; NULL none */
} PmService;

/* Active while something of its own listens, or something whose owner is hidden, or its check
 * passes; what it is known to be, but for a conflict, where nobody looked and nothing is checked.
 */
PmStatus pm_service_live_status (const PmService *service);

/* Whether some of its evidence could not be read this time. */
gboolean pm_service_is_kept (const PmService *service);

/* The order of a snapshot's services (of PmService): by root, project, name, transport, ports. */
gint pm_service_compare (gconstpointer a, gconstpointer b);

/* Finding of one service that points at an endpoint of another. */
typedef struct {
  guint32 finding;     /* index into the snapshot's findings: where it is written */
  gint32 from_service; /* index into the snapshot's services; -1: no service of that project */
  gint32 to_service;   /* index; -1: nobody here (dangling, or out in the world) */
  double confidence;
  gboolean is_addressed; /* its host is a public address; of those that discovery finds */
} PmEdge;

/* What it is called, and what it speaks, for people: as a person said, else as observed. */
const char *pm_service_shown_name (const PmService *service);
const char *pm_service_shown_project (const PmService *service);
const char *pm_service_shown_protocol (const PmService *service);

/* A service with its project, as all that people read says it: "api of shop", and "shop" where both
 * are called the same. The caller frees it. */
char *pm_service_full_name (const PmService *service);

/* The same of two names that came without the service. "" for a project: it is not known. */
char *pm_full_name (const char *service, const char *project);

/* Whether `full_name`, "project/service" as a person writes it, is this one's: by the project's id
 * or name, and by its own name or the one that is shown. */
gboolean pm_service_is_meant_by (const PmService *service, const char *full_name);

G_END_DECLS
