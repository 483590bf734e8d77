// The time of day of a machine whose clock is set again and again: each look at it finds it moved by the next of the
// seconds in $JUMPS, in turn. The other clocks go on as they do. Loaded before the system's own (LD_PRELOAD).
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long jumps[64];
static unsigned count;
static atomic_uint looks;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("JUMPS");
    for (char *end; text && *text && count < 64; text = *end == ',' ? end + 1 : end) {
        jumps[count++] = strtoll(text, &end, 10);
        if (end == text) abort();
    }
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int failed = (int)syscall(SYS_clock_gettime, clock, time);
    if (!failed && count && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        time->tv_sec += jumps[atomic_fetch_add(&looks, 1) % count];
    }
    return failed;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    if (!failed) *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return failed;
}

time_t time(time_t *to) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}
