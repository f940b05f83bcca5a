//go:build linux || darwin

package localpg

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path"
)

// manifest is a file beside the downloaded programs with a line for each: its CRC, its size
// and its name. It finds what a disk has lost. That nobody changed the download on its way
// is for the checksum of the whole.
const manifest = "manifest"

// errDamaged says that downloaded programs are not what they were.
var errDamaged = errors.New("is damaged")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// writeManifest lists the files in a directory below root.
func writeManifest(root *os.Root, dir string) error {
	list, err := listFiles(root, dir)
	if err != nil {
		return err
	}
	f, err := root.OpenFile(path.Join(dir, manifest), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(list)
	return errors.Join(err, f.Close())
}

// verify compares the files in a directory with its manifest. Those without one were
// downloaded by an older version of the program.
func verify(root *os.Root, dir string) error {
	want, err := root.ReadFile(path.Join(dir, manifest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	got, err := listFiles(root, dir)
	if err != nil {
		return fmt.Errorf("something %w: %w", errDamaged, err)
	}
	if bytes.Equal(got, want) {
		return nil
	}
	line := firstDifference(want, got)
	return fmt.Errorf("%s %w", bytes.TrimSpace(line), errDamaged)
}

// firstDifference returns the name in the first line of want that got has otherwise.
func firstDifference(want, got []byte) []byte {
	have := map[string]bool{}
	for line := range bytes.Lines(got) {
		have[string(line)] = true
	}
	for line := range bytes.Lines(want) {
		if !have[string(line)] {
			return line[bytes.LastIndexByte(line, ' ')+1:]
		}
	}
	return []byte(manifest)
}

// listFiles returns a line for each file in a directory, in the order of their names.
func listFiles(root *os.Root, dir string) ([]byte, error) {
	var list bytes.Buffer
	err := fs.WalkDir(root.FS(), dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || name == path.Join(dir, manifest) {
			return err
		}
		f, err := root.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := crc32.New(castagnoli)
		size, err := io.Copy(sum, f)
		fmt.Fprintf(&list, "%08x %d %s\n", sum.Sum32(), size, name[len(dir)+1:])
		return err
	})
	return list.Bytes(), err
}
