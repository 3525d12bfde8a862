#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

/* libcurl transfers of any protocol on the GLib main loop. Private to net/. */

typedef struct PmTransfers PmTransfers;

/* Before libcurl is used; once is enough, from any thread. */
void pm_net_init (void);

/* From the main loop, once; the handle is out of the set then and still the caller's. */
typedef void (*PmTransferDone) (CURL *easy, CURLcode result, gpointer data);

PmTransfers *pm_transfers_new (void);
void pm_transfers_free (PmTransfers *transfers); /* without a handle in it */

/* CURLOPT_PRIVATE of `easy` belongs to the set from here on. */
void pm_transfers_add (PmTransfers *transfers, CURL *easy, PmTransferDone done, gpointer data);

/* Before it is done. */
void pm_transfers_remove (PmTransfers *transfers, CURL *easy);

/* What went wrong as a PM_NET_ERROR; `detail` is libcurl's error buffer, "" or NULL where it has
 * none. */
GError *pm_transfer_error (CURLcode result, const char *detail);

G_END_DECLS
