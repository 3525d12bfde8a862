/* Programs in languages without a syntax of their own here: Django's settings and runserver,
 * Flask's app.run, uvicorn.run, aiohttp's run_app, Go's net/http (ListenAndServe) and flag, Java's
 * and Kotlin's servers, PHP's env (), ASP.NET Core's UseUrls, Rust's TcpListener::bind, by their
 * documentation; everything else by names. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

static const char *const files[] = {"*.py",  "*.go",     "*.java",   "*.kt",    "*.kts",  "*.php",
                                    "*.cs",  "*.rs",     "*.scala",  "*.swift", "*.dart", "*.ex",
                                    "*.exs", "*.groovy", "*.gradle", NULL};

static const PmRule by_name = {
    .id = "code", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.75};

static void
recognise (PmRecognition *r)
{
  pm_program_read (r, r->root, &by_name, "");
}

const PmRuleset pm_ruleset_code = {
    .name = "code",
    .files = files,
    .syntax = "code",
    .is_fallback = TRUE,
    .marks = pm_ruleset_no_marks,
    .recognise = recognise,
};
