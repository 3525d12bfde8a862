/* Shapes of the server's own affairs: jobs, tokens, the audit log. */

#include "api/fields.h"
#include "api/shapes.h"

static const char *const roles[] = {"viewer", "operator", "admin", NULL};
static const char *const session_roles[] = {"anyone", "viewer", "operator", "admin", NULL};

const PmShape pm_shape_liveness = {
    "Liveness", NULL,
    (const PmField[]){
        {.name = "status", .type = PM_FIELD_TEXT, .choices = (const char *const[]){"ok", NULL}},
        END,
    }};

const PmShape pm_shape_dry_run = {"DryRun",
                                  "What a change without a plan would do; nothing is done",
                                  (const PmField[]){
                                      FLAG ("dryRun", "always true"),
                                      TEXT ("would", "what, in words"),
                                      END,
                                  }};

/* --- jobs --- */

static const char *const job_states[] = {"waiting", "running", "done", "failed", "cancelled", NULL};

const PmShape pm_shape_job = {
    "Job", "Long work",
    (const PmField[]){
        INTEGER ("id", "grows, as long as the server runs"),
        TEXT ("kind", "sync, apply, backup, …"),
        {.name = "state", .type = PM_FIELD_TEXT, .choices = job_states},
        TEXT ("actor", "who wanted it"),
        {.name = "error", .type = PM_FIELD_TEXT, .flags = PM_OPTIONAL, .meaning = "why it failed"},
        {.name = "canCancel",
         .type = PM_FIELD_FLAG,
         .meaning = "it waits, or can be left where it is"},
        {.name = "step", .type = PM_FIELD_TEXT, .flags = PM_NULLABLE, .meaning = "what it does"},
        INTEGER ("done", "of the total"),
        INTEGER ("total", "0: nobody knows"),
        TIME ("created", "when it was asked for"),
        TIME_OR_NULL ("started", "null: not yet"),
        TIME_OR_NULL ("finished", "null: not yet"),
        {.name = "result",
         .type = PM_FIELD_ANY,
         .flags = PM_OPTIONAL | PM_NULLABLE,
         .meaning = "what came of it; not in lists"},
        END,
    }};

const PmShape pm_shape_jobs = {"Jobs", NULL,
                               (const PmField[]){
                                   {.name = "jobs", .type = PM_FIELD_OBJECTS, .of = &pm_shape_job},
                                   END,
                               }};

/* --- who --- */

const PmShape pm_shape_session = {
    "Session", NULL,
    (const PmField[]){
        TEXT ("actor", "token NAME, user NUMBER, anonymous"),
        {.name = "role", .type = PM_FIELD_TEXT, .choices = session_roles},
        TEXT ("version", "of the server"),
        END,
    }};

const PmShape pm_shape_session_wish = {
    "SessionWish", NULL,
    (const PmField[]){
        {.name = "code",
         .type = PM_FIELD_TEXT,
         .least = 1,
         .most = 100,
         .meaning = "what stands behind #code= in the printed URL"},
        END,
    }};

static const PmShape shape_token = {"Token", NULL,
                                    (const PmField[]){
                                        INTEGER ("id", NULL),
                                        TEXT ("name", NULL),
                                        {.name = "role", .type = PM_FIELD_TEXT, .choices = roles},
                                        TIME ("created", NULL),
                                        TIME_OR_NULL ("expires", "null: never"),
                                        END,
                                    }};

const PmShape pm_shape_tokens = {
    "TokenList", NULL,
    (const PmField[]){
        {.name = "tokens", .type = PM_FIELD_OBJECTS, .of = &shape_token},
        END,
    }};

static const PmShape shape_root = {
    "Root", "A folder whose children are projects",
    (const PmField[]){
        TEXT ("id", "what DELETE takes"),
        TEXT ("path", NULL),
        FLAG ("configured", "the configuration names it: it is forgotten only there"),
        FLAG ("there", "the folder is there now"),
        INTEGER ("projects", NULL),
        INTEGER ("services", NULL),
        END,
    }};

const PmShape pm_shape_roots = {"RootList", NULL,
                                (const PmField[]){
                                    {.name = "roots", .type = PM_FIELD_OBJECTS, .of = &shape_root},
                                    END,
                                }};

const PmShape pm_shape_forgotten = {"Forgotten", NULL,
                                    (const PmField[]){
                                        TEXT ("forgotten", "the root's path"),
                                        END,
                                    }};

const PmShape pm_shape_token_wish = {
    "TokenWish", NULL,
    (const PmField[]){
        {.name = "name", .type = PM_FIELD_TEXT, .least = 1, .most = 64},
        {.name = "role",
         .type = PM_FIELD_TEXT,
         .flags = PM_OPTIONAL,
         .choices = roles,
         .fallback = "\"operator\""},
        {.name = "expires", .type = PM_FIELD_TIME, .flags = PM_OPTIONAL | PM_NULLABLE},
        DRY_RUN,
        END,
    }};

const PmShape pm_shape_new_token = {
    "NewToken", NULL,
    (const PmField[]){
        TEXT ("token", "to be sent as “Authorization: Bearer …”; it is shown this once"),
        TEXT ("name", NULL),
        {.name = "role", .type = PM_FIELD_TEXT, .choices = roles},
        TIME_OR_NULL ("expires", "null: never"),
        END,
    }};

const PmShape pm_shape_revoked = {"Revoked", NULL,
                                  (const PmField[]){
                                      TEXT ("revoked", "the token's name"),
                                      END,
                                  }};

/* --- the audit log --- */

static const PmShape shape_audit_entry = {
    "AuditEntry", "One change that somebody asked for, granted or not",
    (const PmField[]){
        INTEGER ("id", NULL),
        TIME ("time", NULL),
        TEXT ("actor", "token NAME, user NUMBER, anonymous"),
        TEXT ("address", "where from; unix: the socket"),
        TEXT ("method", NULL),
        TEXT ("path", NULL),
        {.name = "request",
         .type = PM_FIELD_ANY,
         .meaning = "what was sent; null: nothing, or nothing that is kept"},
        INTEGER ("status", "of HTTP"),
        TEXT ("detail", "what was wrong; empty: nothing"),
        END,
    }};

const PmShape pm_shape_audit = {
    "AuditList", NULL,
    (const PmField[]){
        {.name = "audit", .type = PM_FIELD_OBJECTS, .of = &shape_audit_entry},
        NEXT_CURSOR,
        END,
    }};
