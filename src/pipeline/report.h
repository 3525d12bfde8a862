#pragma once

#include "base/json-writer.h"
#include "model/health.h"
#include "registry/changes.h"

G_BEGIN_DECLS

/* What is known of a change on its way: the report that people get, and all that whoever goes on
 * after a crash needs to know. It is kept as JSON with every stage. Private to pipeline/. */

typedef struct {
  char *name;
  gint64 elapsed_us;
} PmRunStage;

/* A service that runs with what was changed. */
typedef struct {
  gint64 service_id;
  char *project_id, *service_name;
  char *target; /* key of what restarts it; "" nothing does */
  PmHealth before, after;
  char *cause;        /* why it is not up afterwards; "" it is, or nobody asked */
  gint64 up_after_us; /* from the end of the restarts; 0 it was not seen up */
} PmRunService;

typedef struct {
  char *key;
  guint level;
  char *end;    /* "", "restarted", "refused", "failed" */
  char *reason; /* "" */
  gint64 elapsed_us;
  char *back; /* the same when it was restarted once more, with the old files */
} PmRunRestart;

typedef struct {
  char *wish;   /* in words */
  char *policy; /* that it went by */
  char *cause;  /* why it ended otherwise than wished; "" */
  char *actor;  /* "" the program itself */
  gboolean is_now, is_approved;
  gboolean is_guess;          /* nobody saw the old address as this machine's */
  gboolean has_rest;          /* another policy left some of it */
  gint64 plan_id;             /* kept, to be looked at or approved; 0 none */
  gint64 last_transaction_id; /* that there was before it */
  gint64 transaction_id, undo_id;
  guint files, edits;
  GArray *stages;   /* PmRunStage */
  GArray *services; /* PmRunService */
  GArray *restarts; /* PmRunRestart */
  GPtrArray *also;  /* of char *: what a person must do besides */
} PmRunReport;

void pm_run_report_init (PmRunReport *report);
void pm_run_report_clear (PmRunReport *report);

void pm_run_report_stage (PmRunReport *report, const char *name, gint64 elapsed_us);
PmRunRestart *pm_run_report_restart (const PmRunReport *report, const char *key); /* or NULL */
void pm_run_report_set (char **text, const char *value);

/* {"id","kind","source","slot","oldValue","newValue","wish","policy","actor","now","confirmed",
 * "stage","stages":[{"stage","elapsedMs"}],"elapsedMs","files","edits","planId","transactionId",
 * "undoId","services":[…],"restarts":[…],"also":[…],"cause","advice"} */
void pm_run_report_write (const PmRunReport *report, const PmAddressChange *change,
                          const char *stage, GString *out);

/* Stages, services and restarts alone. */
void pm_run_report_write_members (const PmRunReport *report, PmJsonWriter *json);

/* What was written; of anything else an empty report. */
void pm_run_report_read (PmRunReport *report, const char *json);

G_END_DECLS
