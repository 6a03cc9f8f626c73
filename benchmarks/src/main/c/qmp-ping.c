/*
 * The least that a QMP client can do, as a reference for benchmarks: blocking reads, no JSON.
 *
 *   qmp-ping COUNT SOCKET...
 *
 * Connects to each socket, negotiates, and asks query-status COUNT times, one question after the other. Prints for each
 * socket "attach NS", from connect() to the end of the negotiation, then one line "ping NS" for each question; at the
 * end, with all connections open, "resident KB".
 *
 *   qmp-ping together QUESTIONS COUNT SOCKET
 *   qmp-ping singly QUESTIONS COUNT SOCKET
 *
 * Asks so many times for that many query-status, all in one write or one after the other. Prints "batch NS" for each time, from before the first
 * question to the last answer.
 *
 *   qmp-ping reset SOCKET
 *
 * Resets the guest and, at its RESET event, asks for the vCPUs' exit counters. Prints "proof NS", from QEMU's own
 * timestamp in the event to the reply, and "reset NS", from the sending of system_reset to that same reply.
 *
 * Exit code 1 and a reason on stderr when something is not as expected.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char NEGOTIATE[] = "{\"execute\":\"qmp_capabilities\",\"id\":\"0\"}\n";
static const char RESET[] = "{\"execute\":\"system_reset\",\"id\":\"2\"}\n";
static const char COUNTERS[] = "{\"execute\":\"query-stats\",\"arguments\":{\"target\":\"vcpu\",\"providers\":"
                               "[{\"provider\":\"kvm\",\"names\":[\"exits\"]}]},\"id\":\"3\"}\n";
static const char ASK[] = "{\"execute\":\"query-status\",\"id\":\"1\"}\n";

static void die(const char *what, const char *socket) {
    fprintf(stderr, "qmp-ping: %s: %s: %s\n", socket, what, errno ? strerror(errno) : "not as expected");
    exit(1);
}

static long long now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Reads lines until one contains the word, and gives that; events in between are passed over. What came behind it is read next time. */
static const char *await(int fd, const char *word, const char *socket) {
    static char text[65536];
    static size_t used, taken;
    for (;;) {
        char *end;
        while ((end = memchr(text + taken, '\n', used - taken))) {
            char *line = text + taken;
            *end = 0;
            taken = end + 1 - text;
            if (strstr(line, word)) {
                return line;
            }
        }
        used -= taken;
        memmove(text, text + taken, used);
        taken = 0;
        ssize_t got = read(fd, text + used, sizeof text - used);
        if (got <= 0) {
            die("read", socket);
        }
        used += got;
    }
}

static void say(int fd, const char *text, size_t length, const char *socket) {
    if (write(fd, text, length) != (ssize_t)length) {
        die("write", socket);
    }
}

static int attach(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        die("connect", path);
    }
    await(fd, "\"QMP\"", path);
    say(fd, NEGOTIATE, sizeof NEGOTIATE - 1, path);
    await(fd, "\"return\"", path);
    return fd;
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

static int reset(const char *socket) {
    long long seconds, micros;
    int fd = attach(socket);
    long long begun = now(CLOCK_MONOTONIC);
    say(fd, RESET, sizeof RESET - 1, socket);
    const char *event = strstr(await(fd, "\"RESET\"", socket), "\"seconds\"");
    if (!event || sscanf(event, "\"seconds\": %lld, \"microseconds\": %lld", &seconds, &micros) != 2) {
        die("timestamp of RESET", socket);
    }
    say(fd, COUNTERS, sizeof COUNTERS - 1, socket);
    await(fd, "\"3\"", socket);
    printf("reset %lld\n", now(CLOCK_MONOTONIC) - begun);
    printf("proof %lld\n", now(CLOCK_REALTIME) - seconds * 1000000000LL - micros * 1000);
    return 0;
}

static void print(const char *word, const long long *took, long count) {
    for (long n = 0; n < count; n++) {
        printf("%s %lld\n", word, took[n]);
    }
}

static int ask_many(int together, long questions, long count, const char *socket) {
    char text[64 * sizeof ASK];
    size_t length = sizeof ASK - 1;
    long writes = together ? 1 : questions, each = together ? questions : 1;
    if (questions < 1 || questions > 64) {
        die("1 to 64 questions are asked together", socket);
    }
    for (long i = 0; i < each; i++) {
        memcpy(text + i * length, ASK, length);
    }
    long long *took = calloc(count, sizeof *took);
    int fd = attach(socket);
    for (long n = 0; n < count; n++) {
        long long begun = now(CLOCK_MONOTONIC);
        for (long w = 0; w < writes; w++) {
            say(fd, text, each * length, socket);
            for (long i = 0; i < each; i++) {
                await(fd, "\"return\"", socket);
            }
        }
        took[n] = now(CLOCK_MONOTONIC) - begun;
    }
    print("batch", took, count);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: qmp-ping COUNT SOCKET... | qmp-ping together|singly QUESTIONS COUNT SOCKET | qmp-ping reset SOCKET\n");
        return 2;
    }
    if (!strcmp(argv[1], "reset")) {
        return reset(argv[2]);
    }
    int together = !strcmp(argv[1], "together");
    if (argc == 5 && (together || !strcmp(argv[1], "singly"))) {
        return ask_many(together, atol(argv[2]), atol(argv[3]), argv[4]);
    }
    long count = atol(argv[1]);
    long long *took = calloc(count + 1, sizeof *took);
    for (int i = 2; i < argc; i++) {
        long long begun = now(CLOCK_MONOTONIC);
        int fd = attach(argv[i]);
        printf("attach %lld\n", now(CLOCK_MONOTONIC) - begun);
        for (long n = 0; n < count; n++) {
            begun = now(CLOCK_MONOTONIC);
            say(fd, ASK, sizeof ASK - 1, argv[i]);
            await(fd, "\"return\"", argv[i]);
            took[n] = now(CLOCK_MONOTONIC) - begun;
        }
        print("ping", took, count);
    }
    print_resident();
    return 0;
}
