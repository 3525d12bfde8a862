#include "walk/skip.h"

#include <stdlib.h>
#include <string.h>

/* Sorted by strcmp, for bsearch. */
static const char *const always[] = {
    ".Trash",
    ".angular",
    ".aws-sam",
    ".bundle",
    ".bzr",
    ".cache",
    ".cargo-cache",
    ".dart_tool",
    ".direnv",
    ".docusaurus",
    ".eggs",
    ".expo",
    ".git",
    ".gradle",
    ".hg",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".jj",
    ".metals",
    ".mypy_cache",
    ".next",
    ".nox",
    ".npm",
    ".nuxt",
    ".nx",
    ".nyc_output",
    ".output",
    ".parcel-cache",
    ".pnpm-store",
    ".pytest_cache",
    ".rpt2_cache",
    ".ruff_cache",
    ".sass-cache",
    ".serverless",
    ".stack-work",
    ".svelte-kit",
    ".svn",
    ".terraform",
    ".terragrunt-cache",
    ".tox",
    ".turbo",
    ".venv",
    ".vercel",
    ".vite",
    ".yarn",
    "CVS",
    "DerivedData",
    "__pycache__",
    "_darcs",
    "bower_components",
    "dist-newstyle",
    "elm-stuff",
    "jspm_packages",
    "lost+found",
    "node_modules",
    "site-packages",
};

/* Output and dependencies by names that are also used for other things. */
static const struct {
  const char *name;
  guint markers; /* any of these beside it is enough; 0: only an ignore file is */
} beside_markers[] = {
    {"Pods", PM_MARKER_COCOAPODS},
    {"_build", PM_MARKER_MIX},
    {"bin", PM_MARKER_DOTNET},
    {"build", PM_MARKER_GRADLE | PM_MARKER_PYTHON | PM_MARKER_PUB},
    {"coverage", PM_MARKER_NODE},
    {"deps", PM_MARKER_MIX},
    {"dist", PM_MARKER_NODE | PM_MARKER_PYTHON},
    {"env", 0},
    {"htmlcov", PM_MARKER_PYTHON},
    {"obj", PM_MARKER_DOTNET},
    {"out", PM_MARKER_GRADLE},
    {"storybook-static", PM_MARKER_NODE},
    {"target", PM_MARKER_CARGO | PM_MARKER_MAVEN},
    {"tmp", 0},
    {"vendor", PM_MARKER_COMPOSER | PM_MARKER_GO | PM_MARKER_BUNDLER},
    {"venv", 0}, /* one that is an environment is known by its pyvenv.cfg */
};

static const struct {
  const char *name;
  guint marker;
} marker_files[] = {
    {".git", PM_MARKER_REPOSITORY},
    {".gitignore", PM_MARKER_IGNORE},
    {"CACHEDIR.TAG", PM_MARKER_CACHE},
    {"CMakeLists.txt", PM_MARKER_CMAKE},
    {"Cargo.toml", PM_MARKER_CARGO},
    {"Gemfile", PM_MARKER_BUNDLER},
    {"Podfile", PM_MARKER_COCOAPODS},
    {"build.gradle", PM_MARKER_GRADLE},
    {"build.gradle.kts", PM_MARKER_GRADLE},
    {"build.sbt", PM_MARKER_MAVEN},
    {"composer.json", PM_MARKER_COMPOSER},
    {"go.mod", PM_MARKER_GO},
    {"mix.exs", PM_MARKER_MIX},
    {"package.json", PM_MARKER_NODE},
    {"pom.xml", PM_MARKER_MAVEN},
    {"pubspec.yaml", PM_MARKER_PUB},
    {"pyproject.toml", PM_MARKER_PYTHON},
    {"pyvenv.cfg", PM_MARKER_VIRTUALENV},
    {"setup.py", PM_MARKER_PYTHON},
};

guint
pm_skip_marker (const char *name)
{
  /* Most names are told apart by their first letter: this is asked of every entry of a tree. */
  if (strchr (".CGPbcgmps", name[0]) != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (marker_files); i++)
      if (marker_files[i].name[0] == name[0] && strcmp (marker_files[i].name, name) == 0)
        return marker_files[i].marker;
  const char *dot = strrchr (name, '.');
  if (dot != NULL && strlen (dot) == 7 && strcmp (dot + 3, "proj") == 0 &&
      (strncmp (dot, ".cs", 3) == 0 || strncmp (dot, ".fs", 3) == 0 ||
       strncmp (dot, ".vb", 3) == 0))
    return PM_MARKER_DOTNET;
  return 0;
}

static int
compare_names (const void *name, const void *entry)
{
  return strcmp (name, *(const char *const *) entry);
}

gboolean
pm_skip_directory (const char *name, guint beside, gboolean is_ignored)
{
  if (bsearch (name, always, G_N_ELEMENTS (always), sizeof always[0], compare_names) != NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (beside_markers); i++)
    if (strcmp (beside_markers[i].name, name) == 0)
      return is_ignored || (beside & beside_markers[i].markers) != 0;
  return FALSE;
}
