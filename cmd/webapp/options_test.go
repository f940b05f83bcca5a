package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACommandThatHasNoHelpOfItsOwnShowsThatOfTheProgram(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	require.NoError(t, run(t.Context(), []string{"-h"}, environment(), &all, io.Discard))
	for _, command := range []string{"migrate", "rebuild", "healthcheck", "status", "version"} {
		for _, asks := range []string{"-h", "--help"} {
			var out strings.Builder
			require.NoError(t, run(t.Context(), []string{command, asks}, environment(), &out, io.Discard), command)
			require.Equal(t, all.String(), out.String(), command)
		}
	}
}

func TestTheDataDirectory(t *testing.T) {
	t.Setenv("HOME", "")
	t.Setenv("XDG_DATA_HOME", "")
	none := environment()

	t.Run("need not be there for the help, which says where it would be", func(t *testing.T) {
		var out strings.Builder
		require.NoError(t, run(t.Context(), []string{"-h"}, none, &out, io.Discard))
		want := "(default go-crablet below XDG_DATA_HOME, or else below HOME; neither is set now)"
		if os.Geteuid() == 0 {
			want = "(default /var/lib/go-crablet)" // root needs no home
		}
		require.Contains(t, out.String(), want)
	})

	t.Run("is where -data says, without a home", func(t *testing.T) {
		chosen := t.TempDir()
		o, err := parseOptions([]string{"-data", chosen}, none, io.Discard)
		require.NoError(t, err)
		keys, err := sessionKeys(o)
		require.NoError(t, err)
		require.Len(t, keys, 1)
		require.FileExists(t, filepath.Join(chosen, "session.key"))
	})

	t.Run("is needed only for a private database, and for a key that is kept", func(t *testing.T) {
		key := strings.Repeat("k", 32)
		o, err := parseOptions(nil, environment("SESSION_KEY="+key), io.Discard)
		require.NoError(t, err)
		keys, err := sessionKeys(o)
		require.NoError(t, err)
		require.Equal(t, [][]byte{[]byte(key)}, keys)
		if os.Geteuid() == 0 { // root has a default without a home
			dir, err := o.dataDir()
			require.NoError(t, err)
			require.Equal(t, "/var/lib/go-crablet", dir)
			return
		}
		_, err = openDatabase(t.Context(), o, slog.New(slog.DiscardHandler))
		require.ErrorContains(t, err, "find a place for PostgreSQL's data: $HOME is not defined; choose another place with -data")
		_, err = sessionKeys(options{})
		require.ErrorContains(t, err, "SESSION_KEY does without")
	})
}
