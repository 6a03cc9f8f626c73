# Reseal in a container. Build in the source tree: docker build -t reseal .
# Run it in the host's pid namespace (--pid=host; in Kubernetes hostPID: true) with the sockets mounted. Without that namespace the QEMU
# processes cannot be seen: no command line (-no-reboot), firmware, bundle, descriptors, pid or start time. Guests are watched all the same, but
# Reseal refuses to reset them (process-unseen) unless that is forced; see docs/hazards.md.
#   docker run --pid=host -v /run/qemu:/run/qemu -v /etc/reseal:/etc/reseal:ro -v /run/reseal:/run/reseal \
#              -p 127.0.0.1:9568:9568 reseal
FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp -Dmaven.test.skip=true -Djacoco.skip package \
    && "$JAVA_HOME/bin/jlink" --no-header-files --no-man-pages --strip-debug \
       --add-modules java.base,java.logging,java.management,jdk.management,java.naming,jdk.unsupported,java.xml \
       --output /runtime

FROM debian:trixie-slim
COPY --from=build /runtime /opt/reseal/runtime
COPY --from=build /src/daemon/target/lib /opt/reseal/lib
COPY --from=build /src/daemon/target/reseal-daemon.jar /opt/reseal/lib/
COPY --from=build /src/config/examples /usr/share/doc/reseal/examples
COPY --from=build /src/scripts/jvm-flags /opt/reseal/jvm-flags
COPY --from=build /src/scripts/container /usr/bin/reseal
# the class caches: made here, as they fit this runtime and these files alone
RUN --mount=type=bind,from=build,source=/src,target=/src LC_ALL=C.UTF-8 reseal train /src
# the JVM takes the character set of file names from the locale
ENV LC_ALL=C.UTF-8
EXPOSE 9568
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/reseal"]
CMD ["run", "-c", "/etc/reseal/reseal.yaml"]
