# The images are pinned to a digest, and Dependabot proposes the next one.
FROM golang:1.26.8-alpine@sha256:8ac98ca534ac3f51e1f420a1dd2c15e74c75cfa0f23f3ad27eb5d7236c349a0c AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -tags=grpcnotrace -ldflags=-s -o /webapp ./cmd/webapp && mkdir /data

# No shell, no package manager; root certificates, time zones and the user nobody. The program
# writes nothing but /data, and there nothing if DATABASE_URL and SESSION_KEY are set.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab
COPY --from=build /webapp /webapp
COPY --from=build --chown=65534:65534 /data /data
USER 65534:65534
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["/webapp", "healthcheck"]
ENTRYPOINT ["/webapp"]
CMD ["-addr", ":8080", "-data", "/data"]
