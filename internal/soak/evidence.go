package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"go-crablet/dcb/dcbfile"
)

// keepEvidence copies the log, as "webapp log export" writes it, and the notes to a new directory
// and returns its name. Without them nobody could say why the oracle found something.
func (s *soak) keepEvidence(ctx context.Context) (dir string, err error) {
	if dir, err = os.MkdirTemp("", "soak-found-"); err != nil {
		return "", err
	}
	if err := os.CopyFS(filepath.Join(dir, "notes"), os.DirFS(s.notes)); err != nil {
		return dir, err
	}
	file, err := os.Create(filepath.Join(dir, "log.ndjson"))
	if err != nil {
		return dir, err
	}
	_, err = dcbfile.Export(ctx, s.direct, file, nil)
	return dir, errors.Join(err, file.Close())
}
