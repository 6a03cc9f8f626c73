/*
 * The least that a program can do to reset many guests at once, as a reference for benchmarks: one thread, epoll, no JSON.
 *
 *   qmp-fleet SOCKET...
 *
 * Connects to all sockets and negotiates; then, with all of them in flight, asks each guest for its run state, resets it, and at its RESET
 * event asks for its vCPUs' exit counters. Prints "attach NS" for all together, "resets NS" from the first question to the last counters,
 * "proof NS" for each guest from its event to its counters, and "resident KB".
 *
 * Exit code 1 and a reason on stderr when something is not as expected.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 8192, EVENTS = 128 };
enum step { GREETING, NEGOTIATING, ATTACHED, ASKED, RESETTING, COUNTING, DONE };

static const char NEGOTIATE[] = "{\"execute\":\"qmp_capabilities\",\"id\":\"0\"}\n";
static const char ASK[] = "{\"execute\":\"query-status\",\"id\":\"1\"}\n";
static const char RESET[] = "{\"execute\":\"system_reset\",\"id\":\"2\"}\n";
static const char COUNTERS[] = "{\"execute\":\"query-stats\",\"arguments\":{\"target\":\"vcpu\",\"providers\":"
                               "[{\"provider\":\"kvm\",\"names\":[\"exits\"]}]},\"id\":\"3\"}\n";

struct guest {
    const char *socket;
    int fd;
    enum step step;
    int reset, replied;
    long long event, proof;
    size_t used;
    char *line;
};

static void die(const char *what, const char *socket) {
    fprintf(stderr, "qmp-fleet: %s: %s: %s\n", socket, what, errno ? strerror(errno) : "not as expected");
    exit(1);
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void say(struct guest *guest, const char *text, enum step next) {
    if (write(guest->fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        die("write", guest->socket);
    }
    guest->step = next;
}

/* Events may come before the reply, and counters are asked for when both are there. */
static void take(struct guest *guest, const char *line) {
    if (guest->step == GREETING && strstr(line, "\"QMP\"")) {
        say(guest, NEGOTIATE, NEGOTIATING);
    } else if (strstr(line, "\"error\"")) {
        errno = 0;
        die(line, guest->socket);
    } else if (strstr(line, "\"RESET\"") && guest->step == RESETTING && !guest->reset) {
        guest->reset = 1;
        guest->event = now();
    } else if (strstr(line, "\"return\"")) {
        if (guest->step == NEGOTIATING) {
            guest->step = ATTACHED;
        } else if (guest->step == ASKED) {
            say(guest, RESET, RESETTING);
        } else if (guest->step == RESETTING) {
            guest->replied = 1;
        } else if (guest->step == COUNTING) {
            guest->proof = now() - guest->event;
            guest->step = DONE;
        }
    }
    if (guest->step == RESETTING && guest->reset && guest->replied) {
        say(guest, COUNTERS, COUNTING);
    }
}

static void drain(struct guest *guest) {
    ssize_t got = read(guest->fd, guest->line + guest->used, BUFFER - 1 - guest->used);
    if (got <= 0) {
        die("read", guest->socket);
    }
    guest->used += got;
    char *end, *start = guest->line;
    while ((end = memchr(start, '\n', guest->used - (start - guest->line)))) {
        *end = 0;
        take(guest, start);
        start = end + 1;
    }
    guest->used -= start - guest->line;
    memmove(guest->line, start, guest->used);
}

/* Until every guest is that far. */
static void turn(int loop, struct guest *guests, int count, enum step step) {
    struct epoll_event events[EVENTS];
    for (int there = 0; there < count;) {
        int ready = epoll_wait(loop, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct guest *guest = &guests[events[i].data.u32];
            enum step before = guest->step;
            drain(guest);
            there += before < step && guest->step >= step;
        }
    }
}

static void print_resident(void) {
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        long kb;
        if (sscanf(line, "VmRSS: %ld", &kb) == 1) {
            printf("resident %ld\n", kb);
        }
    }
}

int main(int argc, char **argv) {
    int count = argc - 1, loop = epoll_create1(EPOLL_CLOEXEC);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct guest *guests = calloc(count + 1, sizeof *guests);
    long long begun = now();
    for (int i = 0; i < count; i++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        struct epoll_event interest = {.events = EPOLLIN, .data.u32 = i};
        strncpy(address.sun_path, argv[i + 1], sizeof address.sun_path - 1);
        guests[i] = (struct guest){.socket = argv[i + 1], .line = malloc(BUFFER)};
        guests[i].fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (guests[i].fd < 0 || connect(guests[i].fd, (struct sockaddr *)&address, sizeof address) < 0) {
            die("connect", argv[i + 1]);
        }
        epoll_ctl(loop, EPOLL_CTL_ADD, guests[i].fd, &interest);
    }
    turn(loop, guests, count, ATTACHED);
    printf("attach %lld\n", now() - begun);
    begun = now();
    for (int i = 0; i < count; i++) {
        say(&guests[i], ASK, ASKED);
    }
    turn(loop, guests, count, DONE);
    printf("resets %lld\n", now() - begun);
    for (int i = 0; i < count; i++) {
        printf("proof %lld\n", guests[i].proof);
    }
    print_resident();
    return 0;
}
