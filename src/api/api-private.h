#pragma once

#include "api/api.h"
#include "api/call.h"

G_BEGIN_DECLS

/* Private to api/: what handlers find behind call->api. */
struct PmApi {
  PmContext *context;
};

G_END_DECLS
