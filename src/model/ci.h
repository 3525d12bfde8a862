#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether only a continuous-integration service reads a document, on machines of its own, at its
 * next run: nothing that runs here has read it. `format` and `file` as a document's record has
 * them; the names of files are those of the services' own documentation (GitHub Actions, "Workflow
 * syntax"; GitLab, ".gitlab-ci.yml"; CircleCI, Azure Pipelines, Bitbucket Pipelines, Travis CI,
 * Drone, Woodpecker, AppVeyor, Buildkite, Jenkins, Cloud Build). */
gboolean pm_ci_reads (const char *format, const char *file);

G_END_DECLS
