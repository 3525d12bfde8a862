#include "net/jwt.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "net/http-client.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

/* RFC 4648, section 5, without padding. */
static char *
base64url (const void *bytes, gsize length)
{
  char *text = g_base64_encode (bytes, length);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

/* There is nobody to ask for a passphrase. */
static int
no_passphrase (char *buffer, int size, int is_writing, void *data)
{
  return 0;
}

static EVP_PKEY *
read_key (const char *pem)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey (bio, NULL, no_passphrase, NULL) : NULL;
  if (key != NULL && EVP_PKEY_is_a (key, "RSA"))
    return key;
  EVP_PKEY_free (key);
  return NULL;
}

char *
pm_jwt_rs256 (const char *claims, const char *private_key, GError **error)
{
  static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
  g_autoptr (EVP_PKEY) key = read_key (private_key);
  if (key == NULL) {
    g_set_error (error, PM_NET_ERROR, PM_NET_ERROR_PROTOCOL,
                 "the private key is no RSA key in PEM");
    return NULL;
  }
  g_autofree char *first = base64url (header, strlen (header));
  g_autofree char *second = base64url (claims, strlen (claims));
  g_autofree char *text = g_strconcat (first, ".", second, NULL);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gsize length = (gsize) EVP_PKEY_get_size (key);
  g_autofree guint8 *signature = g_malloc (length);
  if (EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key) != 1 ||
      EVP_DigestSign (context, signature, &length, (const guint8 *) text, strlen (text)) != 1) {
    g_set_error (error, PM_NET_ERROR, PM_NET_ERROR_PROTOCOL, "the token cannot be signed");
    return NULL;
  }
  g_autofree char *third = base64url (signature, length);
  return g_strconcat (text, ".", third, NULL);
}
