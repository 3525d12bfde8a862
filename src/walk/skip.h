#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which directories hold nothing that a person wrote: version control data, installed dependencies,
 * build output, caches. A name alone decides only where nobody uses it for anything else; a name
 * like `build`, `target` or `vendor` counts only beside the file of the tool that makes such a
 * directory, or when an ignore file excludes it. */

/* What the entries of a directory say about it. */
typedef enum {
  PM_MARKER_NODE = 1 << 0,       /* package.json */
  PM_MARKER_COMPOSER = 1 << 1,   /* composer.json */
  PM_MARKER_GO = 1 << 2,         /* go.mod */
  PM_MARKER_BUNDLER = 1 << 3,    /* Gemfile */
  PM_MARKER_CARGO = 1 << 4,      /* Cargo.toml */
  PM_MARKER_MAVEN = 1 << 5,      /* pom.xml, build.sbt */
  PM_MARKER_GRADLE = 1 << 6,     /* build.gradle, build.gradle.kts */
  PM_MARKER_PYTHON = 1 << 7,     /* pyproject.toml, setup.py */
  PM_MARKER_DOTNET = 1 << 8,     /* *.csproj, *.fsproj, *.vbproj */
  PM_MARKER_MIX = 1 << 9,        /* mix.exs */
  PM_MARKER_COCOAPODS = 1 << 10, /* Podfile */
  PM_MARKER_CMAKE = 1 << 11,     /* CMakeLists.txt */
  PM_MARKER_PUB = 1 << 12,       /* pubspec.yaml */

  PM_MARKER_VIRTUALENV = 1 << 13, /* pyvenv.cfg: this directory is a Python environment */
  PM_MARKER_CACHE = 1 << 14,      /* CACHEDIR.TAG: this directory is a cache
                                     (bford.info/cachedir); its signature is to be checked */
  PM_MARKER_REPOSITORY = 1 << 15, /* .git: a repository or worktree starts here */
  PM_MARKER_IGNORE = 1 << 16,     /* .gitignore */
} PmMarkers;

/* The marker that an entry of this name is, or 0. */
guint pm_skip_marker (const char *name);

/* `beside` is the markers of the directory that it lies in. */
gboolean pm_skip_directory (const char *name, guint beside, gboolean is_ignored);

G_END_DECLS
