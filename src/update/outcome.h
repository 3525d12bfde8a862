#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a transaction ended, and the one error domain of update/. */

#define PM_UPDATE_ERROR (pm_update_error_quark ())
GQuark pm_update_error_quark (void);

typedef enum {
  PM_UPDATE_ERROR_IO,         /* the system refused; nothing was changed, or it was taken back */
  PM_UPDATE_ERROR_REFUSED,    /* not begun: the plan does not fit what is there */
  PM_UPDATE_ERROR_LOCKED,     /* somebody else holds a lock; the message says who */
  PM_UPDATE_ERROR_UNFINISHED, /* a crash left a transaction: recover first */
  PM_UPDATE_ERROR_CONFLICT,   /* a file was saved by somebody while it was being changed */
  PM_UPDATE_ERROR_VERIFY,     /* the caller's verification said no */
  PM_UPDATE_ERROR_DAMAGED,    /* a journal cannot be read */
  PM_UPDATE_ERROR_STUCK,      /* rolling back failed as well: the journal stays for recovery */
} PmUpdateError;

typedef enum {
  PM_OUTCOME_COMMITTED,    /* every file has its new bytes */
  PM_OUTCOME_FAILED,       /* an error; every file has its old bytes, or recovery is needed */
  PM_OUTCOME_REFUSED,      /* nothing was written, or a concurrent save made us take all back */
  PM_OUTCOME_VERIFICATION, /* written, refused by the verification, rolled back */
  PM_OUTCOME_ROLLED_BACK_EXCEPT, /* rolled back but for files that somebody else changed */
} PmOutcome;

/* The exit status that the command line gives for it: 0, 3, 4, 5, 6. */
int pm_outcome_exit_status (PmOutcome outcome);

/* One word for people and JSON: "committed", … (static). */
const char *pm_outcome_name (PmOutcome outcome);

/* A file, and why it was refused or needs somebody's attention. */
typedef struct {
  char *path; /* absolute */
  char *reason;
} PmFileNote;

/* A list of PmFileNote that owns them. */
GPtrArray *pm_file_notes_new (void);
void pm_file_notes_add (GPtrArray *notes, const char *path, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* "PATH: REASON; PATH: REASON" with control characters escaped; a new string. Of many the first
 * three, and how many more there are. */
char *pm_file_notes_describe (const GPtrArray *notes);

/* Whether a sentence names the note's file already. NULL names none. */
gboolean pm_file_note_is_told (const PmFileNote *note, const char *said);

/* As above, of the notes that are not told. */
char *pm_file_notes_describe_others (const GPtrArray *notes, const char *said);

G_END_DECLS
