#include "model/ci.h"

#include <string.h>

static gboolean
lies_in (const char *file, const char *folder)
{
  const char *at = strstr (file, folder);
  return at != NULL && (at == file || at[-1] == '/');
}

gboolean
pm_ci_reads (const char *format, const char *file)
{
  static const char *const formats[] = {"workflow", "gitlab-ci", "cloud-build", NULL};
  static const char *const folders[] = {".github/", ".gitea/",      ".forgejo/",  ".circleci/",
                                        ".gitlab/", ".woodpecker/", ".buildkite/"};
  static const char *const names[] = {"azure-pipelines.yml",
                                      "azure-pipelines.yaml",
                                      "bitbucket-pipelines.yml",
                                      ".travis.yml",
                                      ".drone.yml",
                                      ".woodpecker.yml",
                                      ".woodpecker.yaml",
                                      "appveyor.yml",
                                      ".appveyor.yml",
                                      "Jenkinsfile",
                                      NULL};
  const char *slash = strrchr (file, '/');
  gboolean found = g_strv_contains (formats, format) ||
                   g_strv_contains (names, slash == NULL ? file : slash + 1);
  for (gsize i = 0; !found && i < G_N_ELEMENTS (folders); i++)
    found = lies_in (file, folders[i]);
  return found;
}
