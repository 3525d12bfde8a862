#include <string.h>

#include "recognise-test.h"

#define MAKEFILE "shop/Makefile"

static void
reads_recipes_as_commands (void)
{
  recognise_test_expect (MAKEFILE,
                         "run: build\n"
                         "\t@uvicorn app:app --port 8000\n"
                         "\tdocker run -p 8081:80 nginx\n"
                         "\t-PORT=3456 node x.js \\\n"
                         "\t  --inspect=9229\n"
                         "\tcurl http://localhost:8000/health\n",
                         "2 listen 8000 [] run[0]\n"
                         "3 publish 8081 [] run[1]\n"
                         "3 target 80 [] run[1]\n"
                         "4 listen 3456 [] run[2]\n"
                         "5 listen 9229 [] run[2]\n"
                         "6 reference 8000@localhost [] run[3]\n");
}

static void
reads_variables_by_name (void)
{
  recognise_test_expect (MAKEFILE,
                         "PORT ?= 8080\nexport DB_HOST := 10.0.0.7\nVERSION = 8081\nJOBS = 8082\n",
                         "1 listen 8080 [] PORT\n2 address 10.0.0.7 [] DB_HOST\n");
}

/* A use tells what its definition is for, and where to edit it. */
static void
follows_the_files_own_variables (void)
{
  recognise_test_expect (MAKEFILE,
                         "run:\n\tvite --port $(MAIN) --host ${HOST}\n\techo $$MAIN $(shell x)\n"
                         "MAIN = 5555\n",
                         "2 listen 5555 [] run[0] <- shop/Makefile:4\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/makefile/reads-recipes-as-commands", reads_recipes_as_commands);
  g_test_add_func ("/discovery/makefile/reads-variables-by-name", reads_variables_by_name);
  g_test_add_func ("/discovery/makefile/follows-the-files-own-variables",
                   follows_the_files_own_variables);
  return g_test_run ();
}
