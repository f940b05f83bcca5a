package main

import (
	"fmt"
	"net"
	"net/url"
)

// The standard variables that name a collector, the one for traces first: it counts alone.
var collectorVariables = []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"}

// checkTelemetry says in a sentence what is wrong with the addresses of metrics, profiles and
// traces, and finds out whether traces are asked for.
func (o *options) checkTelemetry(getenv func(string) string) (err error) {
	for flag, address := range map[string]*string{"metrics-addr": &o.metricsAddr, "debug-addr": &o.debugAddr} {
		if *address == "" {
			continue
		}
		if *address, err = ownAddress(flag, *address); err != nil {
			return err
		}
	}
	for _, name := range collectorVariables {
		if address := getenv(name); address != "" {
			o.sendsTraces = true
			return checkCollector(name, address, getenv)
		}
	}
	return nil
}

// onlyProtocol is the protocol in which traces are sent.
const onlyProtocol = "http/protobuf"

// checkCollector says what is wrong with the address of a collector. The exporter would take
// another address instead.
func checkCollector(name, address string, getenv func(string) string) error {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Hostname() == "" {
		return fmt.Errorf("%s is not the address of a collector; http://127.0.0.1:4318 is one", name)
	}
	forHTTP := "name the address where the collector takes HTTP, most often " + parsed.Scheme + "://" + net.JoinHostPort(parsed.Hostname(), "4318")
	for _, protocolName := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		switch protocol := getenv(protocolName); protocol {
		case "":
		case onlyProtocol:
			return nil
		default:
			return fmt.Errorf("%s is %q, and traces are sent as %s only: leave it out, and %s", protocolName, protocol, onlyProtocol, forHTTP)
		}
	}
	if parsed.Port() == "4317" {
		return fmt.Errorf("%s names port 4317, where a collector takes gRPC, and traces are sent over HTTP only: %s; "+
			"if 4317 takes HTTP here, set OTEL_EXPORTER_OTLP_PROTOCOL=%s", name, forHTTP, onlyProtocol)
	}
	return nil
}
