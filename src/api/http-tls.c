/* DESIGN
 * GnuTLS borrows what the callback gives until the handshake is over, so a pair that was replaced
 * is not freed before the server is: there is one for each renewal, a few kilobytes every month. */

#include "api/http-tls.h"

#include <string.h>
#include <sys/stat.h>

#define MOST_CERTIFICATES 16

typedef struct {
  gnutls_pcert_st certificates[MOST_CERTIFICATES];
  unsigned n_certificates;
  gnutls_privkey_t key;
} Pair;

/* What tells one state of a file from another. */
typedef struct {
  gint64 mtime_ns, ctime_ns;
  guint64 inode;
  gint64 size_bytes;
} Stamp;

struct PmHttpTls {
  char *certificate_file;
  char *key_file;
  Stamp certificate_stamp, key_stamp;
  GPtrArray *pairs; /* of Pair; the last one is in use */
};

static void
pair_free (gpointer data)
{
  Pair *pair = data;
  for (unsigned i = 0; i < pair->n_certificates; i++)
    gnutls_pcert_deinit (&pair->certificates[i]);
  if (pair->key != NULL)
    gnutls_privkey_deinit (pair->key);
  g_free (pair);
}

static Stamp
stamp_of (const char *file)
{
  struct stat info;
  if (stat (file, &info) != 0)
    return (Stamp){0};
  return (Stamp){
      .mtime_ns = (gint64) info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec,
      .ctime_ns = (gint64) info.st_ctim.tv_sec * 1000000000 + info.st_ctim.tv_nsec,
      .inode = info.st_ino,
      .size_bytes = info.st_size,
  };
}

static gboolean
is_same (const Stamp *a, const Stamp *b)
{
  return a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns && a->inode == b->inode &&
         a->size_bytes == b->size_bytes;
}

/* GnuTLS refuses a key that is not the certificate's when both are set at once. */
static int
check_match (const gnutls_datum_t *certificate, const gnutls_datum_t *key)
{
  gnutls_certificate_credentials_t credentials;
  int code = gnutls_certificate_allocate_credentials (&credentials);
  if (code < 0)
    return code;
  code = gnutls_certificate_set_x509_key_mem (credentials, certificate, key, GNUTLS_X509_FMT_PEM);
  gnutls_certificate_free_credentials (credentials);
  return MIN (code, 0);
}

static int
import (const gnutls_datum_t *certificate, const gnutls_datum_t *key, Pair *pair)
{
  unsigned count = MOST_CERTIFICATES;
  int code = check_match (certificate, key);
  if (code >= 0)
    code = gnutls_pcert_list_import_x509_raw (pair->certificates, &count, certificate,
                                              GNUTLS_X509_FMT_PEM, 0);
  if (code >= 0)
    pair->n_certificates = count;
  if (code >= 0)
    code = gnutls_privkey_init (&pair->key);
  if (code >= 0)
    code = gnutls_privkey_import_x509_raw (pair->key, key, GNUTLS_X509_FMT_PEM, NULL, 0);
  return code;
}

static gboolean
load (PmHttpTls *tls, GError **error)
{
  g_autofree char *certificate = NULL, *key = NULL;
  gsize certificate_bytes, key_bytes;
  if (!g_file_get_contents (tls->certificate_file, &certificate, &certificate_bytes, error) ||
      !g_file_get_contents (tls->key_file, &key, &key_bytes, error))
    return FALSE;
  gnutls_datum_t certificate_data = {(unsigned char *) certificate, (unsigned) certificate_bytes};
  gnutls_datum_t key_data = {(unsigned char *) key, (unsigned) key_bytes};
  Pair *pair = g_new0 (Pair, 1);
  int code = import (&certificate_data, &key_data, pair);
  gnutls_memset (key, 0, key_bytes);
  if (code < 0) {
    pair_free (pair);
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_TLS,
                 "cannot use the certificate %s with the key %s: %s", tls->certificate_file,
                 tls->key_file, gnutls_strerror (code));
    return FALSE;
  }
  g_ptr_array_add (tls->pairs, pair);
  return TRUE;
}

PmHttpTls *
pm_http_tls_new (const char *certificate_file, const char *key_file, GError **error)
{
  g_autoptr (PmHttpTls) tls = g_new0 (PmHttpTls, 1);
  tls->certificate_file = g_strdup (certificate_file);
  tls->key_file = g_strdup (key_file);
  tls->certificate_stamp = stamp_of (certificate_file);
  tls->key_stamp = stamp_of (key_file);
  tls->pairs = g_ptr_array_new_with_free_func (pair_free);
  return load (tls, error) ? g_steal_pointer (&tls) : NULL;
}

void
pm_http_tls_free (PmHttpTls *tls)
{
  if (tls == NULL)
    return;
  g_ptr_array_unref (tls->pairs);
  g_free (tls->certificate_file);
  g_free (tls->key_file);
  g_free (tls);
}

/* Both files are written one after the other by whoever renews them: until they fit, nothing is
 * taken over, and each change of either is looked at again. */
static void
renew (PmHttpTls *tls)
{
  Stamp certificate = stamp_of (tls->certificate_file), key = stamp_of (tls->key_file);
  if (is_same (&certificate, &tls->certificate_stamp) && is_same (&key, &tls->key_stamp))
    return;
  g_autoptr (GError) ignored = NULL;
  load (tls, &ignored);
  tls->certificate_stamp = certificate;
  tls->key_stamp = key;
}

void
pm_http_tls_use (PmHttpTls *tls, gnutls_session_t session)
{
  gnutls_db_set_ptr (session, tls);
}

int
pm_http_tls_retrieve (gnutls_session_t session, const gnutls_datum_t *authorities,
                      int n_authorities, const gnutls_pk_algorithm_t *algorithms, int n_algorithms,
                      gnutls_pcert_st **ret_certificates, unsigned int *ret_n_certificates,
                      gnutls_privkey_t *ret_key)
{
  PmHttpTls *tls = gnutls_db_get_ptr (session);
  if (tls == NULL)
    return -1;
  renew (tls);
  Pair *pair = g_ptr_array_index (tls->pairs, tls->pairs->len - 1);
  *ret_certificates = pair->certificates;
  *ret_n_certificates = pair->n_certificates;
  *ret_key = pair->key;
  return 0;
}
