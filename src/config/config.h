#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The program's own configuration, as typed settings: a TOML file, all of whose keys are optional.
 *
 *   g_autoptr (PmConfig) config = pm_config_load (NULL, &error);
 *
 * A key that is not known, a value of a wrong type or out of its range, a bad glob, a key that is
 * given twice: each is an error, and all errors of a file are reported at once, one a line of the
 * message, as "FILE:LINE: cause". Texts are never NULL ("" is "not set"), lists are NULL-terminated
 * and never NULL. Immutable once loaded; may be read, and referred to,
 * from any thread. */

#define PM_CONFIG_ERROR (pm_config_error_quark ())
GQuark pm_config_error_quark (void);
typedef enum {
  PM_CONFIG_ERROR_READ,    /* a file that was named is missing or cannot be read */
  PM_CONFIG_ERROR_INVALID, /* what it says */
  PM_CONFIG_ERROR_EDIT,    /* a change that cannot be made in it (edit.h) */
} PmConfigError;

/* [[rule]] */
typedef struct {
  char *files;   /* glob */
  char *key;     /* pattern of a key path; "" all of the file */
  char *project; /* glob over project ids that it holds for; "" all */
  char *kind;    /* "port" or "ip"; "" either */
  char *role;    /* "" what the value says by itself */
  char *service; /* "" the file's own */
  char *rule;    /* glob over the ids of the rules to silence; "" any */
  char *syntax;  /* how the file is read where its name does not tell; "" by its name */
  char *means;   /* "project/service" that its references point at; "" what else decides */
  double confidence;
  gboolean silence;
  guint line; /* where it stands */
} PmConfigRule;

/* [[service]] */
typedef struct {
  char *match; /* a filter of services */
  char *name;  /* "" as the files call it */
  char *pinned;
  char *health; /* a URL, "process:…", "container:…", "off"; "" what its files suggest */
  struct {
    char *method;
    char *status;    /* "200-299,304" */
    char *body;      /* text that the answer must have in it */
    gboolean verify; /* the certificate */
    gint64 interval_s, timeout_s, rise, fall, start_period_s; /* -1: as [health] */
  } check;
  char *restart_provider; /* "" nothing can restart it */
  char *restart_unit;
  char *restart_container;
  char *restart_process;
  char **restart_command; /* an argument vector */
  guint line;
} PmConfigService;

/* [[project]] */
typedef struct {
  char *match; /* glob over project ids */
  char *name;
  char *policy; /* "" its root's */
  guint line;
} PmConfigProject;

/* [[root]] */
typedef struct {
  char *path;
  char *policy;
  guint line;
} PmConfigRoot;

/* What every channel has. */
typedef struct {
  char *severity;     /* the least that is told: "note", "warning", "error" */
  char **projects;    /* globs over project ids; none: all, and what is of no project */
  char **quiet_hours; /* "22:00-07:00", local time: only errors are told */
} PmConfigChannel;

/* One range of [pools]; a pool with several has several of these. */
typedef struct {
  char *type;
  guint16 first, last;
  guint line;
} PmConfigPool;

typedef struct {
  char *file;   /* where it was read from; NULL: there was none */
  char **roots; /* absolute */
  struct {
    char *url;
    char *host; /* what this machine is called there; "" by its name */
  } registry;
  struct {
    char **listen;
    char **allowed_hosts;
    char *tls_certificate;
    char *tls_key;
  } server;
  struct {
    char **ignore;
    gboolean watch;
    gboolean sockets;
  } scan;
  struct {
    gint64 keep;
    gint64 keep_days;
    gint64 every_h;
  } backup;
  struct {
    char *policy;
    char **sources;
    gint64 hold_down_s;
    gint64 most_per_hour;
    char **touch;
    gint64 interval_s; /* between two questions to a source that cannot wait */
    char **allow;      /* networks whose addresses count though they are not public */
    char **fixed;
    char **command; /* an argument vector */
    char *interface;
    char *dns_name;
    char **http_urls;
    char **stun_servers;
    char *gcp_project;
    char *gcp_key_file;
    char *gcp_endpoint;
    char *azure_endpoint;
  } ip;
  struct {
    gint64 interval_s;
    gint64 timeout_s;
    gint64 rise;
    gint64 fall;
    gint64 start_period_s;
    gboolean enabled;
    gint64 certificate_days; /* before its end a certificate is warned of */
  } health;
  struct {
    gboolean enabled;
    gint64 first_wait_s;
    gint64 most_wait_s;
    gint64 budget;
    double breaker_share;
    gint64 timeout_s;
    gint64 verify_s;
  } heal;
  struct {
    gboolean enabled;
    char *dashboard; /* where links lead; "" to the daemon's own address */
    char *ca_file;
    gint64 group_s;
    gint64 repeat_s;
    gint64 most_per_hour;
    gint64 keep_h;
    gint64 most_queued;
  } notify;
  struct {
    char *smtp;
    char *from;
    char **to;
    char *user;
    char *password;
    char *password_file;
    char *tls; /* "auto", "require", "never" */
    PmConfigChannel channel;
  } mail;
  struct {
    char *webhook;
    char *webhook_file;
    PmConfigChannel channel;
  } slack;
  struct {
    char *url;
    char *url_file;
    char *secret;
    char *secret_file;
    PmConfigChannel channel;
  } webhook;
  GArray *rules;         /* of PmConfigRule */
  GArray *services;      /* of PmConfigService */
  GArray *projects;      /* of PmConfigProject */
  GArray *root_policies; /* of PmConfigRoot */
  GArray *pools;         /* of PmConfigPool */
} PmConfig;

/* What is wrong with a line of a file. */
typedef struct {
  guint line; /* 0: of all of it */
  char *cause;
  guint column; /* 1-based, in bytes; 0: the whole line */
} PmConfigMistake;

/* Where pm_config_load looks for `file`; a new string. */
char *pm_config_path (const char *file);

/* Reads `file`; NULL: $PORT_MANAGER_CONFIG, else port-manager/config.toml in the user's
 * configuration directory, which alone may be missing. */
PmConfig *pm_config_load (const char *file, GError **error);

/* The same from bytes; `file` is what messages call them. */
PmConfig *pm_config_parse (const char *file, const char *bytes, gsize length, GError **error);

/* The mistakes one by one, of which pm_config_parse makes a message; a GArray of PmConfigMistake,
 * empty when it is right. */
GArray *pm_config_mistakes (const char *bytes, gsize length);

/* A line of quiet hours as minutes of the day, from the first until before the last, which is
 * smaller where midnight lies between; FALSE when it is none. */
gboolean pm_config_parse_hours (const char *text, guint *ret_first, guint *ret_last);

/* All defaults. */
PmConfig *pm_config_new (void);
PmConfig *pm_config_ref (PmConfig *config);
void pm_config_unref (PmConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmConfig, pm_config_unref)

G_END_DECLS
