#pragma once

#include "verbs/change.h"

G_BEGIN_DECLS

/* What a person wants of services: to be called or marked otherwise, which only the registry has to
 * know, or to have other ports or another address, which goes through a plan and is written into
 * files. Of any number of services at once, files are changed as one transaction. */

#define PM_SERVICE_CHANGE_ERROR (pm_service_change_error_quark ())
GQuark pm_service_change_error_quark (void);
typedef enum {
  PM_SERVICE_CHANGE_ERROR_PORT,    /* cannot be this service's port */
  PM_SERVICE_CHANGE_ERROR_ADDRESS, /* none is known that could be replaced, or several are */
  PM_SERVICE_CHANGE_ERROR_MIXED,   /* ports and addresses are two changes */
} PmServiceChangeError;

typedef struct {
  gint64 id;
  PmAnnotation annotation;
  gint external_port; /* -1: as it is */
  gint internal_port;
  const char *external_ip; /* NULL: as it is */
} PmServiceWish;

/* What would be written into files: empty when nothing would. *ret_wrong is the index of the wish
 * that is wrong, where one is. */
PmPlan *pm_verb_services_plan (PmContext *context, const PmServiceWish *wishes, guint n_wishes,
                               const PmPlanOptions *options, guint *ret_wrong, GError **error);

/* Keeps what only the registry has to know, once such a plan is applied. */
gboolean pm_verb_services_annotate (PmContext *context, const PmServiceWish *wishes, guint n_wishes,
                                    GError **error);

G_END_DECLS
