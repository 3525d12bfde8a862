/* Shapes of changes: plans, transactions, and what asks for them. */

#include "api/fields.h"
#include "api/shapes.h"

static const char *const plan_kinds[] = {"ip-change", "assign", "resolve", "sync", NULL};
static const char *const text_classes[] = {"config",        "comment", "source",
                                           "documentation", "data",    NULL};

#define UNCERTAIN                                                                                  \
  {                                                                                                \
    .name = "includeUncertain", .type = PM_FIELD_FLAG, .flags = PM_OPTIONAL, .fallback = "false",  \
    .meaning = "edit also what is less sure than one half"                                         \
  }
#define TOUCH                                                                                      \
  {                                                                                                \
    .name = "touch", .type = PM_FIELD_TEXTS, .flags = PM_OPTIONAL, .choices = text_classes,        \
    .most = 5,                                                                                     \
    .meaning = "texts that may be edited; without it what ip.touch of the configuration says"      \
  }
#define EXCLUDE                                                                                    \
  {                                                                                                \
    .name = "exclude", .type = PM_FIELD_TEXTS, .flags = PM_OPTIONAL, .most = 10000,                \
    .meaning =                                                                                     \
        "files to leave as they are: absolute (root and file of the plan), or from the root"       \
  }
#define WANTED_PORT(field, how, what)                                                              \
  {                                                                                                \
    .name = field, .type = PM_FIELD_INTEGER, .flags = how, .least = 1, .most = G_MAXUINT16,        \
    .meaning = what                                                                                \
  }
#define ADDRESS(field, how, what)                                                                  \
  {                                                                                                \
    .name = field, .type = PM_FIELD_TEXT, .flags = how, .least = 2, .most = 45, .meaning = what    \
  }

/* --- plans --- */

#define EDIT_FIELDS                                                                                \
  TEXT ("root", NULL), TEXT ("project", NULL), TEXT ("file", "from the root"),                     \
      INTEGER ("line", NULL), INTEGER ("start", "byte offset of what is replaced"),                \
      INTEGER ("end", NULL), TEXT ("old", "an address or a port as it is written"),                \
      TEXT ("new", NULL), TEXT ("why", "one sentence"), TEXT ("rule", "which saw it"),             \
      TEXT ("path", "key path in the file"),                                                       \
      {.name = "text",                                                                             \
       .type = PM_FIELD_TEXT,                                                                      \
       .choices = text_classes,                                                                    \
       .meaning = "what kind of text it stands in"},                                               \
  {                                                                                                \
    .name = "confidence", .type = PM_FIELD_NUMBER, .most = 1                                       \
  }

static const PmShape shape_edit = {"PlanEdit", "Bytes of a file that would be replaced",
                                   (const PmField[]){EDIT_FIELDS, END}};

static const PmShape shape_left = {"PlanLeftOut", "What was seen, and is not edited",
                                   (const PmField[]){EDIT_FIELDS, TEXT ("reason", "why not"), END}};

static const PmShape shape_plan_file = {"PlanFile", "A file that would be edited, as it is now",
                                        (const PmField[]){
                                            TEXT ("root", NULL),
                                            TEXT ("file", "from the root"),
                                            INTEGER ("size", "bytes"),
                                            TEXT ("sha256", NULL),
                                            END,
                                        }};

static const PmShape shape_refused_file = {
    "RefusedFile", "A file for which a plan would be refused",
    (const PmField[]){TEXT ("path", "absolute"), TEXT ("reason", "what is wrong with it"), END}};

static const PmShape shape_choice = {"Choice", "Why a service moves, and why there",
                                     (const PmField[]){
                                         INTEGER ("serviceId", NULL),
                                         TEXT ("projectId", NULL),
                                         PROJECT_NAME,
                                         TEXT ("serviceName", NULL),
                                         PORT ("from", NULL),
                                         PORT ("to", NULL),
                                         INTEGER ("cost", "in points: the least that was found"),
                                         TEXT ("reason", "in words"),
                                         END,
                                     }};

const PmShape pm_shape_plan = {
    "Plan", "The exact edits that a change would make",
    (const PmField[]){
        {.name = "id",
         .type = PM_FIELD_INTEGER,
         .flags = PM_OPTIONAL,
         .meaning = "by which it can be applied; not of a plan that is empty or not kept"},
        {.name = "kind", .type = PM_FIELD_TEXT, .choices = plan_kinds},
        TEXT ("wish", "in words"),
        {.name = "files", .type = PM_FIELD_OBJECTS, .of = &shape_plan_file},
        {.name = "edits", .type = PM_FIELD_OBJECTS, .of = &shape_edit},
        {.name = "leftOut", .type = PM_FIELD_OBJECTS, .of = &shape_left},
        {.name = "choices",
         .type = PM_FIELD_OBJECTS,
         .flags = PM_OPTIONAL,
         .of = &shape_choice,
         .meaning = "of a resolution: who moves, and why"},
        {.name = "youMustAlso",
         .type = PM_FIELD_TEXTS,
         .meaning = "what cannot be edited from here"},
        {.name = "unresolved",
         .type = PM_FIELD_TEXTS,
         .meaning = "what was asked for and is not done by it, and why: of a resolution the "
                    "conflicts that stay"},
        {.name = "refusal",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .meaning = "why applying it would be refused as the files are now, with the files; of a "
                    "plan that was just made"},
        {.name = "refusedFiles",
         .type = PM_FIELD_OBJECTS,
         .flags = PM_OPTIONAL,
         .of = &shape_refused_file,
         .meaning = "beside `refusal`: all the files that are why; none where it is about no file"},
        END,
    }};

static const PmShape shape_move = {
    "Move", "A service, and the port that it is to have",
    (const PmField[]){
        {.name = "serviceId", .type = PM_FIELD_INTEGER, .least = 1, .most = G_MAXINT64},
        WANTED_PORT ("port", 0, NULL),
        END,
    }};

#define MOVES                                                                                      \
  {                                                                                                \
    .name = "moves", .type = PM_FIELD_OBJECTS, .flags = PM_OPTIONAL, .of = &shape_move,            \
    .least = 1, .most = 1000, .meaning = "these, instead of what would be suggested"               \
  }
#define PARTIAL                                                                                    \
  {                                                                                                \
    .name = "partial", .type = PM_FIELD_FLAG, .flags = PM_OPTIONAL, .fallback = "false",           \
    .meaning = "where a move is not possible, make the others; else none is made"                  \
  }
#define ONLY                                                                                       \
  {                                                                                                \
    .name = "only", .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL, .least = 1, .most = 100,          \
    .meaning = "the conflict with this id alone; not beside moves"                                 \
  }

const PmShape pm_shape_plan_wish = {
    "PlanWish", "What to plan. assign: service, port. ip-change: old, new. resolve: only, or moves",
    (const PmField[]){
        {.name = "kind", .type = PM_FIELD_TEXT, .choices = plan_kinds},
        {.name = "service",
         .type = PM_FIELD_VALUE,
         .flags = PM_OPTIONAL,
         .meaning = "an id, a name, or project/name"},
        WANTED_PORT ("port", PM_OPTIONAL, NULL),
        ADDRESS ("old", PM_OPTIONAL, "address"),
        ADDRESS ("new", PM_OPTIONAL, "address"),
        ONLY,
        MOVES,
        PARTIAL,
        UNCERTAIN,
        TOUCH,
        EXCLUDE,
        DRY_RUN,
        END,
    }};

/* --- changes --- */

static const PmShape shape_transaction_brief = {
    "TransactionBrief", NULL,
    (const PmField[]){
        INTEGER ("id", NULL),
        TEXT ("kind", "assign, ip-change, resolve, sync, settings, undo"),
        TEXT ("state", "committed, …"),
        INTEGER ("files", "how many"),
        INTEGER ("edits", "how many"),
        END,
    }};

static const PmShape shape_file_note = {"FileNote", "A file, and why it needs attention",
                                        (const PmField[]){
                                            TEXT ("path", NULL),
                                            TEXT ("reason", NULL),
                                            END,
                                        }};

const PmShape pm_shape_change = {
    "Change", "What came of a plan that was applied, or of an undo",
    (const PmField[]){
        {.name = "transaction",
         .type = PM_FIELD_OBJECT,
         .flags = PM_NULLABLE,
         .of = &shape_transaction_brief,
         .meaning = "null: there was nothing to edit"},
        {.name = "plan",
         .type = PM_FIELD_OBJECT,
         .flags = PM_OPTIONAL,
         .of = &pm_shape_plan,
         .meaning = "not of an undo"},
        {.name = "notes", .type = PM_FIELD_OBJECTS, .of = &shape_file_note},
        FLAG ("unregistered", "the files are changed, and the registry learns it later"),
        {.name = "report",
         .type = PM_FIELD_OBJECT,
         .flags = PM_OPTIONAL,
         .meaning =
             "where services were restarted: stages with their times, restarts, who answers"},
        END,
    }};

const PmShape pm_shape_apply_wish = {"ApplyWish", NULL, (const PmField[]){DRY_RUN, END}};

const PmShape pm_shape_resolve_wish = {
    "ResolveWish", NULL, (const PmField[]){ONLY, MOVES, PARTIAL, UNCERTAIN, EXCLUDE, DRY_RUN, END}};

const PmShape pm_shape_ip_change_wish = {"IpChangeWish", NULL,
                                         (const PmField[]){
                                             ADDRESS ("old", 0, "address that is to go"),
                                             ADDRESS ("new", 0, "address that takes its place"),
                                             UNCERTAIN,
                                             TOUCH,
                                             EXCLUDE,
                                             {.name = "now",
                                              .type = PM_FIELD_FLAG,
                                              .flags = PM_OPTIONAL,
                                              .fallback = "false",
                                              .meaning = "an emergency: written, restarted and "
                                                         "proven in one step, with a timed report"},
                                             DRY_RUN,
                                             END,
                                         }};

/* --- sync --- */

static const PmShape shape_problem_in_file = {
    "ScanProblem", "What could not be read",
    (const PmField[]){
        TEXT ("root", NULL),
        TEXT ("file", "from the root; empty: the root itself"),
        INTEGER ("line", "0: the file as a whole"),
        TEXT ("reason", NULL),
        END,
    }};

static const PmShape shape_scan = {
    "Scan", "What a scan found",
    (const PmField[]){
        INTEGER ("projects", NULL),
        INTEGER ("documents", NULL),
        INTEGER ("findings", NULL),
        INTEGER ("services", NULL),
        INTEGER ("kept", "documents that cannot be read, and stand as they were known last"),
        INTEGER ("conflicts", NULL),
        {.name = "problems", .type = PM_FIELD_OBJECTS, .of = &shape_problem_in_file},
        INTEGER ("elapsedMs", NULL),
        END,
    }};

const PmShape pm_shape_sync = {"Sync",
                               "What a scan found, and what would bring back what was decided",
                               (const PmField[]){
                                   {.name = "scan", .type = PM_FIELD_OBJECT, .of = &shape_scan},
                                   {.name = "plan",
                                    .type = PM_FIELD_OBJECT,
                                    .of = &pm_shape_plan,
                                    .meaning = "without edits: all is as decided"},
                                   {.name = "change",
                                    .type = PM_FIELD_OBJECT,
                                    .flags = PM_NULLABLE,
                                    .of = &pm_shape_change,
                                    .meaning = "null: nothing was written"},
                                   END,
                               }};

const PmShape pm_shape_sync_wish = {
    "SyncWish", NULL,
    (const PmField[]){
        {.name = "apply",
         .type = PM_FIELD_FLAG,
         .flags = PM_OPTIONAL,
         .fallback = "false",
         .meaning = "write the plan at once, instead of proposing it"},
        UNCERTAIN,
        DRY_RUN,
        END,
    }};

/* --- transactions --- */

#define TRANSACTION_FIELDS                                                                         \
  INTEGER ("id", "grows"), TEXT ("kind", "assign, ip-change, resolve, sync, settings, undo"),      \
      TEXT ("state", "prepared, committed, rolled-back, …"), TIME ("started", NULL),               \
      TIME_OR_NULL ("finished", NULL), INTEGER ("files", "how many"),                              \
      INTEGER ("edits", "how many"),                                                               \
  {                                                                                                \
    .name = "summary", .type = PM_FIELD_OBJECT, .meaning = "wish in words, undoOf"                 \
  }

static const PmShape shape_transaction = {"Transaction", "A change of files",
                                          (const PmField[]){TRANSACTION_FIELDS, END}};

const PmShape pm_shape_transactions = {
    "TransactionList", NULL,
    (const PmField[]){
        {.name = "transactions", .type = PM_FIELD_OBJECTS, .of = &shape_transaction},
        NEXT_CURSOR,
        END,
    }};

static const PmShape shape_past_edit = {
    "PastEdit", NULL, (const PmField[]){TEXT ("old", NULL), TEXT ("new", NULL), END}};

static const PmShape shape_past_file = {
    "PastFile", NULL,
    (const PmField[]){
        TEXT ("file", "absolute"),
        {.name = "edits", .type = PM_FIELD_OBJECTS, .of = &shape_past_edit},
        END,
    }};

const PmShape pm_shape_transaction = {"TransactionDetail", NULL,
                                      (const PmField[]){
                                          TRANSACTION_FIELDS,
                                          {.name = "changes",
                                           .type = PM_FIELD_OBJECTS,
                                           .flags = PM_NULLABLE,
                                           .of = &shape_past_file,
                                           .meaning = "null: its journal is not kept any more"},
                                          END,
                                      }};

const PmShape pm_shape_undo_preview = {
    "UndoPreview", "What an undo would change back",
    (const PmField[]){
        INTEGER ("undoOf", "transaction"),
        {.name = "changes", .type = PM_FIELD_OBJECTS, .of = &shape_past_file},
        TEXT ("diff", "unified, for people, secrets masked; without the files of changedSince"),
        {.name = "changedSince",
         .type = PM_FIELD_TEXTS,
         .meaning = "files that somebody edited since: only the bytes of the change are put back"},
        END,
    }};

const PmShape pm_shape_past_diff = {
    "PastDiff", "What a past transaction changed, with the lines around",
    (const PmField[]){
        TEXT ("diff", "unified, for people, secrets masked; without the files of changedSince"),
        {.name = "changedSince",
         .type = PM_FIELD_TEXTS,
         .meaning = "files that somebody edited since: their lines are others now"},
        END,
    }};

const PmShape pm_shape_undo_wish = {"UndoWish", NULL, (const PmField[]){DRY_RUN, END}};
