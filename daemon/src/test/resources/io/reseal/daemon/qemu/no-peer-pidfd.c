/* Loaded before the C library: a kernel that gives no handle on the process at the other end of a socket, as Linux before 6.5. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SO_PEERPIDFD_OF_LINUX_6_5 77

int getsockopt(int socket, int level, int name, void *value, socklen_t *length)
{
    if (level == SOL_SOCKET && name == SO_PEERPIDFD_OF_LINUX_6_5) {
        errno = ENOPROTOOPT;
        return -1;
    }
    return syscall(SYS_getsockopt, socket, level, name, value, length);
}
