#include "api/shapes.h"

#include "api/fields.h"

const PmShape pm_shape_any = {NULL, NULL, (const PmField[]){END}};

static const char *const healths[] = {"unknown", "up", "down", NULL};
static const char *const statuses[] = {"active", "inactive", "conflict", NULL};
static const char *const protocols[] = {"http", "ws", "tcp", "udp", NULL};
static const char *const transports[] = {"tcp", "udp", "sctp", NULL};
static const char *const scopes[] = {"host", "container", "cluster", NULL};
static const char *const roles[] = {"listen", "publish", "target", "reference", "address", NULL};
static const char *const lives[] = {"notListening", "listening", "hidden", "foreign", NULL};
static const char *const severities[] = {"error", "warning", "note", NULL};

/* --- problems --- */

static const PmShape shape_mistake = {"Mistake", "What is wrong with one field, parameter or file",
                                      (const PmField[]){
                                          {.name = "pointer",
                                           .type = PM_FIELD_TEXT,
                                           .flags = PM_OPTIONAL,
                                           .meaning = "JSON Pointer into the body (RFC 6901)"},
                                          {.name = "parameter",
                                           .type = PM_FIELD_TEXT,
                                           .flags = PM_OPTIONAL,
                                           .meaning = "name of the query parameter"},
                                          {.name = "path",
                                           .type = PM_FIELD_TEXT,
                                           .flags = PM_OPTIONAL,
                                           .meaning = "of a file that is as it was, or as "
                                                      "somebody else left it"},
                                          TEXT ("detail", "one sentence"),
                                          END,
                                      }};

const PmShape pm_shape_problem = {
    "Problem", "What went wrong (RFC 9457)",
    (const PmField[]){
        TEXT ("type", "about:blank: the status says it"),
        TEXT ("title", "the status in words"),
        {.name = "status", .type = PM_FIELD_INTEGER, .least = 400, .most = 599},
        TEXT ("detail", "what, where, and what to do"),
        {.name = "errors",
         .type = PM_FIELD_OBJECTS,
         .flags = PM_OPTIONAL,
         .of = &shape_mistake,
         .meaning = "each field, parameter or file that is wrong"},
        END,
    }};

/* --- services --- */

static const PmShape shape_config_file = {
    "ConfigFile", "A file that has a say in a service",
    (const PmField[]){
        TEXT ("path", "from the root; what is no UTF-8 is U+FFFD"),
        TEXT ("format", "compose, env, package.json, k8s, …"),
        TEXT ("variant", "empty: base; else override, prod, template, …"),
        INTEGER ("line", "of the deciding value; 0: the file as a whole"),
        {.name = "role", .type = PM_FIELD_TEXT, .choices = roles},
        {.name = "rawPath",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .meaning = "percent-encoded bytes of a path that is no UTF-8"},
        END,
    }};

static const PmShape shape_container = {"Container", "Whose published port it is",
                                        (const PmField[]){
                                            TEXT ("id", "empty: not known"),
                                            TEXT ("name", NULL),
                                            TEXT ("service", "as compose calls it"),
                                            TEXT ("folder", "of the compose project"),
                                            PORT ("port", "inside; 0: unknown"),
                                            END,
                                        }};

const PmShape pm_shape_listener = {
    "Listener", "A socket that is bound now. Null is what the kernel does not show to us",
    (const PmField[]){
        TEXT ("address", NULL),
        PORT ("port", NULL),
        {.name = "transport", .type = PM_FIELD_TEXT, .choices = transports},
        FLAG ("v6Only", "it leaves IPv4 alone"),
        TEXT ("device", "network device that it is bound to; empty: all"),
        INTEGER ("uid", "whose it is"),
        {.name = "pid", .type = PM_FIELD_INTEGER, .flags = PM_NULLABLE},
        {.name = "command", .type = PM_FIELD_TEXT, .flags = PM_NULLABLE, .meaning = "masked"},
        {.name = "cwd", .type = PM_FIELD_TEXT, .flags = PM_NULLABLE},
        TEXT ("unit", "of systemd; empty: none"),
        {.name = "projectId",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "where it was started"},
        {.name = "container",
         .type = PM_FIELD_OBJECT,
         .flags = PM_NULLABLE,
         .of = &shape_container},
        END,
    }};

const PmShape pm_shape_service = {
    "Service", "Project, name, addresses and ports: one row of the registry",
    (const PmField[]){
        INTEGER ("id", NULL),
        TEXT ("projectId", "the project's path from its root"),
        TEXT ("serviceName", NULL),
        TEXT ("externalIP", "empty: unknown"),
        PORT ("internalPort", "0: unknown"),
        PORT ("externalPort", "0: none, or chosen at run time"),
        {.name = "protocol", .type = PM_FIELD_TEXT, .choices = protocols},
        {.name = "status", .type = PM_FIELD_TEXT, .choices = statuses},
        TIME ("lastUpdated", "last change of address, port or status"),
        {.name = "configFiles", .type = PM_FIELD_OBJECTS, .of = &shape_config_file},
        TEXT ("host", "the machine"),
        TEXT ("root", "the directory whose children are projects"),
        TEXT ("bind", "address bound or published on; empty: all"),
        {.name = "transport", .type = PM_FIELD_TEXT, .choices = transports},
        {.name = "scope",
         .type = PM_FIELD_TEXT,
         .choices = scopes,
         .meaning = "whose network its port lives in"},
        TEXT ("type", "web, api, database, …; empty: unknown"),
        TEXT ("variant", "empty: base"),
        {.name = "profiles", .type = PM_FIELD_TEXTS, .meaning = "compose profiles"},
        TEXT ("origin", "file:line that decides its port, or whose default it is"),
        {.name = "confidence", .type = PM_FIELD_NUMBER, .most = 1},
        TEXT ("pinned", "why its port may not be moved; empty: it may"),
        {.name = "tags", .type = PM_FIELD_TEXTS},
        FLAG ("kept", "its files cannot be read just now: this is what they said last"),
        {.name = "health", .type = PM_FIELD_TEXT, .choices = healths},
        PROJECT_NAME,
        OPTIONAL_TEXT ("observedName", "what its files call it, where a person said otherwise"),
        OPTIONAL_TEXT ("observedProtocol", NULL),
        {.name = "live",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .choices = lives,
         .meaning = "what is bound where it should listen, if somebody looked"},
        {.name = "listener",
         .type = PM_FIELD_OBJECT,
         .flags = PM_OPTIONAL | PM_NULLABLE,
         .of = &pm_shape_listener},
        END,
    }};

const PmShape pm_shape_services = {
    "ServiceList", NULL,
    (const PmField[]){
        {.name = "services", .type = PM_FIELD_OBJECTS, .of = &pm_shape_service},
        {.name = "nextCursor",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "null: this is the last page"},
        INTEGER ("total", "all that match, on whatever page"),
        END,
    }};

static const PmShape shape_service_row = {
    "ServiceRow", "A service in few words; what would be empty is left out",
    (const PmField[]){
        INTEGER ("id", NULL),
        TEXT ("projectId", "the project's path from its root"),
        PROJECT_NAME,
        TEXT ("serviceName", NULL),
        OPTIONAL_TEXT ("externalIP", "left out: unknown"),
        PORT ("internalPort", "0: unknown"),
        PORT ("externalPort", "0: none, or chosen at run time"),
        {.name = "protocol", .type = PM_FIELD_TEXT, .choices = protocols},
        {.name = "status", .type = PM_FIELD_TEXT, .choices = statuses},
        TIME ("lastUpdated", "last change of address, port or status"),
        TEXT ("host", "the machine"),
        OPTIONAL_TEXT ("bind", "address bound or published on; left out: all"),
        OPTIONAL_TEXT ("type", "web, api, database, …; left out: unknown"),
        OPTIONAL_TEXT ("variant", "left out: base"),
        OPTIONAL_TEXT ("pinned", "why its port may not be moved; left out: it may"),
        {.name = "tags", .type = PM_FIELD_TEXTS, .flags = PM_OPTIONAL},
        {.name = "health", .type = PM_FIELD_TEXT, .choices = healths},
        END,
    }};

const PmShape pm_shape_service_rows = {
    "ServiceRowList", NULL,
    (const PmField[]){
        {.name = "services", .type = PM_FIELD_OBJECTS, .of = &shape_service_row},
        NEXT_CURSOR,
        INTEGER ("total", "all that match, on whatever page"),
        END,
    }};

#define SERVICE_WISH_FIELDS                                                                        \
  {.name = "serviceName",                                                                          \
   .type = PM_FIELD_TEXT,                                                                          \
   .flags = PM_OPTIONAL,                                                                           \
   .most = 200,                                                                                    \
   .meaning = "what to call it; empty: as its files do"},                                          \
      {.name = "protocol",                                                                         \
       .type = PM_FIELD_TEXT,                                                                      \
       .flags = PM_OPTIONAL,                                                                       \
       .choices = wished_protocols,                                                                \
       .meaning = "empty: as observed"},                                                           \
      {.name = "externalIP",                                                                       \
       .type = PM_FIELD_TEXT,                                                                      \
       .flags = PM_OPTIONAL,                                                                       \
       .least = 2,                                                                                 \
       .most = 45,                                                                                 \
       .meaning = "written into its project's files"},                                             \
      {.name = "internalPort",                                                                     \
       .type = PM_FIELD_INTEGER,                                                                   \
       .flags = PM_OPTIONAL,                                                                       \
       .most = G_MAXUINT16,                                                                        \
       .meaning = "written into files, and followed by who points at it"},                         \
      {.name = "externalPort",                                                                     \
       .type = PM_FIELD_INTEGER,                                                                   \
       .flags = PM_OPTIONAL,                                                                       \
       .most = G_MAXUINT16,                                                                        \
       .meaning = "likewise"},                                                                     \
      {.name = "pinned",                                                                           \
       .type = PM_FIELD_TEXT,                                                                      \
       .flags = PM_OPTIONAL,                                                                       \
       .most = 500,                                                                                \
       .meaning = "why its port may not be moved; empty: it may"},                                 \
      {.name = "tags", .type = PM_FIELD_TEXTS, .flags = PM_OPTIONAL, .most = 50},                  \
  {                                                                                                \
    .name = "includeUncertain", .type = PM_FIELD_FLAG, .flags = PM_OPTIONAL, .fallback = "false",  \
    .meaning = "edit also what is less sure than one half"                                         \
  }

static const char *const wished_protocols[] = {"http", "ws", "tcp", "udp", "", NULL};

const PmShape pm_shape_service_wish = {"ServiceWish",
                                       "What is to be different; what is not named stays",
                                       (const PmField[]){SERVICE_WISH_FIELDS, DRY_RUN, END}};

static const PmShape shape_bulk_change = {
    "BulkChange", "A service by its id, and what is to be different",
    (const PmField[]){
        {.name = "id", .type = PM_FIELD_INTEGER, .least = 1, .most = G_MAXINT64},
        SERVICE_WISH_FIELDS,
        END,
    }};

const PmShape pm_shape_bulk_wish = {
    "BulkWish", "Changes of many services, whose files are changed as one transaction",
    (const PmField[]){
        {.name = "changes",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_bulk_change,
         .least = 1,
         .most = 1000},
        DRY_RUN,
        END,
    }};

const PmShape pm_shape_bulk = {
    "BulkResult", "The services as they are now",
    (const PmField[]){
        {.name = "services", .type = PM_FIELD_OBJECTS, .of = &pm_shape_service},
        {.name = "transactionId",
         .type = PM_FIELD_INTEGER,
         .flags = PM_NULLABLE,
         .meaning = "null: no file was changed"},
        END,
    }};

/* --- conflicts --- */

static const PmShape shape_claimant = {
    "Claimant", "Who wants the port",
    (const PmField[]){
        {.name = "serviceId",
         .type = PM_FIELD_INTEGER,
         .flags = PM_NULLABLE,
         .meaning = "null: a socket of nobody known here"},
        TEXT ("projectId", NULL),
        PROJECT_NAME,
        TEXT ("serviceName", NULL),
        TEXT ("file", "where it says so, from the root; empty: a live socket"),
        INTEGER ("line", NULL),
        TEXT ("bind", "address claimed; empty: all"),
        TEXT ("variant", NULL),
        TEXT ("profiles", "comma-separated"),
        TEXT ("command", "of a live socket's owner"),
        {.name = "pid", .type = PM_FIELD_INTEGER, .flags = PM_OPTIONAL, .meaning = "of its owner"},
        {.name = "listener",
         .type = PM_FIELD_OBJECT,
         .flags = PM_OPTIONAL,
         .of = &pm_shape_listener,
         .meaning = "the live socket"},
        END,
    }};

static const PmShape shape_suggestion = {"Suggestion", "Who could move, and where to",
                                         (const PmField[]){
                                             INTEGER ("serviceId", NULL),
                                             PORT ("port", NULL),
                                             END,
                                         }};

static const PmShape shape_conflict = {
    "Conflict", "One contested port",
    (const PmField[]){
        TEXT ("id", "the same in every scan: tcp-3000"),
        PORT ("port", NULL),
        {.name = "transport", .type = PM_FIELD_TEXT, .choices = transports},
        TEXT ("host", NULL),
        {.name = "severity", .type = PM_FIELD_TEXT, .choices = severities},
        {.name = "claimants", .type = PM_FIELD_OBJECTS, .of = &shape_claimant},
        TEXT ("reason", "one sentence"),
        {.name = "suggestion",
         .type = PM_FIELD_OBJECT,
         .flags = PM_NULLABLE,
         .of = &shape_suggestion,
         .meaning = "the first of them"},
        {.name = "suggestions",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_suggestion,
         .meaning = "all that have to move; none where nobody can"},
        {.name = "stuck",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "why nobody of them can move; null: somebody can"},
        END,
    }};

const PmShape pm_shape_conflicts = {
    "ConflictList", NULL,
    (const PmField[]){
        {.name = "conflicts", .type = PM_FIELD_OBJECTS, .of = &shape_conflict},
        END,
    }};

/* --- the network --- */

static const PmShape shape_external_ip = {"ExternalIP", "An address by which this machine is known",
                                          (const PmField[]){
                                              TEXT ("address", NULL),
                                              TEXT ("source", "who says so"),
                                              TIME_OR_NULL ("lastSeen", NULL),
                                              TEXT ("state", NULL),
                                              END,
                                          }};

static const PmShape shape_service_counts = {"ServiceCounts", NULL,
                                             (const PmField[]){
                                                 INTEGER ("total", NULL),
                                                 INTEGER ("active", NULL),
                                                 INTEGER ("inactive", NULL),
                                                 INTEGER ("conflict", NULL),
                                                 END,
                                             }};

static const PmShape shape_health_counts = {"HealthCounts", NULL,
                                            (const PmField[]){
                                                INTEGER ("up", NULL),
                                                INTEGER ("down", NULL),
                                                INTEGER ("unknown", "unknown is not down"),
                                                END,
                                            }};

const PmShape pm_shape_network_status = {
    "NetworkStatus", NULL,
    (const PmField[]){
        {.name = "externalIPs", .type = PM_FIELD_OBJECTS, .of = &shape_external_ip},
        {.name = "hosts", .type = PM_FIELD_TEXTS},
        {.name = "services", .type = PM_FIELD_OBJECT, .of = &shape_service_counts},
        {.name = "health", .type = PM_FIELD_OBJECT, .of = &shape_health_counts},
        TIME_OR_NULL ("lastScan", "null: never"),
        TIME_OR_NULL ("lastTransaction", "null: never"),
        END,
    }};

static const PmShape shape_node = {
    "GraphNode", "A service on the map",
    (const PmField[]){
        INTEGER ("id", "the service's"),
        TEXT ("projectId", NULL),
        PROJECT_NAME,
        TEXT ("serviceName", NULL),
        TEXT ("host", NULL),
        TEXT ("type", NULL),
        {.name = "protocol", .type = PM_FIELD_TEXT, .choices = protocols},
        PORT ("internalPort", NULL),
        PORT ("externalPort", NULL),
        {.name = "status", .type = PM_FIELD_TEXT, .choices = statuses},
        END,
    }};

static const PmShape shape_edge = {
    "GraphEdge", "A reference from one service to another",
    (const PmField[]){
        {.name = "from",
         .type = PM_FIELD_INTEGER,
         .flags = PM_NULLABLE,
         .meaning = "null: no service of the project"},
        {.name = "to",
         .type = PM_FIELD_INTEGER,
         .flags = PM_NULLABLE,
         .meaning = "null: nobody here; it dangles, or is out in the world"},
        TEXT ("projectId", "where it is written"),
        TEXT ("endpoint", "host:port"),
        TEXT ("file", "from the root"),
        INTEGER ("line", NULL),
        {.name = "confidence", .type = PM_FIELD_NUMBER, .most = 1},
        END,
    }};

const PmShape pm_shape_graph = {"NetworkGraph", NULL,
                                (const PmField[]){
                                    {.name = "nodes", .type = PM_FIELD_OBJECTS, .of = &shape_node},
                                    {.name = "edges", .type = PM_FIELD_OBJECTS, .of = &shape_edge},
                                    END,
                                }};

/* --- findings --- */

static const PmShape shape_finding = {
    "Finding", "A port or an address in a file",
    (const PmField[]){
        TEXT ("root", NULL),
        TEXT ("project", NULL),
        TEXT ("file", "from the root"),
        INTEGER ("line", "from 1"),
        INTEGER ("column", "from 1, in bytes"),
        INTEGER ("start", "byte offset of exactly what an edit would replace"),
        INTEGER ("end", NULL),
        TEXT ("format", "compose, env, package.json, …"),
        TEXT ("path", "key path"),
        {.name = "kind",
         .type = PM_FIELD_TEXT,
         .choices = (const char *const[]){"port", "ip", NULL}},
        {.name = "role", .type = PM_FIELD_TEXT, .choices = roles},
        {.name = "value", .type = PM_FIELD_VALUE, .meaning = "a port, or an address as text"},
        {.name = "value_end",
         .type = PM_FIELD_INTEGER,
         .flags = PM_OPTIONAL,
         .meaning = "last port of a range"},
        OPTIONAL_TEXT ("endpoint", "host:port that it is a part of"),
        OPTIONAL_TEXT ("origin", "file:line that its value comes from"),
        OPTIONAL_TEXT ("variable", "that it comes from"),
        TEXT ("service", "bare name"),
        OPTIONAL_TEXT ("protocol", NULL),
        OPTIONAL_TEXT ("bind", "address bound"),
        {.name = "scope", .type = PM_FIELD_TEXT, .choices = scopes},
        TEXT ("variant", NULL),
        OPTIONAL_TEXT ("profiles", "comma-separated"),
        TEXT ("text", "what kind of text it stands in"),
        {.name = "confidence", .type = PM_FIELD_NUMBER, .most = 1},
        TEXT ("rule", "which saw it"),
        OPTIONAL_TEXT ("means", "project/service that the configuration says it points at"),
        OPTIONAL_TEXT ("standing", "of what cannot be read just now"),
        END,
    }};

const PmShape pm_shape_findings = {
    "FindingList", NULL,
    (const PmField[]){
        {.name = "findings", .type = PM_FIELD_OBJECTS, .of = &shape_finding},
        NEXT_CURSOR,
        INTEGER ("total", "all that match, on whatever page"),
        END,
    }};

/* --- history --- */

static const PmShape shape_history_entry = {
    "HistoryEntry", "A change of a service's port, address or status",
    (const PmField[]){
        INTEGER ("id", NULL),
        INTEGER ("serviceId", NULL),
        TEXT ("projectId", NULL),
        PROJECT_NAME,
        TEXT ("serviceName", NULL),
        OPTIONAL_TEXT ("host", "the machine that the service is of"),
        TEXT ("changeType", "internal_port, external_port, external_ip, status, created, removed"),
        {.name = "oldValue", .type = PM_FIELD_TEXT, .flags = PM_NULLABLE},
        {.name = "newValue", .type = PM_FIELD_TEXT, .flags = PM_NULLABLE},
        TIME ("timestamp", NULL),
        END,
    }};

const PmShape pm_shape_history = {
    "HistoryList", NULL,
    (const PmField[]){
        {.name = "history", .type = PM_FIELD_OBJECTS, .of = &shape_history_entry},
        NEXT_CURSOR,
        END,
    }};
