package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"go-crablet/domain/courses"
)

// A note is a line of the notes: what a caller asks for, or what it was told.
type note struct {
	Request courses.RequestID `json:"r"`
	Asked   *notedCommand     `json:"a,omitempty"` // set in the note before the first try
	Told    answer            `json:"t,omitempty"`
	Refusal courses.Refusal   `json:"no,omitempty"`
	At      int64             `json:"at,omitempty"` // the position of its last event, if this answer told it
	List    *listNote         `json:"l,omitempty"`  // of a decision on lists
}

// An answer is what a caller was told.
type answer string

const (
	stored    answer = "stored"    // with its position
	unchanged answer = "unchanged" // there was nothing to do, so it was stored before
	refused   answer = "refused"
	lost      answer = "lost"    // every attempt met a conflict, so nothing is stored
	unknown   answer = "unknown" // for as long as the caller was patient
)

// notes is the file of one process. What was written stays when the process is killed: the
// operating system has it.
type notes struct {
	mu   sync.Mutex
	file *os.File
}

func newNotes(path string) (*notes, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	return &notes{file: file}, err
}

func (n *notes) write(line note) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	_, err = n.file.Write(append(text, '\n'))
	return err
}

// readNotes reads the notes of all processes in a directory, file by file. The last line of a
// process that was killed may be cut off; it says nothing.
func readNotes(dir string, take func(note) error) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.notes"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := readNotesOf(path, take); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	}
	return nil
}

func readNotesOf(path string, take func(note) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil { // the end, or a line that was cut off
			return nil
		}
		var n note
		if err := json.Unmarshal(line, &n); err != nil {
			return err
		}
		if err := take(n); err != nil {
			return err
		}
	}
}
