/* Shapes of what becomes of a change: stages, restarts, proposals; and of the pause. */

#include "api/fields.h"
#include "api/shapes.h"

static const char *const healths[] = {"unknown", "up", "down", NULL};
static const char *const ends[] = {"", "restarted", "refused", "failed", NULL};
static const char *const decisions[] = {"approve", "dismiss", NULL};
static const char *const outcomes[] = {"planned", "restarted", "refused", "failed", NULL};

#define MS(field, what)                                                                            \
  {                                                                                                \
    .name = field, .type = PM_FIELD_NUMBER, .meaning = what                                        \
  }
#define NULLABLE_TEXT(field, what)                                                                 \
  {                                                                                                \
    .name = field, .type = PM_FIELD_TEXT, .flags = PM_NULLABLE, .meaning = what                    \
  }

/* --- reports --- */

static const PmShape shape_stage = {"ChangeStage", "One step, and how long it took",
                                    (const PmField[]){
                                        TEXT ("stage", NULL),
                                        MS ("elapsedMs", NULL),
                                        END,
                                    }};

static const PmShape shape_service = {
    "ChangedService", "A service that runs with what was changed",
    (const PmField[]){
        INTEGER ("serviceId", NULL),
        TEXT ("projectId", NULL),
        TEXT ("serviceName", NULL),
        TEXT ("target", "what restarts it; empty: nothing does"),
        {.name = "before", .type = PM_FIELD_TEXT, .choices = healths},
        {.name = "after", .type = PM_FIELD_TEXT, .choices = healths},
        TEXT ("cause", "why it is not up afterwards"),
        MS ("upAfterMs", "from the restarts until it answered; 0: it did not"),
        END,
    }};

static const PmShape shape_restart = {
    "Restart", "Something that was restarted",
    (const PmField[]){
        TEXT ("target", "\"systemd shop-api.service\""),
        INTEGER ("level", "its turn: 0 is first"),
        {.name = "end", .type = PM_FIELD_TEXT, .choices = ends, .meaning = "empty: not yet"},
        TEXT ("reason", "why it was not restarted"),
        MS ("elapsedMs", NULL),
        {.name = "back",
         .type = PM_FIELD_TEXT,
         .choices = ends,
         .meaning = "the same, when it was restarted once more with the files as before"},
        END,
    }};

#define REPORT_LISTS                                                                               \
  {.name = "stages", .type = PM_FIELD_OBJECTS, .of = &shape_stage},                                \
      MS ("elapsedMs", "of all stages"),                                                           \
      {.name = "services", .type = PM_FIELD_OBJECTS, .of = &shape_service},                        \
  {                                                                                                \
    .name = "restarts", .type = PM_FIELD_OBJECTS, .of = &shape_restart                             \
  }

const PmShape pm_shape_restart_report = {
    "RestartReport", "What a restart of a service did",
    (const PmField[]){
        {.name = "outcome", .type = PM_FIELD_TEXT, .choices = outcomes},
        TEXT ("actor", "who wanted it"),
        REPORT_LISTS,
        NULLABLE_TEXT ("cause", "why it is none of “restarted”"),
        END,
    }};

/* --- changes --- */

static const PmShape shape_run = {
    "ChangeRun", "A change of an address or a port on its way, or what became of it",
    (const PmField[]){
        INTEGER ("id", NULL),
        TEXT ("kind", "ip-change, assign, resolve, sync"),
        TEXT ("source", "who told: a source of addresses, or “hand”"),
        TEXT ("slot", "which of its addresses; by hand: by whom"),
        TEXT ("oldValue", "empty: nobody knows yet"),
        TEXT ("newValue", NULL),
        TEXT ("stage", "confirmed, planned, applied, restarted, probed, rolling-back; or how it "
                       "ended: committed, rolled-back, proposed, dismissed, noted, unaffected, "
                       "settled, abandoned, failed"),
        TIME ("confirmed", NULL),
        TIME_OR_NULL ("finished", "null: it is under way"),
        {.name = "report",
         .type = PM_FIELD_OBJECT,
         .meaning = "stages with their times, services, restarts, planId, transactionId, cause, "
                    "advice; empty before the first stage is over"},
        END,
    }};

const PmShape pm_shape_change_decision = {
    "ChangeDecision", "What a person decides about a proposal",
    (const PmField[]){
        {.name = "decision", .type = PM_FIELD_TEXT, .choices = decisions},
        DRY_RUN,
        END,
    }};

const PmShape pm_shape_decided = {
    "DecidedChange", NULL,
    (const PmField[]){{.name = "change", .type = PM_FIELD_OBJECT, .of = &shape_run}, END}};

/* --- the pause --- */

const PmShape pm_shape_pause = {"Pause", "Why nothing happens by itself",
                                (const PmField[]){
                                    TIME ("since", NULL),
                                    TEXT ("by", NULL),
                                    TEXT ("reason", NULL),
                                    END,
                                }};

const PmShape pm_shape_pause_state = {"PauseState", NULL,
                                      (const PmField[]){
                                          {.name = "paused",
                                           .type = PM_FIELD_OBJECT,
                                           .flags = PM_NULLABLE,
                                           .of = &pm_shape_pause,
                                           .meaning = "null: it is not"},
                                          END,
                                      }};

const PmShape pm_shape_pause_wish = {
    "PauseWish", NULL,
    (const PmField[]){
        FLAG ("paused", NULL),
        {.name = "reason", .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL, .most = 200},
        DRY_RUN,
        END,
    }};

const PmShape pm_shape_restart_wish = {"RestartWish", NULL, (const PmField[]){DRY_RUN, END}};

/* --- addresses --- */

static const PmShape shape_known_address = {"KnownAddress", "A public address that stands in files",
                                            (const PmField[]){
                                                TEXT ("address", NULL),
                                                INTEGER ("places", "how often it is written"),
                                                INTEGER ("projects", "in how many"),
                                                END,
                                            }};

static const PmShape shape_machine_address = {
    "MachineAddress", "An external address of this machine, as a source told it last",
    (const PmField[]){
        TEXT ("address", NULL),
        TEXT ("source", NULL),
        TEXT ("slot", "which of its addresses"),
        TIME ("since", NULL),
        TIME ("lastSeen", "to the minute"),
        TEXT ("state", "current; stale: the source has been silent for minutes"),
        END,
    }};

const PmShape pm_shape_ip = {
    "IpAddresses", NULL,
    (const PmField[]){
        {.name = "usual",
         .type = PM_FIELD_TEXT,
         .flags = PM_NULLABLE,
         .meaning = "by which most projects know this machine; null: there is none"},
        {.name = "addresses", .type = PM_FIELD_OBJECTS, .of = &shape_known_address},
        {.name = "machine", .type = PM_FIELD_OBJECTS, .of = &shape_machine_address},
        {.name = "open",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_run,
         .meaning = "changes under way, oldest first"},
        {.name = "proposals",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_run,
         .meaning = "changes that wait for a person, newest first"},
        {.name = "recent",
         .type = PM_FIELD_OBJECTS,
         .of = &shape_run,
         .meaning = "the newest of all changes"},
        {.name = "paused", .type = PM_FIELD_OBJECT, .flags = PM_NULLABLE, .of = &pm_shape_pause},
        END,
    }};
