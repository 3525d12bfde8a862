/* DESIGN
 * Only a file that nobody named may be missing: one that was named and is not there would silently
 * be all defaults. */

#include "config/config.h"

#include <string.h>

G_DEFINE_QUARK (pm - config - error - quark, pm_config_error)

#define MOST_BYTES (1024 * 1024)

static PmConfig *
read_file (const char *file, gboolean may_be_missing, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize length;
  g_autoptr (GError) cause = NULL;
  if (!g_file_test (file, G_FILE_TEST_EXISTS) && may_be_missing)
    return pm_config_new ();
  if (g_file_test (file, G_FILE_TEST_EXISTS) && !g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_READ,
                 "the configuration %s is no regular file", file);
    return NULL;
  }
  if (!g_file_get_contents (file, &bytes, &length, &cause)) {
    g_set_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_READ,
                 "the configuration cannot be read: %s", cause->message);
    return NULL;
  }
  if (length > MOST_BYTES) {
    g_set_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_READ,
                 "the configuration %s is larger than 1 MiB", file);
    return NULL;
  }
  return pm_config_parse (file, bytes, length, error);
}

static char *
usual_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "port-manager", "config.toml", NULL);
}

static const char *
named_path (const char *file)
{
  const char *named = file != NULL ? file : g_getenv ("PORT_MANAGER_CONFIG");
  return named != NULL && named[0] != '\0' ? named : NULL;
}

char *
pm_config_path (const char *file)
{
  const char *named = named_path (file);
  return named != NULL ? g_canonicalize_filename (named, NULL) : usual_path ();
}

PmConfig *
pm_config_load (const char *file, GError **error)
{
  const char *named = named_path (file);
  if (named != NULL)
    return read_file (named, FALSE, error);
  g_autofree char *usual = usual_path ();
  return read_file (usual, TRUE, error);
}
