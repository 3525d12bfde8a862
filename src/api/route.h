#pragma once

#include "api/api.h"

G_BEGIN_DECLS

/* Private to api/: a route, and what its handler gets. */

struct PmApi {
  PmContext *context;
};

typedef struct {
  const char *method;  /* "GET" answers HEAD too */
  const char *pattern; /* "/api/services/:id"; `:id` is one segment, given to the handler */
  void (*handle) (PmApi *api, PmHttpRequest *request, const char *segment);
} PmRoute;

extern const PmRoute pm_routes[];
extern const gsize pm_n_routes;

void pm_api_services_list (PmApi *api, PmHttpRequest *request, const char *segment);
void pm_api_services_show (PmApi *api, PmHttpRequest *request, const char *segment);
void pm_api_conflicts (PmApi *api, PmHttpRequest *request, const char *segment);
void pm_api_network_status (PmApi *api, PmHttpRequest *request, const char *segment);
void pm_api_healthz (PmApi *api, PmHttpRequest *request, const char *segment);
void pm_api_page (PmApi *api, PmHttpRequest *request, const char *segment);
void pm_api_page_style (PmApi *api, PmHttpRequest *request, const char *segment);

/* 503 for a registry that cannot be read just now, 500 otherwise. Takes the error over. */
void pm_api_respond_error (PmHttpRequest *request, GError *error);

G_END_DECLS
