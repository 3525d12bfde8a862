#include <string.h>

#include "discovery/interpolation.h"
#include "formats/format.h"

static const char *const env_file = "PORT=8080\nURL=http://${HOST}:${PORT}/\nEMPTY=\nHOST=db\n";

static void
define (PmEnvironment *environment, const char *name, const char *value, guint32 line)
{
  const char *at = strstr (env_file, value[0] == '\0' ? "EMPTY=" : value);
  guint32 start = (guint32) (at - env_file) + (value[0] == '\0' ? 6 : 0);
  PmVariable variable = {name, value, ".env", line, {start, start + (guint32) strlen (value)}};
  pm_environment_set (environment, &variable);
}

static PmEnvironment *
make_environment (void)
{
  PmEnvironment *environment = pm_environment_new (NULL);
  define (environment, "PORT", "8080", 1);
  define (environment, "URL", "http://${HOST}:${PORT}/", 2);
  define (environment, "EMPTY", "", 3);
  define (environment, "HOST", "db", 4);
  return environment;
}

static PmDocument *
parse (const char *json)
{
  return pm_format_parse (&pm_format_json, json, strlen (json));
}

typedef struct {
  PmExpansion expansion;
  const char *text; /* inside a JSON string */
  const char *expected;
  gboolean has_unset;
} Case;

static void
check (gconstpointer data)
{
  g_autoptr (PmEnvironment) environment = make_environment ();
  for (const Case *one = data; one->text != NULL; one++) {
    g_autofree char *json = g_strdup_printf ("[\"%s\"]", one->text);
    g_autoptr (PmDocument) document = parse (json);
    g_autoptr (PmExpanded) expanded = pm_expanded_new (document, 1, one->expansion, environment);
    g_assert_cmpstr (pm_expanded_text (expanded, NULL), ==, one->expected);
    g_assert_cmpint (pm_expanded_has_unset (expanded), ==, one->has_unset);
  }
}

static const Case compose[] = {
    {PM_EXPANSION_COMPOSE, "$PORT:${PORT}", "8080:8080", FALSE},
    {PM_EXPANSION_COMPOSE, "${X-1}${X:-2}${EMPTY-3}${EMPTY:-4}", "124", FALSE},
    {PM_EXPANSION_COMPOSE, "${X:-${Y:-${PORT}}}", "8080", FALSE},
    {PM_EXPANSION_COMPOSE, "${X:-${Y:-3000}}:80", "3000:80", FALSE},
    {PM_EXPANSION_COMPOSE, "$$PORT $${PORT}", "$PORT ${PORT}", FALSE},
    {PM_EXPANSION_COMPOSE, "${X}:80", ":80", TRUE},
    {PM_EXPANSION_COMPOSE, "${X:?must be set}:80", ":80", TRUE},
    {PM_EXPANSION_COMPOSE, "${PORT:?e}", "8080", FALSE},
    {PM_EXPANSION_COMPOSE, "${PORT:+1}${X:+2}${EMPTY:+3}${EMPTY+4}", "14", FALSE},
    {PM_EXPANSION_COMPOSE, "$URL", "http://db:8080/", FALSE},
    {PM_EXPANSION_COMPOSE, "${X", "${X", FALSE},
    {PM_EXPANSION_COMPOSE, "a $ b ${} $", "a $ b ${} $", FALSE},
    {PM_EXPANSION_NONE, "$PORT", "$PORT", FALSE},
    {0, NULL, NULL, FALSE},
};

static const Case other[] = {
    {PM_EXPANSION_SHELL, "$$ $(cat x) `y` ${X:-9}", "$$ $(cat x) `y` 9", FALSE},
    {PM_EXPANSION_MAKE, "$(PORT) ${PORT} $$PORT $(X)", "8080 8080 $PORT ", TRUE},
    {PM_EXPANSION_MAKE, "$(shell cat x) $@ $(PORT", "$(shell cat x) $@ $(PORT", FALSE},
    {PM_EXPANSION_SPRING, "${server.port:9}", "9", FALSE},
    {PM_EXPANSION_SPRING, "${port:9}", "8080", FALSE},
    {PM_EXPANSION_SPRING, "${VAR:http://localhost:8888/}", "http://localhost:8888/", FALSE},
    {PM_EXPANSION_SPRING, "${none} $PORT", " $PORT", TRUE},
    {0, NULL, NULL, FALSE},
};

static void
expect (const PmExpanded *expanded, const char *json, const char *piece, const char *span,
        const char *definition)
{
  const char *text = pm_expanded_text (expanded, NULL);
  guint32 start = (guint32) (strstr (text, piece) - text);
  PmProvenance from;
  g_assert_true (pm_expanded_trace (expanded, start, start + (guint32) strlen (piece), &from));
  g_assert_cmpmem (json + from.span.start, pm_span_length (from.span), span, (int) strlen (span));
  g_assert_cmpint (from.is_literal, ==, definition == NULL);
  if (definition != NULL)
    g_assert_cmpmem (env_file + from.definition_span.start, pm_span_length (from.definition_span),
                     definition, (int) strlen (definition));
}

static void
traces_defaults_behind_escapes (void)
{
  const char *json = "[\"\\t${X:-${Y:-3000}}:80\"]";
  g_autoptr (PmDocument) document = parse (json);
  g_autoptr (PmExpanded) expanded = pm_expanded_new (document, 1, PM_EXPANSION_COMPOSE, NULL);
  expect (expanded, json, "3000", "3000", NULL);
  expect (expanded, json, "80", "80", NULL);
}

static void
traces_to_the_innermost_definition (void)
{
  g_autoptr (PmEnvironment) environment = make_environment ();
  const char *json = "[\"x ${URL}y\"]";
  g_autoptr (PmDocument) document = parse (json);
  g_autoptr (PmExpanded) expanded =
      pm_expanded_new (document, 1, PM_EXPANSION_COMPOSE, environment);
  expect (expanded, json, "8080", "${URL}", "8080");
  expect (expanded, json, "http://", "${URL}", "http://");
  PmProvenance from;
  g_assert_false (pm_expanded_trace (expanded, 0, 8, &from));
  g_assert_false (from.is_literal);
}

static void
ends_what_never_ends (void)
{
  g_autoptr (PmEnvironment) outer = pm_environment_new (NULL);
  g_autoptr (PmEnvironment) environment = pm_environment_new (outer);
  PmVariable a = {"A", "${B}${B}${B}${B}", "f", 1, {0, 16}};
  PmVariable b = {"B", "${A}${A}", "f", 2, {17, 25}};
  pm_environment_set (outer, &a);
  pm_environment_set (environment, &b);
  g_autoptr (GString) json = g_string_new ("[\"");
  for (guint i = 0; i < 100000; i++)
    g_string_append (json, "${A:-${");
  g_string_append (json, "$A\"]");
  g_autoptr (PmDocument) document = parse (json->str);
  g_autoptr (PmExpanded) expanded =
      pm_expanded_new (document, 1, PM_EXPANSION_COMPOSE, environment);
  g_assert_nonnull (pm_expanded_text (expanded, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/discovery/interpolation/follows-compose", compose, check);
  g_test_add_data_func ("/discovery/interpolation/follows-shell-make-and-spring", other, check);
  g_test_add_func ("/discovery/interpolation/traces-defaults-behind-escapes",
                   traces_defaults_behind_escapes);
  g_test_add_func ("/discovery/interpolation/traces-to-the-innermost-definition",
                   traces_to_the_innermost_definition);
  g_test_add_func ("/discovery/interpolation/ends-what-never-ends", ends_what_never_ends);
  return g_test_run ();
}
