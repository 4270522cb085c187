# The static program that `.ci/package` built and tried, and nothing else:
#   .ci/package && docker build --tag rulebook .
#   docker run --rm --volume "$PWD:/work" rulebook check
FROM scratch
COPY target/package/rulebook /rulebook
WORKDIR /work
ENTRYPOINT ["/rulebook"]
