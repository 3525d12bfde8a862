#include "api/fields.h"
#include "api/shapes.h"
#include "verbs/lease.h"
#include "verbs/port-use.h"

/* Ports, pools and leases. */

static const char *const statuses[] = {"active", "inactive", "conflict", NULL};
static const char *const transports[] = {"tcp", "udp", "sctp", NULL};

/* --- ports --- */

static const PmShape shape_holder = {
    "PortHolder", "A service that declares the port",
    (const PmField[]){
        INTEGER ("id", NULL),
        TEXT ("projectId", NULL),
        PROJECT_NAME,
        TEXT ("serviceName", NULL),
        TEXT ("type", NULL),
        {.name = "status", .type = PM_FIELD_TEXT, .choices = statuses},
        TEXT ("pinned", NULL),
        END,
    }};

static const PmShape shape_lease = {
    "Lease", "A port that is held",
    (const PmField[]){
        INTEGER ("id", NULL),
        PORT ("port", NULL),
        TEXT ("name", NULL),
        TEXT ("type", "of the pool"),
        TIME_OR_NULL ("expires", "null: held by its process alone"),
        TEXT ("project", "folder that the name is of"),
        {.name = "transport", .type = PM_FIELD_TEXT, .choices = transports},
        {.name = "pid", .type = PM_FIELD_INTEGER, .flags = PM_NULLABLE},
        TIME ("created", NULL),
        TIME_OR_NULL ("released", "null: it is held"),
        TEXT ("state", "held, unsure, …"),
        END,
    }};

static const PmShape shape_held_port = {
    "HeldPort", "A port of a machine, and who has it",
    (const PmField[]){
        PORT ("port", NULL),
        {.name = "transport", .type = PM_FIELD_TEXT, .choices = transports},
        TEXT ("host", NULL),
        {.name = "services", .type = PM_FIELD_OBJECTS, .of = &shape_holder},
        {.name = "lease", .type = PM_FIELD_OBJECT, .flags = PM_NULLABLE, .of = &shape_lease},
        END,
    }};

const PmShape pm_shape_ports = {
    "PortList", NULL,
    (const PmField[]){
        {.name = "ports", .type = PM_FIELD_OBJECTS, .of = &shape_held_port},
        END,
    }};

static const PmShape shape_port_run = {"PortRun", "Ports that are alike",
                                       (const PmField[]){
                                           PORT ("first", NULL),
                                           PORT ("last", NULL),
                                           {.name = "is",
                                            .type = PM_FIELD_TEXTS,
                                            .choices = pm_port_use_names,
                                            .meaning = "empty: free"},
                                           END,
                                       }};

const PmShape pm_shape_port_use = {
    "PortUse", "What each port of this machine is, from 1 to 65535",
    (const PmField[]){
        TEXT ("host", NULL),
        {.name = "runs", .type = PM_FIELD_OBJECTS, .of = &shape_port_run},
        {.name = "unseen",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "why nobody could tell what listens"},
        END,
    }};

const PmShape pm_shape_port_who = {
    "PortHolders", "Who declares a port, what is bound to it now, and who has leased it",
    (const PmField[]){
        PORT ("port", NULL),
        {.name = "declared", .type = PM_FIELD_OBJECTS, .of = &pm_shape_service},
        {.name = "listening", .type = PM_FIELD_OBJECTS, .of = &pm_shape_listener},
        {.name = "leases",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_lease,
         .meaning = "that are held: of each transport one at most"},
        {.name = "notShown",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "why the list of listeners may not be whole"},
        END,
    }};

const PmShape pm_shape_free_port = {"FreePort", "A port that nothing has; it is not taken by this",
                                    (const PmField[]){PORT ("port", NULL), END}};

/* --- leases --- */

const PmShape pm_shape_leases = {
    "LeaseList", NULL,
    (const PmField[]){
        {.name = "leases", .type = PM_FIELD_OBJECTS, .of = &shape_lease},
        END,
    }};

const PmShape pm_shape_one_lease = {
    "LeaseAnswer", NULL,
    (const PmField[]){
        {.name = "lease", .type = PM_FIELD_OBJECT, .of = &shape_lease},
        END,
    }};

#define HOLDER                                                                                     \
  {.name = "pid",                                                                                  \
   .type = PM_FIELD_INTEGER,                                                                       \
   .flags = PM_OPTIONAL | PM_NULLABLE,                                                             \
   .least = 1,                                                                                     \
   .most = G_MAXINT32,                                                                             \
   .meaning = "held as long as this process of the server's machine lives"},                       \
  {                                                                                                \
    .name = "ttl", .type = PM_FIELD_INTEGER, .flags = PM_OPTIONAL | PM_NULLABLE, .least = 1,       \
    .most = PM_LEASE_LONGEST_S, .meaning = "seconds that it is held; without pid 3600"             \
  }

const PmShape pm_shape_lease_wish = {
    "LeaseWish", NULL,
    (const PmField[]){
        {.name = "type",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .most = 64,
         .meaning = "type of service, as GET /api/pools lists them; other"},
        {.name = "name",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .most = 256,
         .meaning = "with `folder` it decides the usual port, which it gets again"},
        {.name = "folder",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .most = 4096,
         .meaning = "of the project that the name is of"},
        {.name = "port",
         .type = PM_FIELD_INTEGER,
         .flags = PM_OPTIONAL | PM_NULLABLE,
         .least = 1,
         .most = G_MAXUINT16,
         .meaning = "this one and no other"},
        {.name = "transport",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .choices = (const char *const[]){"tcp", "udp", NULL},
         .fallback = "\"tcp\""},
        HOLDER,
        DRY_RUN,
        END,
    }};

const PmShape pm_shape_renewal = {"Renewal", NULL,
                                  (const PmField[]){
                                      HOLDER,
                                      DRY_RUN,
                                      END,
                                  }};

/* --- pools --- */

static const PmShape shape_pool = {
    "Pool", "The ports of a type of service",
    (const PmField[]){
        TEXT ("type", NULL),
        {.name = "ranges", .type = PM_FIELD_TEXTS, .meaning = "3000-3999"},
        FLAG ("configured", "not the default"),
        INTEGER ("size", "without what the kernel keeps"),
        INTEGER ("declared", "by services, in any variant"),
        INTEGER ("leased", NULL),
        INTEGER ("listening", "bound now, by anybody"),
        INTEGER ("inUse", "any of these"),
        INTEGER ("free", NULL),
        END,
    }};

const PmShape pm_shape_pools = {"PoolList", NULL,
                                (const PmField[]){
                                    {.name = "pools", .type = PM_FIELD_OBJECTS, .of = &shape_pool},
                                    END,
                                }};

/* --- analytics --- */

static const PmShape shape_pool_hour = {
    "PoolHour", NULL,
    (const PmField[]){
        TIME ("time", "when the hour began"),
        INTEGER ("size", "0: nobody looked at it"),
        INTEGER ("inUse", "at its end"),
        INTEGER ("peak", NULL),
        INTEGER ("taken", "leases"),
        INTEGER ("released", "leases"),
        INTEGER ("refused", "wishes for a lease, since none was free"),
        END,
    }};

static const PmShape shape_pool_trend = {
    "PoolTrend", "How full a pool was, and when it will be",
    (const PmField[]){
        TEXT ("type", NULL),
        INTEGER ("size", NULL),
        INTEGER ("inUse", NULL),
        INTEGER ("peak", NULL),
        INTEGER ("taken", NULL),
        INTEGER ("released", NULL),
        INTEGER ("refused", NULL),
        INTEGER ("days", "that the trend is made of"),
        {.name = "perDay", .type = PM_FIELD_NUMBER, .meaning = "ports more from day to day"},
        {.name = "fullInDays",
         .type = PM_FIELD_NUMBER,
         .flags = PM_NULLABLE,
         .meaning = "null: not at that rate"},
        {.name = "hours", .type = PM_FIELD_OBJECTS, .of = &shape_pool_hour},
        END,
    }};

static const PmShape shape_contested = {
    "ContestedPort", NULL,
    (const PmField[]){
        PORT ("port", NULL),
        {.name = "transport", .type = PM_FIELD_TEXT, .choices = transports},
        INTEGER ("leased", "how often it was"),
        INTEGER ("lost", "how often somebody wanted it while another had it"),
        INTEGER ("conflicts", "how often a conflict over it opened"),
        TIME ("last", "when any of these was counted"),
        END,
    }};

const PmShape pm_shape_port_analytics = {
    "PortAnalytics", NULL,
    (const PmField[]){
        TIME ("since", NULL),
        {.name = "pools", .type = PM_FIELD_OBJECTS, .of = &shape_pool_trend},
        {.name = "contested",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_contested,
         .meaning = "most contested first, of all times"},
        INTEGER ("moves", "services that changed their port"),
        END,
    }};
