#include "base/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

void
pm_secret_bytes (void *ret_bytes, gsize size)
{
  guint8 *to = ret_bytes;
  while (size > 0) {
    ssize_t got = getrandom (to, size, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      g_error ("the kernel gives no random bytes: %s", g_strerror (errno));
    to += got;
    size -= (gsize) got;
  }
}

char *
pm_secret_text (gsize size)
{
  g_autofree guint8 *bytes = g_malloc (size);
  pm_secret_bytes (bytes, size);
  char *text = g_base64_encode (bytes, size);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

gboolean
pm_secret_equal (const char *a, const char *b)
{
  gsize length = strlen (a);
  volatile guint8 difference = 0;
  if (length != strlen (b))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference = (guint8) (difference | (guint8) (a[i] ^ b[i]));
  return difference == 0;
}
