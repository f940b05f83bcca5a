package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheSessionKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	o := options{data: filepath.Join(t.TempDir(), "made", "too")}

	t.Run("by processes that start at the same time", func(t *testing.T) {
		const processes = 20
		keys := make([]string, processes)
		var started sync.WaitGroup
		for i := range processes {
			started.Go(func() {
				got, err := sessionKeys(o)
				if assert.NoError(t, err) {
					keys[i] = string(got[0])
				}
			})
		}
		started.Wait()
		for _, key := range keys {
			require.Equal(t, keys[0], key)
		}
		require.Len(t, keys[0], 64, "32 random bytes")
	})

	t.Run("for its owner only, with no other file beside it", func(t *testing.T) {
		files, err := os.ReadDir(o.data)
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.Equal(t, "session.key", files[0].Name())
		info, err := files[0].Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
	})

	t.Run("and another directory gets another", func(t *testing.T) {
		here, err := sessionKeys(o)
		require.NoError(t, err)
		there, err := sessionKeys(options{data: t.TempDir()})
		require.NoError(t, err)
		require.NotEqual(t, here, there)
	})

	t.Run("and refused when it is too short", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "session.key")
		require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
		_, err := sessionKeys(options{data: filepath.Dir(path)})
		require.EqualError(t, err, "the session key in "+path+" is too short; remove the file to have a new one made")
	})
}
