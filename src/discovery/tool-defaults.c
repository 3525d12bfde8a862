/* Sources: the documentation of each: Flask, Quart, FastAPI, Litestar, Uvicorn and Hypercorn (their
 * command lines), Django (runserver), Streamlit, JupyterLab, MLflow, Chainlit, Python's
 * http.server, MkDocs, Hugo, Jekyll, Rails, Laravel (artisan serve), Symfony's CLI, Deno (deno
 * serve). */

#include "discovery/tool-defaults.h"

#include <string.h>

#define MOST_WORDS 64

static const PmToolDefault tools[] = {
    {"flask", "run", "flask", 5000},
    {"quart", "run", "quart", 5000},
    {"fastapi", "dev run", "fastapi", 8000},
    {"litestar", "run", "litestar", 8000},
    {"uvicorn", ":", "uvicorn", 8000},
    {"hypercorn", ":", "hypercorn", 8000},
    {"manage.py", "runserver", "django", 8000},
    {"django-admin", "runserver", "django", 8000},
    {"streamlit", "run", "streamlit", 8501},
    {"jupyter", "lab notebook server", "jupyter", 8888},
    {"mlflow", "ui server", "mlflow", 5000},
    {"chainlit", "run", "chainlit", 8000},
    {"-m", "http.server", "http.server", 8000},
    {"mkdocs", "serve", "mkdocs", 8000},
    {"hugo", "server serve", "hugo", 1313},
    {"jekyll", "serve server s", "jekyll", 4000},
    {"rails", "server s", "rails", 3000},
    {"artisan", "serve", "laravel", 8000},
    {"symfony", "serve server:start local:server:start", "symfony", 8000},
    {"deno", "serve", "deno", 8000},
};

static gboolean
is_one_of_words (const char *list, const char *word)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);
  return g_strv_contains ((const char *const *) words, word);
}

/* `app.main:app`, `main:create_app()`: no option, no address, no image. */
static gboolean
is_application (const char *word)
{
  const char *colon = strchr (word, ':');
  return word[0] != '-' && colon > word && (g_ascii_isalpha (colon[1]) || colon[1] == '_') &&
         strchr (word, '/') == NULL;
}

static gboolean
ends_command (const char *word)
{
  static const char *const ends[] = {"&&", "||", ";", "|", "&", NULL};
  return g_strv_contains (ends, word);
}

/* Whether a word behind the program, past its options, is one of those that serve. */
static gboolean
serves (const PmToolDefault *tool, char *const *behind)
{
  gboolean wants_application = strcmp (tool->subcommands, ":") == 0;
  for (; *behind != NULL && !ends_command (*behind); behind++) {
    if (wants_application ? is_application (*behind) : is_one_of_words (tool->subcommands, *behind))
      return TRUE;
    if (!wants_application && (*behind)[0] != '-')
      return FALSE;
  }
  return FALSE;
}

static const char *
program_name (const char *word)
{
  const char *slash = strrchr (word, '/');
  return slash == NULL ? word : slash + 1;
}

const PmToolDefault *
pm_tool_default_of (const char *command)
{
  g_auto (GStrv) words = g_strsplit_set (command, " \t\n", MOST_WORDS);
  for (guint at = 0; words[at] != NULL; at++)
    for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
      if (strcmp (tools[i].program, program_name (words[at])) == 0 &&
          serves (&tools[i], words + at + 1))
        return &tools[i];
  return NULL;
}
