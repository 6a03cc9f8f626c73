/*
 * Many monitors that have nothing to tell, in one process: what a daemon needs for each is measured with them.
 *
 *   qmp-monitors FOLDER FIRST COUNT
 *
 * Listens on FOLDER/m00000.qmp and so on, from number FIRST, each with one client at a time, and answers what is asked of a running plain guest with QEMU 11.1's
 * replies under KVM. Prints "ready" when all of them listen; runs until it is ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BUFFER = 65536, EVENTS = 256, REPLY = 1024 };

static const char GREETING[] = "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 3, \"minor\": 1, \"major\": 11}, \"package\": \"\"}, "
                               "\"capabilities\": [\"oob\"]}}\r\n";

/* The first whose words are all in the line is the answer. */
static const struct {
    const char *word, *other, *reply;
} ANSWERS[] = {
    {"\"qmp_capabilities\"", "", "{}"},
    {"\"query-status\"", "", "{\"status\": \"running\", \"running\": true}"},
    {"\"query-version\"", "", "{\"qemu\": {\"micro\": 3, \"minor\": 1, \"major\": 11}, \"package\": \"\"}"},
    {"\"query-accelerators\"", "", "{\"enabled\": \"kvm\", \"present\": [\"kvm\", \"tcg\"]}"},
    {"\"query-kvm\"", "", "{\"enabled\": true, \"present\": true}"},
    {"\"query-migrate\"", "", "{}"},
    {"\"query-cpus-fast\"", "",
     "[{\"cpu-index\": 0, \"qom-path\": \"/machine/unattached/device[0]\", \"thread-id\": 1, \"qom-type\": \"host-x86_64-cpu\", "
     "\"target\": \"x86_64\", \"props\": {}}]"},
    {"\"query-stats\"", "",
     "[{\"provider\": \"kvm\", \"qom-path\": \"/machine/unattached/device[0]\", \"stats\": [{\"name\": \"exits\", \"value\": 5000}]}]"},
    {"\"qom-list\"", "", "[]"},
    {"\"qom-get\"", "\"x-change-vmfd-on-reset\"", "false"},
    {"\"qom-get\"", "\"firmware\"", "\"\""},
    {"\"qom-get\"", "\"confidential-guest-support\"", "\"\""},
    {"\"qom-get\"", "\"type\"", "\"pc-q35-11.1-machine\""},
};

struct monitor {
    int listener, client;
};

static int loop;
static long first_number;

static void watch(int operation, int fd, long number, int is_client) {
    struct epoll_event interest = {.events = EPOLLIN, .data.u64 = (unsigned long)number << 1 | is_client};
    epoll_ctl(loop, operation, fd, &interest);
}

static void say(struct monitor *monitor, const char *text, size_t length) {
    if (write(monitor->client, text, length) != (ssize_t)length) {
        /* a client that does not read is closed by the next read */
        shutdown(monitor->client, SHUT_RDWR);
    }
}

static void answer(struct monitor *monitor, long number, const char *line) {
    char reply[REPLY], uuid[64], id[128] = "null";
    const char *value = NULL, *at = strstr(line, "\"id\":");
    if (at) {
        sscanf(at + 5, " %120[^,}]", id);
    }
    for (size_t i = 0; !value && i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        if (strstr(line, ANSWERS[i].word) && strstr(line, ANSWERS[i].other)) {
            value = ANSWERS[i].reply;
        }
    }
    if (strstr(line, "\"query-uuid\"")) {
        snprintf(uuid, sizeof uuid, "{\"UUID\": \"00000000-0000-4000-8000-%012ld\"}", first_number + number + 1);
        value = uuid;
    }
    int length = value ? snprintf(reply, sizeof reply, "{\"return\": %s, \"id\": %s}\r\n", value, id)
                       : snprintf(reply, sizeof reply, "{\"id\": %s, \"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\r\n", id);
    say(monitor, reply, length);
}

static void hear(struct monitor *monitor, long number) {
    static char text[BUFFER];
    ssize_t got = read(monitor->client, text, sizeof text - 1);
    if (got <= 0) {
        close(monitor->client);
        monitor->client = -1;
        watch(EPOLL_CTL_ADD, monitor->listener, number, 0);
        return;
    }
    text[got] = 0;
    /* a client writes whole lines that are short */
    for (char *start = text, *end; (end = strchr(start, '\n')); start = end + 1) {
        *end = 0;
        if (*start) {
            answer(monitor, number, start);
        }
    }
}

static int listen_on(const char *folder, long number) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/m%05ld.qmp", folder, number);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0) {
        fprintf(stderr, "qmp-monitors: %s: %s\n", address.sun_path, strerror(errno));
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: qmp-monitors FOLDER FIRST COUNT\n");
        return 2;
    }
    first_number = atol(argv[2]);
    long count = atol(argv[3]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    loop = epoll_create1(EPOLL_CLOEXEC);
    struct monitor *monitors = calloc(count, sizeof *monitors);
    for (long i = 0; i < count; i++) {
        monitors[i] = (struct monitor){.listener = listen_on(argv[1], first_number + i), .client = -1};
        watch(EPOLL_CTL_ADD, monitors[i].listener, i, 0);
    }
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(loop, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            long number = events[i].data.u64 >> 1;
            struct monitor *monitor = &monitors[number];
            if (events[i].data.u64 & 1) {
                hear(monitor, number);
            } else if ((monitor->client = accept4(monitor->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
                watch(EPOLL_CTL_ADD, monitor->client, number, 1);
                watch(EPOLL_CTL_DEL, monitor->listener, number, 0);
                say(monitor, GREETING, sizeof GREETING - 1);
            }
        }
    }
}
