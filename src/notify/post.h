#pragma once

#include "notify/channel.h"

G_BEGIN_DECLS

/* One post under way at a time: what the channels over HTTP share. */
typedef struct {
  PmHttpClient *http;
  PmHttpCall *call; /* NULL: none is under way */
  GSource *failure; /* of one that could not even be tried */
  char *cause;
  PmDelivered delivered;
  gpointer data;
} PmPost;

/* `headers` ends with NULL. */
void pm_post_begin (PmPost *post, const PmConfig *config, const char *url,
                    const char *const *headers, const char *body, PmDelivered delivered,
                    gpointer data);

/* Tells a failure from the main loop. Takes the error over. */
void pm_post_fail (PmPost *post, GError *error, PmDelivered delivered, gpointer data);

/* Ends what is under way. */
void pm_post_clear (PmPost *post);

G_END_DECLS
