#pragma once

#include <gnutls/abstract.h>

#include "api/http-server.h"

G_BEGIN_DECLS

/* Private to api/: the certificate and key that TLS is spoken with. The files are looked at for
 * every handshake, and read again when they changed; while what they hold is no good, the pair
 * before it stays in use. */

typedef struct PmHttpTls PmHttpTls;

/* PEM files; the certificate's may hold its chain. Refused when they cannot be read, or do not
 * belong together. */
PmHttpTls *pm_http_tls_new (const char *certificate_file, const char *key_file, GError **error);
void pm_http_tls_free (PmHttpTls *tls);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHttpTls, pm_http_tls_free)

/* The session's handshake will use this. libmicrohttpd's callback has no data of ours, so the
 * session's pointer for a session database, which we have none of, carries it. */
void pm_http_tls_use (PmHttpTls *tls, gnutls_session_t session);

/* A gnutls_certificate_retrieve_function2, of a session that pm_http_tls_use was called for. */
int pm_http_tls_retrieve (gnutls_session_t session, const gnutls_datum_t *authorities,
                          int n_authorities, const gnutls_pk_algorithm_t *algorithms,
                          int n_algorithms, gnutls_pcert_st **ret_certificates,
                          unsigned int *ret_n_certificates, gnutls_privkey_t *ret_key);

G_END_DECLS
