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

// sessionKeys returns the keys of SESSION_KEY. Without it, it returns the one in the data
// directory, and makes one if there is none yet. Processes that start at the same time get
// the same key.
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

// makeKey writes a random key to a file, and returns the key in that file. The file appears
// when it is complete. If another process made it meanwhile, makeKey returns the key of that.
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
