//go:build linux || darwin

package localpg

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnpack(t *testing.T) {
	t.Parallel()
	archive := func(t *testing.T, names ...string) *bytes.Reader {
		t.Helper()
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		files := tar.NewWriter(zip)
		for _, name := range append([]string{"package/native/pg-symlinks.json"}, names...) {
			require.NoError(t, files.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: 2}))
			_, err := files.Write([]byte("[]"))
			require.NoError(t, err)
		}
		require.NoError(t, files.Close())
		require.NoError(t, zip.Close())
		return bytes.NewReader(packed.Bytes())
	}

	tests := []struct {
		name  string
		most  size
		taken bool
	}{
		{"takes as much as it may", size{bytes: 6, files: 3}, true},
		{"refuses a byte more", size{bytes: 5, files: 3}, false},
		{"refuses a file more", size{bytes: 6, files: 2}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root, err := os.OpenRoot(t.TempDir())
			require.NoError(t, err)
			defer root.Close()
			err = unpack(root, archive(t, "package/native/bin/postgres", "package/README.md"), "programs", test.most)
			if !test.taken {
				require.EqualError(t, err, "the archive unpacks to more than it should")
				return
			}
			require.NoError(t, err)
			require.FileExists(t, root.Name()+"/programs/bin/postgres")
		})
	}
}
