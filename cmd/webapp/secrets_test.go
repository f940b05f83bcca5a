package main

import (
	"io"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// All of this is refused before anything is started, so none of it needs a database.
func TestUnsafeOptionsAreRefusedInASentence(t *testing.T) {
	t.Parallel()
	key, passcode := strings.Repeat("k", 32), "REGISTRAR_PASSCODE=twelve chars"
	everywhere := []string{"-addr", ":0"}
	const served = "other machines are served with a passcode and a session key only: set "
	tests := []struct {
		name string
		args []string
		env  []string
		want string
	}{
		{"no passcode and no key", everywhere, nil, served + "REGISTRAR_PASSCODE and SESSION_KEY, or choose a loopback address with -addr"},
		{"no passcode", everywhere, []string{"SESSION_KEY=" + key}, served + "REGISTRAR_PASSCODE, or choose a loopback address with -addr"},
		{"no key", everywhere, []string{passcode}, served + "SESSION_KEY, or choose a loopback address with -addr"},
		{"a passcode of spaces", everywhere, []string{"SESSION_KEY=" + key, "REGISTRAR_PASSCODE=              "}, served + "REGISTRAR_PASSCODE, or choose a loopback address with -addr"},
		{"all IPv4 addresses", []string{"-addr", "0.0.0.0:0"}, nil, served + "REGISTRAR_PASSCODE and SESSION_KEY, or choose a loopback address with -addr"},
		{"a proxy in front", []string{"-addr", "127.0.0.1:0", "-trusted-proxy", "127.0.0.1"}, nil, served + "REGISTRAR_PASSCODE and SESSION_KEY, or leave -trusted-proxy out"},
		{"the API without a token", append([]string{"-dcb-api"}, everywhere...), nil, "-dcb-api serves this machine only: set DCB_API_TOKEN to serve others, or choose a loopback address with -addr"},

		{"a short passcode", nil, []string{"REGISTRAR_PASSCODE=eleven char"}, "REGISTRAR_PASSCODE is too short: it needs 12 characters"},
		{"a short key", nil, []string{"SESSION_KEY=" + key[1:]}, "SESSION_KEY is too short: it needs 32 characters, and so does each of several with a comma between them, for example those of openssl rand -hex 32"},
		{"a short old key", nil, []string{"SESSION_KEY=" + key + ",old"}, "SESSION_KEY is too short: it needs 32 characters, and so does each of several with a comma between them, for example those of openssl rand -hex 32"},
		{"a comma too many", nil, []string{"SESSION_KEY=" + key + ","}, "SESSION_KEY is too short: it needs 32 characters, and so does each of several with a comma between them, for example those of openssl rand -hex 32"},
		{"a proxy that is not an address", []string{"-trusted-proxy", "10.0.0.0/8,proxy"}, nil, `invalid value "10.0.0.0/8,proxy" for flag -trusted-proxy: "proxy" is neither an address nor a range such as 10.0.0.0/8; webapp -h explains the flags`},
		{"a host that is the URL of a page", []string{"-host", "courses.example,https://courses.example"}, nil, `invalid value "courses.example,https://courses.example" for flag -host: "https://courses.example" is not the name of a host; such a name looks like courses.example.org; webapp -h explains the flags`},
		{"a negative number of receipts", []string{"-keep-receipts", "-1"}, nil, "-keep-days, -keep-receipts and -keep-races are numbers from 0, and -keep-days is 36500 at most"},
		{"a thousand years of receipts", []string{"-keep-days", "365000"}, nil, "-keep-days, -keep-receipts and -keep-races are numbers from 0, and -keep-days is 36500 at most"},
		{"a share of more than 100 percent", []string{"-costly-share", "101"}, nil, "-costly-share is a number of percent, from 0 to 100"},
		{"a data directory from a variable that is not set", []string{"-data", ""}, nil, "-data is empty: name a directory, or leave it out"},
		{"a negative share", []string{"-costly-share", "-1"}, nil, "-costly-share is a number of percent, from 0 to 100"},
		{"a negative rate", []string{"-write-rate", "-1"}, nil, "-write-rate is a number from 0 to 1000000"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-data", t.TempDir()}, test.args...)
			err := run(t.Context(), args, environment(test.env...), io.Discard, t.Output())
			require.EqualError(t, err, test.want)
		})
	}
}

func TestSecretsAreSplitAndTrimmed(t *testing.T) {
	t.Parallel()
	oldKey, newKey := strings.Repeat("o", 32), strings.Repeat("n", 32)
	o, err := parseOptions([]string{"-trusted-proxy", "10.0.0.0/8, ::1"}, environment(
		"SESSION_KEY="+newKey+", "+oldKey, "REGISTRAR_PASSCODE= twelve chars\n"), io.Discard)
	require.NoError(t, err)
	require.Equal(t, []string{newKey, oldKey}, o.sessionKeys)
	require.Equal(t, "twelve chars", o.passcode)
	require.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}, o.proxies)

	keys, err := sessionKeys(o)
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte(newKey), []byte(oldKey)}, keys)
}

// environment returns a getenv that knows settings of the form NAME=value.
func environment(settings ...string) func(string) string {
	return func(name string) string {
		for _, setting := range settings {
			if value, ok := strings.CutPrefix(setting, name+"="); ok {
				return value
			}
		}
		return ""
	}
}
