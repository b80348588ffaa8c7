// Being on time: priority over ordinary processes, and memory that is there.
#ifndef REALTIME_H
#define REALTIME_H

#include <stdbool.h>

// True when this thread now has real-time priority. Best effort otherwise.
bool realtime_begin(bool root);

#endif
