#pragma once

#include "model/finding.h"

G_BEGIN_DECLS

/* What a document tells about a service beyond its ports. Text as in PmFinding. */
typedef struct {
  const char *root;
  const char *project;
  const char *file;   /* the document, relative to the root */
  const char *format; /* the rule set's name */
  const char *variant;
  guint32 line;
  const char *name;           /* of the service */
  const char *owner;          /* the name of its rows, as of a finding's; "" before assembly */
  const char *image;          /* container image; "" none */
  const char *build;          /* directory it is built from, relative to the root ("" is the root
                                 itself); NULL: it is not built */
  const char *profiles;       /* comma-separated */
  const char *network;        /* "host", "none", "service:x"; "" the default */
  const char *extends;        /* "file\nservice", file relative to the root; "" none */
  const char *command;        /* the program that starts it, without arguments; "" unknown */
  const char *tool;           /* framework that was recognised: "vite", "next"; "" none */
  const char *aliases;        /* comma-separated names that others may call it by (hostname,
                                 container_name, network aliases, a Kubernetes Service) */
  guint16 replicas;           /* containers of it that are started; 1 unless something says else */
  gboolean replaces_ports;    /* of an override file: what the base publishes for it is not in force
                               */
  PmStanding standing;        /* in its document */
  guint16 default_port;       /* where the tool listens when nothing says otherwise; 0 none */
  const char *default_origin; /* "vite's default" */
} PmServiceFact;

/* Kinds of links of a compose file's `include`. The first leads to the file included. The others
 * name that file as their `service`: where its relative paths begin, if not in its own folder, and
 * the dotenv files with defaults of its variables, later ones winning. */
#define PM_LINK_INCLUDE "include"
#define PM_LINK_INCLUDE_DIRECTORY "include.directory"
#define PM_LINK_INCLUDE_ENV_FILE "include.env_file"

/* A reference to another file whose content belongs here. */
typedef struct {
  const char *root;
  const char *project;
  const char *file; /* the document that refers, relative to the root */
  guint32 line;
  /* "env_file", "include", …, "extends", "mount", "image", "build"; "working-copy": a mount of the
   * document's own folder, or of one above it */
  const char *kind;
  const char *target;  /* the file referred to, relative to the root */
  const char *service; /* whom it is for; "" the whole document */
} PmFileLink;

G_END_DECLS
