#include "health/cause.h"

#include <string.h>

/* A picture of services: "a:down@3" (since when), "b:up", "c:failing", "d:recovered"; of who needs
 * whom: "a>b", peers: "a=b"; and of who is to blame then: "a<b" (a because of b). Names are one
 * letter, ids their places. */
typedef struct {
  PmCauseNode nodes[26];
  guint n_nodes;
  PmCauseEdge edges[64];
  guint n_edges;
} Picture;

static void
add_node (Picture *p, const char *word)
{
  const char *state = word + 2, *at = strchr (word, '@');
  PmCauseNode *node = &p->nodes[word[0] - 'a'];
  node->service_id = word[0] - 'a' + 1;
  node->since_us = at == NULL ? 0 : g_ascii_strtoll (at + 1, NULL, 10);
  node->health = g_str_has_prefix (state, "down")      ? PM_HEALTH_DOWN
                 : g_str_has_prefix (state, "unknown") ? PM_HEALTH_UNKNOWN
                                                       : PM_HEALTH_UP;
  node->is_failing = g_str_has_prefix (state, "failing");
  node->has_recovered = g_str_has_prefix (state, "recovered");
  p->n_nodes = MAX (p->n_nodes, (guint) node->service_id);
}

static void
add_edge (Picture *p, char from, char to, gboolean are_peers)
{
  p->edges[p->n_edges++] = (PmCauseEdge){(guint) (from - 'a'), (guint) (to - 'a'), are_peers};
}

static void
draw (Picture *p, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    const char *word = words[i];
    if (word[1] == ':')
      add_node (p, word);
    else if (word[1] == '<')
      p->nodes[word[0] - 'a'].blamed = word[2] - 'a' + 1;
    else {
      add_edge (p, word[0], word[2], word[1] == '=');
      if (word[1] == '=')
        add_edge (p, word[2], word[0], TRUE);
    }
  }
}

static char *
blamed (const Picture *p)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < p->n_nodes; i++)
    if (p->nodes[i].blamed != 0)
      g_string_append_printf (text, "%s%c<%c", text->len == 0 ? "" : " ", (char) ('a' + i),
                              (char) ('a' + p->nodes[i].blamed - 1));
  return g_string_free (text, FALSE);
}

static const struct {
  const char *picture, *blamed;
} cases[] = {
    {"a:down b:up a>b", ""},
    {"a:down b:down a>b", "a<b"},
    {"a:down b:unknown a>b", ""},
    /* all the way down */
    {"a:down b:down c:down a>b b>c", "a<c b<c"},
    {"a:up b:down c:down a>b b>c", "b<c"},
    {"a:down b:up c:down a>b b>c", ""},
    /* about to be down; but what is only failing is nobody's consequence */
    {"a:down b:failing a>b", "a<b"},
    {"a:failing b:down a>b", ""},
    {"a:down b:failing c:down a>b b>c", "a<b"},
    /* of two causes the nearer, then the earlier */
    {"a:down b:down@5 c:down@3 a>b a>c", "a<c"},
    {"a:down b:down@5 c:up d:down@1 a>b a>c c>d", "a<b"},
    {"a:down b:down@9 c:down d:down@1 a>b a>c c>d", "a<b c<d"},
    /* a circle: who failed first */
    {"a:down@2 b:down@1 a>b b>a", "a<b"},
    {"a:down@3 b:down@2 c:down@1 a>b b>c c>a", "a<c b<c"},
    {"a:down@3 b:down@2 c:down@1 d:down@9 a>b b>c c>a c>d", "a<d b<d c<d"},
    {"a:down@1 b:down@2 c:down@3 a>b b>c c>b", "a<b c<b"},
    /* itself */
    {"a:down a>a", ""},
    /* rows of one service: one alert, and no waiting for each other */
    {"a:down@1 b:down@2 a=b", "b<a"},
    {"a:down b:failing a=b", ""},
    {"a:down@1 b:down@2 c:down@0 a=b a>c b>c", "a<c b<c"},
    /* only just recovered: those that were blamed on it still are, others are not */
    {"a:down b:recovered a>b a<b", "a<b"},
    {"a:down b:recovered a>b", ""},
    {"a:down b:up a>b a<b", ""},
    {"a:up b:up a>b a<b", ""},
};

static void
tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Picture p = {0};
    draw (&p, cases[i].picture);
    pm_cause_find (p.nodes, p.n_nodes, p.edges, p.n_edges);
    g_autofree char *got = blamed (&p);
    if (strcmp (got, cases[i].blamed) != 0)
      g_error ("%s: “%s”, not “%s”", cases[i].picture, got, cases[i].blamed);
  }
}

/* A chain of two hundred thousand: no recursion. */
static void
deep (void)
{
  guint n = 200000;
  g_autofree PmCauseNode *nodes = g_new0 (PmCauseNode, n);
  g_autofree PmCauseEdge *edges = g_new0 (PmCauseEdge, n);
  for (guint i = 0; i < n; i++) {
    nodes[i] = (PmCauseNode){.service_id = i + 1, .health = PM_HEALTH_DOWN};
    edges[i] = (PmCauseEdge){.from = i, .to = MIN (i + 1, n - 1)};
  }
  pm_cause_find (nodes, n, edges, n);
  g_assert_cmpint (nodes[0].blamed, ==, n);
  g_assert_cmpint (nodes[n - 1].blamed, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/cause/pictures", tables);
  g_test_add_func ("/health/cause/a-long-chain", deep);
  return g_test_run ();
}
