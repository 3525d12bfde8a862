#include <string.h>

#include "discovery/recognise.h"

/* One finding a line: LINE ROLE VALUE RULE. */
static char *
dump (const PmUserRule *rules, guint n_rules, const char *file, const char *text)
{
  PmUserRules user = {rules, n_rules};
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise_by (&user, NULL, file, "shop", text, strlen (text), NULL, arena);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    g_assert_cmpint (f->pair, <, (gint) sighting->findings->len);
    g_string_append_printf (out, "%u %s ", f->position.line, pm_role_name (f->role));
    g_string_append_len (out, text + f->span.start, pm_span_length (f->span));
    g_string_append_printf (out, "%s%s\n", g_str_has_prefix (f->rule, "user.") ? " " : "",
                            g_str_has_prefix (f->rule, "user.") ? f->rule : "");
  }
  return g_string_free (out, FALSE);
}

static void
expect (const PmUserRule *rule, const char *file, const char *text, const char *expected)
{
  g_autofree char *got = dump (rule, rule == NULL ? 0 : 1, file, text);
  g_assert_cmpstr (got, ==, expected);
}

static const PmUserRule blank = {.id = "user.c.toml:1",
                                 .files = "*",
                                 .project = "",
                                 .key = "",
                                 .service = "",
                                 .syntax = "",
                                 .silenced = "",
                                 .means = "",
                                 .confidence = 1};

static void
adds_what_no_rule_sees (void)
{
  const char *text = "[http]\nanswer = 8085\nport = 9000\n";
  PmUserRule rule = blank;
  rule.key = "http.answer";
  rule.files = "**/settings.ini";
  expect (NULL, "shop/settings.ini", text, "3 listen 9000\n");
  expect (&rule, "shop/settings.ini", text, "3 listen 9000\n2 listen 8085 user.c.toml:1\n");
  expect (&rule, "shop/other.ini", text, "3 listen 9000\n");
  rule.project = "crm";
  expect (&rule, "shop/settings.ini", text, "3 listen 9000\n");
}

static void
overrides_role_and_replaces_the_finding (void)
{
  PmUserRule rule = blank;
  rule.key = "SHOP_PORT";
  rule.has_role = TRUE;
  rule.role = PM_ROLE_REFERENCE;
  expect (NULL, "shop/.env", "SHOP_PORT=4000\n", "1 listen 4000\n");
  expect (&rule, "shop/.env", "SHOP_PORT=4000\n", "1 reference 4000 user.c.toml:1\n");
}

static void
reads_a_file_of_unknown_syntax (void)
{
  PmUserRule rule = blank;
  rule.files = "*.weird";
  rule.key = "main.answer";
  rule.syntax = "ini";
  expect (&rule, "shop/a.weird", "[main]\nanswer=8085\n", "2 listen 8085 user.c.toml:1\n");
}

static void
reads_only_the_kind_wanted (void)
{
  PmUserRule rule = blank;
  rule.key = "upstream";
  rule.has_kind = TRUE;
  rule.kind = PM_KIND_PORT;
  expect (&rule, "shop/a.ini", "upstream = 10.0.0.7:8085\n", "1 listen 8085 user.c.toml:1\n");
}

static void
silences_by_key_by_rule_and_by_file (void)
{
  const char *text = "PORT=3000\nAPI_URL=http://localhost:8080/\n";
  PmUserRule rule = blank;
  rule.silences = TRUE;
  rule.key = "PORT";
  expect (&rule, "shop/.env", text, "2 reference 8080\n");
  rule.key = "";
  rule.silenced = "no.such.rule";
  expect (&rule, "shop/.env", text, "1 listen 3000\n2 reference 8080\n");
  rule.silenced = "env*";
  expect (&rule, "shop/.env", text, "");
  rule.silenced = "";
  expect (&rule, "shop/.env", text, "");
  rule.files = "*.yaml";
  expect (&rule, "shop/.env", text, "1 listen 3000\n2 reference 8080\n");
}

/* One finding a line: LINE ROLE MEANS RULE. */
static void
expect_meant (const PmUserRule *rules, guint n_rules, const char *text, const char *expected)
{
  PmUserRules user = {rules, n_rules};
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise_by (&user, NULL, "shop/.env", "shop", text, strlen (text), NULL, arena);
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    g_string_append_printf (out, "%u %s %s %s\n", f->position.line, pm_role_name (f->role),
                            f->means == NULL ? "-" : f->means, pm_finding_said_at (f));
  }
  g_assert_cmpstr (out->str, ==, expected);
}

static void
says_whom_references_mean (void)
{
  const char *text =
      "PORT=3000\nAPI_URL=http://localhost:8080/\nOTHER_URL=http://localhost:8080/\n";
  PmUserRule rules[] = {blank, blank};
  rules[0].means = "crm/api";
  rules[1].means = "shop/db";
  rules[1].id = "user.c.toml:7";
  rules[1].key = "OTHER_URL";
  expect_meant (rules, 0, text, "1 listen - env\n2 reference - env\n3 reference - env\n");
  expect_meant (rules, 1, text,
                "1 listen - env\n2 reference crm/api c.toml:1\n3 reference crm/api c.toml:1\n");
  expect_meant (rules, 2, text,
                "1 listen - env\n2 reference crm/api c.toml:1\n3 reference shop/db c.toml:7\n");
}

static void
makes_a_reference_of_what_is_none (void)
{
  PmUserRule rule = blank;
  rule.means = "crm/api";
  rule.key = "PORT";
  expect_meant (&rule, 1, "PORT=3000\n", "1 reference crm/api c.toml:1\n");
  rule.key = "ANSWER";
  expect_meant (&rule, 1, "ANSWER=3000\n", "1 reference crm/api c.toml:1\n");
}

static void
marks_silence_their_line_or_the_next (void)
{
  expect (NULL, "shop/c.yaml", "port: 3000 # port-manager: ignore\nhttp_port: 3001\n",
          "2 listen 3001\n");
  expect (NULL, "shop/c.yaml", "# port-manager: ignore\nport: 3000\nhttp_port: 3001\n",
          "3 listen 3001\n");
  expect (NULL, "shop/c.yaml", "# port-manager: ignored\nport: 3000\n", "2 listen 3000\n");
  expect (NULL, "shop/notes.md", "at 203.0.113.7\n<!-- port-manager: ignore -->\nat 203.0.113.8\n",
          "1 address 203.0.113.7\n");
}

static void
a_mark_silences_the_file (void)
{
  expect (NULL, "shop/c.yaml", "port: 3000\nhttp_port: 3001\n# port-manager: ignore-file\n", "");
  expect (NULL, "shop/c.yaml", "port: 3000\n# port-manager: ignore-files\n", "1 listen 3000\n");
}

static void
pairs_stay_right (void)
{
  PmUserRule rule = blank;
  const char *text =
      "services:\n  a:\n    ports: [\"1000:1001\"]\n  b:\n    ports: [\"2000:2001\"]\n";
  rule.silences = TRUE;
  rule.key = "services.a";
  PmUserRules user = {&rule, 1};
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise_by (&user, NULL, "shop/compose.yaml", "shop", text, strlen (text), NULL, arena);
  g_assert_cmpuint (sighting->findings->len, ==, 2);
  g_assert_cmpint (g_array_index (sighting->findings, PmFinding, 0).pair, ==, 1);
  g_assert_cmpint (g_array_index (sighting->findings, PmFinding, 1).pair, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/user-rules/adds", adds_what_no_rule_sees);
  g_test_add_func ("/discovery/user-rules/overrides", overrides_role_and_replaces_the_finding);
  g_test_add_func ("/discovery/user-rules/unknown-syntax", reads_a_file_of_unknown_syntax);
  g_test_add_func ("/discovery/user-rules/kind", reads_only_the_kind_wanted);
  g_test_add_func ("/discovery/user-rules/means", says_whom_references_mean);
  g_test_add_func ("/discovery/user-rules/means-what-none-is", makes_a_reference_of_what_is_none);
  g_test_add_func ("/discovery/user-rules/silences", silences_by_key_by_rule_and_by_file);
  g_test_add_func ("/discovery/marks/line", marks_silence_their_line_or_the_next);
  g_test_add_func ("/discovery/marks/file", a_mark_silences_the_file);
  g_test_add_func ("/discovery/user-rules/pairs-stay-right", pairs_stay_right);
  return g_test_run ();
}
