#include "discovery/glob-set.h"
#include "discovery/rules/rules.h"
#include "discovery/ruleset.h"

/* One line for each tool; the first that fits a file gets it, so those that only fall back come
 * last. */
/* clang-format off */
static const PmRuleset *const rulesets[] = {
    &pm_ruleset_env,
    &pm_ruleset_package_json,
    &pm_ruleset_pyproject,
    &pm_ruleset_requirements,
    &pm_ruleset_gemfile,
    &pm_ruleset_gradle,
    &pm_ruleset_composer,
    &pm_ruleset_maven,
    &pm_ruleset_cargo,
    &pm_ruleset_csproj,
    &pm_ruleset_dockerfile,
    &pm_ruleset_app_engine,
    &pm_ruleset_cloud_build,
    &pm_ruleset_fly,
    &pm_ruleset_render,
    &pm_ruleset_wrangler,
    &pm_ruleset_vercel,
    &pm_ruleset_netlify,
    &pm_ruleset_serverless,
    &pm_ruleset_skaffold,
    &pm_ruleset_devcontainer,
    &pm_ruleset_vscode,
    &pm_ruleset_pm2,
    &pm_ruleset_workflow,
    &pm_ruleset_gitlab,
    &pm_ruleset_compose,
    &pm_ruleset_kubernetes,
    &pm_ruleset_compose_by_content,
    &pm_ruleset_spring,
    &pm_ruleset_helm,
    &pm_ruleset_dotnet,
    &pm_ruleset_systemd,
    &pm_ruleset_procfile,
    &pm_ruleset_daemons,
    &pm_ruleset_mysql,
    &pm_ruleset_php,
    &pm_ruleset_haproxy,
    &pm_ruleset_caddy,
    &pm_ruleset_nginx,
    &pm_ruleset_apache,
    &pm_ruleset_apache_ports,
    &pm_ruleset_openapi,
    &pm_ruleset_mcp,
    &pm_ruleset_vite,
    &pm_ruleset_next,
    &pm_ruleset_webpack,
    &pm_ruleset_browser_tests,
    &pm_ruleset_angular,
    &pm_ruleset_proxy_conf,
    &pm_ruleset_supervisor,
    &pm_ruleset_terraform,
    &pm_ruleset_generic_yaml,
    &pm_ruleset_generic_json,
    &pm_ruleset_generic_toml,
    &pm_ruleset_generic_ini,
    &pm_ruleset_generic_properties,
    &pm_ruleset_javascript,
    &pm_ruleset_code,
    &pm_ruleset_shell,
    NULL,
};
/* clang-format on */

const PmRuleset *const *
pm_rulesets_all (void)
{
  return rulesets;
}

static gpointer
make_globs (gpointer unused)
{
  PmGlobSet *set = pm_glob_set_new ();
  for (guint i = 0; rulesets[i] != NULL; i++)
    for (const char *const *glob = rulesets[i]->files; *glob != NULL; glob++)
      pm_glob_set_add (set, *glob, i);
  return set;
}

guint64
pm_rulesets_fitting (const char *path)
{
  static GOnce once = G_ONCE_INIT;
  g_once (&once, make_globs, NULL);
  return pm_glob_set_match (once.retval, path);
}
