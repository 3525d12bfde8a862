#include "base/open-files.h"

#include <sys/resource.h>

guint64
pm_open_files_raise (void)
{
  struct rlimit limit;
  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 0;
  guint64 soft = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  return soft;
}

void
pm_open_files_restore (guint64 soft)
{
  struct rlimit limit;
  if (soft == 0 || getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = soft;
  setrlimit (RLIMIT_NOFILE, &limit);
}
