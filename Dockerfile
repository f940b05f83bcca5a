FROM golang:1.26.8-alpine AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /webapp ./cmd/webapp && mkdir /data

# No shell, no package manager; root certificates, time zones and the user nonroot.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /webapp /webapp
COPY --from=build --chown=nonroot:nonroot /data /data
USER nonroot
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["/webapp", "healthcheck"]
ENTRYPOINT ["/webapp"]
CMD ["-addr", ":8080", "-data", "/data"]
