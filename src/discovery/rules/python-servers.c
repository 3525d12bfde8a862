/* Python's servers with files of their own: uWSGI ("uWSGI Options": what is called a socket, the
 * HTTP routers and the stats server "bind to the specified UNIX/TCP socket") and Streamlit
 * ("config.toml": `browser.serverPort` is where browsers are sent, which is bound by nobody). */

#include "discovery/rules/rules.h"

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,           \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

/* --- uWSGI --- */

static const char *const uwsgi_files[] = {"*.ini", NULL};

static const PmRule uwsgi_rules[] = {
    READ ("uwsgi.socket",
          "uwsgi.socket|uwsgi-socket|http-socket|http11-socket|https-socket|fastcgi-socket|"
          "fastcgi-nph-socket|scgi-socket|scgi-nph-socket|suwsgi-socket|ssl-socket|raw-socket|"
          "puwsgi-socket|shared-socket|upload-socket",
          ENDPOINT, LISTEN),
    READ ("uwsgi.router",
          "uwsgi.http|https|fastrouter|rawrouter|sslrouter|http-stats|"
          "fastrouter-stats|rawrouter-stats|fastrouter-subscription-server",
          ENDPOINT, LISTEN),
    READ ("uwsgi.stats", "uwsgi.stats|stats-server|emperor-stats|emperor-stats-server", ENDPOINT,
          LISTEN),
};

static const PmRule uwsgi_other = {
    .id = "uwsgi.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static gboolean
is_uwsgi (const PmDocument *document)
{
  return pm_document_child (document, 0, "uwsgi") != 0;
}

static void
recognise_uwsgi (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &uwsgi_other, "");
}

const PmRuleset pm_ruleset_uwsgi = {
    .name = "uwsgi",
    .files = uwsgi_files,
    .syntax = "ini",
    .marks = pm_ruleset_no_marks,
    .claims = is_uwsgi,
    .rules = uwsgi_rules,
    .n_rules = G_N_ELEMENTS (uwsgi_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_uwsgi,
};

/* --- Streamlit --- */

static const char *const streamlit_files[] = {".streamlit/config.toml", "**/.streamlit/config.toml",
                                              NULL};

static const PmRule streamlit_rules[] = {
    READ ("streamlit.server", "server.port", PORT, LISTEN),
    READ ("streamlit.browser", "browser.serverPort", PORT, REFERENCE),
};

static const PmRule streamlit_other = {
    .id = "streamlit.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
recognise_streamlit (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &streamlit_other, "");
}

const PmRuleset pm_ruleset_streamlit = {
    .name = "streamlit",
    .files = streamlit_files,
    .syntax = "toml",
    .rules = streamlit_rules,
    .n_rules = G_N_ELEMENTS (streamlit_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_streamlit,
};
