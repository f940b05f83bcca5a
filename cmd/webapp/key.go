package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// sessionKeys returns those of SESSION_KEY, or else the key in the data directory,
// which it makes when there is none. Processes that start at once agree on one.
func sessionKeys(o options) ([][]byte, error) {
	var keys [][]byte
	for _, key := range o.sessionKeys {
		keys = append(keys, []byte(key))
	}
	if len(keys) > 0 {
		return keys, nil
	}
	data, err := o.dataDir()
	if err != nil {
		return nil, fmt.Errorf("%w; SESSION_KEY does without a key in the data directory", err)
	}
	path := filepath.Join(data, "session.key")
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("keep the session key in the data directory: %w; SESSION_KEY does without", err)
	}
	if len(key) < shortestSecret {
		return nil, fmt.Errorf("the session key in %s is too short; remove the file to have a new one made", path)
	}
	return [][]byte{key}, nil
}

// makeKey writes a random key to a file that does not exist yet. It appears whole,
// under its name, or not at all; when somebody else was faster, theirs counts.
func makeKey(path string) ([]byte, error) {
	var random [32]byte
	rand.Read(random[:])
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "session.key-*") // readable by its owner only
	if err != nil {
		return nil, err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(hex.EncodeToString(random[:]))
	if err := errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temporary.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}
