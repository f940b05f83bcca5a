// Package journal keeps what a program logs, for a test to read while the program goes on.
package journal

import (
	"strings"
	"sync"
)

// A Journal is a writer whose text can be read at any time. The zero Journal is empty, and
// ready to use by several goroutines.
type Journal struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write adds to the text.
func (j *Journal) Write(text []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(text)
}

// String returns the text so far.
func (j *Journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
