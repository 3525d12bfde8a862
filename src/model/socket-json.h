#pragma once

#include "base/json-writer.h"
#include "model/socket.h"

G_BEGIN_DECLS

/* The socket as an object: the one shape of `port who`, of services and of the API. */
void pm_socket_write_json (PmJsonWriter *json, const PmSocket *socket);

G_END_DECLS
