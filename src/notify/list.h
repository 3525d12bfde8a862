/* Every channel: its type, one a line. */
PM_CHANNEL (mail)
PM_CHANNEL (slack)
PM_CHANNEL (webhook)
