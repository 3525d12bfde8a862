#include <string.h>

#include "format-test.h"

#define MAKEFILE &pm_format_makefile

static void
reads_variables (void)
{
  format_test_expect (
      MAKEFILE,
      "PORT = 8080\nA:=1\nB ?= 2 # why\nC+=3\nD ::= 4\nE != date\nexport F = 5\n"
      "override export G=6\nH =\n  I = 7\n# J = 8\n",
      "PORT = 8080\nA = 1\nB = 2\nC = 3\nD = 4\nE = date\nF = 5\nG = 6\nH = \nI = 7\n");
  format_test_expect (MAKEFILE, "URL = http://h:80/a?b=c\nL = a \\\n  b\\\n\tc\nX = a\\#b # c\n",
                      "URL = http://h:80/a?b=c\nL = a b c\nX = a\\#b\n");
}

static void
reads_recipes (void)
{
  format_test_expect (
      MAKEFILE,
      "run: build $(DEPS:.c=.o)\n\t@uvicorn a:b --port $(PORT)\n\n# note\n"
      "\t-PORT=1 x \\\n\t  --y # shell's\n\t# none\na b:: ; echo 1\nall: run\nP = 1\n",
      "run[0] = uvicorn a:b --port $(PORT)\nrun[1] = PORT=1 x --y # shell's\n"
      "a b[0] = echo 1\nP = 1\n");
  format_test_expect (MAKEFILE, "a: PORT = 80\na:\n\tx\n\tY = 1\n",
                      "PORT = 80\na[0] = x\na[1] = Y = 1\n");
  format_test_expect (MAKEFILE, "x &: y\n\tz\r\n", "x[0] = z\n");
}

static void
looks_through_conditionals (void)
{
  format_test_expect (
      MAKEFILE, "ifeq ($(X),a:b)\nA = 1\nelse\nA = 2\nendif\nr:\n\tx\nifdef Y\n\ty\nendif\n\tz\n",
      "A = 1\nA = 2\nr[0] = x\nr[1] = y\nr[2] = z\n");
}

static void
reads_defines (void)
{
  format_test_expect (MAKEFILE, "define RUN =\n@node x\n\tnode y: z\nendef\nA = 1\n",
                      "RUN[0] = node x\nRUN[1] = node y: z\nA = 1\n");
}

static void
passes_over_the_rest (void)
{
  format_test_expect (
      MAKEFILE, "include a.mk\n-include $(B)\n$(info a: b = c)\nexport\n{{ x }}\n\tA = 1\n = 2\n:",
      "A = 1\n");
  format_test_expect (MAKEFILE, "A = $(shell x", "A = $(shell x\n");
  format_test_expect (MAKEFILE, "A = b\\", "A = b\\\n");
  format_test_expect (MAKEFILE, "A = \\\n", "A = \n");
}

static void
escapes_what_make_reads (void)
{
  static const char *const refused[] = {"$x", "a#b", "a\\", "\"a\"", "-x", " x", ""};
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *escaped = pm_format_makefile.escape (PM_QUOTING_NONE, TRUE, refused[i]);
    g_assert_null (escaped);
  }
  g_autofree char *escaped = pm_format_makefile.escape (PM_QUOTING_NONE, FALSE, "8081");
  g_assert_cmpstr (escaped, ==, "8081");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/makefile/reads-variables", reads_variables);
  g_test_add_func ("/formats/makefile/reads-recipes", reads_recipes);
  g_test_add_func ("/formats/makefile/looks-through-conditionals", looks_through_conditionals);
  g_test_add_func ("/formats/makefile/reads-defines", reads_defines);
  g_test_add_func ("/formats/makefile/passes-over-the-rest", passes_over_the_rest);
  g_test_add_func ("/formats/makefile/escapes-what-make-reads", escapes_what_make_reads);
  return g_test_run ();
}
