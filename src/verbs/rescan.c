#include "verbs/rescan.h"

struct PmRescan {
  PmContext *context;
};

PmRescan *
pm_rescan_new (PmContext *context)
{
  PmRescan *rescan = g_new0 (PmRescan, 1);
  rescan->context = context;
  return rescan;
}

void
pm_rescan_free (PmRescan *rescan)
{
  g_free (rescan);
}

/* The stamps of the last scan know what did not change, so that nothing else is opened. */
gboolean
pm_verb_rescan (PmRescan *rescan, const char *const *paths, PmScanReport *ret_report,
                GError **error)
{
  PmSurveyOptions options = {0};
  return pm_verb_scan (rescan->context, NULL, &options, ret_report, NULL, error);
}
