package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// progress is how far a participant is. It is a file on the desk, so several commands can use it at
// the same time: each of them reads it, changes it, and replaces the file.
type progress struct {
	At    string             `json:"at"` // the name of the step that is worked on
	Steps map[string]*record `json:"steps"`
}

// A record is how far one step is.
type record struct {
	Begun time.Time `json:"begun"`
	Green time.Time `json:"green,omitzero"` // for the first time
	Hints int       `json:"hints"`          // how many were shown
}

func (p *progress) of(step string) *record {
	if p.Steps[step] == nil {
		p.Steps[step] = &record{Begun: time.Now()}
	}
	return p.Steps[step]
}

func (p *progress) isGreen(step string) bool {
	r := p.Steps[step]
	return r != nil && !r.Green.IsZero()
}

// progress reads how far the participant is.
func (d *desk) progress() (*progress, error) {
	p := &progress{At: d.steps[0].Name, Steps: map[string]*record{}}
	text, err := os.ReadFile(d.path("progress.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(text, p)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w. Delete that file to begin anew; your code stays", d.shown("progress.json"), err)
	}
	return p, nil
}

// change changes how far the participant is, and returns what it is then.
func (d *desk) change(change func(*progress)) (*progress, error) {
	p, err := d.progress()
	if err != nil {
		return nil, err
	}
	change(p)
	text, err := json.MarshalIndent(p, "", "\t")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.path(), 0o755); err != nil {
		return nil, err
	}
	return p, replaceFile(d.path("progress.json"), append(text, '\n'))
}

// replaceFile writes a file so that nobody reads a half of it.
func replaceFile(path string, text []byte) error {
	half, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = half.Write(text)
	if err = errors.Join(err, half.Close()); err != nil {
		return errors.Join(err, os.Remove(half.Name()))
	}
	return os.Rename(half.Name(), path)
}
