// Package childenv picks what a program that we start sees of our environment. The
// environment holds passcodes, keys and tokens, and another program may log it or hand it on.
package childenv

import (
	"os"
	"slices"
	"strings"
)

// Libraries are the variables that tell a program where its shared libraries are. An
// installation in a place of its own may need them.
var Libraries = []string{"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"}

// Proxies are the variables that tell a program how to reach the internet.
var Proxies = []string{
	"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy",
	"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY",
	"SSL_CERT_FILE", "SSL_CERT_DIR",
}

// Only returns PATH and the variables with the given names, as far as they are set.
func Only(names ...string) []string {
	var env []string
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		if name == "PATH" || slices.Contains(names, name) {
			env = append(env, setting)
		}
	}
	return env
}
