//go:build linux || darwin

package localpg

import (
	"net/url"
	"os"
	"strings"
)

// neutral lists the environment variables that change how pgx connects, and what a URL has
// to say so that they don't. PGAPPNAME is not among them: it only names a connection.
var neutral = []struct{ variable, key, value string }{
	{"PGOPTIONS", "options", ""},
	{"PGTZ", "timezone", "UTC"},
	{"PGTARGETSESSIONATTRS", "target_session_attrs", "any"},
	{"PGCONNECT_TIMEOUT", "connect_timeout", "0"}, // none
	{"PGREQUIREAUTH", "require_auth", ""},
	{"PGCHANNELBINDING", "channel_binding", "prefer"},
	{"PGMINPROTOCOLVERSION", "min_protocol_version", "3.0"},
	{"PGMAXPROTOCOLVERSION", "max_protocol_version", "3.0"},
	{"PGPASSWORD", "password", ""},
	{"PGPASSFILE", "passfile", ""},
	{"PGSSLMODE", "sslmode", "disable"},
	{"PGSSLNEGOTIATION", "sslnegotiation", "postgres"},
	{"PGSSLCERTMODE", "sslcertmode", "allow"},
	{"PGSSLCERT", "sslcert", ""},
	{"PGSSLKEY", "sslkey", ""},
	{"PGSSLROOTCERT", "sslrootcert", ""},
	{"PGSSLPASSWORD", "sslpassword", ""},
	{"PGSSLSNI", "sslsni", "1"},
}

const (
	serviceFile = "service"
	service     = "private"

	// A service always counts for pgx, even one without a name, so ours sets nothing.
	serviceContent = "# For programs that are started with PGSERVICE: this one sets nothing.\n[" + service + "]\n"
)

// withoutEnvironment returns the URL with what beats the variables that are set in our
// environment. home is a directory with a service file of ours. Where none is set, the URL
// stays as it is, for libpq knows fewer settings than pgx.
func withoutEnvironment(databaseURL, home string) string {
	var settings []string
	for _, n := range neutral {
		if _, set := os.LookupEnv(n.variable); set && !names(databaseURL, n.key) {
			settings = append(settings, n.key+"="+n.value)
		}
	}
	if os.Getenv("PGSERVICE") != "" {
		settings = append(settings, "service="+service, "servicefile="+escape(home+"/"+serviceFile))
	}
	if len(settings) == 0 {
		return databaseURL
	}
	separator := "?"
	if strings.Contains(databaseURL, "?") {
		separator = "&"
	}
	return databaseURL + separator + strings.Join(settings, "&")
}

// names reports whether a URL names a setting itself.
func names(databaseURL, key string) bool {
	address, settings, _ := strings.Cut(databaseURL, "?")
	if user, _, _ := strings.Cut(strings.TrimPrefix(address, "postgres://"), "@"); key == "password" && strings.Contains(user, ":") {
		return true
	}
	return strings.Contains("&"+settings, "&"+key+"=")
}

// escape escapes a value of a URL. libpq takes a plus sign literally; only %20 is a space.
func escape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// leaveService makes the service file.
func (h *home) leaveService() error {
	if content, err := h.root.ReadFile(serviceFile); err == nil && string(content) == serviceContent {
		return nil
	}
	return h.replace(serviceFile, serviceContent)
}
