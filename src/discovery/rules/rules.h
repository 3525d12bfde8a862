#pragma once

#include "discovery/ruleset.h"

/* One rule set per tool, each in the file of its name. */

extern const PmRuleset pm_ruleset_apache;
extern const PmRuleset pm_ruleset_apache_ports;
extern const PmRuleset pm_ruleset_caddy;
extern const PmRuleset pm_ruleset_compose;
extern const PmRuleset pm_ruleset_compose_by_content;
extern const PmRuleset pm_ruleset_dockerfile;
extern const PmRuleset pm_ruleset_env;
extern const PmRuleset pm_ruleset_haproxy;
extern const PmRuleset pm_ruleset_kubernetes;
extern const PmRuleset pm_ruleset_nginx;
extern const PmRuleset pm_ruleset_mcp;
extern const PmRuleset pm_ruleset_package_json;
extern const PmRuleset pm_ruleset_shell;
extern const PmRuleset pm_ruleset_terraform;

/* Manifests of packages: manifests.c. */
extern const PmRuleset pm_ruleset_cargo;
extern const PmRuleset pm_ruleset_composer;
extern const PmRuleset pm_ruleset_csproj;
extern const PmRuleset pm_ruleset_gemfile;
extern const PmRuleset pm_ruleset_gradle;
extern const PmRuleset pm_ruleset_maven;
extern const PmRuleset pm_ruleset_pyproject;
extern const PmRuleset pm_ruleset_requirements;

/* Servers, what starts them, and frameworks: daemons.c, services.c, application.c, helm.c. */
extern const PmRuleset pm_ruleset_daemons;
extern const PmRuleset pm_ruleset_dotnet;
extern const PmRuleset pm_ruleset_helm;
extern const PmRuleset pm_ruleset_mysql;
extern const PmRuleset pm_ruleset_php;
extern const PmRuleset pm_ruleset_procfile;
extern const PmRuleset pm_ruleset_spring;
extern const PmRuleset pm_ruleset_supervisor;
extern const PmRuleset pm_ruleset_systemd;

/* Development servers and test runners: frontend.c. */
extern const PmRuleset pm_ruleset_angular;
extern const PmRuleset pm_ruleset_browser_tests;
extern const PmRuleset pm_ruleset_next;
extern const PmRuleset pm_ruleset_proxy_conf;
extern const PmRuleset pm_ruleset_vite;
extern const PmRuleset pm_ruleset_webpack;

/* Platforms to deploy to: platforms.c. */
extern const PmRuleset pm_ruleset_app_engine;
extern const PmRuleset pm_ruleset_cloud_build;
extern const PmRuleset pm_ruleset_fly;
extern const PmRuleset pm_ruleset_netlify;
extern const PmRuleset pm_ruleset_render;
extern const PmRuleset pm_ruleset_serverless;
extern const PmRuleset pm_ruleset_skaffold;
extern const PmRuleset pm_ruleset_vercel;
extern const PmRuleset pm_ruleset_wrangler;

/* Editors, process managers, CI: devtools.c. */
extern const PmRuleset pm_ruleset_devcontainer;
extern const PmRuleset pm_ruleset_gitlab;
extern const PmRuleset pm_ruleset_openapi;
extern const PmRuleset pm_ruleset_pm2;
extern const PmRuleset pm_ruleset_vscode;
extern const PmRuleset pm_ruleset_workflow;

/* Programs. */
extern const PmRuleset pm_ruleset_code;
extern const PmRuleset pm_ruleset_javascript;

/* What no tool is known for, by syntax: generic.c. */
extern const PmRuleset pm_ruleset_generic_ini;
extern const PmRuleset pm_ruleset_generic_json;
extern const PmRuleset pm_ruleset_generic_properties;
extern const PmRuleset pm_ruleset_generic_toml;
extern const PmRuleset pm_ruleset_generic_yaml;
